"""Which line of a file a fault is on, as near as the file can tell."""

from typing import Any

import pytest

from models.rules.files.file_lines import LinedDict, LinedList, line_of


def mapping(line: int, **entries: tuple[int, Any]) -> LinedDict:
    made = LinedDict({key: value for key, (_, value) in entries.items()})
    made.line, made.lines = line, {key: at for key, (at, _) in entries.items()}
    return made


def listing(*entries: tuple[int, Any]) -> LinedList:
    made = LinedList(value for _, value in entries)
    made.lines = [at for at, _ in entries]
    return made


STEP = mapping(12, code=(12, "sau-1"), when=(14, "after"))
REGIME = mapping(10, code=(10, "bcd-quy"), steps=(11, listing((12, STEP))))


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 10),
        (("code",), 10),
        (("steps",), 11),
        (("steps", 0), 12),
        (("steps", 0, "when"), 14),
        (("steps", 0, "release"), 12),  # not written: its step is
        (("steps", 0, "when", "deeper"), 14),
        (("steps", 4), 11),
        (("steps", "x"), 11),
        (("other",), 10),
    ],
)
def test_the_line_of_a_place(place: tuple[int | str, ...], line: int) -> None:
    assert line_of(REGIME, place) == line


def test_what_knows_no_lines_has_none() -> None:
    assert line_of({"steps": [{"code": 1}]}, ("steps", 0, "code")) == 0
    assert line_of(None, ("steps",)) == 0


def test_what_stands_here_goes_before_what_stands_in_the_other() -> None:
    defaults = mapping(2, release=(3, "person"), code=(4, "chung"))
    both = REGIME.over(defaults)
    assert both == {"release": "person", "code": "bcd-quy", "steps": REGIME["steps"]}
    assert [line_of(both, (key,)) for key in ("release", "code", "steps", "none")] == [3, 10, 11, 10]
    assert line_of(REGIME.over({"release": "person"}), ("release",)) == 10
