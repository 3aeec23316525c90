"""The signed report against ours: every figure that was changed, and apart from them the words that were.

Paragraphs and rows are first laid beside each other by their words alone, with every number masked: a changed figure
moves nothing. What is left over is paired by likeness; what has no like was put in or taken out. Room that we left
open and somebody filled in is no changed figure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from models.rules.publication.content import (
    BLANK,
    Content,
    Paragraph,
    Row,
    Table,
    body_of,
    masked,
    numbers_in,
    spans_of,
    to_write,
    words_of,
)

NOTHING = "(không có)"
_ALIKE = 0.5
_MOST_PAIRS = 10_000  # paragraphs that are held against each other for likeness, in one place
_LOOKED_AT = 2_000  # letters of a paragraph by which its likeness is judged
_AROUND = 6  # words before and after a change
_LONGEST = 1_000


@dataclass(frozen=True)
class Difference:
    """One difference: `place` as a person finds it, ours and theirs with some words around. `figures`: a number
    differs, not only words."""

    place: str
    ours: str
    theirs: str
    figures: bool


@dataclass(frozen=True)
class Comparison:
    """Every difference, figures and words, in the order of the document; how much of ours is in theirs (0 to 1)."""

    differences: tuple[Difference, ...]
    kept: float

    @property
    def figures(self) -> tuple[Difference, ...]:
        return tuple(difference for difference in self.differences if difference.figures)

    @property
    def words(self) -> tuple[Difference, ...]:
        return tuple(difference for difference in self.differences if not difference.figures)


def compare(ours: Content, theirs: Content) -> Comparison:
    """How their report differs from ours."""
    paragraphs = _aligned(
        [masked(p.text) for p in ours.paragraphs], [masked(p.text) for p in theirs.paragraphs]
    )
    found: list[Difference] = []
    kept = 0
    filling = False  # a place that our draft left for a text: what stands there now changes no figure of ours
    for mine, other in paragraphs:
        kept += mine is not None and other is not None
        one = None if mine is None else ours.paragraphs[mine]
        filling = to_write(one.text) if one is not None else filling
        for difference in _paragraphs(one, None if other is None else theirs.paragraphs[other]):
            found.append(replace(difference, figures=difference.figures and not filling))
    tables = _aligned(
        [" ".join(table.heading) for table in ours.tables],
        [" ".join(table.heading) for table in theirs.tables],
    )
    for mine, other in tables:
        if mine is not None and other is not None:
            rows, held = _rows(ours.tables[mine], theirs.tables[other])
            found += rows
            kept += held
        else:
            found.append(_table(ours, theirs, mine, other))
    return Comparison(tuple(found), kept / ours.size if ours.size else 0.0)


def _table(ours: Content, theirs: Content, mine: int | None, other: int | None) -> Difference:
    """A whole table that was put in or taken out."""
    table = ours.tables[mine] if mine is not None else theirs.tables[other or 0]
    told = f"bảng có {len(table.rows)} dòng: {'; '.join(table.heading)}"[:_LONGEST]
    gone = mine is not None
    return Difference(table.name, told if gone else NOTHING, NOTHING if gone else told, figures=True)


Pair = tuple[int | None, int | None]


def _aligned(ours: Sequence[str], theirs: Sequence[str]) -> list[Pair]:
    """Places of ours beside places of theirs, in order; None where there is no like."""
    pairs: list[Pair] = []
    for tag, start, end, their_start, their_end in SequenceMatcher(
        None, ours, theirs, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            pairs += zip(range(start, end), range(their_start, their_end), strict=True)
        else:
            pairs += _alike(ours, theirs, range(start, end), range(their_start, their_end))
    return pairs


def _alike(ours: Sequence[str], theirs: Sequence[str], mine: range, other: range) -> list[Pair]:
    """Of what has no equal: each of ours with the first of theirs after the last that is like it enough."""
    if len(mine) * len(other) > _MOST_PAIRS:
        together = min(len(mine), len(other))
        pairs: list[Pair] = list(zip(mine[:together], other[:together], strict=True))
        return [*pairs, *((one, None) for one in mine[together:]), *((None, one) for one in other[together:])]
    found: list[Pair] = []
    at = other.start
    for one in mine:
        like = max(range(at, other.stop), key=lambda place: _likeness(ours[one], theirs[place]), default=None)
        if like is None or _likeness(ours[one], theirs[like]) < _ALIKE:
            found.append((one, None))
            continue
        found += [(None, skipped) for skipped in range(at, like)]
        found.append((one, like))
        at = like + 1
    return [*found, *((None, left) for left in range(at, other.stop))]


def _likeness(one: str, other: str) -> float:
    begins = words_of(one[:_LOOKED_AT]), words_of(other[:_LOOKED_AT])
    matcher = SequenceMatcher(None, *begins, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0


def _paragraphs(mine: Paragraph | None, other: Paragraph | None) -> Iterator[Difference]:
    if mine is None or other is None:
        there = mine or other
        if there is not None and there.text:
            text = there.text[:_LONGEST]
            ours, theirs = (text, NOTHING) if mine is not None else (NOTHING, text)
            yield Difference(
                there.place, ours, theirs, figures=bool(numbers_in(body_of(text))) and BLANK not in text
            )
        return
    yield from _texts(mine.place, mine.text, other.text)


def _texts(place: str, mine: str, other: str) -> Iterator[Difference]:
    """Each changed figure by itself; changed words of one paragraph together."""
    if mine == other:
        return
    ours, theirs = words_of(mine), words_of(other)
    reworded: list[_Span] = []
    for tag, *span in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for start, end, their_start, their_end in _steps(ours, *span):
            one, its = ours[start:end], theirs[their_start:their_end]
            if numbers_in(" ".join(one)) == numbers_in(" ".join(its)) or BLANK in one:
                if one != its:
                    reworded.append((start, end, their_start, their_end))
            else:
                yield Difference(
                    place, _cut(mine, start, end), _cut(other, their_start, their_end), figures=True
                )
    if reworded:
        yield Difference(
            place,
            _cut(mine, reworded[0][0], reworded[-1][1]),
            _cut(other, reworded[0][2], reworded[-1][3]),
            figures=False,
        )


_Span = tuple[int, int, int, int]


def _steps(ours: Sequence[str], start: int, end: int, their_start: int, their_end: int) -> list[_Span]:
    """A change word by word where as many words stand on both sides."""
    if end - start != their_end - their_start or BLANK in ours[start:end]:
        return [(start, end, their_start, their_end)]
    return [
        (start + step, start + step + 1, their_start + step, their_start + step + 1)
        for step in range(end - start)
    ]


def _cut(text: str, start: int, end: int) -> str:
    """The words from one to another with some around, dots where more stands."""
    spans = spans_of(text)
    first, last = max(0, start - _AROUND), min(len(spans), end + _AROUND)
    if first >= last:
        return NOTHING
    before = "…" if first else ""
    after = "…" if last < len(spans) else ""
    return f"{before}{text[spans[first][0] : spans[last - 1][1]]}{after}"[:_LONGEST]


def _rows(mine: Table, other: Table) -> tuple[list[Difference], int]:
    """The differences of two tables, and how many rows of ours are in theirs."""
    found: list[Difference] = []
    kept = 0
    for one, its in _aligned([_key(row) for row in mine.rows], [_key(row) for row in other.rows]):
        if one is not None and its is not None:
            kept += 1
            found += _cells(mine, mine.rows[one], other.rows[its])
            continue
        table, row = (mine, mine.rows[one]) if one is not None else (other, other.rows[its or 0])
        text = " | ".join(cell for cell in row.cells if cell)[:_LONGEST]
        if text:
            place = f"{table.name}, dòng {row.number}"
            ours, theirs = (text, NOTHING) if one is not None else (NOTHING, text)
            found.append(Difference(place, ours, theirs, figures=bool(numbers_in(text))))
    return found, kept


def _key(row: Row) -> str:
    """What rows are laid beside each other by."""
    return masked(" | ".join(row.cells))


def _cells(table: Table, mine: Row, other: Row) -> Iterator[Difference]:
    for at in range(max(len(mine.cells), len(other.cells))):
        one = mine.cells[at] if at < len(mine.cells) else ""
        its = other.cells[at] if at < len(other.cells) else ""
        if one == its:
            continue
        figures = numbers_in(one) != numbers_in(its) and BLANK not in one
        place = table.place(mine, at)
        yield Difference(place, one[:_LONGEST] or NOTHING, its[:_LONGEST] or NOTHING, figures)
