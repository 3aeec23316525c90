"""The công văn that opens a cycle, in the Party's layout and in the State's, as a draft and numbered."""

import io
from dataclasses import replace
from datetime import date
from zipfile import ZipFile

import pytest
from docx import Document
from docx.shared import Mm, Pt

from models.rules.policy import Letter
from tasks.documents.letter_word import LetterFacts, letter_document
from templates import FOLDER

PARTY = Letter(
    layout="party",
    superior="TỈNH ỦY ĐIỆN BIÊN",
    issuer="BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
    issuer_in_text="Ban Chỉ đạo chuyển đổi số tỉnh Điện Biên",
    unit="Tổ Giúp việc Ban Chỉ đạo",
    place="Điện Biên",
    signer_line="T/M BAN CHỈ ĐẠO",
    signer_office="PHÓ TRƯỞNG BAN",
    number_suffix="CV/BCĐ",
    report_number_suffix="BC/BCĐ",
)
STATE = Letter(
    layout="state",
    superior="UBND TỈNH ĐIỆN BIÊN",
    issuer="SỞ NỘI VỤ",
    issuer_in_text="Sở Nội vụ",
    unit="Văn phòng Sở",
    place="Điện Biên",
    signer_line="GIÁM ĐỐC",
    number_suffix="SNV-VP",
    report_number_suffix="BC-SNV",
)
FACTS = LetterFacts(
    letter=PARTY,
    cycle_name="Báo cáo quý I năm 2026 thực hiện Nghị quyết số 57-NQ/TW",
    data_from=date(2025, 12, 15),
    cut_off=date(2026, 3, 14),
    as_of=date(2026, 3, 14),
    due=date(2026, 3, 20),
    province_due=date(2026, 3, 25),
    registers=("Kế hoạch năm 2026 của Ban Chỉ đạo", "Nghị quyết số 71/NQ-CP"),
    recipients=("Công an tỉnh", "Sở Nội vụ"),
    legal_basis=("Quy chế làm việc của Ban Chỉ đạo",),
    contact="đồng chí A & B, điện thoại 0215 000 0057",
)
NUMBERED = replace(FACTS, number="12", day=date(2026, 2, 5), signer_name="Nguyễn Văn A")


DRAFT = """
TỈNH ỦY ĐIỆN BIÊN

BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ

*

ĐẢNG CỘNG SẢN VIỆT NAM

Số _____-CV/BCĐ

V/v báo cáo quý I năm 2026 thực hiện Nghị quyết số 57-NQ/TW

Điện Biên, ngày_____tháng_____năm 2026

Kính gửi:

- Công an tỉnh,

- Sở Nội vụ.

Thực hiện Quy chế làm việc của Ban Chỉ đạo; để xây dựng báo cáo quý I năm 2026 thực hiện Nghị quyết số
57-NQ/TW, Ban Chỉ đạo chuyển đổi số tỉnh Điện Biên đề nghị các cơ quan, đơn vị, địa phương báo cáo tình
hình, kết quả thực hiện nhiệm vụ, chỉ tiêu được giao như sau:

1. Nội dung báo cáo: Tình hình, kết quả thực hiện các nhiệm vụ, chỉ tiêu được giao tại Kế hoạch năm 2026 của
Ban Chỉ đạo; Nghị quyết số 71/NQ-CP; nhiệm vụ, chỉ tiêu của từng cơ quan, đơn vị, địa phương ghi sẵn trong
biểu báo cáo.

2. Kỳ số liệu: Từ ngày 15/12/2025 đến hết ngày 14/3/2026; kết quả thực hiện tính đến ngày 14/3/2026.

3. Cách thức báo cáo: Điền vào biểu báo cáo (tệp Excel) gửi riêng cho từng cơ quan, đơn vị, địa phương kèm
theo thư yêu cầu báo cáo và gửi lại theo hướng dẫn trong thư. Trường hợp trong kỳ không phát sinh nội dung
phải báo cáo thì ghi rõ lý do vào biểu và gửi lại. Không đưa nội dung thuộc bí mật nhà nước vào biểu và thư
điện tử; nội dung mật báo cáo riêng theo quy định.

4. Thời hạn: Gửi báo cáo chậm nhất hết ngày 20/3/2026 để tổng hợp, báo cáo cấp có thẩm quyền chậm nhất ngày
25/3/2026.

5. Đầu mối liên hệ: đồng chí A & B, điện thoại 0215 000 0057.

Đề nghị các cơ quan, đơn vị, địa phương quan tâm, chỉ đạo thực hiện đúng nội dung và thời hạn nêu trên.

Nơi nhận:

- Như trên,

- Lưu Văn phòng.

T/M BAN CHỈ ĐẠO

PHÓ TRƯỞNG BAN
"""


