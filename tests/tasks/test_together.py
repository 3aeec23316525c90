"""Who comes while work is under way is served with all who wait; nobody is lost, and nobody waits for company."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock
from time import monotonic, sleep

import pytest

from tasks.together import Together

SOON = 30.0


class Work:
    """Doubles numbers, and holds the first batch until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.began, self.go_on = Event(), Event()
        self._one_at_a_time = Lock()

    def __call__(self, several: Sequence[int]) -> list[int]:
        assert self._one_at_a_time.acquire(blocking=False), "two batches at once"
        self.batches.append([*several])
        self.began.set()
        assert self.go_on.wait(SOON)
        self._one_at_a_time.release()
        return [2 * one for one in several]


def behind(
    pool: ThreadPoolExecutor, together: Together[int, int], several: Sequence[int]
) -> list[Future[int]]:
    """Each asks from a thread of its own; returns when all of them wait in the line."""
    before = len(together._waiting)
    asked = [pool.submit(together.ask, one) for one in several]
    until = monotonic() + SOON
    while len(together._waiting) < before + len(asked):
        assert monotonic() < until, "they do not come"
        sleep(0.001)
    return asked


def test_who_comes_alone_is_served_alone() -> None:
    work = Work()
    work.go_on.set()
    together = Together(work, most=4)
    assert [together.ask(1), together.ask(2)] == [2, 4]
    assert work.batches == [[1], [2]]


def test_who_comes_meanwhile_is_served_at_once_with_the_others() -> None:
    work = Work()
    together = Together(work, most=4)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(together.ask, 0)
        assert work.began.wait(SOON)
        others = behind(pool, together, range(1, 7))
        work.go_on.set()
        assert [one.result(SOON) for one in (first, *others)] == [0, 2, 4, 6, 8, 10, 12]
    assert [len(batch) for batch in work.batches] == [1, 4, 2]
    assert sorted(one for batch in work.batches for one in batch) == [*range(7)]


def test_what_goes_wrong_is_told_to_each_and_the_next_are_served() -> None:
    work = Work()

    def do(several: Sequence[int]) -> list[int]:
        answers = work(several)
        if 13 in several:
            raise ValueError("thirteen")
        return answers

    together = Together(do, most=2)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(together.ask, 1)
        assert work.began.wait(SOON)
        wrong = [*behind(pool, together, [13]), *behind(pool, together, [14])]
        (later,) = behind(pool, together, [3])
        work.go_on.set()
        assert first.result(SOON) == 2
        for one in wrong:
            with pytest.raises(ValueError, match="thirteen"):
                one.result(SOON)
        assert later.result(SOON) == 6
    assert work.batches == [[1], [13, 14], [3]]
    assert together.ask(4) == 8


def test_nobody_is_left_behind_when_many_come_and_go() -> None:
    together = Together(lambda several: [one + 1 for one in several], most=3)
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(together.ask, range(2000), timeout=SOON)) == [*range(1, 2001)]
