"""One zip with all that an agency needs to report without a web page."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from annexes import ANNEX_V, OUTLINE
from asked import ask

from models.submission import Arrival
from tasks.intake.judge import judge_one
from tasks.intake.package_out import GUIDE_NAME, package_of
from tasks.intake.receive import receive
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.workbook.read import read_form

FORM = "bieu-bao-cao-SNV-bcd-quy-2026-Q1.xlsx"
OUTLINE_FILE = "de-cuong-SNV-bcd-quy-2026-Q1.docx"
MARKED = "bieu-bao-cao-SNV-bcd-quy-2026-Q1-ban-1-can-sua.xlsx"


@pytest.fixture
def now(few: Any) -> Any:
    with few.store.reading() as session:
        return few.cycle(session).released_at + timedelta(days=2)


def package(province: Any, now: Any) -> tuple[str, dict[str, bytes], bytes]:
    with province.store.reading() as session:
        name, content = package_of(session, province.office, province.request_id("SNV"), now)
    with ZipFile(BytesIO(content)) as packed:
        return name, {entry: packed.read(entry) for entry in packed.namelist()}, content


def guide(province: Any, now: Any) -> str:
    return package(province, now)[1][GUIDE_NAME].decode("utf-8-sig")


def hand_in(province: Any, content: bytes, now: Any) -> None:
    arrival_id = receive(
        province.store,
        channel="thu-muc",
        reference="bao-cao.xlsx",
        file_name="bao-cao.xlsx",
        content=content,
        received_at=now,
        now=now,
    )
    judge_one(province.store, arrival_id or 0, province.office.key, now)


def test_the_form_and_how_to_send_it_back(few: Any, now: Any) -> None:
    ask(few, "SNV", ANNEX_V)
    name, files, _ = package(few, now)
    assert name == "bieu-bao-cao-SNV-bcd-quy-2026-Q1.zip"
    assert list(files) == [FORM, GUIDE_NAME]
    assert files[FORM] == few.blank("SNV")
    stamp = read_form(files[FORM]).stamp
    assert stamp is not None
    assert stamp.agency_code == "SNV"


def test_the_outline_goes_with_it_where_prose_is_asked_for(few: Any, now: Any) -> None:
    ask(few, "SNV", outline=OUTLINE)
    _, files, _ = package(few, now)
    assert list(files) == [FORM, OUTLINE_FILE, GUIDE_NAME]
    assert files[OUTLINE_FILE].startswith(b"PK")


def test_a_faulty_version_goes_back_marked_until_it_is_mended(few: Any, now: Any) -> None:
    ask(few, "SNV")
    hand_in(few, few.filled("SNV", leave_out=1), now)
    _, files, _ = package(few, now)
    assert list(files) == [FORM, MARKED, GUIDE_NAME]
    assert "đã đánh dấu chỗ phải sửa" in files[GUIDE_NAME].decode("utf-8-sig")
    with few.store.writing() as session:
        form = few.form("SNV")
        assignment = find_assignment(session, form.assignments[-1].row_key)
        set_withheld(session, assignment, withheld=True, reason="thử", actor="Thư ký", now=now)
    assert MARKED not in package(few, now)[1]  # a row in it may not leave the house any more


def test_an_accepted_version_does_not_go_back(few: Any, now: Any) -> None:
    ask(few, "SNV")
    hand_in(few, few.filled("SNV"), now)
    assert few.count(Arrival) == 1
    assert list(package(few, now)[1]) == [FORM, GUIDE_NAME]


def test_the_same_state_gives_the_same_bytes(few: Any, now: Any) -> None:
    ask(few, "SNV", ANNEX_V, outline=OUTLINE)
    assert package(few, now)[2] == package(few, now + timedelta(minutes=1))[2]


def test_the_guide_opens_on_any_machine_and_says_what_to_do(few: Any, now: Any) -> None:
    ask(few, "SNV", outline=OUTLINE)
    raw = package(few, now)[1][GUIDE_NAME]
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n") > 20
    said = guide(few, now)
    for words in (
        "Cơ quan báo cáo: Sở Nội vụ",
        "Hạn gửi: hết ngày 20/3/2026\r\n",
        "KHÔNG NHẬP NỘI DUNG THUỘC BÍ MẬT NHÀ NƯỚC",
        FORM,
        OUTLINE_FILE,
        "hệ thống quản lý văn bản",
        "0215 000 0057",
        "Không phát sinh nội dung báo cáo",
    ):
        assert words in said
    assert "/y/" not in said  # no pages are published here


def test_the_agencys_own_link_stands_in_it_where_there_are_pages(few: Any, now: Any) -> None:
    published = few.with_settings(portal_url="https://tinh.example/bao-cao")
    assert f"https://tinh.example/bao-cao/y/{few.request_id('SNV')}-1-" in guide(published, now)


def test_it_says_when_the_deadline_has_passed(few: Any, now: Any) -> None:
    assert "đã quá hạn" not in guide(few, now)
    assert "đã quá hạn, đề nghị gửi ngay" in guide(few, now + timedelta(days=30))
