"""Numbers as Vietnamese offices write them, to the last digit; what can be read two ways gets no value."""

from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from models.codes import Comparator
from models.rules.numbers import Written, magnitude_doubt, read_number, write_number

PLAN = Path(__file__).parents[2] / "data" / "bao-cao-bcd-2025.docx"
GE, GT, LE, LT, EQ = Comparator.GE, Comparator.GT, Comparator.LE, Comparator.LT, Comparator.EQ


@pytest.mark.parametrize(
    ("raw", "comparator", "value", "remark"),
    [
        ("60", None, "60", ""),
        ("0", None, "0", ""),
        ("08", None, "8", ""),
        ("1.294", None, "1294", ""),
        ("40.665", None, "40665", ""),
        ("1294", None, "1294", ""),
        ("2.984.798", None, "2984798", ""),
        ("1,078", None, "1.078", ""),
        ("28,48", None, "28.48", ""),
        ("0,7", None, "0.7", ""),
        ("1.294,50", None, "1294.50", ""),
        ("-5", None, "-5", ""),
        ("−1.294,5", None, "-1294.5", ""),
        ("+5,2", None, "5.2", ""),
        ("98,76%", None, "98.76", ""),
        ("98,76 %", None, "98.76", ""),
        ("-2,5%", None, "-2.5", ""),
        ("≥ 3", GE, "3", ""),
        ("≥0,7", GE, "0.7", ""),
        (">= 3", GE, "3", ""),
        ("=> 3", GE, "3", ""),
        ("> 80", GT, "80", ""),
        (">1.000", GT, "1000", ""),
        ("≤ 5%", LE, "5", ""),
        ("=< 5", LE, "5", ""),
        ("< 5", LT, "5", ""),
        ("= 45", EQ, "45", ""),
        ("Trên 80%", GT, "80", ""),
        ("dưới 5", LT, "5", ""),
        ("không quá 10%", LE, "10", ""),
        ("tối thiểu 3", GE, "3", ""),
        ("Từ 90% trở lên", GE, "90", ""),
        ("90 trở lên.", GE, "90", ""),
        ("từ 5 người trở xuống", LE, "5", "người"),
        ("50 (5G)", None, "50", "5G"),
        ("60% (5G, 6G)", None, "60", "5G, 6G"),
        ("≥ 60 (5G)", GE, "60", "5G"),
        ("1.018 người", None, "1018", "người"),
        ("5,46 TB", None, "5.46", "TB"),
        ("12 km2", None, "12", "km2"),
        ("12 m²", None, "12", "m²"),
        ("3 tỷ", None, "3", "tỷ"),
        ("12 công trình/năm", None, "12", "công trình/năm"),
        ("7 người/01 vạn dân", None, "7", "người/01 vạn dân"),
        ("15% GRDP", None, "15", "GRDP"),
        ("1.018 người (tính đến 31/5)", None, "1018", "người (tính đến 31/5)"),
        ("\u00a01.018\u00a0 người ", None, "1018", "người"),
    ],
)
def test_read(raw: str, comparator: Comparator | None, value: str, remark: str) -> None:
    written = read_number(raw)
    assert (written.comparator, str(written.value), written.remark, written.doubt) == (
        comparator,
        value,
        remark,
        "",
    )


@pytest.mark.parametrize("raw", ["", "  ", "\u00a0\n"])
def test_an_empty_cell_is_no_value_and_no_doubt(raw: str) -> None:
    assert read_number(raw) == Written("", None, None, "", "")


ADVICE = "đề nghị ghi dấu phẩy cho phần thập phân, dấu chấm cho hàng nghìn."


