"""An annex as fields of the page: a group for each line, and between them what the annex itself says."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.codes import CellKind
from models.rules.annexes.annex import Annex, AnnexLine, AskedCell
from models.rules.form import Issue
from models.rules.text import clean, fold
from models.rules.typed_form import field_name
from portal.annex_words import column_titles, joined, place, row_title
from portal.carried import Carried, carried
from portal.fields import Field, Said

LINES_TO_ADD = 8
"""Empty lines of a repeated one kept ready to be opened; more come when these are filled and saved. It bounds the
page: a line that may come two hundred times does not make it two hundred lines long."""

_KINDS = {CellKind.TEXT: "long", CellKind.CHOICE: "list", CellKind.MARK: "mark"}
_NUMBERS = {CellKind.NUMBER, CellKind.WHOLE, CellKind.PERCENT}
_HINTS = {CellKind.DAY: "ngày/tháng/năm", CellKind.PERCENT: "%"}


@dataclass(frozen=True)
class Block:
    """A line with its fields; or, without fields, a text that stands between lines. Of a repeated line the last one
    shown brings along those that may be added (`more`), and how many there could be beside (`left`)."""

    title: str
    fields: tuple[Field, ...] = ()
    heading: bool = False  # of a text: drawn as one
    more: tuple["Block", ...] = ()
    left: int = 0


@dataclass(frozen=True)
class AnnexPart:
    """One annex on the page. `issues` are those of the annex as a whole."""

    code: str
    name: str  # Phụ lục V
    title: str
    optional: bool
    blocks: tuple[Block, ...]
    same: Carried | None
    issues: tuple[Issue, ...]

    @property
    def needs(self) -> bool:
        """Whether some field must be filled."""
        return any(field.need for block in self.blocks for field in block.fields)


def annex_part(annex: Annex, said: Said) -> AnnexPart:
    """The annex with what was typed into it."""
    names = tuple(field_name(line.row_key, cell.column) for line in annex.lines for cell in line.cells)
    return AnnexPart(
        code=annex.code,
        name=annex.sheet,
        title=annex.title,
        optional=annex.optional,
        blocks=tuple(_blocks(annex, said)),
        same=carried(said, names, annex.confirm_field) if annex.carried else None,
        issues=said.by_row.get(annex.code, ()),
    )


def _blocks(annex: Annex, said: Said) -> Iterator[Block]:
    lines: dict[int, list[AnnexLine]] = {}
    for line in annex.lines:
        lines.setdefault(line.row, []).append(line)
    texts = _texts_between(annex)
    for row in sorted({*lines, *texts}):
        if row in texts:
            yield Block(texts[row], heading=any(cell.bold for cell in annex.given if cell.row == row))
        elif lines[row][0].number:
            yield from _repeated(annex, lines[row], said)
        else:
            yield _block(annex, lines[row][0], said)


def _texts_between(annex: Annex) -> dict[int, str]:
    """Row -> what is said in it, of the rows where nothing is asked and that are no headings of columns. What only
    repeats the title is left out."""
    heads = {cell.row for cell in annex.given if cell.header}
    asked = {cell.row for cell in annex.asked}
    known = {fold(annex.title), fold(annex.sheet)}
    rows: dict[int, list[str]] = {}
    for cell in sorted(annex.given, key=lambda cell: place(cell.column)):
        if cell.row not in heads | asked and clean(cell.text) and fold(cell.text) not in known:
            rows.setdefault(cell.row, []).append(clean(cell.text))
    said = {row: joined(texts) or " ".join(texts) for row, texts in rows.items()}
    return {row: text for row, text in said.items() if not fold(text).startswith(f"{fold(annex.sheet)}. ")}


def _block(annex: Annex, line: AnnexLine, said: Said) -> Block:
    title = row_title(annex, line.row)
    if line.number:
        title = f"{title}, dòng {line.number}" if title else f"Dòng {line.number}"
    columns = column_titles(annex, line.cells)
    return Block(
        title or annex.title,
        tuple(said.into(_field(line.row_key, cell, columns.get(cell.column, ""))) for cell in line.cells),
    )


def _repeated(annex: Annex, lines: list[AnnexLine], said: Said) -> Iterator[Block]:
    """The lines that are begun and an empty one; with the last of them, a few that may be added."""
    blocks = [_block(annex, line, said) for line in lines]
    begun = [n for n, block in enumerate(blocks, 1) if any(field.begun for field in block.fields)]
    shown = min(max(begun, default=0) + 1, len(blocks))
    yield from blocks[: shown - 1]
    last = blocks[shown - 1]
    more = tuple(blocks[shown : shown + LINES_TO_ADD])
    yield Block(last.title, last.fields, more=more, left=len(blocks) - shown - len(more))


def _field(row_key: str, cell: AskedCell, label: str) -> Field:
    return Field(
        name=field_name(row_key, cell.column),
        label=label or cell.label or f"Cột {cell.column}",
        kind=_KINDS.get(cell.kind, "line"),
        hint=_HINTS.get(cell.kind, ""),
        keyboard="decimal" if cell.kind in _NUMBERS and not cell.text_allowed else "",
        options=cell.options,
        need=cell.required,
    )
