"""Which heading is which: by title, by number with a title that resembles, and never by a resemblance alone."""

import pytest

from models.rules.annexes.annex import Heading, Outline
from models.rules.prose.outline import (
    Candidate,
    ends_the_report,
    is_bare_number,
    match_headings,
    split_number,
)

OUTLINE = Outline(
    code="thu",
    title="Tình hình",
    headings=(
        Heading(code="1", number="Phần 1", title="TÌNH HÌNH, KẾT QUẢ THỰC HIỆN", level=1),
        Heading(code="1.I", number="I.", title="VỀ CÔNG TÁC CHỈ ĐẠO ĐIỀU HÀNH", level=2, asked=False),
        Heading(code="1.I.1", number="1.", title="Tình hình, kết quả đạt được", level=3),
        Heading(code="1.I.2", number="2.", title="Về việc thực thi nhiệm vụ được giao", level=3),
        Heading(code="1.II", number="II.", title="VỀ CHUYỂN ĐỔI SỐ QUỐC GIA", level=2, asked=False),
        Heading(code="1.II.1", number="1.", title="Tình hình, kết quả đạt được", level=3),
        Heading(code="1.II.2", number="2.", title="Về hạ tầng, kiến trúc số", level=3),
        Heading(code="1.II.3", number="3.", title="Về dữ liệu số", level=3),
        Heading(code="1.III", number="III.", title="KHÓ KHĂN, VƯỚNG MẮC, HẠN CHẾ", level=2),
        Heading(code="2", number="Phần 2", title="NHIỆM VỤ, GIẢI PHÁP TRỌNG TÂM KỲ TIẾP THEO", level=1),
    ),
)
WHOLE = [
    "Phần 1. TÌNH HÌNH, KẾT QUẢ THỰC HIỆN",
    "I. VỀ CÔNG TÁC CHỈ ĐẠO ĐIỀU HÀNH",
    "1. Tình hình, kết quả đạt được",
    "2. Về việc thực thi nhiệm vụ được giao",
    "II. VỀ CHUYỂN ĐỔI SỐ QUỐC GIA",
    "1. Tình hình, kết quả đạt được",
    "2. Về hạ tầng, kiến trúc số",
    "3. Về dữ liệu số",
    "III. KHÓ KHĂN, VƯỚNG MẮC, HẠN CHẾ",
    "Phần 2. NHIỆM VỤ, GIẢI PHÁP TRỌNG TÂM KỲ TIẾP THEO",
]
CODES = ["1", "1.I", "1.I.1", "1.I.2", "1.II", "1.II.1", "1.II.2", "1.II.3", "1.III", "2"]


def bold(*texts: str) -> list[Candidate]:
    return [Candidate(text, strong=True) for text in texts]


def matched(candidates: list[Candidate]) -> tuple[list[str | None], tuple[str, ...]]:
    matching = match_headings(OUTLINE, candidates)
    return list(matching.codes), matching.findings


@pytest.mark.parametrize(
    ("text", "number", "title"),
    [
        ("IV. VỀ KHOA HỌC", "iv", "VỀ KHOA HỌC"),
        ("I- VỀ CÔNG TÁC", "i", "VỀ CÔNG TÁC"),
        ("1.Về dữ liệu số", "1", "Về dữ liệu số"),
        ("2) Về dữ liệu số", "2", "Về dữ liệu số"),
        ("1.2 Về dữ liệu số", "1.2", "Về dữ liệu số"),
        ("a) Về nhân lực", "a", "Về nhân lực"),
        ("đ) Về nhân lực", "đ", "Về nhân lực"),
        ("Phần 1", "phần 1", ""),
        ("PHẦN THỨ HAI. NHIỆM VỤ", "phần 2", "NHIỆM VỤ"),
        ("Phần II: NHIỆM VỤ", "phần 2", "NHIỆM VỤ"),
        ("Phần mềm quản lý văn bản", "", "Phần mềm quản lý văn bản"),
        ("15 nhiệm vụ đã hoàn thành", "", "15 nhiệm vụ đã hoàn thành"),
        ("1.294 tài khoản", "", "1.294 tài khoản"),
        ("Về dữ liệu số", "", "Về dữ liệu số"),
    ],
)
def test_the_number_before_a_title(text: str, number: str, title: str) -> None:
    assert split_number(text) == (number, title)


