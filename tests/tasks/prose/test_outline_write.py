"""The outline as it goes out: headings in real styles, figures put in, the same bytes each time, and it prints."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.shared import Mm
from outlines import ANSWERS, FORM, KEY, OUTLINE, headings_of

from tasks.prose.outline_write import write_outline


@pytest.fixture(scope="module")
def document() -> Any:
    return docx.Document(BytesIO(write_outline(FORM, ANSWERS, {"1.II": "Đã ban hành 02 văn bản."}, KEY)))


def styled(document: Any, prefix: str) -> list[str]:
    return [p.text for p in document.paragraphs if p.style.name.startswith(prefix)]


def rows_of(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_every_heading_is_there_in_a_heading_style(document: Any) -> None:
    shown = [text.replace("\n", ". ") for text in styled(document, "Heading")]
    assert shown == headings_of()
    levels = [p.style.name for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert levels == [f"Heading {heading.level}" for heading in OUTLINE.headings]


def test_the_page_is_as_the_decree_wants(document: Any) -> None:
    section = document.sections[0]
    # Word keeps twentieths of a point: 0.02 mm.
    sides = (
        section.page_width,
        section.page_height,
        section.left_margin,
        section.right_margin,
        section.top_margin,
    )
    assert sides == pytest.approx([Mm(210), Mm(297), Mm(30), Mm(15), Mm(20)], abs=Mm(0.02))
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    for name in ("Normal", "Heading 1", "Nội dung"):
        assert document.styles[name].font.name == "Times New Roman"
        assert document.styles[name].font.size.pt == 14


def test_the_head_leaves_number_and_date_open(document: Any) -> None:
    head = " ".join(text for row in rows_of(document.tables[0]) for text in row).replace("\xa0", " ")
    for expected in (
        "SỞ NỘI VỤ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số:",
        "/BC-SNV",
        "ngày     tháng     năm 2026",
    ):
        assert expected in head
    assert styled(document, "Tên văn bản") == [
        "BÁO CÁO",
        "Tình hình, kết quả thực hiện các nhiệm vụ, chỉ tiêu được giao",
        "Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW",
    ]


def test_a_commune_signs_as_its_peoples_committee() -> None:
    commune = replace(FORM, agency_code="3127", agency_name="UBND phường Điện Biên Phủ")
    made = docx.Document(BytesIO(write_outline(commune, {}, {}, KEY)))
    assert rows_of(made.tables[0])[1][0].endswith("/BC-UBND")


def test_guides_and_the_warning_are_in_a_style_of_their_own(document: Any) -> None:
    guides = styled(document, "Hướng dẫn")
    assert guides[0] == "Không đưa nội dung thuộc bí mật nhà nước vào văn bản này."
    assert guides[2:] == [heading.guide for heading in OUTLINE.headings if heading.guide]


def test_assignments_are_counted_as_the_committee_counts_them(document: Any) -> None:
    assert (
        "Tính đến ngày 14/3/2026, tổng số nhiệm vụ giao Sở Nội vụ là 03 nhiệm vụ, trong đó: 01 nhiệm vụ đã hoàn thành "
        "đúng hạn, 01 nhiệm vụ chậm, quá hạn, 01 nhiệm vụ chưa có báo cáo."
    ) in styled(document, "Số liệu dondoc")
    assert rows_of(document.tables[1])[1:] == [
        [
            "1",
            "Rà soát cơ chế",
            "Văn bản",
            "Quý I/2026",
            "Hoàn thành ngày 10/3/2026",
            "Công văn số 15/SNV-CCHC",
        ],
        [
            "2",
            "Bố trí nhân lực",
            "Đề án",
            "28/02/2026",
            "Đang thực hiện (40%)",
            "Lý do, vướng mắc: Chờ hướng dẫn",
        ],
        ["3", "Cập nhật dữ liệu", "Báo cáo", "Thường xuyên", "", ""],
    ]


def test_indicators_and_the_annex_of_a_heading(document: Any) -> None:
    assert rows_of(document.tables[2])[1:] == [["1", "Số TTHC cấp tỉnh", "106"]]
    assert rows_of(document.tables[3])[1:] == [
        ["1", "Chi ngân sách", "%", "1,08", "≥ 3", "1,2", "14/3/2026"],
        ["2", "Hồ sơ trực tuyến", "%", "", "80", "chưa có số liệu", ""],
    ]
    assert (
        "Tổng số chỉ tiêu do Sở Nội vụ báo cáo là 02 chỉ tiêu, trong đó: 01 chỉ tiêu đã có số liệu, 01 chỉ tiêu chưa "
        "có số liệu."
    ) in styled(document, "Số liệu dondoc")


def test_without_figures_the_tables_wait() -> None:
    made = docx.Document(BytesIO(write_outline(FORM, {}, {}, KEY)))
    waiting = [text for text in styled(made, "Số liệu dondoc") if "sẽ được điền vào đây" in text]
    assert len(waiting) == 3
    assert [row[4] for row in rows_of(made.tables[1])[1:]] == ["", "", ""]


def test_prose_that_is_there_stands_under_its_heading(document: Any) -> None:
    texts = [p.text for p in document.paragraphs]
    assert (
        texts.index("Đã ban hành 02 văn bản.")
        == texts.index("II. VỀ HOÀN THIỆN THỂ CHẾ, CƠ CHẾ CHÍNH SÁCH") + 2
    )


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert write_outline(FORM, ANSWERS, {}, KEY) == write_outline(
        FORM, dict(reversed(ANSWERS.items())), {}, KEY
    )


def test_characters_that_no_file_may_hold_are_no_obstacle() -> None:
    made = write_outline(FORM, {"KH57-2026/I.1:product": "Văn\x0bbản\x00"}, {"1.II": "Chữ\x1f\ud800 lạ"}, KEY)
    assert "Chữ   lạ" in [p.text for p in docx.Document(BytesIO(made)).paragraphs]


def test_a_form_without_prose_has_no_outline() -> None:
    with pytest.raises(ValueError, match="không hỏi lời văn"):
        write_outline(replace(FORM, outline=None), {}, {}, KEY)
