"""Reports at the desk: an officer makes them, everybody there takes them along; what cannot be made is said."""

import shutil
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from models.codes import DeskRole, DocumentKind
from models.cycle import CycleDocument
from models.history import Audit
from tasks.steps import open_step

CYCLE = "bcd-quy-2026-Q1"
HERE = f"/bao-cao/{CYCLE}"


def kept(province: Any, kind: DocumentKind) -> list[CycleDocument]:
    return list(province.all(CycleDocument, CycleDocument.kind == kind))


def test_an_officer_makes_the_drafts_and_a_reader_takes_them(few: Any, desk_of: Any) -> None:
    officer, reader = desk_of(few, DeskRole.OFFICER), desk_of(few, DeskRole.READER)
    assert "Chưa lập văn bản nào." in officer.get(HERE).text
    page = officer.post(f"{HERE}/chung")
    assert (page.status, "Đã lập báo cáo tổng hợp (Word) và phụ lục (Excel)." in page.text) == (200, True)
    (report,), (annexes,) = kept(few, DocumentKind.REPORT), kept(few, DocumentKind.ANNEXES)
    assert report.actor == officer.actor
    assert few.count(Audit, Audit.act == "lap-van-ban", Audit.actor == officer.actor) == 2
    seen = reader.get(HERE)
    assert f"bao-cao-{CYCLE}.docx" in seen.text
    assert "Lập báo cáo và phụ lục" not in seen.text
    taken = reader.download(f"{HERE}/{report.id}")
    assert f'filename="bao-cao-{CYCLE}.docx"' in taken.headers["content-disposition"]
    assert Document(BytesIO(taken.content)).paragraphs
    assert (
        "Nguồn số liệu" in load_workbook(BytesIO(reader.download(f"{HERE}/{annexes.id}").content)).sheetnames
    )


def test_pressing_twice_keeps_one(few: Any, desk_of: Any) -> None:
    officer = desk_of(few, DeskRole.OFFICER)
    for _ in range(2):
        officer.post(f"{HERE}/co-quan", {"co_quan": "SNV"})
    assert len(kept(few, DocumentKind.AGENCY_RESULT)) == 2


def test_another_day_is_read_or_refused_in_words(few: Any, desk_of: Any) -> None:
    officer = desk_of(few, DeskRole.OFFICER)
    wrong = officer.post(f"{HERE}/chung", {"ngay": "31/2/2026"})
    assert (wrong.status, "không hiểu “31/2/2026”" in wrong.text) == (422, True)
    assert 'value="31/2/2026"' in wrong.html
    assert kept(few, DocumentKind.REPORT) == []


def test_one_agency_one_section_and_what_was_not_chosen(few: Any, desk_of: Any) -> None:
    officer = desk_of(few, DeskRole.OFFICER)
    page = officer.post(f"{HERE}/co-quan", {"co_quan": "SNV"})
    assert "Đã lập phiếu kết quả của cơ quan (Word, Excel)." in page.text
    assert [one.file_name for one in kept(few, DocumentKind.AGENCY_RESULT)] == [
        f"ket-qua-SNV-{CYCLE}.docx",
        f"ket-qua-SNV-{CYCLE}.xlsx",
    ]
    page = officer.post(f"{HERE}/linh-vuc", {"linh_vuc": "V"})
    assert "Đã lập báo cáo của lĩnh vực (Word, Excel)." in page.text
    assert len(kept(few, DocumentKind.SECTION_RESULT)) == 2
    for path, words in (("co-quan", "Chưa chọn cơ quan."), ("linh-vuc", "Chưa chọn lĩnh vực.")):
        page = officer.post(f"{HERE}/{path}")
        assert (page.status, words in page.text) == (422, True)
    page = officer.post(f"{HERE}/co-quan", {"co_quan": "KHONG-CO"})
    assert (page.status, "không có cơ quan mang mã" in page.text) == (422, True)
    page = officer.post(f"{HERE}/so-sanh")
    assert (page.status, "Chưa có kỳ nào trước kỳ" in page.text) == (422, True)


def test_the_way_there_and_no_way_elsewhere(few: Any, desk_of: Any, clock: Any) -> None:
    reader = desk_of(few, DeskRole.READER)
    assert reader.get("/bao-cao").url.endswith(HERE)
    assert reader.get(f"/bao-cao?ky={CYCLE}").url.endswith(HERE)
    assert f"/thu-ky/bao-cao/{CYCLE}" in reader.get(f"/ky/{CYCLE}").html
    assert reader.get("/bao-cao/khong-co").status == 404
    assert reader.get(f"{HERE}/999").status == 404
    letter = next(one for one in few.all(CycleDocument) if one.kind is DocumentKind.LETTER)
    assert reader.get(f"{HERE}/{letter.id}").status == 404
    open_step(few.office, "2026-H1", clock())
    assert "chưa có gì để tổng hợp" in reader.get("/bao-cao/bcd-6-thang-2026-H1").text
    officer = desk_of(few, DeskRole.OFFICER)
    page = officer.post("/bao-cao/bcd-6-thang-2026-H1/chung")
    assert (page.status, "còn là dự thảo" in page.text) == (422, True)


def test_without_any_released_cycle(imported: Any, desk_of: Any) -> None:
    assert "Chưa có kỳ báo cáo nào được phát hành" in desk_of(imported, DeskRole.READER).get("/bao-cao").text


def test_without_libreoffice_no_pdf_is_offered_and_asking_for_one_says_why(
    few: Any, desk_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = few.with_settings(soffice="/khong/co/soffice")
    officer = desk_of(few, DeskRole.OFFICER)
    officer.post(f"{HERE}/co-quan", {"co_quan": "SNV"})
    page = officer.get(HERE)
    assert "Máy chủ chưa có LibreOffice" in page.text
    assert "/pdf" not in page.html
    (word, _) = kept(few, DocumentKind.AGENCY_RESULT)
    page = officer.get(f"{HERE}/{word.id}/pdf")
    assert (page.status, "DONDOC_SOFFICE" in page.text) == (422, True)


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="không có LibreOffice")
def test_pdf_where_libreoffice_is(few: Any, desk_of: Any) -> None:
    officer = desk_of(few, DeskRole.OFFICER)
    officer.post(f"{HERE}/co-quan", {"co_quan": "SNV"})
    word, sheet = kept(few, DocumentKind.AGENCY_RESULT)
    for one in (word, sheet):
        taken = officer.download(f"{HERE}/{one.id}/pdf")
        assert taken.content.startswith(b"%PDF-")
        assert f'filename="ket-qua-SNV-{CYCLE}.pdf"' in taken.headers["content-disposition"]


def test_the_day_of_the_figures_stands_on_the_page(few: Any, desk_of: Any) -> None:
    page = desk_of(few, DeskRole.OFFICER).get(HERE)
    assert "Số liệu chốt ngày 14/3/2026" in page.text
