"""The words of a register as days; what can be read two ways is left to a person."""

from datetime import date
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from models.codes import DeadlineKind
from models.rules.deadlines import Deadline, read_day, read_deadline
from models.time import vn_date, vn_date_long

PLAN = Path(__file__).parents[2] / "data" / "bao-cao-bcd-2025.docx"


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("Quý I/2026", "2026-03-31"),
        ("Quý II/2026", "2026-06-30"),
        ("Quý III/2026", "2026-09-30"),
        ("Quý IV/2026", "2026-12-31"),
        ("Quý I/2027", "2027-03-31"),
        ("Qúy I", "2026-03-31"),
        ("quý 1", "2026-03-31"),
        ("quí 2/26", "2026-06-30"),
        ("Quý III năm 2026", "2026-09-30"),
        ("Quý III, năm 2026.", "2026-09-30"),
        ("QUÝ IV / 2026", "2026-12-31"),
        ("Quý I-2026", "2026-03-31"),
        ("Quý Ⅱ/2026", "2026-06-30"),
        ("Trong Quý II/2026", "2026-06-30"),
        ("Hết quý III", "2026-09-30"),
        ("Quý I-II/2026", "2026-06-30"),
        ("Quý I - II", "2026-06-30"),
        ("Quý I–II/2026", "2026-06-30"),
        ("Quý I, II/2026", "2026-06-30"),
        ("Quý II, III, IV/2026", "2026-12-31"),
        ("Quý I và Quý II năm 2026", "2026-06-30"),
        ("Từ quý I đến quý III/2026", "2026-09-30"),
        ("Quý IV/2026 - Quý I/2027", "2027-03-31"),
        ("Năm 2026", "2026-12-31"),
        ("Trong năm 2026", "2026-12-31"),
        ("Cả năm", "2026-12-31"),
        ("2026", "2026-12-31"),
        ("Năm 2026-2027", "2027-12-31"),
        ("Giai đoạn 2026 - 2030", "2030-12-31"),
        ("Tháng 6/2026", "2026-06-30"),
        ("tháng 02 năm 2028", "2028-02-29"),
        ("T6/2026", "2026-06-30"),
        ("6/2026", "2026-06-30"),
        ("Tháng 5-6/2026", "2026-06-30"),
        ("Từ tháng 1 đến tháng 6 năm 2026", "2026-06-30"),
        ("6 tháng đầu năm 2026", "2026-06-30"),
        ("06 tháng cuối năm", "2026-12-31"),
        ("9 tháng đầu năm 2026", "2026-09-30"),
        ("30/6/2026", "2026-06-30"),
        ("30/6", "2026-06-30"),
        ("31-03-26", "2026-03-31"),
        ("trước 30/6/2026", "2026-06-30"),
        ("Hoàn thành trước ngày 30/6", "2026-06-30"),
        ("xong trước ngày 30 tháng 6 năm 2026", "2026-06-30"),
        ("Chậm nhất đến hết ngày 15/12/2026", "2026-12-15"),
        ("01/3/2026 - 30/6/2026", "2026-06-30"),
        ("2026-06-30", "2026-06-30"),
        ("Quý\u00a0I\u2011II/2026", "2026-06-30"),
    ],
)
def test_a_date(written: str, due: str) -> None:
    assert read_deadline(written, 2026) == Deadline(DeadlineKind.DATE, date.fromisoformat(due), "")


@pytest.mark.parametrize(
    "written",
    [
        "Thường xuyên",
        "thường xuyên, liên tục.",
        "Thực hiện thường xuyên trong năm 2026",
        "Hằng năm",
        "Định kỳ hàng quý",
    ],
)
def test_recurring_is_never_due(written: str) -> None:
    assert read_deadline(written, 2026) == Deadline(DeadlineKind.RECURRING, None, "")


@pytest.mark.parametrize(
    "written",
    [
        "Theo hướng dẫn của Bộ Tài chính, Bộ Khoa học và Công nghệ",
        "Theo kế hoạch của Trung ương",
        "Theo Kế hoạch số 02-KH/BCĐTW",
        "Sau khi có hướng dẫn của Chính phủ",
    ],
)
def test_guided_has_no_date(written: str) -> None:
    assert read_deadline(written, 2026) == Deadline(DeadlineKind.GUIDED, None, "")


