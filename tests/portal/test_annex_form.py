"""Annexes on the page: each line a group in its own words, each column by its headings, lines added without scripts."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from annexes import ANNEX_V, ANNEX_VII, ANNEX_VIII
from asked import ask, filled
from openpyxl import load_workbook
from province import annex_texts

from models.codes import SubmissionVerdict
from models.rules.annexes.annex import Annex
from models.submission import Submission, SubmissionCell
from portal.annex_form import LINES_TO_ADD, AnnexPart, Block, annex_part
from portal.fields import Said
from portal.preview import annex_page
from tasks.annexes.markup import read_annex

VisitorOf = Callable[..., Any]
MARKED_UP = Path(__file__).parents[2] / "deployments" / "dien-bien" / "annexes"


def part(annex: Annex, **texts: str) -> AnnexPart:
    return annex_part(annex, Said({name.replace("__", ":"): text for name, text in texts.items()}))


def drawn(code: str) -> Annex:
    """An annex as the province's secretariat has marked it up."""
    path = MARKED_UP / f"{code}.xlsx"
    return read_annex(path.read_bytes(), path.name)


def labels(block: Block) -> list[str]:
    return [field.label for field in block.fields]


def test_lines_and_columns_bear_the_words_of_the_drawing() -> None:
    blocks = [block for block in part(drawn("PL-V")).blocks if block.fields]
    assert [block.title for block in blocks[:4]] == [
        "1. Cấp Trung ương (dùng chung cấp Trung ương, cấp tỉnh, cấp xã)",
        "2. Cấp tỉnh",
        "3. Cấp xã",
        "Tổng số",
    ]
    assert labels(blocks[1]) == ["Số TTHC", "Số DVCTT – Toàn trình", "Số DVCTT – Một phần"]
    assert labels(blocks[-1])[:2] == ["Hồ sơ trực tuyến – Trong kỳ", "Hồ sơ trực tuyến – Lũy kế"]


def test_units_stand_in_brackets_and_headings_between_the_lines() -> None:
    blocks = part(drawn("PL-SL")).blocks
    assert [block.title for block in blocks if block.heading][:2] == [
        "I. Nhiệm vụ được giao",
        "II. Hồ sơ thủ tục hành chính trong kỳ",
    ]
    assert "2.1. Hồ sơ tiếp nhận trực tuyến (hồ sơ)" in [block.title for block in blocks]


def test_columns_that_the_headings_do_not_tell_apart_bear_the_cells_own_words() -> None:
    one_heading = tuple(cell for cell in ANNEX_V.given if cell.row < 10)
    blocks = [b for b in part(ANNEX_V.model_copy(update={"given": one_heading})).blocks if b.fields]
    assert labels(blocks[-1])[0] == "Số DVCTT – Cấp Trung ương – Toàn trình"


def test_kinds_of_cells_are_kinds_of_fields() -> None:
    (block,) = [block for block in part(ANNEX_VIII).blocks if block.fields]
    assert [(field.kind, field.keyboard) for field in block.fields] == [
        ("long", ""),
        ("line", "decimal"),
        ("line", ""),  # may be answered in words
        ("long", ""),
        ("mark", ""),
        ("line", ""),
        ("line", "decimal"),
        ("list", ""),
    ]
    assert block.title == ANNEX_VIII.title  # the line has no words of its own


def test_a_mark_that_is_none_is_shown_to_be_mended() -> None:
    (block,) = [block for block in part(ANNEX_VIII, **{"PL-VIII/3__F": "chưa rõ"}).blocks if block.fields]
    assert [(f.kind, f.text) for f in block.fields if f.label == "Đã có đề án"] == [("line", "chưa rõ")]


def test_a_repeated_line_shows_what_is_begun_and_one_more() -> None:
    def rows(**texts: str) -> tuple[list[str], int]:
        shown = [block for block in part(ANNEX_VII, **texts).blocks if block.title.startswith("Dòng")]
        assert not any(block.more for block in shown[:-1])
        return [block.title for block in shown], len(shown[-1].more)

    assert rows() == (["Dòng 1"], 3)
    assert rows(**{"PL-VII/5.2__B": "CSDL dân cư"}) == (["Dòng 1", "Dòng 2", "Dòng 3"], 1)
    assert rows(**{"PL-VII/5.4__B": "CSDL đất đai"}) == ([f"Dòng {n}" for n in (1, 2, 3, 4)], 0)


def test_a_line_that_may_come_often_does_not_make_the_page_endless() -> None:
    many = Annex.model_validate({**ANNEX_VII.model_dump(), "repeats": [{"row": 5, "times": 200}]})
    (last,) = [block for block in part(many).blocks if block.more]
    assert (len(last.more), last.left) == (LINES_TO_ADD, 200 - 1 - LINES_TO_ADD)


