"""The numbers that Word writes before paragraphs by itself: they are nowhere in the text, so they are counted anew."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_ROMAN = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class _Level:
    kind: str = "decimal"
    pattern: str = ""
    start: int = 1


@dataclass
class Numbering:
    """The lists of a document and how far each has counted. Paragraphs are asked in their order."""

    lists: dict[str, str] = field(default_factory=dict)  # numId -> abstractNumId
    levels: dict[tuple[str, int], _Level] = field(default_factory=dict)
    restarts: dict[tuple[str, int], int] = field(
        default_factory=dict
    )  # of a numId, the first time it is used
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Any | None) -> "Numbering":
        """The lists of word/numbering.xml; none without one."""
        made = cls()
        for abstract in root.iter(qn("w:abstractNum")) if root is not None else ():
            code = abstract.get(qn("w:abstractNumId"), "")
            for level in abstract.iter(qn("w:lvl")):
                made.levels[code, _whole(level.get(qn("w:ilvl")))] = _Level(
                    kind=_said(level, "w:numFmt", "decimal"),
                    pattern=_said(level, "w:lvlText", ""),
                    start=_whole(_said(level, "w:start", "1"), 1),
                )
        for number in root.iter(qn("w:num")) if root is not None else ():
            code = number.get(qn("w:numId"), "")
            made.lists[code] = _said(number, "w:abstractNumId", "")
            for override in number.iter(qn("w:lvlOverride")):
                if override.find(qn("w:startOverride")) is not None:
                    start = _whole(_said(override, "w:startOverride", "1"), 1)
                    made.restarts[code, _whole(override.get(qn("w:ilvl")))] = start
        return made

    def next(self, number_id: str, level: int) -> str:
        """What stands before the next paragraph of this list and level: "I.", "2.1.", "-"; "" for nothing."""
        code = self.lists.get(number_id)
        if code is None:
            return ""
        counts = self.counts.setdefault(code, {})
        here = self.levels.get((code, level), _Level())
        restart = self.restarts.pop((number_id, level), None)
        counts[level] = counts.get(level, here.start - 1) + 1 if restart is None else restart
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if here.kind == "bullet":
            return "-"
        return "" if here.kind == "none" else "".join(self._written(code, here.pattern, counts))

    def _written(self, code: str, pattern: str, counts: dict[int, int]) -> Iterator[str]:
        rest = iter(pattern)
        for sign in rest:
            at = next(rest, "") if sign == "%" else ""
            if at.isdigit() and at != "0":
                level = self.levels.get((code, int(at) - 1), _Level())
                yield _figure(counts.get(int(at) - 1, level.start), level.kind)
            else:
                yield sign + at


def _figure(count: int, kind: str) -> str:
    if kind in ("upperRoman", "lowerRoman") and 0 < count < 90:
        text = ""
        for value, letters in _ROMAN:
            text += letters * (count // value)
            count %= value
        return text.upper() if kind == "upperRoman" else text
    if kind in ("upperLetter", "lowerLetter") and count > 0:
        letter = _LETTERS[(count - 1) % 26] * min((count - 1) // 26 + 1, 4)
        return letter.upper() if kind == "upperLetter" else letter
    return f"{count:02d}" if kind == "decimalZero" else str(count)


def _said(element: Any, name: str, default: str) -> str:
    found = element.find(qn(name))
    return found.get(qn("w:val"), default) if found is not None else default


def _whole(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.isdigit() and len(text) < 6 else default
