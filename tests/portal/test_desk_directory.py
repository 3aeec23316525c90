"""The directory at the desk: sifted, put right by hand, out to Excel and in again as it was shown."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from models.codes import DeskRole, PersonRole
from models.directory import Agency, Person
from models.history import Audit
from models.time import vn_instant

EMAIL = "dau-moi@snv.dien-bien.example"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def person(province: Any, email: str = EMAIL) -> Person:
    (found,) = province.all(Person, Person.email == email)
    assert isinstance(found, Person)
    return found


def bounce(province: Any, now: Any) -> int:
    with province.store.writing() as session:
        row = session.get_one(Person, person(province).id)
        row.bounced_at, row.bounced_why = now, "550 5.1.1 <dau-moi@snv> no such user"
        return row.id or 0


def fields(**more: str) -> dict[str, str]:
    said = {"vai_tro": "officer", "ho_ten": "Trần Văn B", "chuc_vu": "Phó phòng", "thu": "b@snv.example"}
    return {**said, "dien_thoai": "0912 345 678", **more}


def workbook(*rows: tuple[str, ...]) -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Người liên hệ"
    sheet.append(["Mã cơ quan", "Vai trò", "Họ tên", "Chức vụ", "Thư điện tử", "Điện thoại", "Đang dùng"])
    for row in rows:
        sheet.append(list(row))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def upload(desk: Any, content: bytes) -> Any:
    return desk.post("/danh-ba/nhap/tep", files={"tep": ("danh-ba.xlsx", content, XLSX)})


def hidden(page: Any, **wanted: str) -> list[dict[str, str]]:
    """The hidden fields of every form that applies an import."""
    forms: list[dict[str, str]] = []
    inside = False
    for tag, attrs in page.tags:
        if tag == "form":
            inside = str(attrs.get("action")).endswith("/danh-ba/nhap/ghi")
            forms += [{}] if inside else []
        elif inside and tag == "input" and attrs.get("name") != "_ma":
            forms[-1][str(attrs["name"])] = str(attrs["value"])
    return forms


def test_the_list_is_sifted_by_its_address(imported: Any, desk_of: Any, clock: Any) -> None:
    bounce(imported, clock())
    desk = desk_of(imported, DeskRole.READER)
    page = desk.get("/danh-ba")
    assert f"{imported.count(Agency)} cơ quan, đơn vị, địa phương đang dùng." in page.text
    assert "Thư ký Ban Chỉ đạo" in page.text
    page = desk.get("/danh-ba?loc=thu-loi")
    assert ("01 cơ quan, đơn vị, địa phương" in page.text, "Thư bị trả lại" in page.text) == (True, True)
    page = desk.get("/danh-ba?tim=s%E1%BB%9F+n%E1%BB%99i&loai=department")
    assert ("Sở Nội vụ" in page.text, "Sở Tài chính" in page.text) == (True, False)
    assert "Không có cơ quan nào phù hợp với bộ lọc." in desk.get("/danh-ba?tim=khongcogi").text
    assert desk.get("/danh-ba?trang=0").status == 404


def test_a_contact_is_added_changed_removed_and_brought_back(imported: Any, desk_of: Any) -> None:
    desk = desk_of(imported)
    page = desk.post("/danh-ba/SNV/them", fields())
    assert ("Đã thêm vào danh bạ." in page.text, "Trần Văn B, Phó phòng" in page.text) == (True, True)
    number = person(imported, "b@snv.example").id
    page = desk.post(f"/danh-ba/SNV/nguoi/{number}/sua", fields(ho_ten="Trần Văn Bê", dien_thoai=""))
    assert "Trần Văn Bê" in page.text
    page = desk.post(f"/danh-ba/SNV/nguoi/{number}/ngung", {"ly_do": "chuyển công tác"})
    assert "Đã ngừng dùng" in page.text
    assert not person(imported, "b@snv.example").active
    page = desk.post(f"/danh-ba/SNV/nguoi/{number}/lai")
    assert "Đã dùng lại." in page.text
    assert person(imported, "b@snv.example").active
    acts = [(one.act, one.actor) for one in imported.all(Audit) if one.entity == "person"]
    wanted = ("them-dau-moi", "sua-dau-moi", "ngung-dau-moi", "dung-lai-dau-moi")
    assert acts == [(act, desk.actor) for act in wanted]


def test_what_cannot_be_is_said_and_what_was_typed_stays(imported: Any, desk_of: Any) -> None:
    desk = desk_of(imported)
    page = desk.post("/danh-ba/SNV/them", fields(thu="trần@snv"))
    assert (page.status, "không đúng dạng" in page.text, 'value="trần@snv"' in page.html) == (422, True, True)
    page = desk.post("/danh-ba/SNV/them", fields(vai_tro="secretariat"))
    assert (page.status, "không dùng ở đây" in page.text) == (422, True)
    page = desk.post("/danh-ba/SNV/them", fields(vai_tro="x"))
    assert (page.status, "Chưa chọn vai trò" in page.text) == (422, True)
    assert desk.get("/danh-ba/KHONG-CO").status == 404
    assert imported.count(Person, Person.name == "Trần Văn B") == 0


def test_an_address_that_came_back_shows_the_server_s_words_until_it_is_said_to_work(
    imported: Any, desk_of: Any, clock: Any
) -> None:
    number = bounce(imported, clock())
    desk = desk_of(imported)
    page = desk.get("/danh-ba/SNV")
    assert f"bị trả lại từ {vn_instant(clock())}" in page.text
    assert "550 5.1.1 <dau-moi@snv> no such user" in page.text
    page = desk.post(f"/danh-ba/SNV/nguoi/{number}/dia-chi", {"ly_do": ""})
    assert page.status == 422
    page = desk.post(f"/danh-ba/SNV/nguoi/{number}/dia-chi", {"ly_do": "đã gọi hỏi"})
    assert "no such user" not in page.text
    assert person(imported).bounced_at is None


def test_the_committee_s_own_people_have_a_page_too(imported: Any, desk_of: Any) -> None:
    desk = desk_of(imported)
    page = desk.post("/danh-ba/ban-chi-dao/them", fields(vai_tro="secretariat", thu="b@bcd.example"))
    assert "Trần Văn B" in page.text
    assert person(imported, "b@bcd.example").role is PersonRole.SECRETARIAT
    page = desk.post("/danh-ba/ban-chi-dao/them", fields(thu="c@bcd.example"))
    assert page.status == 422


def test_a_workbook_is_shown_then_applied_as_shown(imported: Any, desk_of: Any) -> None:
    leader = desk_of(imported, DeskRole.LEADER)
    new = ("SNV", "Cán bộ đầu mối", "Trần Văn B", "Phó phòng", "b@snv.example", "", "Có")
    page = upload(leader, workbook(new, ("SNVX", *new[1:])))
    assert page.status == 200
    assert "Người liên hệ: 01 thay đổi" in page.text
    assert "Trang “Người liên hệ”, dòng 3, cột A:" in page.text
    assert "Gần giống: SNV (Sở Nội vụ)" in page.text
    assert imported.count(Person, Person.email == "b@snv.example") == 0
    (form,) = hidden(page)
    done = leader.post("/danh-ba/nhap/ghi", form)
    assert "Đã nạp danh bạ đúng như đã xem." in done.text
    assert imported.count(Person, Person.email == "b@snv.example") == 1
    assert "Đã nạp" in leader.post("/danh-ba/nhap/ghi", form).text  # pressed twice
    assert [one.act for one in imported.all(Audit)].count("nap-danh-ba-excel") == 1


def test_a_plan_that_is_not_what_was_shown_is_shown_again(imported: Any, desk_of: Any) -> None:
    leader = desk_of(imported, DeskRole.LEADER)
    page = upload(leader, workbook(("SNV", "Cán bộ đầu mối", "B", "", "b@snv.example", "", "Có")))
    form, dropping = hidden(page)
    assert dropping["bo"] == "co"
    leader.post("/danh-ba/STC/them", fields(thu="c@stc.example"))
    again = leader.post("/danh-ba/nhap/ghi", form)
    assert (again.status, "đã khác lúc xem trước" in again.text) == (422, True)
    assert imported.count(Person, Person.email == "b@snv.example") == 0
    leader.post("/danh-ba/nhap/ghi", hidden(again)[0])
    assert imported.count(Person, Person.email == "b@snv.example") == 1
    lost = leader.post("/danh-ba/nhap/ghi", {**form, "tep": "0" * 64})
    assert (lost.status, "Chọn lại tệp" in lost.text) == (422, True)


def test_an_officer_sees_the_difference_and_does_not_apply_it(imported: Any, desk_of: Any) -> None:
    desk = desk_of(imported)
    page = upload(desk, workbook(("SNV", "Cán bộ đầu mối", "B", "", "b@snv.example", "", "Có")))
    assert hidden(page) == []
    assert "do lãnh đạo Tổ Giúp việc thực hiện" in page.text
    assert desk.post("/danh-ba/nhap/ghi", {"tep": "0" * 64}).status == 403


@pytest.mark.parametrize(
    ("content", "why"), [(b"PK\x03\x04", "Không đọc được tệp"), (b"%PDF", "Không đọc được tệp")]
)
def test_what_is_no_workbook_is_said(imported: Any, desk_of: Any, content: bytes, why: str) -> None:
    page = upload(desk_of(imported), content)
    assert (page.status, why in page.text) == (422, True)
    assert imported.count(Audit, Audit.act == "nap-danh-ba-excel") == 0


def test_the_workbooks_are_downloaded(imported: Any, desk_of: Any) -> None:
    desk = desk_of(imported, DeskRole.READER)
    whole = load_workbook(BytesIO(desk.download("/danh-ba/xuat").content))
    assert whole["Cơ quan"].max_row == imported.count(Agency) + 1
    assert load_workbook(BytesIO(desk.download("/danh-ba/mau").content))["Cơ quan"].max_row == 1
    assert desk.post("/danh-ba/SNV/them", fields()).status == 403


def test_without_a_file_the_page_says_what_to_do(imported: Any, desk_of: Any) -> None:
    page = desk_of(imported).post("/danh-ba/nhap/tep", files={"tep": ("", b"", XLSX)})
    assert (page.status, "Chưa chọn tệp" in page.text) == (422, True)
