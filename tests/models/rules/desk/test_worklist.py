"""Whose work something is, and the order of the work list."""

from datetime import UTC, date, datetime

from models.rules.desk.following import Following
from models.rules.desk.worklist import MOST_SHOWN, Work, WorkKind, work_groups

MAI, LAN = 1, 2
FOLLOWING = Following(
    agencies={10: (MAI,), 11: (MAI, LAN)}, assignments={70: (LAN,)}, names={1: "Mai", 2: "Lan"}
)


def test_who_follows_the_assignment_stands_before_who_follows_the_agency() -> None:
    assert FOLLOWING.of(10) == (MAI,)
    assert FOLLOWING.of(10, 70) == (LAN,)
    assert FOLLOWING.of(10, 71) == (MAI,)
    assert (FOLLOWING.is_mine(MAI, 10, 70), FOLLOWING.is_mine(LAN, 10, 70)) == (False, True)
    assert (FOLLOWING.of(None), FOLLOWING.of(99)) == ((), ())
    assert FOLLOWING.who(11) == "Mai, Lan"
    assert (FOLLOWING.follows_anything(LAN), FOLLOWING.follows_anything(3)) == (True, False)


def work(kind: WorkKind, what: str, day: int, count: int = 1) -> Work:
    return Work(kind, what, "/x", date(2026, 3, day), count)


def test_kinds_in_their_order_and_the_oldest_first() -> None:
    groups = work_groups(
        [
            work(WorkKind.CONFIRM, "b", 12, 5),
            work(WorkKind.CONFIRM, "a", 10, 2),
            work(WorkKind.DRAFT, "kỳ", 1),
            work(WorkKind.FILE, "tệp", 11),
        ],
        left_out=(WorkKind.DRAFT,),
    )
    assert [(group.kind, group.count, group.oldest.day) for group in groups] == [
        (WorkKind.FILE, 1, 11),
        (WorkKind.CONFIRM, 7, 10),
    ]
    assert [line.what for line in groups[1].lines] == ["a", "b"]


def test_an_instant_is_of_its_vietnamese_day() -> None:
    late = Work(WorkKind.FILE, "x", "/x", datetime(2026, 3, 10, 18, tzinfo=UTC))
    assert late.since_day == date(2026, 3, 11)


def test_of_many_some_are_shown_and_the_rest_counted() -> None:
    (group,) = work_groups(work(WorkKind.CALL, f"{number:02d}", 1) for number in range(MOST_SHOWN + 3))
    assert (len(group.shown), group.more, group.count) == (MOST_SHOWN, 3, MOST_SHOWN + 3)
