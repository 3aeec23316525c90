"""The subject line of a digest: the worst first, and never longer than an inbox shows."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.reminders.headline import LONGEST, OwedAssignment, OwedReport, headline, shortened


@dataclass(frozen=True)
class Report:
    cycle: str = "Báo cáo Quý I/2026"
    due: str = "20/3/2026"
    left: str = "quá hạn 02 ngày làm việc"
    days_left: int = -4
    mending: bool = False


@dataclass(frozen=True)
class Task:
    number: str = "V.5.1"
    title: str = "Rà soát thủ tục"
    due: str = "31/3/2026"
    left: str = "còn 05 ngày làm việc"
    days_left: int = 7


LATE = Report()
MENDING = replace(LATE, mending=True)
SOON = Report("Báo cáo năm 2025", "27/3/2026", "còn 03 ngày làm việc", 3)
TASK = Task()
LATE_TASK = Task("III.4", "Phổ cập kỹ năng số", "31/12/2025", "quá hạn 54 ngày làm việc", -80)
LESS_LATE_TASK = replace(LATE_TASK, number="I.1", due="31/01/2026", days_left=-50)
LONG = "Báo cáo 6 tháng đầu năm 2026 thực hiện Nghị quyết số 57-NQ/TW về phát triển khoa học, công nghệ"


@pytest.mark.parametrize(
    ("reports", "tasks", "said"),
    [
        ([LATE], [], "Quá hạn 02 ngày làm việc: Báo cáo Quý I/2026"),
        ([MENDING], [], "Quá hạn 02 ngày làm việc, chưa hoàn thiện: Báo cáo Quý I/2026"),
        ([SOON], [], "Còn 03 ngày làm việc: Báo cáo năm 2025 (hạn 27/3/2026)"),
        ([SOON, SOON], [], "Còn 03 ngày làm việc: Báo cáo năm 2025 và 01 báo cáo khác"),
        ([LATE, LATE], [], "Quá hạn 02 ngày làm việc: Báo cáo Quý I/2026 và 01 báo cáo khác"),
        (
            [LATE],
            [TASK, TASK, TASK],
            "Quá hạn 02 ngày làm việc: Báo cáo Quý I/2026; 03 nhiệm vụ đến hạn 31/3/2026",
        ),
        (
            [LATE, SOON],
            [],
            "Quá hạn 02 ngày làm việc: Báo cáo Quý I/2026; 01 báo cáo đến hạn 27/3/2026",
        ),
        (
            [LATE],
            [TASK, replace(TASK, due="30/6/2026")],
            "Quá hạn 02 ngày làm việc: Báo cáo Quý I/2026; 02 nhiệm vụ sắp đến hạn, sớm nhất 31/3/2026",
        ),
        (
            [LATE, SOON, replace(SOON, due="30/3/2026")],
            [],
            "Quá hạn 02 ngày làm việc: Báo cáo Quý I/2026; 02 báo cáo sắp đến hạn, sớm nhất 27/3/2026",
        ),
        (
            [SOON],
            [LATE_TASK],
            "Quá hạn 54 ngày làm việc: Nhiệm vụ III.4. Phổ cập kỹ năng số; 01 báo cáo đến hạn 27/3/2026",
        ),
        ([], [LATE_TASK, LATE_TASK], "Quá hạn 54 ngày làm việc: 02 nhiệm vụ"),
        ([], [LATE_TASK, LESS_LATE_TASK], "Quá hạn đến 54 ngày làm việc: 02 nhiệm vụ"),
        ([], [TASK], "Còn 05 ngày làm việc: Nhiệm vụ V.5.1. Rà soát thủ tục (hạn 31/3/2026)"),
        (
            [],
            [replace(TASK, number="")],
            "Còn 05 ngày làm việc: Nhiệm vụ Rà soát thủ tục (hạn 31/3/2026)",
        ),
        ([], [TASK, TASK], "Còn 05 ngày làm việc: 02 nhiệm vụ đến hạn 31/3/2026"),
        (
            [replace(LATE, cycle=LONG)],
            [LATE_TASK],
            (
                "Quá hạn 02 ngày làm việc: Báo cáo 6 tháng đầu năm 2026 thực hiện Nghị quyết số 57-NQ/TW về phát…; "
                "01 nhiệm vụ quá hạn"
            ),
        ),
        (
            [replace(LATE, cycle=LONG), SOON],
            [LATE_TASK, TASK],
            (
                "Quá hạn 02 ngày làm việc: Báo cáo 6 tháng đầu năm 2026 thực hiện Nghị quyết số…; 01 nhiệm vụ quá hạn; "
                "nội dung khác"
            ),
        ),
    ],
)
def test_what_is_said(reports: list[OwedReport], tasks: list[OwedAssignment], said: str) -> None:
    assert headline(reports, tasks) == said


NAMES = st.text(alphabet="Báo cáo ố 57-NQ/TW,", min_size=1, max_size=200)


@given(
    st.lists(st.builds(Report, cycle=NAMES, days_left=st.sampled_from([-3, 3]), mending=st.booleans())),
    st.lists(st.builds(Task, title=NAMES, days_left=st.sampled_from([-3, 3])), min_size=1, max_size=9),
)
def test_it_is_never_too_long_and_begins_with_the_worst(reports: list[Report], tasks: list[Task]) -> None:
    said = headline(reports, tasks)
    assert len(said) <= LONGEST
    lines: list[Report | Task] = [*reports, *tasks]
    worst = min(lines, key=lambda line: (line.days_left, isinstance(line, Task)))
    assert said.lower().startswith(worst.left)


def test_a_letter_of_nothing_has_no_subject() -> None:
    with pytest.raises(ValueError, match="không có dòng nào"):
        headline([], [])


@pytest.mark.parametrize(
    ("text", "longest", "kept"),
    [
        ("Báo cáo Quý I", 13, "Báo cáo Quý I"),
        ("Báo cáo Quý I", 12, "Báo cáo Quý…"),
        ("Báo cáo, Quý I", 10, "Báo cáo…"),
        ("Báocáoquýmột", 6, "Báocá…"),
    ],
)
def test_shortening_ends_at_a_word(text: str, longest: int, kept: str) -> None:
    assert shortened(text, longest) == kept
    assert len(shortened(text, longest)) <= longest
