"""Prose of the agencies as parts of the consolidated report: paragraphs, their sources, like ones side by side."""

from collections.abc import Iterable, Sequence
from typing import Any

from models.rules.report.narrative import Passage, Piece, Source, Unplaced, Variant, passages
from models.rules.report.noted import Noted
from models.rules.report.points import PointGroup, by_addressee, points
from models.rules.report.report_outline import ReportHeading, ReportOutline
from models.rules.report.shortened import LONGEST, shortened
from models.rules.sentences import prose as in_prose
from tasks.documents.table import Table
from tasks.documents.word_notes import Footnotes

PROSE = "Lời văn"
"""The sheet of the annex workbook that holds all prose where the report cannot."""
Part = dict[str, Any]
_MANY_NAMES = 20  # of agencies that wrote the same are named
_PASSAGES = 12  # of many agencies under a heading are printed, each in its most usual wording
_NAMES = 5  # of many agencies, those who are named for it


def text(content: str) -> Part:
    return {"kind": "text", "text": content}


def prose_parts(
    heading: ReportHeading,
    outline: ReportOutline,
    pieces: Sequence[Piece],
    notes: Footnotes,
    more: Sequence[tuple[Noted, Source]] = (),
) -> list[Part]:
    """What the agencies wrote for this heading, as its `group` says; `more` are points that came with the forms."""
    mine = [piece for piece in pieces if piece.code in heading.from_]
    if of_many(piece.source for piece in mine) or of_many(source for _, source in more):
        return _of_many(heading, outline, points(mine, more) if heading.group else passages(mine), notes)
    if heading.group == "":
        return _pieces(_by_agency(mine, heading), notes)
    found = points(mine, more)
    if heading.group == "points":
        return _points([PointGroup("", tuple(found))] if found else [], notes)
    return _points(by_addressee(found, outline.addressees), notes)


def of_many(sources: Iterable[Source]) -> bool:
    """Whether a text is of more agencies than a report can print."""
    return len({source.agency_code for source in sources}) > LONGEST


def _of_many(
    heading: ReportHeading, outline: ReportOutline, found: Sequence[Passage], notes: Footnotes
) -> list[Part]:
    """What most agencies wrote; the rest is counted."""
    few = shortened(found, lambda passage: -passage.agencies, few=_PASSAGES, longest=_PASSAGES)
    brief = [_brief(passage) for passage in few.lines]
    if heading.group == "addressees":
        parts = _points(by_addressee(brief, outline.addressees), notes, brief=True)
    elif heading.group == "points":
        parts = _points([PointGroup("", tuple(brief))], notes, brief=True)
    else:
        parts = [part for passage in brief for part in _like(passage, notes, brief=True)]
    said = f"{few.of} nội dung của các cơ quan, đơn vị"
    if few.left:
        said = f"{len(few.lines)} nội dung nhiều cơ quan, đơn vị nêu nhất trong {said}"
    return [
        *parts,
        {"kind": "label", "text": f"(Nêu trên là {said}; toàn bộ lời văn ở trang “{PROSE}” của sổ phụ lục.)"},
    ]


def _brief(passage: Passage) -> Passage:
    """Of many wordings the most usual one."""
    most = max(passage.variants, key=lambda variant: len(variant.sources))
    return Passage((most,), passage.wordings, passage.agencies)


def _named(sources: Iterable[Source], *, brief: bool = False) -> str:
    """The agencies by name; of many the first."""
    names = list(dict.fromkeys(source.agency for source in sources))
    if len(names) <= (_MANY_NAMES if brief else LONGEST):
        return "; ".join(names)
    return f"{'; '.join(names[:_NAMES])} và {len(names) - _NAMES} cơ quan, đơn vị khác"


def unplaced_parts(found: Iterable[Unplaced], notes: Footnotes) -> list[Part]:
    """Prose without a heading in the report, each piece under the heading that its agency wrote."""
    parts: list[Part] = []
    few = shortened(list(found))
    for one in few.lines:
        parts.append({"kind": "label", "text": f"{one.heading or '(không có đề mục)'}"})
        parts += [text(notes.put(paragraph)) for paragraph in one.paragraphs]
        parts.append(_source([one.source]))
    if few.left:
        parts.append(
            text(
                f"Và {few.left} nội dung khác chưa xếp mục: đầy đủ ở trang “{PROSE}” của sổ phụ lục (Excel)."
            )
        )
    return parts


