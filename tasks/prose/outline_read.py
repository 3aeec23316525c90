"""The prose of a report from a Word document: cut by the headings of the outline, nothing of it lost.

What we wrote into the outline ourselves (guides, figures, letterhead) is left out where it is unchanged. Whatever is
under no known heading is kept in a part without code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from models.rules.annexes.annex import Outline
from models.rules.prose.outline import (
    Candidate,
    Matching,
    ends_the_report,
    is_bare_number,
    label,
    match_headings,
    may_be_heading,
    split_number,
)
from models.rules.prose.prose import split_notes
from models.rules.stamp import Stamp
from models.rules.text import clean, fold
from tasks.office_package import UnreadableForm
from tasks.prose.docx_body import Body, Line, read_body
from tasks.prose.outline_mark import FIGURES_STYLE, Mark, is_mark_line, line_digest, mark_of
from tasks.prose.word_package import is_word, word_parts

__all__ = [
    "BACK",
    "FRONT",
    "MARGINS",
    "Part",
    "ReadOutline",
    "UnreadableForm",
    "is_word",
    "read_outline",
]

FRONT = "Phần đầu văn bản"
BACK = "Phần cuối văn bản"
MARGINS = "Đầu trang, chân trang"
_LEFT_OVER = "Chú thích không có chỗ gọi"
_MOST_CANDIDATES = 20_000  # paragraphs compared with the outline; those after them are text


@dataclass(frozen=True)
class Part:
    """One piece of the text. `code`: of the outline's heading, "" where it is under none; `heading`: as the file
    writes it. `text`: a paragraph or a row of a table a line, [^1] where a note is called. `notes`: [^1] ..., one a
    line."""

    code: str
    heading: str
    text: str = ""
    notes: str = ""


@dataclass(frozen=True)
class ReadOutline:
    """A document as read. `stamp` is None when it bears none that can be read. `findings` are sentences for people:
    what of the headings is renamed, moved, unknown or missing, and what of the file could not be read."""

    stamp: Stamp | None
    parts: tuple[Part, ...]
    findings: tuple[str, ...]
    _body: Body = field(repr=False, compare=False)

    def matched(self, outline: Outline | None) -> "ReadOutline":
        """The same document cut by another outline, once it is known whose report it is; nothing is parsed again."""
        return _cut(self._body, outline)


def read_outline(content: bytes, outline: Outline | None) -> ReadOutline:
    """The prose of a received .docx; UnreadableForm, with what to do, when it is none or may not be opened.

    Without an outline every heading by style is a part of its own, without code.
    """
    return _cut(read_body(word_parts(content)), outline)


def _cut(body: Body, outline: Outline | None) -> ReadOutline:
    mark = mark_of(body.properties, (line.text for line in body.lines))
    lines = _joined([line for line in body.lines if not is_mark_line(line.text)])
    candidates = [_candidate(line) for line in lines]
    at = [place for place, candidate in enumerate(candidates) if candidate is not None][:_MOST_CANDIDATES]
    matching = _matched(outline, [candidate for place in at if (candidate := candidates[place]) is not None])
    codes = dict(zip(at, matching.codes, strict=True))
    cutter = _Cutter(mark, _guides(outline))
    for place, line in enumerate(lines):
        cutter.take(line, codes.get(place))
    parts = (*cutter.parts(), *_apart(body, mark))
    findings = (*matching.findings, *cutter.edited(outline), *body.findings)
    return ReadOutline(mark.stamp if mark else None, parts, findings, body)


def _matched(outline: Outline | None, candidates: Sequence[Candidate]) -> Matching:
    if outline is None:
        return Matching(tuple("" if candidate.level else None for candidate in candidates), ())
    return match_headings(outline, candidates)


def _guides(outline: Outline | None) -> frozenset[str]:
    return (
        frozenset(fold(heading.guide) for heading in outline.headings if heading.guide)
        if outline
        else frozenset()
    )


def _joined(lines: Sequence[Line]) -> list[Line]:
    """The lines, with a number that stands alone ("Phần 1") brought to the title on the next line."""
    joined: list[Line] = []
    rest = iter(lines)
    for line in rest:
        after = next(rest, None) if not line.row and is_bare_number(line.written) else None
        while after is not None and not after.row and is_bare_number(after.written):
            joined.append(line)
            line, after = after, next(rest, None)
        if after is None:
            joined.append(line)
        elif after.row or split_number(after.written)[0] or after.level > max(line.level, 1):
            joined += [line, after]
        else:
            joined.append(
                Line(
                    f"{line.text}\n{after.written}",
                    line.style,
                    line.number,
                    line.level or after.level,
                    after.strong,
                    notes=(*line.notes, *after.notes),
                )
            )
    return joined


def _candidate(line: Line) -> Candidate | None:
    if line.row:
        return None
    candidate = Candidate(_without_calls(line.written), line.level, line.strong)
    return candidate if may_be_heading(candidate) else None


def _without_calls(text: str) -> str:
    before, mark, _ = text.partition("[^")
    return before if mark and text.endswith("]") else text


@dataclass
class _Piece:
    code: str
    heading: str
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def part(self) -> Part:
        text, notes = split_notes("\n".join(self.lines))  # a text that was put in brings its notes along
        return Part(self.code, self.heading, text, "\n".join(note for note in (notes, *self.notes) if note))


class _Cutter:
    """Lines in, pieces out."""

    def __init__(self, mark: Mark | None, guides: frozenset[str]) -> None:
        self._own = mark.own if mark else frozenset()
        self._marked = mark is not None
        self._guides = guides
        self._pieces = [_Piece("", FRONT)]
        self._edited: list[tuple[str, str]] = []  # code of the piece, what now stands there

    def take(self, line: Line, code: str | None) -> None:
        """The next line; `code` as models.rules.prose.outline.Matching says it."""
        now = self._pieces[-1]
        if code is not None:
            self._pieces.append(_Piece(code, clean(line.written), notes=list(line.notes)))
            return
        if line_digest(line.text) in self._own or fold(line.text) in self._guides:
            if ends_the_report(line.text):
                self._end()
            return
        if now.heading != FRONT and ends_the_report(line.text):
            self._end()
            now = self._pieces[-1]
        if self._marked and line.style.startswith(FIGURES_STYLE.casefold()):
            self._edited.append((now.code, line.written))
        now.lines.append(line.written)
        now.notes += line.notes

    def _end(self) -> None:
        if self._pieces[-1].heading != BACK:
            self._pieces.append(_Piece("", BACK))

    def parts(self) -> Iterator[Part]:
        """The pieces, those left out that are only ours."""
        for piece in self._pieces:
            part = piece.part()
            if part.text or part.notes or piece.heading not in (FRONT, BACK):
                yield part

    def edited(self, outline: Outline | None) -> Iterator[str]:
        """Of figures that we put in and that somebody changed in the document."""
        names = {heading.code: label(heading) for heading in outline.headings} if outline else {}
        for code, written in self._edited:
            where = f" ở mục “{names[code]}”" if code in names else ""
            yield (
                f"Số liệu điền sẵn{where} đã bị sửa trong văn bản Word (“{_short(written)}”). Số liệu chỉ lấy từ biểu "
                "báo cáo; nếu số liệu sai, đề nghị sửa ở biểu và gửi lại biểu."
            )


def _short(text: str) -> str:
    line = clean(text)
    return line if len(line) <= 80 else f"{line[:79].rstrip()}…"


def _apart(body: Body, mark: Mark | None) -> Iterator[Part]:
    """What stands outside the text: headers, footers, notes that nothing calls."""
    own = mark.own if mark else frozenset()
    margins = [line for line in body.margins if line_digest(line) not in own]
    if margins:
        yield Part("", MARGINS, "\n".join(margins))
    if body.left_over:
        yield Part("", _LEFT_OVER, "\n".join(body.left_over))
