"""A workbook carried to a central system and back, on both databases."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import Session, select

from models.codes import ConfirmationVerdict, ReportStatus
from models.desk_act import CentralCode, Confirmation
from models.history import Audit
from models.register import AssignmentRevision
from models.rules.board.glance import Glance
from models.rules.central.central_match import Comparison, What
from models.submission import AssignmentReport
from models.time import VIETNAM
from tasks.board.reading import Board
from tasks.central.central_export import export_central
from tasks.central.central_import import (
    CentralFault,
    compare_taken,
    drop_code,
    keep_code,
    read_their_rows,
    take_workbook,
    taken_files,
)
from tasks.central.rows import CONFIRMED, DECLARED, SILENT, codes_in_force
from tasks.central.systems import central_system, central_systems
from tasks.cycle.cycles import find_cycle
from tasks.cycle.request_acts import find_request
from tasks.profile import ProfileFault
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.settings import CHECKOUT
from tasks.steps import collect_step, one_after_another

CYCLE = "bcd-quy-2026-Q1"
PROFILE = CHECKOUT / "deployments" / "dien-bien"
T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
SYSTEM = central_system(PROFILE, "theodoinq")


@pytest.fixture
def province(few_both: Any) -> Any:
    few_both.mark_sent(T0)
    (few_both.inbox / "SNV.xlsx").write_bytes(few_both.filled("SNV"))
    collect_step(few_both.office, T0, one_after_another)
    return few_both


def told_of(session: Session, province: Any) -> Glance:
    return Board(province.store, session, T0).glance(find_cycle(session, CYCLE))


def exported(province: Any, system: Any = SYSTEM) -> bytes:
    with province.store.reading() as session:
        return export_central(told_of(session, province), system, codes_in_force(session, system.system))


def rows_of(content: bytes) -> list[dict[str, str]]:
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    header = [str(cell.value) for cell in sheet[SYSTEM.header_row]]
    return [
        {name: str(value or "") for name, value in zip(header, row, strict=True)}
        for row in sheet.iter_rows(min_row=SYSTEM.header_row + 1, values_only=True)
    ]


def brought(province: Any, content: bytes, name: str = "tai-ve.xlsx") -> Comparison:
    with province.store.reading() as session:
        told = told_of(session, province)
    rows = read_their_rows(content, SYSTEM, 2026)
    with province.store.writing() as session:
        sha256 = take_workbook(session, SYSTEM, told, name, content, rows, actor="Thư ký", now=T0)
    with province.store.reading() as session:
        return compare_taken(session, SYSTEM, told_of(session, province), sha256)


def with_codes(content: bytes, **changed: dict[str, str]) -> bytes:
    """Our own export as it comes back: a code in each row, and what they have changed by row key of ours."""
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    columns = {str(cell.value): cell.column for cell in sheet[SYSTEM.header_row]}
    for row in range(SYSTEM.header_row + 1, sheet.max_row + 1):
        sheet.cell(row, columns["Mã nhiệm vụ"]).value = f"TW-{row:03d}"
        for header, value in changed.get(str(sheet.cell(row, columns["Tên nhiệm vụ"]).value), {}).items():
            sheet.cell(row, columns[header]).value = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def confirm(province: Any) -> str:
    """One declared status of Sở Nội vụ is confirmed; the assignment's row key."""
    row_key = next(line.row_key for line in province.form("SNV").assignments if line.kind == "date")
    with province.store.writing() as session:
        assignment = find_assignment(session, row_key)
        report = session.exec(
            select(AssignmentReport).where(AssignmentReport.assignment_id == assignment.id)
        ).one()
        session.add(
            Confirmation(
                cycle_id=find_cycle(session, CYCLE).id or 0,
                assignment_id=assignment.id or 0,
                agency_id=find_request(session, CYCLE, "SNV").agency_id,
                assignment_report_id=report.id,
                verdict=ConfirmationVerdict.CORRECTED,
                status=ReportStatus.COMPLETE,
                completed_on=date(2026, 3, 10),
                actor="Thư ký",
                at=T0,
            )
        )
    return str(row_key)


