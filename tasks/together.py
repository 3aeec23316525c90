"""Work that costs little more for several than for one: who comes while it is under way waits, and then it is done for
all who wait at once. Nobody waits for company: who comes alone is served alone, and at once.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """`do` gives an answer for each of what it is given, in that order; it is called by one thread at a time, that of
    one of those who asked, and with `most` at the most. What it raises is raised to each of them."""

    def __init__(self, do: Callable[[Sequence[T]], Sequence[R]], most: int) -> None:
        self._do = do
        self._most = most
        self._lock = Lock()
        self._waiting: deque[_Place[T, R]] = deque()
        self._busy = False

    def ask(self, one: T) -> R:
        """The answer for this one, when it is there."""
        place: _Place[T, R] = _Place(one)
        with self._lock:
            self._waiting.append(place)
            leads, self._busy = not self._busy, True
        if not leads:
            place.called.wait()
        if not place.answers and place.error is None:
            self._lead()
        if place.error is not None:
            raise place.error
        return place.answers[0]

    def _lead(self) -> None:
        """Do it for those who wait, and call the next to lead those who have come meanwhile. Who leads stands first in
        the line: nobody before has been left waiting."""
        with self._lock:
            several = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        try:
            answers = self._do([place.one for place in several])
            for place, answer in zip(several, answers, strict=True):
                place.answers = [answer]
        except BaseException as error:
            for place in several:
                place.error = error
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            for place in (*several, *((following,) if following else ())):
                place.called.set()


class _Place(Generic[T, R]):
    """Somebody's place in the line."""

    def __init__(self, one: T) -> None:
        self.one = one
        self.called = Event()
        self.answers: list[R] = []  # one, when it is there
        self.error: BaseException | None = None
