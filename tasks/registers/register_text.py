"""A register in the plain text that a conversion from Word leaves: one cell a line, led by a tab.

A blank line ends a row, usually: some rows have one inside, and a footnote may bring more. So a row is as
many cells as the table's first block has, put together from one block or several.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from models.rules.registers.raw_register import (
    RawRegister,
    RawRow,
    RawTable,
    RegisterUnreadable,
    annex_heading,
    has_open_bracket,
    is_annex_heading,
    parse_register,
)

_MARKED = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read(path: Path) -> RawRegister:
    """The register in a text file (UTF-8, or UTF-16 with its mark)."""
    content = path.read_bytes()
    encoding = next((name for mark, name in _MARKED.items() if content.startswith(mark)), "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RegisterUnreadable(
            "Tệp văn bản không ở bảng mã Unicode (UTF-8) nên không đọc được tiếng Việt; "
            "lưu lại với UTF-8 rồi nạp lại."
        ) from error
    return parse_register(tables_in(text))


def tables_in(text: str) -> Iterator[RawTable]:
    """Every run of tab-led lines as a table, with the lines above it."""
    above: list[str] = []
    blocks = _Blocks()
    count = 0
    for line in [*text.splitlines(), "\N{END OF TEXT}"]:
        if line.startswith("\t"):
            blocks.cell(line[1:])
        elif not line.strip():
            blocks.blank()
        elif blocks.blocks and line != "\N{END OF TEXT}" and blocks.goes_on(line):
            blocks.more(line)
        else:
            if blocks.blocks:
                count += 1
                annex, heading = annex_heading(above, f"Bảng {count}")
                yield RawTable(annex, heading, tuple(blocks.rows()))
                above, blocks = [], _Blocks()
            above.append(line)


@dataclass
class _Blocks:
    """A table as it is being read: blocks of cells between blank lines."""

    blocks: list[list[str]] = field(default_factory=list)
    after_blank: bool = False

    def cell(self, text: str) -> None:
        if not self.blocks or self.after_blank:
            self.blocks.append([])
        self.blocks[-1].append(text)
        self.after_blank = False

    def blank(self) -> None:
        self.after_blank = bool(self.blocks)

    def more(self, line: str) -> None:
        """A line without a tab: the last cell goes on. The next tab still belongs to the same row."""
        self.blocks[-1][-1] += "\n" + line
        self.after_blank = False

    def goes_on(self, line: str) -> bool:
        """Whether a line without a tab belongs to the last cell, and is not what follows the table."""
        if has_open_bracket(self.blocks[-1][-1]):
            return True
        if is_annex_heading(line):
            return False
        width = len(self.blocks[0])
        return not self.after_blank or (len(self.blocks) > 1 and len(list(self.rows())[-1].cells) < width)

    def rows(self) -> Iterator[RawRow]:
        """The rows: blocks are joined while they make no more than a row; what does not fit stays short."""
        width = len(self.blocks[0])
        number = 1
        waiting: list[str] = []
        for block in self.blocks:
            if waiting and len(waiting) + len(block) > width:
                yield RawRow(number, tuple(waiting))
                number, waiting = number + 1, []
            waiting = waiting + block
            if len(waiting) >= width:
                yield RawRow(number, tuple(waiting))
                number, waiting = number + 1, []
        if waiting:
            yield RawRow(number, tuple(waiting))