@pytest.mark.parametrize(
    ("raw", "doubt"),
    [
        ("20.86", f"“20.86” có thể hiểu là “2.086” hoặc “20,86”; {ADVICE}"),
        ("20.86 tỷ đồng", f"“20.86 tỷ đồng” có thể hiểu là “2.086” hoặc “20,86”; {ADVICE}"),
        ("≥ 0.7", f"“≥ 0.7” có thể hiểu là “7” hoặc “0,7”; {ADVICE}"),
        ("0.700", f"“0.700” có thể hiểu là “700” hoặc “0,7”; {ADVICE}"),
        ("1.294.00", f"“1.294.00” không đọc được thành một số; {ADVICE}"),
        ("1,294,000", f"“1,294,000” không đọc được thành một số; {ADVICE}"),
        ("1,294.5", f"“1,294.5” có thể hiểu là “1,2945” hoặc “1.294,5”; {ADVICE}"),
        ("khoảng 70%", "“khoảng 70%” là số ước lượng; đề nghị ghi số chính xác."),
        ("Hơn 70%", "“Hơn 70%” là số ước lượng; đề nghị ghi số chính xác."),
        ("~ 70", "“~ 70” là số ước lượng; đề nghị ghi số chính xác."),
        ("18.672/28.005", "“18.672/28.005” có nhiều hơn một số; đề nghị chỉ ghi một số."),
        ("5-10", "“5-10” có nhiều hơn một số; đề nghị chỉ ghi một số."),
        ("5 – 10%", "“5 – 10%” có nhiều hơn một số; đề nghị chỉ ghi một số."),
        ("5 đến 10", "“5 đến 10” có nhiều hơn một số; đề nghị chỉ ghi một số."),
        ("1 294", "“1 294” có nhiều hơn một số; đề nghị chỉ ghi một số."),
        ("Không xác định", "“Không xác định” không đọc được thành một số; đề nghị chỉ ghi số."),
        ("-", "“-” không đọc được thành một số; đề nghị chỉ ghi số."),
        ("5G", "“5G” không đọc được thành một số; đề nghị chỉ ghi số."),
        ("1e5", "“1e5” không đọc được thành một số; đề nghị chỉ ghi số."),
        ("1_000", "“1_000” không đọc được thành một số; đề nghị chỉ ghi số."),
        ("NaN", "“NaN” không đọc được thành một số; đề nghị chỉ ghi số."),
        ("٣", "“٣” không đọc được thành một số; đề nghị chỉ ghi số."),
        ("70 ?", "“70 ?” không đọc được thành một số; đề nghị chỉ ghi số."),
        ("9" * 25, f"“{'9' * 25}” có quá nhiều chữ số; đề nghị kiểm tra lại."),
    ],
)
def test_what_is_not_one_sure_number_is_a_doubt_and_never_a_value(raw: str, doubt: str) -> None:
    assert read_number(raw) == Written(raw, None, None, "", doubt)


# The whole of Phụ lục I: baseline (2025) and target (2026) of its 46 indicators.
ANNEX = {
    1: ("50 5G", "60 5G"),
    2: ("60", "70"),
    3: ("1.08", ">=3"),
    4: ("1.078", "4"),
    5: ("80", "85"),
    6: ("100", "100"),
    7: ("80", "85"),
    8: ("80", ">80"),
    9: ("7", "8"),
    10: ("2", ">=2"),
    11: ("12", ">=4"),
    12: ("300", ">=350"),
    13: ("32", ">40"),
    14: ("65", ">=68"),
    15: ("2", ">=4"),
    16: ("10", ">=12"),
    17: ("0", ">=1"),
    18: ("28.48", ">=34"),
    19: ("5", ">=7"),
    20: ("0", ">=1"),
    21: ("0", ">=1"),
    22: ("15", ">=17"),
    23: ("5", ">=5"),
    24: ("2", ">=3"),
    25: ("1", ">=3"),
    26: ("8", ">=10"),
    27: ("10", ">=12"),
    28: ("30", ">=35"),
    29: (">=0.7", ">=0.7"),
    30: (">=80", ">=85"),
    31: ("100", "100"),
    32: (">=75", ">=78"),
    33: ("55", "60"),
    34: ("100", "100"),
    35: ("98", ">98"),
    36: (">=40", ">=50"),
    37: (">=50", ">=55"),
    38: (">=60", ">=65"),
    39: ("50", ">53"),
    40: ("99", ">99"),
    41: ("10", ">15"),
    42: ("90", ">90"),
    43: ("80", ">80"),
    44: (">=60", ">=65"),
    45: ("", "60"),
    46: ("15", "17"),
}


