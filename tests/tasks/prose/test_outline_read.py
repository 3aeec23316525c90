"""A Word report comes back cut by the headings of the outline, and nothing that people wrote in it is lost."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from outlines import (
    ANSWERS,
    FORM,
    KEY,
    OUTLINE,
    WORD,
    changed,
    headings_of,
    package,
    repacked,
    saved,
    under,
    with_comment,
    with_notes,
    word_of,
    words_in,
    written,
)

from models.rules.stamp import is_genuine
from models.rules.typed_form import row_keys
from tasks.prose.outline_read import BACK, FRONT, MARGINS, Part, is_word, read_outline
from tasks.prose.outline_write import write_outline

REPORT = Path(__file__).parents[2] / "data" / "bao-cao-bcd-2025.docx"
SENT = write_outline(FORM, ANSWERS, {}, KEY)
PLAIN = [f"**{heading}" for heading in headings_of()]
LAW = "II. VỀ HOÀN THIỆN THỂ CHẾ, CƠ CHẾ CHÍNH SÁCH"
DATA = "3. Về dữ liệu số"


def part_of(read: Any, code: str) -> Part:
    """The one part with this code."""
    (part,) = [part for part in read.parts if part.code == code]
    return part


# What we sent, and what was written into it


def test_an_outline_that_nobody_wrote_into_is_empty() -> None:
    for answers in (ANSWERS, {}):
        read = read_outline(write_outline(FORM, answers, {}, KEY), OUTLINE)
        assert written(read) == []
        assert read.findings == ()
        assert [part.code for part in read.parts] == [heading.code for heading in OUTLINE.headings]


def test_the_stamp_comes_back() -> None:
    stamp = read_outline(SENT, OUTLINE).stamp
    assert stamp is not None
    assert is_genuine(stamp, KEY)
    assert (stamp.request_id, stamp.version, stamp.agency_code) == (12, 2, "SNV")
    assert stamp.row_keys == row_keys(FORM)


@pytest.mark.parametrize("kept", ["properties", "hidden line"])
def test_either_of_its_two_places_is_enough_for_the_stamp(kept: str) -> None:
    parts = package(SENT)
    if kept == "properties":
        body = parts["word/document.xml"].decode()
        parts["word/document.xml"] = re.sub(r"dondoc:[\w=-]+", "", body).encode()
    else:
        parts["docProps/custom.xml"] = re.sub(rb"<property .*</property>", b"", parts["docProps/custom.xml"])
    read = read_outline(repacked(parts), OUTLINE)
    assert read.stamp is not None
    assert is_genuine(read.stamp, KEY)
    assert written(read) == []


def test_a_spoilt_stamp_is_none_and_the_prose_is_read() -> None:
    parts = package(changed(SENT, lambda d: under(d, LAW).add_run("Đã ban hành 02 văn bản.")))
    for name in ("word/document.xml", "docProps/custom.xml"):
        parts[name] = re.sub(rb"eN[\w=-]+", b"eNxxxx", parts[name])
    read = read_outline(repacked(parts), OUTLINE)
    assert read.stamp is None
    assert part_of(read, "1.II").text == "Đã ban hành 02 văn bản."


def test_what_is_written_below_a_heading_is_its_text() -> None:
    def fill(document: Any) -> None:
        paragraph = under(document, LAW)
        paragraph.add_run("Đã ban hành 02 văn bản,")
        paragraph.add_run(" góp ý 05 dự thảo.")
        paragraph.insert_paragraph_before("Trong kỳ:")
        under(document, "VIII. KIẾN NGHỊ, ĐỀ XUẤT").add_run("- Đề nghị bố trí kinh phí.")

    read = read_outline(changed(SENT, fill), OUTLINE)
    assert [(part.code, part.text) for part in written(read)] == [
        ("1.II", "Trong kỳ:\nĐã ban hành 02 văn bản, góp ý 05 dự thảo."),
        ("1.VIII", "- Đề nghị bố trí kinh phí."),
    ]
    assert read.findings == ()


def test_what_is_written_over_a_guide_is_text() -> None:
    def overwrite(document: Any) -> None:
        guide = next(p for p in document.paragraphs if p.text.startswith("Văn bản quy phạm pháp luật"))
        guide.text = "Không chủ trì tham mưu văn bản quy phạm pháp luật."

    read = read_outline(changed(SENT, overwrite), OUTLINE)
    assert [part.text for part in written(read)] == ["Không chủ trì tham mưu văn bản quy phạm pháp luật."]


def test_a_guide_copied_into_a_foreign_file_is_no_text() -> None:
    guide = next(heading.guide for heading in OUTLINE.headings if heading.code == "1.II")
    read = read_outline(word_of([f"**{LAW}", guide.upper(), "Đã làm."]), OUTLINE)
    assert part_of(read, "1.II").text == "Đã làm."


def test_figures_that_were_put_in_and_changed_are_kept_and_told() -> None:
    def mend(document: Any) -> None:
        document.tables[1].rows[1].cells[4].paragraphs[0].text = "Hoàn thành ngày 11/3/2026"

    read = read_outline(changed(SENT, mend), OUTLINE)
    (part,) = written(read)
    assert part.code == "1.I.2"
    assert "Hoàn thành ngày 11/3/2026" in part.text
    (finding,) = read.findings
    assert "ở mục “2. Về việc thực thi nhiệm vụ được giao” đã bị sửa" in finding


def test_head_and_signature_are_apart_from_the_prose() -> None:
    def sign(document: Any) -> None:
        document.tables[0].rows[1].cells[0].paragraphs[0].text = "Số: 12/BC-SNV"
        document.tables[-1].rows[0].cells[1].paragraphs[-1].text = "Nguyễn Văn A"
        under(document, "Phần 2").add_run("Tiếp tục thực hiện Kế hoạch số 33-KH/BCĐ.")

    read = read_outline(changed(SENT, sign), OUTLINE)
    front, last, back = written(read)
    assert (front.code, front.heading) == ("", FRONT)
    assert "Số: 12/BC-SNV" in front.text
    assert (last.code, last.text) == ("2", "Tiếp tục thực hiện Kế hoạch số 33-KH/BCĐ.")
    assert (back.code, back.heading) == ("", BACK)
    assert "Nguyễn Văn A" in back.text


def test_prose_that_was_put_in_comes_back_with_its_notes() -> None:
    texts = {
        "1.I.1": "Đã họp[^4], giao ban[^9].\n[^4] Kế hoạch số 33 & 34.\n[^5] Không ai gọi.",
        "1.II": "Đã ban hành 02 văn bản[^4].\nGóp ý.\n[^4] Quy chế số 1.",
    }
    sent = write_outline(FORM, {}, texts, KEY)
    assert "footnoteReference" in package(sent)["word/document.xml"].decode()
    read = read_outline(sent, OUTLINE)
    first, law = part_of(read, "1.I.1"), part_of(read, "1.II")
    assert first.text == "Đã họp[^10], giao ban[^9]."
    assert first.notes == "[^5] Không ai gọi.\n[^10] Kế hoạch số 33 & 34."
    assert (law.text, law.notes) == ("Đã ban hành 02 văn bản[^11].\nGóp ý.", "[^11] Quy chế số 1.")
    assert len(written(read)) == 2


# Any Word file


def test_headings_typed_in_bold_are_known() -> None:
    read = read_outline(word_of(["Kính gửi: Ban Chỉ đạo", *PLAIN[:3], "Đã họp 03 lần.", *PLAIN[3:]]), OUTLINE)
    assert read.findings == ()
    assert [(part.code, part.text) for part in written(read)] == [
        ("", "Kính gửi: Ban Chỉ đạo"),
        ("1.I.1", "Đã họp 03 lần."),
    ]


def test_a_part_whose_title_stands_on_the_next_line() -> None:
    lines = ["**Phần 1", "**TÌNH HÌNH, KẾT QUẢ THỰC HIỆN", "Mở đầu.", *PLAIN[1:-1]]
    read = read_outline(
        word_of([*lines, "**Phần thứ hai", f"**{OUTLINE.headings[-1].title}", "Việc tới."]), OUTLINE
    )
    assert read.findings == ()
    assert [(part.code, part.text) for part in written(read)] == [("1", "Mở đầu."), ("2", "Việc tới.")]


def test_headings_that_word_numbers_by_itself() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.append(
        parse_xml(
            f'<w:abstractNum xmlns:w="{WORD}" w:abstractNumId="77">'
            '<w:lvl w:ilvl="0"><w:start w:val="2"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
            '<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="*"/></w:lvl></w:abstractNum>'
        )
    )
    numbering.append(parse_xml(f'<w:num xmlns:w="{WORD}" w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level, text in [
        (0, "Về hoàn thiện thể chế"),
        (2, "Đã ban hành 02 văn bản"),
        (0, "VỀ CHUYỂN ĐỔI SỐ QUỐC GIA"),
        (1, "Về thủ tục hành chính và dịch vụ công"),
        (1, "Về hạ tầng, kiến trúc số"),
        (2, "Đường truyền 500 Mb"),
    ]:
        paragraph = document.add_paragraph()
        paragraph.add_run(text).bold = level < 2 or None
        mark = f'<w:numPr xmlns:w="{WORD}"><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(mark))
    read = read_outline(saved(document), OUTLINE)
    assert [(part.code, part.heading, part.text) for part in read.parts] == [
        ("1.II", "II. Về hoàn thiện thể chế", "- Đã ban hành 02 văn bản"),
        ("1.III", "III. VỀ CHUYỂN ĐỔI SỐ QUỐC GIA", ""),
        ("1.III.1", "1. Về thủ tục hành chính và dịch vụ công", ""),
        ("1.III.2", "2. Về hạ tầng, kiến trúc số", "- Đường truyền 500 Mb"),
    ]
    assert sum("đã đổi tên" in finding for finding in read.findings) == 2


def test_missing_moved_renamed_and_extra_headings_are_told_and_keep_their_text() -> None:
    titles = {
        heading.code: f"**{line}" for heading, line in zip(OUTLINE.headings, headings_of(), strict=True)
    }
    del titles["1.III.3"]
    law = titles.pop("1.II")
    titles["1.V"] = "**V. VỀ KINH PHÍ CHO KHCN, ĐMST, CĐS NĂM 2026"
    lines = [line for code, title in titles.items() for line in (title, f"Lời văn {code}.")]
    after = lines.index("Lời văn 1.III.5.") + 1
    lines[after:after] = ["**6. Công tác phối hợp", "Phối hợp tốt.", law, "Lời văn 1.II."]
    read = read_outline(word_of(lines), OUTLINE)
    assert {part.code: part.text for part in read.parts if part.code} == {
        code: f"Lời văn {code}." for code in (*titles, "1.II")
    }
    assert [(part.heading, part.text) for part in read.parts if not part.code] == [
        ("6. Công tác phối hợp", "Phối hợp tốt.")
    ]
    told = "\n".join(read.findings)
    assert len(read.findings) == 4
    assert "Thiếu mục “3. Về dữ liệu số” (thuộc mục III)." in told
    assert "Mục “II. VỀ HOÀN THIỆN THỂ CHẾ, CƠ CHẾ CHÍNH SÁCH” không còn ở vị trí" in told
    assert "đã đổi tên: “V. VỀ KINH PHÍ CHO KHCN, ĐMST, CĐS NĂM 2026”" in told
    assert "“6. Công tác phối hợp” không có trong đề cương" in told


def test_rows_of_a_table_are_lines() -> None:
    table = [["Cơ sở dữ liệu", "Số hồ sơ"], ["CBCCVC", "23.851"], ["", ""], ["Lưu trữ\nlịch sử", "18.672"]]
    part = part_of(read_outline(word_of([f"**{DATA}", "Gồm:", table, "Hết."]), OUTLINE), "1.III.3")
    assert part.text == "Gồm:\nCơ sở dữ liệu | Số hồ sơ\nCBCCVC | 23.851\nLưu trữ lịch sử | 18.672\nHết."


def test_a_frame_around_the_text_hides_no_heading() -> None:
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).rows[0].cells[0]
    cell.paragraphs[0].add_run(DATA).bold = True
    cell.add_paragraph("Đã số hóa.")
    assert part_of(read_outline(saved(document), OUTLINE), "1.III.3").text == "Đã số hóa."


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_are_kept_with_the_text_that_calls_them(kind: str) -> None:
    lines = [
        f"**{LAW}",
        "Ban hành kế hoạch{{7}} và quy chế{{3}}.",
        f"**{DATA}",
        "Số hóa{{9}}.",
        [["A", "B{{5}}"]],
    ]
    notes = {"3": "Quy chế số 3.", "5": "Bảng.", "7": "Kế hoạch số 7.", "9": "Số 9.", "11": "Không ai gọi."}
    read = read_outline(with_notes(word_of(lines), notes, kind), OUTLINE)
    law, data = part_of(read, "1.II"), part_of(read, "1.III.3")
    assert (law.text, law.notes) == (
        "Ban hành kế hoạch[^1] và quy chế[^2].",
        "[^1] Kế hoạch số 7.\n[^2] Quy chế số 3.",
    )
    assert (data.text, data.notes) == ("Số hóa[^3].\nA | B[^4]", "[^3] Số 9.\n[^4] Bảng.")
    assert read.parts[-1].text == "Không ai gọi."
    assert read.parts[-1].code == ""


def test_a_note_called_by_a_heading_does_not_hide_it() -> None:
    read = read_outline(with_notes(word_of([f"**{LAW}{{{{1}}}}", "Có."]), {"1": "Chú thích."}), OUTLINE)
    part = part_of(read, "1.II")
    assert (part.text, part.notes) == ("Có.", "[^1] Chú thích.")


def test_tracked_changes_are_read_as_they_would_be_accepted() -> None:
    document = docx.Document()
    document.add_paragraph().add_run(LAW).bold = True
    paragraph = document.add_paragraph("Đã ban hành ")
    for xml in (
        '<w:ins w:id="1" w:author="A" {0}><w:r><w:t>02</w:t></w:r></w:ins>',
        '<w:del w:id="2" w:author="A" {0}><w:r><w:delText>01</w:delText></w:r></w:del>',
        '<w:moveFrom w:id="3" w:author="A" {0}><w:r><w:t>cũ</w:t></w:r></w:moveFrom>',
        "<w:r {0}><w:t> văn bản</w:t></w:r>",
    ):
        paragraph._p.append(parse_xml(xml.format(f'xmlns:w="{WORD}" xml:space="preserve"')))
    read = read_outline(saved(document), OUTLINE)
    assert part_of(read, "1.II").text == "Đã ban hành 02 văn bản"
    assert any("Track Changes" in finding for finding in read.findings)


def test_comments_are_no_text_and_are_told() -> None:
    read = read_outline(with_comment(word_of([f"**{LAW}", "Có."]), "Anh xem lại"), OUTLINE)
    assert part_of(read, "1.II").text == "Có."
    assert any("có 1 ý kiến bên lề" in finding for finding in read.findings)


def test_a_text_box_drawn_for_two_programs_is_read_once() -> None:
    document = docx.Document()
    document.add_paragraph().add_run(LAW).bold = True
    box = "<w:txbxContent><w:p><w:r><w:t>Trong khung.</w:t></w:r></w:p></w:txbxContent>"
    drawn = (
        f'<w:r xmlns:w="{WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>'
        f"{box}</wps:txbx></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    document.add_paragraph("Ngoài khung.")._p.append(parse_xml(drawn))
    part = part_of(read_outline(saved(document), OUTLINE), "1.II")
    assert part.text == "Ngoài khung.\nTrong khung."


def test_headers_and_footers_are_kept_without_page_numbers() -> None:
    document = docx.Document()
    document.add_paragraph().add_run(LAW).bold = True
    document.sections[0].header.paragraphs[0].text = "Trang 2"
    document.sections[0].footer.paragraphs[0].text = "Dự thảo lần 2"
    read = read_outline(saved(document), OUTLINE)
    assert read.parts[-1] == Part("", MARGINS, "Dự thảo lần 2")


def test_pictures_are_told() -> None:
    drawn = '<w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml"/></w:pict>'
    picture = f'<w:p xmlns:w="{{0}}"><w:r>{drawn}</w:r></w:p>'
    document = docx.Document()
    document.element.body.insert(0, parse_xml(picture.format(WORD)))
    assert any("ảnh" in finding for finding in read_outline(saved(document), OUTLINE).findings)


def test_without_an_outline_headings_by_style_cut_the_text() -> None:
    content = word_of(["Mở đầu.", "Một", "a", "Hai", "b"], Một="Heading 1", Hai="Heading 2")
    read = read_outline(content, None)
    assert [(part.code, part.heading, part.text) for part in read.parts] == [
        ("", FRONT, "Mở đầu."),
        ("", "Một", "a"),
        ("", "Hai", "b"),
    ]
    assert read.stamp is None
    assert read.findings == ()


# A real report


@pytest.mark.parametrize("outline", [OUTLINE, None], ids=["with the outline", "without"])
def test_no_word_of_a_real_report_is_lost(outline: Any) -> None:
    document = docx.Document(str(REPORT))
    there = Counter(
        word for node in document.element.body.iter(f"{{{WORD}}}t") for word in words_in(node.text or "")
    )
    read = read_outline(REPORT.read_bytes(), outline)
    kept = Counter(
        word for part in read.parts for word in words_in(f"{part.heading} {part.text} {part.notes}")
    )
    assert there - kept == Counter()


def test_a_real_report_is_cut_where_its_headings_are_the_outlines() -> None:
    read = read_outline(REPORT.read_bytes(), OUTLINE)
    codes = [part.code for part in read.parts if part.code]
    assert {"1", "1.I", "1.II", "1.III", "1.IV", "1.IV.1"} <= set(codes)
    assert any("chuyển đổi số" in part.text for part in read.parts if part.code.startswith("1.III"))


def test_what_is_a_word_file(tmp_path: Path) -> None:
    assert is_word(SENT)
    assert is_word(REPORT.read_bytes())
    assert not is_word(b"PK\x03\x04 no")
    assert not is_word(b"%PDF-1.7")