def test_the_provinces_files_can_be_read() -> None:
    assert [system.system for system in central_systems(PROFILE)] == ["nq57", "theodoinq"]
    with pytest.raises(ProfileFault, match=r"'khac'.*nq57, theodoinq"):
        central_system(PROFILE, "khac")


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "central").mkdir()
    (tmp_path / "central" / "x.yaml").write_text("system: x\nname: X\n", encoding="utf-8")
    with pytest.raises(ProfileFault, match=r"central/x.yaml: .*columns"):
        central_systems(tmp_path)


def test_confirmed_statuses_go_out_first_and_the_basis_is_named(province: Any) -> None:
    row_key = confirm(province)
    rows = rows_of(exported(province))
    assert len(rows) == 37
    with province.store.reading() as session:
        name = next(
            line.assignment.name
            for line in told_of(session, province).assignments
            if line.assignment.row_key == row_key
        )
    row = next(one for one in rows if one["Tên nhiệm vụ"] == name)
    assert (row["Trạng thái"], row["Căn cứ số liệu"]) == ("Hoàn thành đúng hạn", CONFIRMED)
    assert row["Ngày hoàn thành"] == "10/3/2026"
    others = {one["Căn cứ số liệu"] for one in rows if one is not row}
    assert others == {DECLARED, SILENT}


def test_a_withheld_assignment_never_goes_out_nor_is_compared(province: Any) -> None:
    row_key = province.form("SNV").assignments[0].row_key
    whole = exported(province)
    with province.store.writing() as session:
        set_withheld(
            session, find_assignment(session, row_key), withheld=True, reason="Mật", actor="Thư ký", now=T0
        )
    assert len(rows_of(exported(province))) == 36
    compared = brought(province, with_codes(whole))
    assert (len(compared.pairs), len(compared.unmatched), compared.missing) == (36, 1, ())
    assert province.count(CentralCode) == 36


def test_there_and_back_changes_nothing_but_the_codes(province: Any) -> None:
    confirm(province)
    content = with_codes(exported(province))
    compared = brought(province, content)
    assert (len(compared.pairs), compared.differing, compared.unmatched, compared.missing) == (37, (), (), ())
    assert province.count(CentralCode) == 37
    again = brought(province, content)
    assert all(pair.by_code for pair in again.pairs)
    assert province.count(CentralCode) == 37
    assert len([act for act in province.all(Audit) if act.act == "nhap-trung-uong"]) == 1
    (row, *_others) = rows_of(exported(province))
    assert row["Mã nhiệm vụ"] == "TW-002"
    with province.store.reading() as session:
        (taken,) = taken_files(session, "theodoinq")
    assert (taken.name, taken.rows, taken.actor) == ("tai-ve.xlsx", 37, "Thư ký")


def test_what_they_say_otherwise_is_listed_and_changes_nothing(province: Any) -> None:
    (first, second, *_rest) = [row["Tên nhiệm vụ"] for row in rows_of(exported(province))]
    revisions = province.count(AssignmentRevision)
    compared = brought(
        province,
        with_codes(
            exported(province),
            **{
                first: {"Thời hạn hoàn thành": "Quý III/2026", "Trạng thái": "Hoàn thành"},
                second: {"Tên nhiệm vụ": "Một nhiệm vụ hoàn toàn khác"},
            },
        ),
    )
    (pair,) = compared.differing
    assert [(one.what, one.theirs) for one in pair.differences] == [
        (What.DUE, "Quý III/2026 (30/9/2026)"),
        (What.STATUS, "Hoàn thành"),
    ]
    assert pair.their_due == date(2026, 9, 30)
    assert [row.theirs.name for row in compared.unmatched] == ["Một nhiệm vụ hoàn toàn khác"]
    assert [row.name for row in compared.missing] == [second]
    assert province.count(AssignmentRevision) == revisions