def in_short(written: Written) -> str:
    value = "" if written.value is None else str(written.value)
    return f"{written.comparator or ''}{value} {written.remark}{written.doubt}".strip()


def test_every_number_of_the_real_annex() -> None:
    rows = [[cell.text for cell in row.cells] for row in Document(str(PLAN)).tables[0].rows]
    read = {
        int(r[0]): (in_short(read_number(r[3])), in_short(read_number(r[4]))) for r in rows if r[0].isdigit()
    }
    assert read == ANNEX


@pytest.mark.parametrize(
    ("value", "others", "written", "beside"),
    [
        ("40665", ["20.86"], "40.665", "20,86"),
        ("-40665", ["20.86"], "-40.665", "20,86"),
        ("0.5", ["60", "1.294E+3", "70", "80"], "0,5", "60; 1.294; 70"),
        ("2000.01", ["0", "20"], "2.000,01", "20"),
    ],
)
def test_a_value_far_from_all_its_neighbours_is_asked_about(
    value: str, others: list[str], written: str, beside: str
) -> None:
    assert magnitude_doubt(Decimal(value), [Decimal(other) for other in others]) == (
        f"{written} chênh lệch trên 100 lần so với số liệu cùng loại ({beside}); "
        "đề nghị kiểm tra lại dấu thập phân và đơn vị tính."
    )


@pytest.mark.parametrize(
    ("value", "others"),
    [
        pytest.param("40665", ["20.86", "39396"], id="one-neighbour-of-its-size-is-enough"),
        pytest.param("40.665", ["20.86"], id="near"),
        pytest.param("2000", ["20"], id="exactly-100-times-is-not-more"),
        pytest.param("0.2", ["20"], id="exactly-a-hundredth"),
        pytest.param("0", ["5000"], id="zero"),
        pytest.param("5000", ["0"], id="beside-zero"),
        pytest.param("5000", [], id="alone"),
    ],
)
def test_a_value_near_a_neighbour_is_not(value: str, others: list[str]) -> None:
    assert magnitude_doubt(Decimal(value), [Decimal(other) for other in others]) == ""


def test_magnitude_by_another_factor() -> None:
    assert magnitude_doubt(Decimal(60), [Decimal(5)]) == ""
    assert magnitude_doubt(Decimal(60), [Decimal(5)], factor=10).startswith("60 chênh lệch trên 10 lần ")


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        ("1294", None, "1.294"),
        ("1.078", None, "1,078"),
        ("1294.50", None, "1.294,5"),
        ("215657000", None, "215.657.000"),
        ("-1294.5", None, "-1.294,5"),
        ("1E+3", None, "1.000"),
        ("100", None, "100"),
        ("0", None, "0"),
        ("-0.00", None, "0"),
        ("66.6748", 2, "66,67"),
        ("77.5", 1, "77,5"),
        ("77.45", 1, "77,5"),
        ("-77.45", 1, "-77,5"),
        ("99.96", 1, "100"),
        ("100", 1, "100"),
        ("1294.5", 0, "1.295"),
        ("-0.004", 2, "0"),
        ("12345678901234567890123456789012.345", 2, "12.345.678.901.234.567.890.123.456.789.012,35"),
    ],
)
def test_write(value: str, places: int | None, written: str) -> None:
    assert write_number(Decimal(value), places) == written


@settings(deadline=None)
@given(st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, places=6))
def test_what_is_written_is_read_back_exactly(value: Decimal) -> None:
    assert read_number(write_number(value)).value == value


@settings(deadline=None)
@given(st.text("0123456789.,-+≥> %()GĐtỷkhoảng/") | st.text())
def test_a_doubt_has_no_value_and_a_value_no_doubt(raw: str) -> None:
    written = read_number(raw)
    assert (written.value is not None) + (written.doubt != "") == (1 if written.raw else 0)