def test_an_annex_typed_on_the_page_is_reported(few_both: Any, visitor_of: VisitorOf) -> None:
    ask(few_both, "SNV", ANNEX_V, ANNEX_VII)
    visitor = visitor_of(few_both, "SNV")
    said = {**filled(few_both, "SNV"), "PL-VII/5.1:B": "CSDL cán bộ", "PL-VII/5.3:E": "1,5"}
    page = visitor.post("/form", {**visitor.typed(**said), "viec": "gui"})
    assert "Đã nhận báo cáo, đạt yêu cầu" in page.text
    cells = {(c.row_key, c.column): c.raw for c in few_both.all(SubmissionCell)}
    assert cells["PL-VII/5.1", "B"] == "CSDL cán bộ"
    assert cells["PL-VII/5.3", "E"] == "1,5"
    assert len([key for key, _ in cells if key.startswith("PL-V/")]) == len(ANNEX_V.asked)


def test_a_cell_left_out_is_asked_for_where_it_stands(few: Any, visitor_of: VisitorOf) -> None:
    ask(few, "SNV", ANNEX_V)
    visitor = visitor_of(few, "SNV")
    said = {**filled(few, "SNV"), "PL-V/11:D": "nhiều"}
    page = visitor.post("/form", {**visitor.typed(**said), "viec": "gui"})
    assert [v.verdict for v in few.all(Submission)] == [SubmissionVerdict.FAULTY]
    (wrong,) = [f for f in page.fields("input") if f.get("aria-invalid")]
    assert (wrong["name"], wrong["value"]) == ("PL-V/11:D", "nhiều")
    assert "#PL-V/11%3AD" in [a.get("href") for a in page.fields("a")]
    front = visitor.get()
    assert f"/y/{visitor.token}/form#PL-V/11%3AD" in [a.get("href") for a in front.fields("a")]
    assert "Trang “Phụ lục V”" in front.text


def test_a_remark_names_the_field_or_the_cell(few: Any, visitor_of: VisitorOf) -> None:
    ask(few, "SNV", drawn("PL-V"))
    visitor = visitor_of(few, "SNV")
    said = {**filled(few, "SNV"), "PL-V/18:G": "7"}
    visitor.post("/form", {**visitor.typed(**said), "viec": "gui"})
    assert "Trang “Phụ lục V”, mục “Tổng số – Tổng số hồ sơ tiếp nhận trong kỳ”:" in visitor.get().text
    ask(few, "STC", drawn("PL-V"))
    book = load_workbook(BytesIO(few.filled("STC")))
    sheet = book["Phụ lục V"]
    (row,) = [cells[0].row for cells in sheet.iter_rows(max_col=1) if cells[0].value == "PL-V/18"]
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    sheet[f"{columns['G']}{row}"] = "7"
    out = BytesIO()
    book.save(out)
    assert f"Trang “Phụ lục V”, ô {columns['G']}{row}:" in visitor_of(few, "STC").upload(out.getvalue()).text


def test_an_annex_left_empty_is_asked_for_at_its_head(few: Any, visitor_of: VisitorOf) -> None:
    ask(few, "SNV", ANNEX_V)
    visitor = visitor_of(few, "SNV")
    figures = annex_texts(few.form("SNV"))
    said = {name: text for name, text in filled(few, "SNV").items() if name not in figures}
    page = visitor.post("/form", {**visitor.typed(**said), "viec": "gui"})
    section = page.html[page.html.index('id="PL-V"') :]
    assert section.index('class="must"') < section.index("<fieldset>")
    assert "#PL-V" in [a.get("href") for a in page.fields("a")]


def test_every_field_of_an_annex_has_its_label_and_its_group(few: Any, visitor_of: VisitorOf) -> None:
    ask(few, "SNV", ANNEX_V, ANNEX_VII, ANNEX_VIII)
    page = visitor_of(few, "SNV").get("/form")
    fields = [f for tag in ("input", "select", "textarea") for f in page.fields(tag)]
    ids = [str(f["id"]) for f in fields if f.get("type") != "hidden"]
    assert {str(label["for"]) for label in page.fields("label")} == set(ids)
    assert len(ids) == len(set(ids))
    assert len(page.fields("fieldset")) == len(page.fields("legend")) > 5


def test_five_annexes_and_last_periods_answers_are_a_light_page(few: Any, visitor_of: VisitorOf) -> None:
    ask(few, "SKHCN", *(drawn(code) for code in ("PL-I", "PL-V", "PL-VII", "PL-VIII", "PL-SL")))
    visitor = visitor_of(few, "SKHCN")
    page = visitor.get("/form")
    style = visitor.client.get(str(page.fields("link")[0]["href"]))
    assert len(page.html.encode()) + len(style.content) < 150_000
    assert len(page.fields("fieldset")) > 30


@pytest.mark.parametrize("code", ["PL-I", "PL-V", "PL-VII", "PL-VIII", "PL-SL"])
def test_the_secretariat_sees_an_annex_beforehand(code: str) -> None:
    annex = drawn(code)
    html = annex_page(annex)
    assert html.startswith("<!DOCTYPE html>")
    assert "BẢN XEM TRƯỚC" in html
    assert annex.title in html
    assert "<script" not in html
    assert "<link" not in html
    assert "<style>:root" in html
    assert '"&gt;' not in html
    assert html.count("<fieldset>") >= len({cell.row for cell in annex.asked})