def test_a_person_says_what_a_row_is_and_takes_it_back(province: Any) -> None:
    with province.store.writing() as session:
        one, other = (find_assignment(session, f"KH57-2026/I.{n}") for n in (1, 2))
        assert keep_code(session, "theodoinq", one, " X-1 ", actor="Thư ký", now=T0)
        assert not keep_code(session, "theodoinq", one, "X-1", actor="Thư ký", now=T0)
        with pytest.raises(CentralFault, match="X-1 đang dùng cho nhiệm vụ khác"):
            keep_code(session, "theodoinq", other, "X-1", actor="Thư ký", now=T0)
        assert keep_code(session, "nq57", other, "X-1", actor="Thư ký", now=T0)  # another system
        with pytest.raises(CentralFault, match="để trống"):
            keep_code(session, "theodoinq", other, " ", actor="Thư ký", now=T0)
    with province.store.writing() as session:
        one = find_assignment(session, "KH57-2026/I.1")
        assert keep_code(session, "theodoinq", one, "X-2", actor="Thư ký", now=T0)
        with pytest.raises(CentralFault, match="lý do"):
            drop_code(session, "theodoinq", one, reason="", actor="Thư ký", now=T0)
        assert drop_code(session, "theodoinq", one, reason="Nhầm", actor="Thư ký", now=T0)
        assert not drop_code(session, "theodoinq", one, reason="Nhầm", actor="Thư ký", now=T0)
        assert keep_code(session, "theodoinq", one, "X-1", actor="Thư ký", now=T0)  # free again
    rows = [(row.system, row.code, row.ended_at is None) for row in province.all(CentralCode)]
    assert rows == [
        ("theodoinq", "X-1", False),
        ("nq57", "X-1", True),
        ("theodoinq", "X-2", False),
        ("theodoinq", "X-1", True),
    ]
    acts = [act.act for act in province.all(Audit) if "trung-uong" in act.act]
    assert acts == ["ghi-ma-trung-uong"] * 3 + ["bo-ma-trung-uong", "ghi-ma-trung-uong"]


def test_their_headings_are_found_wherever_they_stand_and_however_spelt() -> None:
    book = Workbook()
    book.active.title = "Bìa"
    sheet = book.create_sheet("Du lieu")
    sheet.append(["BÁO CÁO", None, None])
    sheet.append([])
    sheet.append(["TRẠNG  THÁI", "mã nv", "Nội dung nhiệm vụ", "Thời hạn"])
    sheet.append(["Hoàn thành", 12, "Một việc", date(2026, 6, 30)])
    sheet.append([None, None, None, None])
    sheet.append(["Quá hạn", "A-2", "Việc hai", "Thường xuyên"])
    buffer = BytesIO()
    book.save(buffer)
    one, two = read_their_rows(buffer.getvalue(), SYSTEM, 2026)
    assert (one.row, one.code, one.name, one.due, one.status) == (
        4,
        "12",
        "Một việc",
        date(2026, 6, 30),
        "Hoàn thành",
    )
    assert (two.code, two.due, two.due_raw) == ("A-2", None, "Thường xuyên")


@pytest.mark.parametrize("content", [b"", b"khong phai tep", b"PK\x03\x04hong"])
def test_a_file_that_cannot_be_read_is_told(content: bytes) -> None:
    with pytest.raises(CentralFault, match=r"phải là bảng tính \.xlsx"):
        read_their_rows(content, SYSTEM, 2026)


def test_a_workbook_of_something_else_is_told() -> None:
    book = Workbook()
    book.active.append(["Họ tên", "Điện thoại"])
    buffer = BytesIO()
    book.save(buffer)
    with pytest.raises(CentralFault, match="“Mã nhiệm vụ” và “Tên nhiệm vụ”"):
        read_their_rows(buffer.getvalue(), SYSTEM, 2026)


def test_what_begins_like_a_formula_stays_text(province: Any) -> None:
    with province.store.writing() as session:
        keep_code(session, "theodoinq", find_assignment(session, "KH57-2026/I.1"), "=1+1", actor="x", now=T0)
    sheet = load_workbook(BytesIO(exported(province))).worksheets[0]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
