"""A picture (SVG) of every agency's light in a cycle: a coloured mark with its sign, and the name. Stands alone."""

from collections.abc import Sequence
from html import escape

from models.rules.board.lamps import Lamp

COLUMNS, CELL_WIDTH, CELL_HEIGHT = 3, 290, 27
TOP = 8
LONGEST_NAME = 38
INK = "#1f2937"
FONT = "DejaVu Sans, Arial, sans-serif"
FILLS = {
    Lamp.ON_TIME: "#15803d",
    Lamp.LATE: "#b45309",
    Lamp.MENDING: "#b45309",
    Lamp.RECORDED: "#b45309",
    Lamp.WAITING: "#1d4ed8",
    Lamp.OVERDUE: "#b91c1c",
    Lamp.EXEMPT: "#6b7280",
    Lamp.NOT_ASKED: "#6b7280",
}
"""Dark enough for a white sign on them."""


def lights_picture(lights: Sequence[tuple[str, Lamp]]) -> str:
    """The picture of these agencies (name, light), column by column in their order; "" without any."""
    if not lights:
        return ""
    rows = -(-len(lights) // COLUMNS)
    width, height = COLUMNS * CELL_WIDTH + 16, rows * CELL_HEIGHT + 2 * TOP
    cells = [
        _cell(8 + CELL_WIDTH * (place // rows), TOP + CELL_HEIGHT * (place % rows), name, lamp)
        for place, (name, lamp) in enumerate(lights)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="{FONT}" '
        f'font-size="13"><rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(cells)}</svg>'
    )


def _cell(x: int, y: int, name: str, lamp: Lamp) -> str:
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
    return (
        f'<rect x="{x}" y="{y + 3}" width="21" height="21" rx="4" fill="{FILLS[lamp]}"/>'
        f'<text x="{x + 10}" y="{y + 19}" text-anchor="middle" fill="#ffffff">{escape(lamp.sign)}</text>'
        f'<text x="{x + 28}" y="{y + 18}" fill="{INK}">{escape(short)}<title>{escape(lamp.label)}</title></text>'
    )