def lines(facts: LetterFacts) -> list[str]:
    """Every line of the letter in reading order, tables cell by cell."""
    document = Document(io.BytesIO(letter_document(facts)))
    found = []
    for block in document.iter_inner_content():
        cells = [cell for row in block.rows for cell in row.cells] if hasattr(block, "rows") else [block]
        for cell in cells:
            paragraphs = cell.paragraphs if hasattr(cell, "paragraphs") else [cell]
            found += [
                paragraph.text.replace("\xa0", "_") for paragraph in paragraphs if paragraph.text.strip()
            ]
    return found


def test_the_partys_letter_as_a_draft() -> None:
    assert lines(FACTS) == [" ".join(paragraph.split()) for paragraph in DRAFT.split("\n\n")]


def test_the_partys_letter_numbered_and_signed() -> None:
    found = lines(NUMBERED)
    assert "Số 12-CV/BCĐ" in found
    assert "Điện Biên, ngày 05 tháng 02 năm 2026" in found
    assert found[-1] == "Nguyễn Văn A"


def test_the_states_letter() -> None:
    found = lines(replace(NUMBERED, letter=STATE, copies=("UBND tỉnh (để b/c);",), contact=""))
    assert found[:7] == [
        "UBND TỈNH ĐIỆN BIÊN",
        "SỞ NỘI VỤ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 12/SNV-VP",
        "V/v báo cáo quý I năm 2026 thực hiện Nghị quyết số 57-NQ/TW",
        "Điện Biên, ngày 05 tháng 02 năm 2026",
    ]
    assert "- Công an tỉnh;" in found
    assert "5. Đầu mối liên hệ: Văn phòng Sở." in found
    assert found[-7].endswith("chỉ đạo thực hiện đúng nội dung và thời hạn nêu trên./.")
    assert found[-6:] == [
        "Nơi nhận:",
        "- Như trên;",
        "- UBND tỉnh (để b/c);",
        "- Lưu: VT.",
        "GIÁM ĐỐC",
        "Nguyễn Văn A",
    ]


def test_without_a_legal_basis_the_letter_begins_with_its_purpose() -> None:
    opening = next(line for line in lines(replace(FACTS, legal_basis=())) if "đề nghị" in line)
    assert opening.startswith(
        "Để xây dựng báo cáo quý I năm 2026 thực hiện Nghị quyết số 57-NQ/TW, Ban Chỉ đạo"
    )


def test_one_recipient_stands_in_the_line() -> None:
    found = lines(replace(FACTS, recipients=("Sở Nội vụ",)))
    assert "Kính gửi: Sở Nội vụ" in found
    assert "DANH SÁCH" not in found


def test_many_recipients_are_listed_behind_the_letter() -> None:
    communes = tuple(f"UBND xã số {number}" for number in range(1, 46))
    found = lines(replace(FACTS, recipients=communes))
    assert "Kính gửi: Các cơ quan, đơn vị, địa phương (danh sách kèm theo)" in found
    annex = found[found.index("DANH SÁCH") :]
    assert annex[:5] == [
        "DANH SÁCH",
        "các cơ quan, đơn vị, địa phương nhận công văn",
        "(Kèm theo Công văn số _____-CV/BCĐ, ngày_____tháng_____năm 2026)",
        "TT",
        "Cơ quan, đơn vị, địa phương",
    ]
    assert annex[5::2] == [str(number) for number in range(1, 46)]
    assert annex[6::2] == list(communes)


def test_a_letter_to_nobody_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="Công văn chưa có nơi nhận"):
        letter_document(replace(FACTS, recipients=()))


@pytest.mark.parametrize("letter", [PARTY, STATE], ids=["party", "state"])
def test_paper_and_letters_follow_both_forms(letter: Letter) -> None:
    document = Document(io.BytesIO(letter_document(replace(FACTS, letter=letter))))
    section = document.sections[0]
    millimetres = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    assert [round(length.mm) for length in millimetres if length] == [210, 297, 20, 20]
    assert [round(length.mm) for length in (section.left_margin, section.right_margin) if length] == [30, 15]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml
    body = document.styles["Thân bài"]
    assert (body.font.name, body.font.size) == ("Times New Roman", Pt(14))
    assert abs(body.paragraph_format.first_line_indent - Mm(10)) < Mm(0.1)


def test_characters_that_no_xml_holds_do_not_break_the_letter() -> None:
    assert "5. Đầu mối liên hệ: A B <C>." in lines(replace(FACTS, contact="A\x0bB <C>"))


def test_the_same_facts_give_the_same_bytes_and_no_file_date_tells_the_hour() -> None:
    content = letter_document(NUMBERED)
    assert content == letter_document(NUMBERED)
    with ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b">2026-02-05T00:00:00Z</dcterms:modified>" in archive.read("docProps/core.xml")


@pytest.mark.parametrize("name", ["cong-van.docx", "bao-cao.docx"])
def test_a_template_is_small_enough_to_be_kept(name: str) -> None:
    assert (FOLDER / "word" / name).stat().st_size < 60_000
