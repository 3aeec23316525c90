"""A table of the board on the terminal."""

from rich import box
from rich.markup import escape
from rich.table import Table

from flows.tables import CONSOLE
from tasks.board.tables import BoardTable


def print_board_table(table: BoardTable) -> None:
    """The table with its title and day; columns that are empty throughout are left out."""
    kept = [at for at in range(len(table.header)) if any(row[at] not in ("", 0) for row in table.rows)]
    shown = Table(
        *(escape(table.header[at]) for at in kept),
        title=escape(f"{table.title}\n{table.told}"),
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for row in table.rows:
        shown.add_row(*(escape(str(row[at])) for at in kept))
    CONSOLE.print(shown)
