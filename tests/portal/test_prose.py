"""The prose of a report on the page: typed under its headings, or written in Word and handed in beside the figures."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
from annexes import OUTLINE
from asked import ask, filled
from outlines import changed, under

from models.codes import ArrivalVerdict, SubmissionVerdict
from models.submission import Arrival, Narrative, NarrativePart, Submission
from tasks.intake.package_out import GUIDE_NAME

VisitorOf = Callable[..., Any]
PROSE = "Đã ban hành Kế hoạch số 10/KH-SNV.\nĐã giao chỉ tiêu cho các phòng."


def written(blank: bytes, **texts: str) -> bytes:
    """The outline with a text under each of these headings, named by their words."""

    def write(document: Any) -> None:
        for title, text in texts.items():
            under(document, title.replace("_", " ")).text = text

    return changed(blank, write)


def blank_of(visitor: Any) -> bytes:
    got = visitor.client.get(f"/y/{visitor.token}/de-cuong")
    assert got.headers["content-disposition"] == 'attachment; filename="de-cuong-SNV-bcd-quy-2026-Q1.docx"'
    assert got.headers["content-type"].endswith("wordprocessingml.document")
    return bytes(got.content)


def textarea(page: Any, code: str) -> str:
    return str(page.html.split(f'name="loi-van:{code}"')[1].split(">")[1].split("</textarea")[0])


def test_it_is_typed_under_its_headings(few_both: Any, visitor_of: VisitorOf) -> None:
    ask(few_both, "SNV", outline=OUTLINE)
    visitor = visitor_of(few_both, "SNV")
    names = {str(f["name"]) for f in visitor.get("/form").fields("textarea") if "loi-van" in str(f["name"])}
    assert names == {f"loi-van:{heading.code}" for heading in OUTLINE.headings if heading.asked}
    said = {**filled(few_both, "SNV"), "loi-van:1.I": PROSE}
    visitor.post("/form", {**visitor.typed(**said), "viec": "luu"})
    assert textarea(visitor.get("/form"), "1.I") == PROSE
    page = visitor.post("/form", {**visitor.typed(**said), "viec": "gui"})
    assert "Đã nhận báo cáo, đạt yêu cầu" in page.text
    assert [(p.code, p.text) for p in few_both.all(NarrativePart)] == [("1.I", PROSE)]
    assert "ghi 1/4 mục" in visitor.get().text


def test_the_outline_bears_the_agencys_own_figures(few: Any, visitor_of: VisitorOf) -> None:
    figures = OUTLINE.model_copy(
        update={"headings": (OUTLINE.headings[1].model_copy(update={"figures": "assignments"}),)}
    )
    ask(few, "SNV", outline=figures)
    visitor = visitor_of(few, "SNV")

    def cells() -> str:
        document = docx.Document(BytesIO(blank_of(visitor)))
        return "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)

    assert "Công văn số 99" not in cells()
    visitor.upload(few.filled("SNV", product="Công văn số 99"))
    assert "Công văn số 99" in cells()
    said = {**visitor.typed(), f"{few.form('SNV').assignments[0].row_key}:product": "Nháp chưa gửi"}
    visitor.post("/form", {**said, "viec": "luu"})
    assert "Nháp chưa gửi" not in cells()


def test_a_filled_outline_is_received_with_what_is_missing(few_both: Any, visitor_of: VisitorOf) -> None:
    ask(few_both, "SNV", outline=OUTLINE)
    visitor = visitor_of(few_both, "SNV")
    page = visitor.upload(written(blank_of(visitor), Hạ_tầng_số="Đã phủ sóng 5G."), "de-cuong.docx")
    assert "Đã nhận lời văn của báo cáo" in page.text
    assert "Đã ghi 1/4 mục của đề cương" in page.text
    assert "Mục chưa có nội dung (03) I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO" in page.text
    assert [a.verdict for a in few_both.all(Arrival)] == [ArrivalVerdict.NARRATIVE]
    assert few_both.count(Submission) == 0
    assert textarea(visitor.get("/form"), "1.II.1") == "Đã phủ sóng 5G."
    again = docx.Document(BytesIO(blank_of(visitor)))
    assert "Đã phủ sóng 5G." in [paragraph.text for paragraph in again.paragraphs]


def test_the_readers_findings_are_told(few: Any, visitor_of: VisitorOf) -> None:
    ask(few, "SNV", outline=OUTLINE)
    visitor = visitor_of(few, "SNV")

    def write(document: Any) -> None:
        heading = next(p for p in document.paragraphs if "Hạ tầng số" in p.text)
        heading.insert_paragraph_before("Kết quả khác", style=heading.style)
        under(document, "Kết quả khác").text = "Đã xong."

    page = visitor.upload(changed(blank_of(visitor), write), "de-cuong.docx")
    assert "Đề nghị xem lại (không bắt buộc sửa):" in page.text
    assert "“Kết quả khác” không có trong đề cương" in page.text


def test_prose_in_word_is_newer_than_the_version_but_not_than_the_draft(
    few: Any, visitor_of: VisitorOf, clock: Any
) -> None:
    ask(few, "SNV", outline=OUTLINE)
    visitor = visitor_of(few, "SNV")
    said = {**filled(few, "SNV"), "loi-van:1.I": "Bản đầu."}
    visitor.post("/form", {**visitor.typed(**said), "viec": "gui"})
    clock.at += timedelta(minutes=5)
    visitor.upload(written(blank_of(visitor), Hạ_tầng_số="Đã phủ."), "a.docx")
    page = visitor.get("/form")
    assert textarea(page, "1.II.1") == "Đã phủ."
    assert textarea(page, "1.I") == "Bản đầu."
    clock.at += timedelta(minutes=5)
    visitor.post("/form", {**visitor.typed(**{"loi-van:1.I": "Bản nháp."}), "viec": "luu"})
    page = visitor.get("/form")
    assert (textarea(page, "1.I"), textarea(page, "1.II.1")) == ("Bản nháp.", "")


def test_without_an_outline_there_is_none(few: Any, visitor_of: VisitorOf) -> None:
    ask(few, "SNV")
    visitor = visitor_of(few, "SNV")
    assert visitor.get("/de-cuong").status == 404
    assert "đề cương" not in visitor.get().text
    assert "loi-van" not in visitor.get("/form").html


def test_a_long_text_is_kept_whole(few: Any, visitor_of: VisitorOf) -> None:
    ask(few, "SNV", outline=OUTLINE)
    visitor = visitor_of(few, "SNV")
    text = "Nội dung. " * 5_000
    said = {**filled(few, "SNV"), "loi-van:1.I": text}
    visitor.post("/form", {**visitor.typed(**said), "viec": "gui"})
    assert [part.text for part in few.all(NarrativePart)] == [text.strip()]


def test_all_in_one_zip_filled_and_sent_back(few: Any, visitor_of: VisitorOf) -> None:
    ask(few, "SNV", outline=OUTLINE)
    visitor = visitor_of(few, "SNV")
    got = visitor.client.get(f"/y/{visitor.token}/tat-ca.zip")
    assert got.headers["content-type"] == "application/zip"
    assert got.headers["content-disposition"].endswith('"bieu-bao-cao-SNV-bcd-quy-2026-Q1.zip"')
    out = BytesIO()
    with ZipFile(BytesIO(got.content)) as given, ZipFile(out, "w") as back:
        assert given.testzip() is None
        for name in given.namelist():
            content = given.read(name)
            if name.endswith(".xlsx"):
                content = few.filled("SNV")
            elif name.endswith(".docx"):
                content = written(content, Hạ_tầng_số="Đã phủ sóng 5G.")
            if name != GUIDE_NAME:
                back.writestr(f"SNV/{name}", content)
    page = visitor.upload(out.getvalue(), "tra-loi.zip")
    assert "gồm 02 tệp" in page.text
    assert "báo cáo đạt yêu cầu" in page.text
    assert "lời văn đã được ghi nhận" in page.text
    assert [v.verdict for v in few.all(Submission)] == [SubmissionVerdict.ACCEPTED]
    assert few.count(Narrative) == 1
