"""The directory as a workbook: exported, changed by a person, shown as a difference, applied as it was shown."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
import sqlalchemy as sa
from openpyxl import Workbook, load_workbook
from sqlmodel import select

from models.codes import AgencyKind, Origin, PersonRole
from models.directory import Agency, AgencyGroup, Alias, Membership, Person
from models.history import Audit
from models.rules.directory.directory_plan import DirectoryPlan
from models.submission import Blob
from models.time import VIETNAM
from tasks.directory.contacts import ContactFault
from tasks.directory.directory_export import directory_template, export_directory
from tasks.directory.directory_import import apply_import, plan_import, told
from tasks.directory.directory_sheet import DirectoryFault
from tasks.setup import set_up

NOW = datetime(2026, 3, 10, 9, tzinfo=VIETNAM).astimezone(UTC)
AGENCIES = ("Mã", "Tên cơ quan", "Loại", "Xã, phường", "Tên gọi khác")
PEOPLE = ("Mã cơ quan", "Vai trò", "Họ tên", "Chức vụ", "Thư điện tử", "Điện thoại", "Đang dùng")
Rows = Sequence[Sequence[Any]]


def book(agencies: Rows | None = None, people: Rows | None = None) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, headings, rows in (("Cơ quan", AGENCIES, agencies), ("Người liên hệ", PEOPLE, people)):
        if rows is not None:
            sheet = made.create_sheet(title)
            for row in (headings, *rows):
                sheet.append(list(row))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def edited(content: bytes, edit: Callable[[Workbook], None]) -> bytes:
    made = load_workbook(BytesIO(content))
    edit(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def exported(province: Any) -> bytes:
    with province.store.reading() as session:
        return export_directory(session)


def plan_of(province: Any, content: bytes, **how: Any) -> DirectoryPlan:
    with province.store.reading() as session:
        return plan_import(session, content, **how)


def apply(province: Any, content: bytes, code: str = "", **how: Any) -> DirectoryPlan:
    code = code or plan_of(province, content, **how).code
    with province.store.writing() as session:
        return apply_import(
            session,
            province.office.profile,
            content,
            "danh-ba.xlsx",
            code=code,
            actor="Nguyễn Văn A",
            now=NOW,
            **how,
        )


def people(province: Any, agency: str = "SNV") -> list[Person]:
    with province.store.reading() as session:
        return list(
            session.exec(select(Person).join(Agency).where(Agency.code == agency).order_by(Person.id)).all()  # type: ignore[arg-type]
        )


def agency(province: Any, code: str) -> Agency:
    (found,) = province.all(Agency, Agency.code == code)
    assert isinstance(found, Agency)
    return found


def faults(plan: DirectoryPlan) -> list[tuple[str, str]]:
    return [(fault.place, fault.sentence) for fault in plan.faults]


def test_what_is_exported_imports_back_to_nothing_changed(imported_both: Any) -> None:
    plan = plan_of(imported_both, exported(imported_both), drop_missing=True)
    assert (plan.agencies, plan.people, plan.faults, plan.notes) == ((), (), (), ())
    assert (plan.missing_agencies, plan.missing_people, plan.empty) == ((), (), True)
    assert plan.same == imported_both.count(Agency) + imported_both.count(Person)


def test_the_template_reads_and_says_nothing(imported: Any) -> None:
    plan = plan_of(imported, directory_template())
    assert (plan.faults, plan.notes, plan.empty, plan.same) == ((), (), True, 0)
    sheet = load_workbook(BytesIO(directory_template()))["Người liên hệ"]
    assert [cell.value for cell in sheet[1]] == list(PEOPLE)
    assert sheet.column_dimensions["F"].number_format == "@"


def test_nothing_is_applied_before_a_person_agrees_and_then_just_what_was_shown(imported_both: Any) -> None:
    content = book(
        people=[
            (
                "SNV",
                "Cán bộ đầu mối",
                "Đầu mối mới",
                "Chuyên viên",
                "dau-moi@snv.dien-bien.example",
                "0912 345 678",
            ),
            ("SNV", "Cán bộ đầu mối", "Trần Thị D", "", "", "0215 3825 001", "Có"),
        ]
    )
    plan = plan_of(imported_both, content)
    assert [(c.agency, c.fields.name, c.known is None) for c in plan.people] == [
        ("SNV", "Đầu mối mới", False),
        ("SNV", "Trần Thị D", True),
    ]
    assert [(c.label, c.before, c.after) for c in plan.people[0].changes] == [
        ("họ tên", "Đầu mối Sở Nội vụ", "Đầu mối mới"),
        ("chức vụ", "", "Chuyên viên"),
        ("điện thoại", "", "0912 345 678"),
    ]
    assert imported_both.count(Person, Person.name == "Trần Thị D") == 0
    apply(imported_both, content, plan.code)
    officer, _head, phone_only = people(imported_both)
    assert (officer.name, officer.title, officer.phone, officer.origin) == (
        "Đầu mối mới",
        "Chuyên viên",
        "0912 345 678",
        Origin.DESK,
    )
    assert (phone_only.email, phone_only.phone, phone_only.active) == ("", "0215 3825 001", True)
    acts = [(a.act, a.actor) for a in imported_both.all(Audit)][-3:]
    assert acts == [(act, "Nguyễn Văn A") for act in ("sua-dau-moi", "them-dau-moi", "nap-danh-ba-excel")]
    assert imported_both.count(Blob, Blob.sha256 == imported_both.all(Audit)[-1].after["sha256"]) == 1
    before = imported_both.count(Audit)
    assert apply(imported_both, content, plan.code).empty  # pressed twice
    assert imported_both.count(Audit) == before


def test_a_directory_that_changed_meanwhile_is_not_overwritten(imported_both: Any) -> None:
    content = book(people=[("SNV", "Cán bộ đầu mối", "Một người", "", "mot@snv.example", "", "Có")])
    shown = plan_of(imported_both, content).code
    with imported_both.store.writing() as session:
        session.exec(
            select(Person).where(Person.email == "dau-moi@stc.dien-bien.example")
        ).one().phone = "0123456"
    with pytest.raises(DirectoryFault, match="đã khác lúc xem trước"):
        apply(imported_both, content, shown)
    with pytest.raises(DirectoryFault, match="đã khác lúc xem trước"):
        apply(imported_both, content, plan_of(imported_both, content).code, drop_missing=True)
    assert imported_both.count(Person, Person.email == "mot@snv.example") == 0


def test_bad_rows_are_told_by_sheet_row_and_column_and_stop_no_good_one(imported: Any) -> None:
    content = book(
        agencies=[
            ("S N", "Sở Một", "Sở, ban, ngành"),
            ("SMOI", "", "Sở, ban, ngành"),
            ("SMOI2", "Sở Mới", "Sở ngành"),
            ("SMOI3", "Sở Nội vụ", "Sở, ban, ngành"),
            ("SMOI4", "Các Sở, ban, ngành tỉnh", "Sở, ban, ngành"),
            ("SMOI5", "Sở Năm", ""),
            ("SMOI6", "Sở Sáu", "Sở, ban, ngành"),
            ("smoi6", "Sở Sáu lần nữa", "Sở, ban, ngành"),
        ],
        people=[
            ("SNV1", "Cán bộ đầu mối", "A B", "", "a@b.example", "", ""),
            ("SNV", "Trưởng phòng", "A B", "", "a@b.example", "", ""),
            ("SNV", "Cán bộ đầu mối", "A B", "", "trần@b.example", "", ""),
            ("SNV", "Cán bộ đầu mối", "", "", "a@b.example", "", ""),
            ("SNV", "Cán bộ đầu mối", "A B", "", "", "", ""),
            ("SNV", "Cán bộ đầu mối", "A B", "", "", "12", ""),
            ("SNV", "Cán bộ đầu mối", "A B", "", "", 912345678, ""),
            ("SNV", "Cán bộ đầu mối", "A B", "", "a@b.example", "", "chưa rõ"),
            ("SNV", "Thư ký Ban Chỉ đạo", "A B", "", "a@b.example", "", ""),
            ("", "Thủ trưởng cơ quan", "A B", "", "a@b.example", "", ""),
            ("SNV", "Cán bộ đầu mối", "Người tốt", "", "tot@b.example", "", "Có"),
            ("SNV", "Cán bộ đầu mối", "Người khác", "", "TOT@b.example", "", "Có"),
            ("SMOI2", "Cán bộ đầu mối", "Người của sở chưa có", "", "x@b.example", "", "Có"),
        ],
    )
    plan = plan_of(imported, content, drop_missing=True)
    said = dict(faults(plan))
    assert len(said) == len(plan.faults) == 19
    for place, words in {
        "Trang “Cơ quan”, dòng 2, cột A": "Mã “S N” không dùng được",
        "Trang “Cơ quan”, dòng 3, cột B": "Chưa ghi tên cơ quan",
        "Trang “Cơ quan”, dòng 4, cột C": "Loại “Sở ngành” không có. Ghi một trong: Cơ quan Đảng; Văn phòng;",
        "Trang “Cơ quan”, dòng 5, cột B": "Tên “Sở Nội vụ” đã là của SNV",
        "Trang “Cơ quan”, dòng 6, cột B": "đã là tên một nhóm cơ quan",
        "Trang “Cơ quan”, dòng 7, cột C": "Cơ quan mới phải ghi loại",
        "Trang “Cơ quan”, dòng 9, cột A": "Mã smoi6 đã ghi ở dòng 8",
        "Trang “Người liên hệ”, dòng 2, cột A": "Gần giống: SNV (Sở Nội vụ)",
        "Trang “Người liên hệ”, dòng 3, cột B": "Vai trò “Trưởng phòng” không có. Ghi một trong: Cán bộ đầu mối;",
        "Trang “Người liên hệ”, dòng 4, cột E": "không đúng dạng",
        "Trang “Người liên hệ”, dòng 5, cột C": "Chưa ghi họ tên",
        "Trang “Người liên hệ”, dòng 6, cột E": "ít nhất một trong hai",
        "Trang “Người liên hệ”, dòng 7, cột F": "Số điện thoại “12” không đúng",
        "Trang “Người liên hệ”, dòng 8, cột F": "có phải 0912345678?",
        "Trang “Người liên hệ”, dòng 9, cột G": "ghi Có hoặc Không",
        "Trang “Người liên hệ”, dòng 10, cột A": "không thuộc cơ quan nào",
        "Trang “Người liên hệ”, dòng 11, cột A": "Chưa ghi mã cơ quan",
        "Trang “Người liên hệ”, dòng 13, cột E": "đã ghi ở dòng 12",
        "Trang “Người liên hệ”, dòng 14, cột A": "Không có cơ quan mang mã hoặc tên “SMOI2”",
    }.items():
        assert words in said[place], place
    assert [change.after.code for change in plan.agencies] == ["SMOI6"]
    assert [change.fields.name for change in plan.people] == ["Người tốt"]
    assert (plan.missing_agencies, plan.missing_people) == ((), ())  # may be what a faulty row speaks of
    apply(imported, content, plan.code, drop_missing=True)
    assert imported.count(Person, Person.email == "tot@b.example") == 1
    assert imported.count(Agency, Agency.code == "SMOI6") == 1


@pytest.mark.parametrize(
    "headings",
    [
        ("MÃ CƠ QUAN", "Vai trò", "Họ và tên", "Chức danh", "Email", "SĐT"),
        tuple(
            normalize("NFD", text)
            for text in ("Mã cơ quan", "Vai trò", "Họ tên", "Chức vụ", "Thư điện tử", "Điện thoại")
        ),
        ("mã  cơ quan ", "VAI TRÒ", "họ tên", "chức vụ", "THƯ ĐIỆN TỬ", "số điện thoại"),
    ],
)
def test_headings_are_known_however_they_are_typed(imported: Any, headings: tuple[str, ...]) -> None:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "người liên hệ"
    sheet.append(["DANH BẠ ĐẦU MỐI NĂM 2026"])
    sheet.append([])
    sheet.append(headings)
    sheet.append(["Sở Nội vụ", "đầu mối", "Trần Văn B", "Phó phòng", "b@snv.example", "0912 345 678"])
    out = BytesIO()
    made.save(out)
    plan = plan_of(imported, out.getvalue())
    assert faults(plan) == []
    (change,) = plan.people
    assert (change.agency, change.fields.role, change.fields.title) == (
        "SNV",
        PersonRole.OFFICER,
        "Phó phòng",
    )
    assert any("không có cột “Đang dùng”" in note for note in plan.notes)
    assert len(plan.missing_people) == imported.count(Person)


def test_what_a_column_does_not_say_stays(imported_both: Any) -> None:
    with imported_both.store.writing() as session:
        known = session.exec(select(Person).where(Person.email == "dau-moi@snv.dien-bien.example")).one()
        known.title, known.phone, known.zalo_chat_id = "Chuyên viên", "0912 345 678", "zalo-1"
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Người liên hệ"
    sheet.append(["Mã cơ quan", "Vai trò", "Họ tên", "Thư điện tử"])
    sheet.append(["SNV", "Cán bộ đầu mối", "Tên mới", "dau-moi@snv.dien-bien.example"])
    out = BytesIO()
    made.save(out)
    apply(imported_both, out.getvalue())
    officer = people(imported_both)[0]
    assert (officer.name, officer.title, officer.phone, officer.zalo_chat_id) == (
        "Tên mới",
        "Chuyên viên",
        "0912 345 678",
        "zalo-1",
    )


def test_another_address_of_the_same_name_is_shown_as_a_change_and_keeps_the_zalo_id(
    imported_both: Any,
) -> None:
    with imported_both.store.writing() as session:
        known = session.exec(select(Person).where(Person.email == "dau-moi@snv.dien-bien.example")).one()
        known.zalo_user_id = "oa-7"
    content = book(people=[("SNV", "Cán bộ đầu mối", "Đầu mối Sở Nội vụ", "", "moi@snv.example", "", "Có")])
    (change,) = plan_of(imported_both, content).people
    assert [(c.label, c.before, c.after) for c in change.changes] == [
        ("thư điện tử", "dau-moi@snv.dien-bien.example", "moi@snv.example")
    ]
    apply(imported_both, content)
    old, _head, new = people(imported_both)
    assert (old.active, new.active, new.email, new.zalo_user_id) == (False, True, "moi@snv.example", "oa-7")
    back = book(people=[("SNV", "Cán bộ đầu mối", "Đầu mối Sở Nội vụ", "", old.email, "", "Có")])
    apply(imported_both, back)
    old, _head, new = people(imported_both)
    assert old.active  # the old row again, and no third one
    list(set_up(imported_both.office, NOW, "Thư ký"))
    assert [person.active for person in people(imported_both)] == [old.active, True, new.active]


def test_names_that_change_places_are_two_changes(imported: Any) -> None:
    apply(imported, book(people=[("SNV", "Cán bộ đầu mối", "Người Hai", "", "hai@snv.example", "", "Có")]))
    one = "dau-moi@snv.dien-bien.example"
    content = book(
        people=[
            ("SNV", "Cán bộ đầu mối", "Đầu mối Sở Nội vụ", "", "hai@snv.example", "", "Có"),
            ("SNV", "Cán bộ đầu mối", "Người Hai", "", one, "", "Có"),
        ]
    )
    apply(imported, content)
    assert {(p.email, p.name, p.active) for p in people(imported) if p.role is PersonRole.OFFICER} == {
        ("hai@snv.example", "Đầu mối Sở Nội vụ", True),
        (one, "Người Hai", True),
    }


def test_what_is_missing_is_listed_and_put_out_of_use_only_when_asked_for(imported_both: Any) -> None:
    def leave_out(made: Workbook) -> None:
        for title in ("Cơ quan", "Người liên hệ"):
            sheet = made[title]
            for row in range(sheet.max_row, 1, -1):
                if sheet.cell(row, 1).value == "SNGV":
                    sheet.delete_rows(row)

    content = edited(exported(imported_both), leave_out)
    plan = plan_of(imported_both, content)
    assert ([a.code for a in plan.missing_agencies], len(plan.missing_people), plan.empty) == (
        ["SNGV"],
        2,
        True,
    )
    assert "  ? Không có trong tệp, giữ nguyên: SNGV Sở Ngoại vụ" in list(told(plan, done=False))
    apply(imported_both, content, drop_missing=True)
    assert not agency(imported_both, "SNGV").active
    assert [person.active for person in people(imported_both, "SNGV")] == [False, False]
    today = date(2026, 3, 10)
    assert imported_both.count(Membership, Membership.agency_id == agency(imported_both, "SNGV").id) > 0
    assert all(
        row.to_day is not None and row.to_day < today
        for row in imported_both.all(Membership, Membership.agency_id == agency(imported_both, "SNGV").id)
    )
    list(set_up(imported_both.office, NOW, "Thư ký"))
    assert not agency(imported_both, "SNGV").active
    again = book(
        agencies=[("SNGV", "Sở Ngoại vụ", "Sở, ban, ngành", "", "")],
        people=[
            ("SNGV", "Cán bộ đầu mối", "Đầu mối Sở Ngoại vụ", "", "dau-moi@sngv.dien-bien.example", "", "Có")
        ],
    )
    plan = apply(imported_both, again)
    assert (plan.agencies[0].back, plan.people[0].back) == (True, True)
    assert agency(imported_both, "SNGV").active
    assert [person.active for person in people(imported_both, "SNGV")] == [True, False]


def test_an_agency_that_owes_a_report_is_not_put_out_of_use(few: Any) -> None:
    content = book(agencies=[("STC", "Sở Tài chính", "Sở, ban, ngành", "", "")])
    plan = apply(few, content, drop_missing=True)
    assert {"SNV", "SKHCN", "3127"} <= {a.code for a in plan.missing_agencies if a.owes}
    assert agency(few, "SNV").active
    assert not agency(few, "CAT").active
    assert any("còn trong kỳ" in line for line in told(plan, done=True))


def test_somebody_is_put_out_of_use_by_a_no(imported_both: Any) -> None:
    content = book(
        people=[("SNV", "Thủ trưởng cơ quan", "Ai đó", "", "thu-truong@snv.dien-bien.example", "", "Không")]
    )
    (change,) = plan_of(imported_both, content).people
    assert (change.leaves, change.fields.name) == (True, "Thủ trưởng Sở Nội vụ")
    apply(imported_both, content)
    assert [person.active for person in people(imported_both)] == [True, False]
    assert imported_both.all(Audit)[-2].act == "ngung-dau-moi"


def test_the_last_of_the_secretariat_stays(imported_both: Any) -> None:
    last = (
        "",
        "Thư ký Ban Chỉ đạo",
        "Thư ký Ban Chỉ đạo",
        "",
        "to-giup-viec@bcd57.dien-bien.example",
        "",
        "Không",
    )
    with pytest.raises(ContactFault, match="ít nhất một thư ký"):
        apply(imported_both, book(people=[last]))
    new = ("", "Thư ký Ban Chỉ đạo", "Thư ký mới", "", "moi@bcd57.example", "0215 1", "Có")
    assert "Số điện thoại" in faults(plan_of(imported_both, book(people=[new])))[0][1]
    new = (*new[:5], "0215 000 058", "Có")
    apply(imported_both, book(people=[last, new]))
    assert [p.name for p in imported_both.all(Person, Person.role == PersonRole.SECRETARIAT) if p.active] == [
        "Thư ký mới"
    ]


def test_the_two_committees_of_a_commune_stand_apart_and_join_their_groups(imported_both: Any) -> None:
    content = book(
        agencies=[
            ("3127", "UBND phường Điện Biên Phủ", "Xã, phường", "Điện Biên Phủ", ""),
            (
                "3127-DU",
                "Đảng ủy phường Điện Biên Phủ",
                "Đảng ủy xã, phường",
                "Điện Biên Phủ",
                "ĐU P. Điện Biên Phủ",
            ),
            ("9999", "UBND xã Mới", "Xã, phường", "Mới", ""),
        ],
        people=[("3127-DU", "Cán bộ đầu mối", "Người Đảng ủy", "", "du@3127.example", "", "Có")],
    )
    apply(imported_both, content)
    party = agency(imported_both, "3127-DU")
    assert (party.kind, party.locality, party.origin) == (
        AgencyKind.COMMUNE_PARTY,
        "Điện Biên Phủ",
        Origin.DESK,
    )
    assert party.position > agency(imported_both, "3127").position
    assert {alias.written for alias in imported_both.all(Alias, Alias.agency_id == party.id)} == {
        "Đảng ủy phường Điện Biên Phủ",
        "ĐU P. Điện Biên Phủ",
    }
    (communes,) = imported_both.all(AgencyGroup, AgencyGroup.code == "XA-PHUONG")
    members = {row.agency_id for row in imported_both.all(Membership, Membership.group_id == communes.id)}
    assert agency(imported_both, "9999").id in members
    assert party.id not in members
    list(set_up(imported_both.office, NOW, "Thư ký"))
    assert agency(imported_both, "3127-DU").active
    assert agency(imported_both, "3127").locality == "Điện Biên Phủ"
    assert all(
        row.to_day is None
        for row in imported_both.all(Membership, Membership.agency_id == agency(imported_both, "9999").id)
    )


def test_a_name_that_is_given_up_is_still_recognised(imported_both: Any) -> None:
    content = book(agencies=[("SNV", "Sở Nội vụ và Lao động", "Sở, ban, ngành", "", "")])
    (change,) = plan_of(imported_both, content).agencies
    assert [(c.label, c.after) for c in change.changes] == [
        ("tên", "Sở Nội vụ và Lao động"),
        ("tên gọi khác", "Sở Nội vụ"),
    ]
    apply(imported_both, content)
    list(set_up(imported_both.office, NOW, "Thư ký"))
    snv = agency(imported_both, "SNV")
    assert snv.name == "Sở Nội vụ và Lao động"
    written = {alias.written for alias in imported_both.all(Alias, Alias.agency_id == snv.id)}
    assert written == {"Sở Nội vụ", "Sở Nội vụ và Lao động"}
    assert plan_of(imported_both, exported(imported_both)).empty


def test_what_looks_like_a_formula_stays_text(imported_both: Any) -> None:
    rows = [
        ("SNV", "Cán bộ đầu mối", "=HYPERLINK(A1)", "+Phó phòng", "a@snv.example", "+84 912 345 678", "Có"),
        ("SNV", "Cán bộ đầu mối", "@SUM(A1) Trần B", "-Chuyên viên", "b@snv.example", "", "Có"),
    ]
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Người liên hệ"
    sheet.append(PEOPLE)
    for number, row in enumerate(rows, 2):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"
    out = BytesIO()
    made.save(out)
    apply(imported_both, out.getvalue())
    content = exported(imported_both)
    cells = [cell for row in load_workbook(BytesIO(content))["Người liên hệ"].iter_rows() for cell in row]
    assert all(cell.data_type in ("s", "n") for cell in cells)  # n: an empty cell
    begins = {
        str(cell.value): cell.quotePrefix for cell in cells if cell.value and str(cell.value)[0] in "=+-@"
    }
    assert set(begins) == {
        "=HYPERLINK(A1)",
        "+Phó phòng",
        "+84 912 345 678",
        "@SUM(A1) Trần B",
        "-Chuyên viên",
    }
    assert all(begins.values())
    assert plan_of(imported_both, content).empty


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Không đọc được"),
        (b"%PDF-1.7", "Không đọc được"),
        (Path(__file__).read_bytes(), "Không đọc được"),
    ],
)
def test_what_is_no_directory_is_refused(imported: Any, content: bytes, why: str) -> None:
    with pytest.raises(DirectoryFault, match=why):
        plan_of(imported, content)


def test_a_sheet_without_its_headings_is_refused(imported: Any) -> None:
    def rename(made: Workbook) -> None:
        made["Người liên hệ"].cell(1, 3).value = "Ai"

    with pytest.raises(DirectoryFault, match="Phải có các cột: Mã cơ quan; Vai trò; Họ tên"):
        plan_of(imported, edited(exported(imported), rename))


def test_a_formula_without_a_value_is_told(imported: Any) -> None:
    def put(made: Workbook) -> None:
        made["Người liên hệ"].cell(2, 3).value = "=A1"

    plan = plan_of(imported, edited(exported(imported), put))
    ((place, why),) = faults(plan)
    assert place == "Trang “Người liên hệ”, dòng 2, cột C"
    assert "công thức chưa có kết quả" in why


def test_a_large_province_is_read_in_a_fixed_number_of_queries(imported: Any) -> None:
    rows = [(f"X{n}", f"UBND xã Số {n}", "Xã, phường", "", "") for n in range(4000)]
    contacts = [
        (f"X{n}", "Cán bộ đầu mối", f"Đầu mối {n}", "", f"dm{n}@x.example", "", "Có") for n in range(4000)
    ]
    content = book(agencies=rows, people=contacts)
    queries: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        queries.append(statement)

    sa.event.listen(imported.store.engine, "before_cursor_execute", listen)
    plan = plan_of(imported, content)
    sa.event.remove(imported.store.engine, "before_cursor_execute", listen)
    assert (len(plan.agencies), len(plan.people), plan.faults) == (4000, 4000, ())
    assert len(queries) < 10
    apply(imported, content, plan.code)
    assert imported.count(Person, Person.email.like("dm%@x.example")) == 4000  # type: ignore[attr-defined]
    assert plan_of(imported, exported(imported)).empty