def prose_table(pieces: Iterable[Piece]) -> Table:
    """Every piece of prose, in the order of the directory."""
    return Table(
        ("Mục", "Đề mục", "Cơ quan, đơn vị", PROSE, "Nguồn"),
        (
            {
                "Mục": piece.code,
                "Đề mục": piece.heading,
                "Cơ quan, đơn vị": piece.source.agency,
                PROSE: "\n".join(part for part in (piece.text, piece.notes) if part),
                "Nguồn": piece.source.text.removeprefix(f"{piece.source.agency} – "),
            }
            for piece in pieces
        ),
    )


def _by_agency(pieces: Sequence[Piece], heading: ReportHeading) -> list[Piece]:
    """Agency by agency, its headings in the order in which the report names them."""
    place = {code: at for at, code in enumerate(heading.from_)}
    order = {code: at for at, code in enumerate(dict.fromkeys(piece.source.agency_code for piece in pieces))}
    return sorted(pieces, key=lambda piece: (order[piece.source.agency_code], place[piece.code]))


def _pieces(pieces: Sequence[Piece], notes: Footnotes) -> list[Part]:
    parts: list[Part] = []
    open_source: Source | None = None
    for passage in passages(pieces):
        own = _only_source(passage)
        if open_source is not None and own != open_source:
            parts.append(_source([open_source]))
        open_source = own
        if own is not None:
            parts.append(text(notes.put(passage.variants[0].text)))
        else:
            parts += _like(passage, notes)
    return [*parts, _source([open_source])] if open_source is not None else parts


def _only_source(passage: Passage) -> Source | None:
    sources = [source for variant in passage.variants for source in variant.sources]
    return sources[0] if len(passage.variants) == 1 and len(sources) == 1 else None


def _like(passage: Passage, notes: Footnotes, *, brief: bool = False) -> list[Part]:
    """One wording of several agencies, or several wordings: each with all who wrote it."""
    parts: list[Part] = []
    if passage.wordings > 1:
        what = "in đoạn được dùng nhiều nhất" if brief else "đề nghị biên tập thành một đoạn"
        parts.append({"kind": "label", "text": f"{_alike(passage)}; {what}:"})
    for variant in passage.variants:
        parts += [text(notes.put(variant.text)), _source(variant.sources, brief=brief)]
    if len(passage.variants) > 1:
        parts.append({"kind": "label", "text": "(Hết các đoạn gần giống nhau.)"})
    return parts


def _alike(passage: Passage) -> str:
    return f"{passage.wordings:02d} đoạn gần giống nhau của {in_prose(passage.agencies)} cơ quan, đơn vị"


def _points(groups: Iterable[PointGroup], notes: Footnotes, *, brief: bool = False) -> list[Part]:
    parts: list[Part] = []
    for group in groups:
        if group.name:
            parts.append({"kind": "label", "text": f"{group.name}:"})
        for passage in group.points:
            if passage.wordings > 1:
                what = "in ý được nêu nhiều nhất" if brief else "đề nghị biên tập thành một ý"
                parts.append(text(f"- {_alike(passage)} ({what}):"))
            bullet = "+" if passage.wordings > 1 else "-"
            parts += [_point(variant, bullet, notes, brief=brief) for variant in passage.variants]
    return parts


def _point(variant: Variant, bullet: str, notes: Footnotes, *, brief: bool = False) -> Part:
    """A point, and in brackets the agencies that raise it."""
    written = f"{bullet} {variant.text.text.rstrip(' .;')} ({_named(variant.sources, brief=brief)})."
    return text(notes.put(Noted(written, variant.text.notes)))


def _source(sources: Sequence[Source], *, brief: bool = False) -> Part:
    """Whose text it is; of several the names, their versions and days stand in the list of sources at the end."""
    if len(sources) == 1:
        return {"kind": "source", "text": f"(Nguồn: {sources[0].text})"}
    return {
        "kind": "source",
        "text": f"(Nguồn: {in_prose(len(sources))} cơ quan, đơn vị – {_named(sources, brief=brief)})",
    }
