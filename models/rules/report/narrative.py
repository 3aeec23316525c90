"""The prose of the agencies put together under the committee's headings: nothing invented, nothing dropped.

Every paragraph keeps its source. Paragraphs that say the same, or nearly, are put together, each wording with those
who wrote it, for the secretariat to edit into one. What has no heading is given back apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.rules.prose.prose import notes_by_number
from models.rules.report.near import folded, like_groups
from models.rules.report.noted import Noted, noted


@dataclass(frozen=True)
class Source:
    """Where a text comes from; `text` names agency, version and day as the report writes it."""

    agency_code: str
    agency: str
    text: str


@dataclass(frozen=True)
class Piece:
    """What one agency wrote under one heading; `code` is "" under a heading that its outline does not know."""

    code: str
    heading: str
    text: str
    notes: str
    source: Source


@dataclass(frozen=True)
class Variant:
    """One wording, with all who wrote it."""

    text: Noted
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Passage:
    """One wording, or several that are nearly the same. `wordings` and `agencies`: how many there are and how many
    agencies wrote them, `variants` holding all or the most usual of them."""

    variants: tuple[Variant, ...]
    wordings: int
    agencies: int


@dataclass(frozen=True)
class Unplaced:
    """Prose without a heading in the report: of one agency, under the heading it wrote."""

    heading: str
    source: Source
    paragraphs: tuple[Noted, ...]


def passages(pieces: Iterable[Piece]) -> list[Passage]:
    """The paragraphs of these pieces in their order, each once: like ones stand at the place of the first."""
    return _together([(text, piece.source) for piece in pieces for text in paragraphs(piece)])


def together(texts: Sequence[tuple[Noted, Source]]) -> list[Passage]:
    """The same of texts that are no whole pieces."""
    return _together(texts)


def paragraphs(piece: Piece) -> tuple[Noted, ...]:
    """A piece's paragraphs, each with the footnotes it calls; notes that nothing calls go with the last one."""
    notes = notes_by_number(piece.notes)
    lines = [line.strip() for line in piece.text.split("\n") if line.strip()]
    if not lines:
        return (Noted("(chỉ có chú thích)[^1]", ("; ".join(notes.values()),)),) if notes else ()
    called = [noted(line, notes) for line in lines]
    used = {note for one in called for note in one.notes}
    rest = {number: note for number, note in notes.items() if note not in used}
    if rest:
        own = {number: note for number, note in notes.items() if f"[^{number}]" in lines[-1]}
        called[-1] = noted(lines[-1], {**own, **rest}, left_over=True)
    return tuple(called)


def unplaced(pieces: Iterable[Piece], fed: frozenset[str]) -> list[Unplaced]:
    """The pieces that no heading of the report takes, in their order."""
    return [
        Unplaced(piece.heading, piece.source, paragraphs(piece)) for piece in pieces if piece.code not in fed
    ]


def _together(texts: Sequence[tuple[Noted, Source]]) -> list[Passage]:
    return [
        _passage([texts[place] for place in group]) for group in like_groups([text.text for text, _ in texts])
    ]


def _passage(texts: Sequence[tuple[Noted, Source]]) -> Passage:
    variants = _variants(texts)
    return Passage(variants, len(variants), len({source.agency_code for _, source in texts}))


def _variants(texts: Sequence[tuple[Noted, Source]]) -> tuple[Variant, ...]:
    """Like texts by wording, notes and all: the same wording is said once, with everyone who wrote it."""
    if len(texts) == 1:
        ((text, source),) = texts
        return (Variant(text, (source,)),)
    wordings: dict[tuple[str, tuple[str, ...]], tuple[Noted, dict[Source, None]]] = {}
    for text, source in texts:
        _, sources = wordings.setdefault((folded(text.text), text.notes), (text, {}))
        sources.setdefault(source)
    return tuple(Variant(text, tuple(sources)) for text, sources in wordings.values())