VAGUE = "chưa rõ; đề nghị xác định một ngày."
BEFORE = "chưa rõ là trước khi kỳ đó bắt đầu hay kết thúc."
BOTH = "vừa để mở vừa nêu mốc thời gian; đề nghị xác định một ngày."


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("Sớm", VAGUE),
        ("Đầu quý II", VAGUE),
        ("Quý V/2026", VAGUE),
        ("Quý IV-I/2026", VAGUE),
        ("31/6/2026", VAGUE),
        ("Tháng 13/2026", VAGUE),
        ("Trước ngày 25 hằng tháng", VAGUE),
        ("Trước quý II/2026", BEFORE),
        ("Trước năm 2027", BEFORE),
        ("Thường xuyên, báo cáo trước 15/12/2026", BOTH),
        ("Theo hướng dẫn của Bộ, trong Quý II/2026", BOTH),
    ],
)
def test_unclear_is_left_to_a_person(written: str, why: str) -> None:
    assert read_deadline(written, 2026) == Deadline(DeadlineKind.UNCLEAR, None, f"Thời hạn “{written}” {why}")


def test_an_empty_deadline_is_unclear() -> None:
    assert read_deadline(" \n", 2026) == Deadline(DeadlineKind.UNCLEAR, None, "Chưa ghi thời hạn hoàn thành.")


def test_a_date_before_the_registers_year_is_kept_and_asked_about() -> None:
    assert read_deadline("Quý I/2025", 2026) == Deadline(
        DeadlineKind.DATE, date(2025, 3, 31), "Thời hạn “Quý I/2025” ở trước năm 2026 của danh mục."
    )


def test_the_real_register() -> None:
    rows = [[cell.text for cell in row.cells] for row in Document(str(PLAN)).tables[1].rows[1:]]
    deadlines = [read_deadline(row[5], 2026) for row in rows if row[2].strip()]

    kinds = [deadline.kind for deadline in deadlines]
    assert {kind: kinds.count(kind) for kind in DeadlineKind} == {
        DeadlineKind.DATE: 24,
        DeadlineKind.RECURRING: 12,
        DeadlineKind.GUIDED: 1,
        DeadlineKind.UNCLEAR: 0,
    }
    assert [deadline.doubt for deadline in deadlines if deadline.doubt] == []
    due = [deadline.due for deadline in deadlines if deadline.due is not None]
    quarter_ends = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)]
    assert [sum(day <= end for day in due) for end in quarter_ends] == [7, 16, 18, 24]
    assert sum(day <= date(2026, 3, 30) for day in due) == 0


@pytest.mark.parametrize(
    "written",
    [
        "31/3/2026",
        "31/03/2026",
        "31-03-26",
        "31.3.2026",
        "31.3.2026.",
        " 31 / 3 / 2026 ",
        "2026-03-31",
        "2026/3/31",
        "2026-03-31 00:00:00",
        "2026-03-31T00:00:00",
        "ngày 31 tháng 3 năm 2026",
        "Ngày 31/3/2026",
        "31 tháng 03, năm 2026",
        "nga\u0300y 31 tha\u0301ng 3 na\u0306m 2026",
    ],
)
def test_a_day_however_typed(written: str) -> None:
    assert read_day(written) == date(2026, 3, 31)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "31/3",
        "3/31/2026",
        "29/2/2026",
        "31/3/0206",
        "46112",
        "Quý I/2026",
        "2026",
        "31/3/2026 và 30/6/2026",
        "x",
    ],
)
def test_no_day(written: str) -> None:
    assert read_day(written) is None


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_in_every_shape(day: date) -> None:
    shapes = [
        vn_date(day),
        vn_date_long(day),
        day.isoformat(),
        f"{day:%d-%m-%y}",
        f"{day.day}.{day.month}.{day.year}",
    ]
    assert [read_day(shape) for shape in shapes] == [day] * len(shapes)


@settings(deadline=None)
@given(st.text() | st.text("quýQIVi1236/-, nămtháng.đếnà"), st.integers(2020, 2040))
def test_a_date_exactly_when_the_kind_says_so(written: str, year: int) -> None:
    deadline = read_deadline(written, year)
    assert (deadline.due is not None) == (deadline.kind is DeadlineKind.DATE)
    assert deadline.kind is not DeadlineKind.UNCLEAR or deadline.doubt