def test_a_number_that_stands_alone_waits_for_its_title() -> None:
    assert [is_bare_number(text) for text in ("Phần 1", "IV.", "1.", "Phần 1. A", "Phần mềm")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_headings_as_they_were_sent() -> None:
    codes, findings = matched(bold(*WHOLE))
    assert codes == CODES
    assert findings == ()


@pytest.mark.parametrize(
    "spelt",
    [
        [text.replace("ư", "ƣ") for text in WHOLE],
        [text.upper() for text in WHOLE],
        [text.replace(". ", "- ").replace(", ", " ,  ") for text in WHOLE],
        [split_number(text)[1] for text in WHOLE],
    ],
    ids=["look-alike letters", "capitals", "spacing and punctuation", "no numbers"],
)
def test_a_heading_is_known_however_it_is_spelt(spelt: list[str]) -> None:
    assert matched(bold(*spelt)) == (CODES, ())


def test_plain_letters_will_do_where_number_and_title_are_right() -> None:
    assert matched([Candidate(text) for text in WHOLE]) == (CODES, ())


def test_two_headings_of_one_title_are_told_apart_by_where_they_stand() -> None:
    codes, _ = matched(bold(*WHOLE[4:8]))
    assert codes == ["1.II", "1.II.1", "1.II.2", "1.II.3"]


def test_a_new_name_under_the_same_number_is_taken_and_told() -> None:
    texts = [*WHOLE[:6], "2. Về hạ tầng số và kiến trúc số", *WHOLE[7:9]]
    texts.append("Phần 2. NHIỆM VỤ, GIẢI PHÁP TRỌNG TÂM 6 THÁNG CUỐI NĂM 2026")
    codes, findings = matched(bold(*texts))
    assert codes == CODES
    assert len(findings) == 2
    assert any("đã đổi tên: “2. Về hạ tầng số và kiến trúc số”" in finding for finding in findings)


def test_a_resemblance_under_another_number_assigns_nothing() -> None:
    texts = [*WHOLE[:6], "4. Về hạ tầng số và kiến trúc số", *WHOLE[7:]]
    codes, findings = matched(bold(*texts))
    assert codes == [*CODES[:6], "", *CODES[7:]]
    assert any("có thể là mục “2. Về hạ tầng, kiến trúc số”" in finding for finding in findings)
    assert "Thiếu mục “2. Về hạ tầng, kiến trúc số” (thuộc mục II)." in findings


def test_the_same_number_under_another_section_assigns_nothing() -> None:
    texts = [*WHOLE[:3], "2. Về hạ tầng số", *WHOLE[4:6], *WHOLE[7:]]
    codes, findings = matched(bold(*texts))
    assert codes[3] == ""
    assert "Thiếu mục “2. Về việc thực thi nhiệm vụ được giao” (thuộc mục I)." in findings


def test_a_moved_heading_is_taken_and_told() -> None:
    texts = [*WHOLE[:7], WHOLE[8], WHOLE[7], WHOLE[9]]
    codes, findings = matched(bold(*texts))
    assert codes == [*CODES[:7], "1.III", "1.II.3", "2"]
    assert len(findings) == 1
    assert "không còn ở vị trí của đề cương" in findings[0]


def test_a_moved_section_is_told_once() -> None:
    codes, findings = matched(bold(WHOLE[0], *WHOLE[4:8], *WHOLE[1:4], *WHOLE[8:]))
    assert codes == [CODES[0], *CODES[4:8], *CODES[1:4], *CODES[8:]]
    assert len(findings) == 1


def test_a_missing_branch_is_told_once() -> None:
    codes, findings = matched(bold(*WHOLE[:4], *WHOLE[8:]))
    assert codes == [*CODES[:4], *CODES[8:]]
    assert findings == ("Thiếu mục “II. VỀ CHUYỂN ĐỔI SỐ QUỐC GIA”.",)


def test_a_heading_that_stands_twice_is_one() -> None:
    texts = [*WHOLE[:8], WHOLE[7], *WHOLE[8:]]
    codes, findings = matched(bold(*texts))
    assert codes == [*CODES[:8], "1.II.3", *CODES[8:]]
    assert "có 2 lần" in findings[0]


def test_a_heading_of_the_same_depth_that_nobody_asked_for_is_a_piece_of_its_own() -> None:
    codes, findings = matched(bold(*WHOLE[:8], "4. Công tác phối hợp", *WHOLE[8:]))
    assert codes == [*CODES[:8], "", *CODES[8:]]
    assert "“4. Công tác phối hợp” không có trong đề cương" in findings[0]


def test_a_division_within_a_section_is_its_text() -> None:
    codes, findings = matched(bold(*WHOLE[:8], "a) Dữ liệu cán bộ", "b) Dữ liệu đất đai", *WHOLE[8:]))
    assert codes == [*CODES[:8], None, None, *CODES[8:]]
    assert findings == ()


def test_what_looks_like_no_heading_is_text() -> None:
    plain = [
        Candidate("Về dữ liệu số hóa, năm 2025 đã số hóa 18.672 hồ sơ"),
        Candidate("1. Tiếp tục triển khai Kế hoạch số 1876/KH-UBND"),
        Candidate("Kết quả nổi bật", strong=True),
    ]
    codes, _ = matched([*bold(*WHOLE), *plain])
    assert codes == [*CODES, None, None, None]


def test_nothing_known_is_one_sentence() -> None:
    codes, findings = matched([Candidate("Thân bài", level=1), Candidate("chữ thường")])
    assert codes == ["", None]
    assert len(findings) == 1
    assert "Không nhận ra đề mục nào" in findings[0]


def test_many_unknown_headings_are_told_in_a_bounded_number_of_sentences() -> None:
    codes, findings = matched(bold(*WHOLE[:8], *(f"{n}. Việc thứ {n}" for n in range(4, 90)), *WHOLE[8:]))
    assert codes.count("") == 86
    assert len(findings) == 21
    assert "Còn 66 đề mục khác" in findings[-1]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Nơi nhận:", True),
        ("Nơi nhận: | GIÁM ĐỐC", True),
        ("Trên đây là nội dung báo cáo kết quả thực hiện Nghị quyết; Sở Nội vụ gửi tổng hợp./.", True),
        ("Trên đây là những khó khăn chính.", False),
        ("Báo cáo nêu trên đây là báo cáo quý", False),
    ],
)
def test_what_ends_a_report(text: str, ends: bool) -> None:
    assert ends_the_report(text) is ends
