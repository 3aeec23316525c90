"""The prose of the report on the page: a field for each heading of the outline that asks for text."""

from dataclasses import dataclass

from models.rules.annexes.annex import Heading, Outline
from models.rules.prose.outline import label
from models.rules.typed_form import text_field
from portal.fields import Field, Said

SHORT = 4
"""So many fields are shown at once; of a longer outline each part is opened by itself."""
_FIGURES = "Số liệu của mục này lấy từ biểu; ở đây chỉ ghi lời văn."


@dataclass(frozen=True)
class Piece:
    """A heading: with its field, or only grouping those below it."""

    title: str
    level: int
    field: Field | None


@dataclass(frozen=True)
class ProsePart:
    """A part of the outline: its first heading, and what is under it. `folded`: it is to be opened by itself."""

    title: str
    pieces: tuple[Piece, ...]
    folded: bool

    @property
    def asked(self) -> int:
        return sum(piece.field is not None for piece in self.pieces)

    @property
    def written(self) -> int:
        return sum(piece.field is not None and bool(piece.field.text) for piece in self.pieces)

    @property
    def open(self) -> bool:
        """Whether something in it must be seen at once."""
        fields = [piece.field for piece in self.pieces if piece.field is not None]
        return any(field.issues or field.other is not None for field in fields)


def prose_parts(outline: Outline, said: Said) -> tuple[ProsePart, ...]:
    """The outline in its parts, with what was typed under each heading."""
    top = min((heading.level for heading in outline.headings), default=1)
    groups: list[list[Heading]] = []
    for heading in outline.headings:
        if heading.level == top or not groups:
            groups.append([])
        groups[-1].append(heading)
    folded = sum(heading.asked for heading in outline.headings) > SHORT
    return tuple(
        ProsePart(
            label(group[0]),
            tuple(_piece(heading, said, heading is group[0] and len(group) > 1) for heading in group),
            folded,
        )
        for group in groups
        if any(heading.asked for heading in group)
    )


def _piece(heading: Heading, said: Said, heads: bool) -> Piece:
    title = label(heading)
    if not heading.asked:
        return Piece(title, heading.level, None)
    hint = " ".join(part for part in (heading.guide, _FIGURES if heading.figures else "") if part)
    words = f"{heading.number or title} – nội dung chung" if heads else title
    field = Field(text_field(heading.code), words, kind="long", hint=hint)
    return Piece(title, heading.level, said.into(field))
