"""Names in a register's cell, told apart by the book of known names and never by punctuation."""

import re
import unicodedata
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.registers.names import Bearer, NameBook, Named
from models.rules.text import clean, fold

PLAN = Path(__file__).parents[3] / "data" / "bao-cao-bcd-2025.docx"

AGENCIES = {
    "VPTU": ["Văn phòng Tỉnh ủy"],
    "BTCTU": ["Ban Tổ chức Tỉnh ủy"],
    "BTGDV": ["Ban Tuyên giáo và Dân vận Tỉnh ủy"],
    "VPDBQH": ["Văn phòng Đoàn ĐBQH và HĐND tỉnh"],
    "VPUB": ["Văn phòng UBND tỉnh", "Văn phòng Ủy ban nhân dân tỉnh"],
    "CAT": ["Công an tỉnh"],
    "SKHCN": ["Sở Khoa học và Công nghệ"],
    "SNV": ["Sở Nội vụ"],
    "SNgV": ["Sở Ngoại vụ"],
    "STC": ["Sở Tài chính"],
    "STP": ["Sở Tư pháp"],
    "SYT": ["Sở Y tế"],
    "SGDDT": ["Sở Giáo dục và Đào tạo"],
    "SNNMT": ["Sở Nông nghiệp và Môi trường"],
    "SVHTTDL": ["Sở Văn hóa, Thể thao và Du lịch"],
    "BPTTH": ["Báo và Phát thanh, truyền hình Điện Biên"],
}
GROUPS = {
    "XA-PHUONG": ["UBND các xã, phường", "Các xã, phường"],
    "TOAN-TINH": ["Các cơ quan, địa phương, đơn vị", "Các cơ quan, đơn vị, địa phương"],
    "CAP-UY": ["Các cấp ủy, tổ chức đảng, chính quyền, cơ quan, đơn vị"],
    "SO-BAN-NGANH": ["Các Sở, ban, ngành tỉnh"],
    "SO-NGANH-DP": ["Các Sở, ngành, địa phương"],
    "THAM-MUU": ["Các cơ quan tham mưu, giúp việc Tỉnh ủy"],
    "DOAN-THE": ["Ủy ban MTTTQ Việt Nam và các tổ chức chính trị - xã hội tỉnh"],
    "DANG-UY": ["Các đảng ủy trực thuộc"],
    "VIEN-THONG": ["Các doanh nghiệp viễn thông trên địa bàn tỉnh"],
}
BOOK = NameBook(
    {fold(name): Bearer("agency", code) for code, names in AGENCIES.items() for name in names}
    | {fold(name): Bearer("group", code) for code, names in GROUPS.items() for name in names}
)


