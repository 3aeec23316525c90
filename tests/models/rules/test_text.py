"""Every spelling that Word, PDF and keyboards leave behind comes to one; two different names never do."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.text import clean, clean_lines, fold

# Anything at all, and the letters, marks and signs that this text is really made of.
TEXTS = st.text() | st.text(
    "aeiouyqgdđƣƢươăâêôhnt ,;.-–\u00a0\u00ad\u200b\u2011\n'“\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b"
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("  Sở\tNội   vụ \n", "Sở Nội vụ", id="spaces"),
        pytest.param("Sở\u00a0Nội\u202fvụ\u3000tỉnh", "Sở Nội vụ tỉnh", id="no-break-and-wide-spaces"),
        pytest.param("02\u2011KH/BCĐ, 57\x1eNQ/TW", "02-KH/BCĐ, 57-NQ/TW", id="non-breaking-hyphens"),
        pytest.param("chuyển\u00ad đ\x1fổi số", "chuyển đổi số", id="soft-hyphens"),
        pytest.param("\ufeffSở\u200b Y\u200d tế\u2060", "Sở Y tế", id="zero-width"),
        pytest.param("Sở\u200e Y tế\u202c", "Sở Y tế", id="direction-marks"),
        pytest.param("Bưu điện\x00", "Bưu điện", id="control-character-no-file-can-hold"),
        pytest.param(unicodedata.normalize("NFD", "Tỉnh ủy Điện Biên"), "Tỉnh ủy Điện Biên", id="nfd"),
        pytest.param("nhiệm vụ đƣợc giao, ĐƢỜNG", "nhiệm vụ được giao, ĐƯỜNG", id="look-alike-oi"),
        pytest.param("ƣ\u0301ng, tƣ\u0300", "ứng, từ", id="look-alike-with-a-loose-tone"),
        pytest.param("Ðiện Biên", "Điện Biên", id="look-alike-eth"),
        pytest.param("hà\u200bng", "hàng", id="zero-width-inside-a-word"),
        pytest.param("a\u200b\u0301", "á", id="zero-width-before-a-mark"),
        pytest.param(
            "dòng một\r\ndòng hai\vdòng ba\u2028dòng bốn", "dòng một dòng hai dòng ba dòng bốn", id="lines"
        ),
        pytest.param("2026–2030 — “đúng”", "2026–2030 — “đúng”", id="dashes-and-quotes-stay-as-written"),
        pytest.param("uỷ ban, hoá", "uỷ ban, hoá", id="tone-marks-stay-as-written"),
        pytest.param(" \u00a0\n", "", id="nothing"),
    ],
)
def test_clean(written: str, meant: str) -> None:
    assert clean(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("một  \n\n \u00a0\n hai\r\nba\rbốn", "một\nhai\nba\nbốn"),
        ("một\vhai\x85ba\u2028bốn\u2029năm\fsáu", "một\nhai\nba\nbốn\nnăm\nsáu"),
        ("đƣợc\t giao\n", "được giao"),
        ("\n \n", ""),
    ],
)
def test_clean_lines(written: str, meant: str) -> None:
    assert clean_lines(written) == meant


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Uỷ ban nhân dân", "Ủy ban nhân dân", id="uy-hook"),
        pytest.param("Sở Văn hoá, Thể thao và Du lịch", "Sở Văn hóa, Thể thao và Du lịch", id="oa-acute"),
        pytest.param("luỹ kế, thuỷ lợi, tuỳ, quỵ", "lũy kế, thủy lợi, tùy, qụy", id="uy-every-tone"),
        pytest.param("sức khoẻ, hoà, loã, hoạ", "sức khỏe, hòa, lõa, họa", id="oe-oa-every-tone"),
        pytest.param("Quý I", "Qúy I", id="slip-after-qu"),
        pytest.param("đánh giá", "đánh gía", id="slip-after-gi"),
        pytest.param("Hoàn thành", "Hòan thành", id="slip-inside-a-closed-syllable"),
        pytest.param("Văn phòng Tỉnh ủy", unicodedata.normalize("NFD", "Văn phòng Tỉnh uỷ"), id="nfd"),
        pytest.param("CÔNG AN TỈNH", "Công an tỉnh", id="case"),
        pytest.param("Các đảng ủy trực thuộc.", "các đảng ủy trực thuộc", id="full-stop"),
        pytest.param("Sở Y tế ; ", "Sở Y tế", id="semicolon-at-the-end"),
        pytest.param("chính trị - xã hội", "chính trị–xã hội", id="dashes"),
        pytest.param(
            "Báo và Phát thanh,truyền hình", "Báo và Phát thanh , truyền hình", id="spaces-at-commas"
        ),
        pytest.param("tên “Hành tinh”", 'tên "Hành tinh"', id="quotes"),
        pytest.param("đƣợc", "được", id="look-alike"),
    ],
)
def test_one_name_in_two_spellings(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sở Nội vụ", "Sở Ngoại vụ"),
        ("Sở Nội vụ", "So Noi vu"),
        ("xã Mường Lan", "xã Mường Lạn"),
        ("của", "cửa"),
        ("mía", "miá"),
        ("Các cơ quan, địa phương, đơn vị", "Các cơ quan, đơn vị, địa phương"),
        ("Sở Y tế", "Sở Y tế tỉnh"),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@settings(deadline=None)
@given(TEXTS)
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)


@settings(deadline=None)
@given(TEXTS)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(TEXTS)
def test_normal_form_does_not_matter(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == clean(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@settings(deadline=None)
@given(TEXTS)
def test_lines_hold_the_same_text(text: str) -> None:
    assert clean_lines(text).replace("\n", " ") == clean(text)