def codes(text: str) -> list[str]:
    """The codes of the names in a cell; what nobody knows stands as written, in brackets."""
    return [named.bearer.code if named.bearer else f"[{named.raw}]" for named in BOOK.split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Sở Nội vụ", ["SNV"], id="one"),
        pytest.param("Sở Tài chính, Sở Nội vụ", ["STC", "SNV"], id="comma"),
        pytest.param("Sở Tài chính; Sở Nội vụ; ", ["STC", "SNV"], id="semicolon"),
        pytest.param("Sở Tài chính và Sở Nội vụ", ["STC", "SNV"], id="va"),
        pytest.param(
            "Sở Tài chính, Công an tỉnh; Sở Y tế và Sở Nội vụ.", ["STC", "CAT", "SYT", "SNV"], id="mixed"
        ),
        pytest.param("Sở Tài chính,Sở Nội vụ;Sở Y tế", ["STC", "SNV", "SYT"], id="no-space"),
        pytest.param("Sở Tài chính, và Sở Nội vụ", ["STC", "SNV"], id="comma-va"),
        pytest.param("Sở Tài chính,... Sở Nội vụ,...", ["STC", "SNV"], id="dots"),
        pytest.param("Sở Văn hóa, Thể thao và Du lịch", ["SVHTTDL"], id="comma-and-va-in-a-name"),
        pytest.param(
            "Báo và Phát thanh, truyền hình Điện Biên, Sở Giáo dục và Đào tạo",
            ["BPTTH", "SGDDT"],
            id="va-then-comma",
        ),
        pytest.param(
            "Ban Tuyên giáo và Dân vận Tỉnh ủy; Sở Văn hóa, Thể thao và Du lịch",
            ["BTGDV", "SVHTTDL"],
            id="real-I.4",
        ),
        pytest.param(
            "Sở Văn hóa, Thể thao và Du lịch và Sở Y tế", ["SVHTTDL", "SYT"], id="va-in-and-after-a-name"
        ),
        pytest.param("Sở Văn hoá,Thể thao và Du lịch", ["SVHTTDL"], id="hoa-and-no-space"),
        pytest.param("Văn phòng Tỉnh uỷ, VĂN PHÒNG UBND TỈNH", ["VPTU", "VPUB"], id="uy-and-capitals"),
        pytest.param("Các cơ quan, đơn vị, địa phương", ["TOAN-TINH"], id="group-in-one-order"),
        pytest.param("Các cơ quan, địa phương, đơn vị", ["TOAN-TINH"], id="group-in-the-other"),
        pytest.param("Các Sở, ngành, địa phương", ["SO-NGANH-DP"], id="group-of-commas"),
        pytest.param("UBND các xã, phường; Các xã, phường", ["XA-PHUONG", "XA-PHUONG"], id="group-twice"),
        pytest.param("các đảng ủy trực thuộc.", ["DANG-UY"], id="full-stop"),
        pytest.param(
            "Ủy ban MTTTQ Việt Nam và các tổ chức chính trị\u00a0–\u00a0xã hội tỉnh",
            ["DOAN-THE"],
            id="dash-and-nbsp",
        ),
        pytest.param(unicodedata.normalize("NFD", "Sở Nội vụ, Công an tỉnh"), ["SNV", "CAT"], id="nfd"),
        pytest.param("Sở Tƣ pháp; Sở Nông nghiệp và Môi trƣờng", ["STP", "SNNMT"], id="look-alike"),
        pytest.param(
            "Sở Khoa học\nvà Công nghệ\nSở Nội vụ", ["SKHCN", "SNV"], id="wrapped-and-listed-by-lines"
        ),
        pytest.param("- Sở Tài chính\n- Sở Nội vụ;\n+ Sở Y tế", ["STC", "SNV", "SYT"], id="bullets"),
        pytest.param("", [], id="empty"),
        pytest.param(" , ; . - \n", [], id="no-word"),
    ],
)
def test_known_names(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Sở Lạ", ["[Sở Lạ]"], id="alone"),
        pytest.param("Sở Nội vu", ["[Sở Nội vu]"], id="one-mark-missing-is-another-name"),
        pytest.param(
            "Sở Nội vụ tỉnh Lai Châu", ["[Sở Nội vụ tỉnh Lai Châu]"], id="longer-than-the-known-one"
        ),
        pytest.param("Chi cục thuộc Sở Nội vụ", ["[Chi cục thuộc Sở Nội vụ]"], id="ends-in-a-known-one"),
        pytest.param("Sở Nội vụ (chủ trì)", ["[Sở Nội vụ (chủ trì)]"], id="with-a-remark"),
        pytest.param("Sở Nội vụ-Sở Y tế", ["[Sở Nội vụ-Sở Y tế]"], id="a-dash-parts-nothing"),
        pytest.param("Sở Y tế, Sở Lạ, Công an tỉnh", ["SYT", "[Sở Lạ]", "CAT"], id="between-known-ones"),
        pytest.param("Sở Nội vụ và các đơn vị liên quan", ["SNV", "[các đơn vị liên quan]"], id="after-va"),
        pytest.param("Các đơn vị liên quan và Sở Nội vụ", ["[Các đơn vị liên quan]", "SNV"], id="before-va"),
        pytest.param(
            "Ban Lạ, Kỳ và Quặc, Sở Y tế", ["[Ban Lạ, Kỳ và Quặc]", "SYT"], id="keeps-its-commas-and-va"
        ),
        pytest.param("Ban Lạ; Ban Kỳ, Quặc", ["[Ban Lạ]", "[Ban Kỳ, Quặc]"], id="a-semicolon-parts"),
        pytest.param("- Ban Lạ\n- Ban Kỳ", ["[Ban Lạ]", "[Ban Kỳ]"], id="a-bullet-parts"),
        pytest.param("Ban Lạ\nvà Kỳ\nSở Y tế", ["[Ban Lạ và Kỳ]", "SYT"], id="wrapped"),
        pytest.param("Sở Y tế, Ban Lạ.", ["SYT", "[Ban Lạ]"], id="full-stop"),
    ],
)
def test_an_unknown_name_is_kept_as_written_and_given_to_nobody(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_the_longest_known_name_wins() -> None:
    book = NameBook(
        {
            "sở văn hoá": Bearer("agency", "CU"),
            "sở văn hoá, thể thao": Bearer("agency", "CU-HON"),
            "sở văn hoá, thể thao và du lịch": Bearer("agency", "MOI"),
        }
    )
    whole = "Sở Văn hóa, Thể thao và Du lịch"
    assert book.split(whole) == (Named(whole, Bearer("agency", "MOI")),)
    assert book.split("Sở Văn hóa, Thể thao, Sở Văn hóa") == (
        Named("Sở Văn hóa, Thể thao", Bearer("agency", "CU-HON")),
        Named("Sở Văn hóa", Bearer("agency", "CU")),
    )


def test_names_are_kept_as_the_cell_writes_them() -> None:
    assert BOOK.split("VĂN PHÒNG TỈNH UỶ;\u00a0sở khoa học\n  và công nghệ; Ban  Lạ.") == (
        Named("VĂN PHÒNG TỈNH UỶ", Bearer("agency", "VPTU")),
        Named("sở khoa học và công nghệ", Bearer("agency", "SKHCN")),
        Named("Ban Lạ", None),
    )


def test_a_name_may_be_added_twice_for_one_bearer() -> None:
    snv = Bearer("agency", "SNV")
    assert NameBook({"sở nội vụ": snv, "Sở Nội vụ.": snv}).split("Sở Nội vụ") == (Named("Sở Nội vụ", snv),)


def test_a_name_for_two_bearers_is_refused() -> None:
    with pytest.raises(ValueError, match="Tên gọi “Sở Nội vụ” chỉ cả hai nơi: SNV và SNgV"):
        NameBook({"sở nội vụ": Bearer("agency", "SNV"), "Sở Nội vụ": Bearer("agency", "SNgV")})


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(ValueError, match="Tên gọi để trống trong danh bạ"):
        NameBook({" . ": Bearer("agency", "SNV")})


def test_an_empty_book_knows_nobody() -> None:
    book = NameBook({})
    assert book.split("Sở Nội vụ, Sở Y tế") == (Named("Sở Nội vụ, Sở Y tế", None),)
    assert book.suggest("Sở Nội vụ") == []


@pytest.mark.parametrize(
    ("raw", "first"),
    [
        ("Sở Nội vu", "sở nội vụ"),
        ("Sở Nội vụ (chủ trì)", "sở nội vụ"),
        ("Sở Nội vu, Sở Y tê", "sở nội vụ"),
        ("UBND các phường, xã", "ubnd các xã, phường"),
        ("Ủy ban MTTQ Việt Nam và các tổ chức chính trị-xã hội", fold(GROUPS["DOAN-THE"][0])),
    ],
)
def test_a_resemblance_is_suggested(raw: str, first: str) -> None:
    assert BOOK.suggest(raw)[0] == first
    assert all(named.bearer is None for named in BOOK.split(raw))


def test_of_two_that_look_alike_both_are_suggested_and_neither_is_assigned() -> None:
    book = NameBook({"sở nội vụ": Bearer("agency", "SNV"), "sở ngoại vụ": Bearer("agency", "SNgV")})
    assert book.suggest("Sở Nôi vụ") == ["sở nội vụ", "sở ngoại vụ"]
    assert book.suggest("Sở Nôi vụ", limit=1) == ["sở nội vụ"]
    assert book.split("Sở Nôi vụ") == (Named("Sở Nôi vụ", None),)


def test_what_resembles_nothing_gets_no_suggestion() -> None:
    assert BOOK.suggest("Kho bạc") == []
    assert BOOK.suggest("") == []


def real_rows() -> list[list[str]]:
    rows = [[cell.text for cell in row.cells] for row in Document(str(PLAN)).tables[1].rows[1:]]
    return [row for row in rows if row[2].strip()]


def test_every_name_of_the_real_register_is_known() -> None:
    rows = real_rows()
    assert len(rows) == 37
    assert [
        named.raw for row in rows for cell in row[2:4] for named in BOOK.split(cell) if not named.bearer
    ] == []

    leads = [codes(row[2]) for row in rows]
    assert sum(len(named) > 1 for named in leads) == 14
    assert sum("SNV" in named for named in leads) == 6
    assert sum(named == ["XA-PHUONG"] for named in leads) == 1
    assert sum(named == ["TOAN-TINH"] for named in leads) == 1
    assert {code for named in leads for code in named} == AGENCIES.keys() - {"BPTTH"} | {
        "XA-PHUONG",
        "TOAN-TINH",
    }

    coordinators = [codes(row[3]) for row in rows]
    doan_the_va_dang_uy = ["THAM-MUU", "DOAN-THE", "DANG-UY"]
    others = [named for named in coordinators if named not in (["TOAN-TINH"], ["CAP-UY"])]
    assert others == [
        ["BPTTH", "SGDDT"],
        ["XA-PHUONG"],
        ["SO-BAN-NGANH"],
        ["CAT"],
        ["SO-NGANH-DP"],
        doan_the_va_dang_uy,
        ["SKHCN", "VIEN-THONG", *doan_the_va_dang_uy],
        doan_the_va_dang_uy,
    ]


KNOWN = sorted(name for names in (AGENCIES | GROUPS).values() for name in names)
UNKNOWN = ["Ban Lạ", "Sở Nội vụ tỉnh Lai Châu", "TP. Điện Biên Phủ", "Quỹ A, B và C"]
SEPARATORS = [", ", "; ", ",", ";", " và ", "\n", ";\n- ", ". ", ",  "]


def letters(text: str) -> str:
    """Letters and digits in order, without those of "và", which may stand between two names."""
    return "".join(c for c in clean(text) if c.isalnum() and c.casefold() not in "và")


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KNOWN + UNKNOWN), st.sampled_from(SEPARATORS)), max_size=6))
def test_splitting_a_list_loses_no_text(items: list[tuple[str, str]]) -> None:
    text = "".join(name + separator for name, separator in items)
    assert letters("".join(named.raw for named in BOOK.split(text))) == letters(text)


@settings(deadline=None)
@given(st.text() | st.text("SởNộivụYtế,;. \n-àa"))
def test_splitting_anything_loses_no_text(text: str) -> None:
    assert letters("".join(named.raw for named in BOOK.split(text))) == letters(text)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(KNOWN), min_size=1, max_size=6),
    st.sampled_from([", ", ";", " và ", "\n", "\n- "]),
)
def test_known_names_come_back_however_they_are_joined(names: list[str], separator: str) -> None:
    assert [re.sub(r"\s+", " ", named.raw) for named in BOOK.split(separator.join(names))] == names
