"""A picture (SVG) of the reports received by day against the deadline, that stands alone: no style, no script."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

from models.rules.sentences import prose
from models.time import vn_date

WIDTH, HEIGHT = 860, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 24, 46, 48
INK, GRID, LINE, LIMIT = "#1f2937", "#d1d5db", "#1d4ed8", "#b91c1c"
FONT = "DejaVu Sans, Arial, sans-serif"


def submission_chart(received: Sequence[tuple[date, int]], *, expected: int, due: date, seen: date) -> str:
    """The picture: how many of the expected reports had come by the end of each local day. "" when nothing has come.

    The day of the deadline is a line of dashes, so that it is told apart in black and white, too.
    """
    if not received or expected <= 0:
        return ""
    first = min(received[0][0], due) - timedelta(days=1)
    last = max(received[-1][0], due, min(seen, due + timedelta(days=7)))
    top = max(expected, received[-1][1])
    span = max((last - first).days, 1)

    def x(day: date) -> int:
        return LEFT + round((WIDTH - LEFT - RIGHT) * (day - first).days / span)

    def y(count: int) -> int:
        return HEIGHT - BOTTOM - round((HEIGHT - TOP - BOTTOM) * count / top)

    points = [(x(first), y(0)), *((x(day), y(count)) for day, count in received)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONT}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 22, "Số báo cáo đã nhận theo ngày", size=16),
    ]
    for count in sorted({round(top * quarter / 4) for quarter in range(5)}):
        parts.append(f'<path d="M{LEFT} {y(count)}H{WIDTH - RIGHT}" stroke="{GRID}"/>')
        parts.append(_text(LEFT - 8, y(count) + 4, str(count), anchor="end"))
    every = max(1, -(-span // 8))
    for step in range(0, span + 1, every):
        day = first + timedelta(days=step)
        parts.append(_text(x(day), HEIGHT - BOTTOM + 20, f"{day.day:02d}/{day.month}", anchor="middle"))
    parts.append(
        f'<path d="M{x(due)} {TOP}V{HEIGHT - BOTTOM}" stroke="{LIMIT}" stroke-width="2" stroke-dasharray="6 4"/>'
    )
    parts.append(_text(x(due) - 6, TOP + 12, f"Hạn {vn_date(due)}", anchor="end", fill=LIMIT))
    parts.append(
        f'<polyline points="{" ".join(f"{px},{py}" for px, py in points)}" fill="none" stroke="{LINE}" '
        'stroke-width="3"/>'
    )
    parts += [f'<circle cx="{px}" cy="{py}" r="4" fill="{LINE}"/>' for px, py in points[1:]]
    told = f"{received[-1][1]}/{expected} báo cáo đến ngày {vn_date(received[-1][0])}"
    parts.append(_text(WIDTH - RIGHT, HEIGHT - 8, told, anchor="end"))
    parts.append(f"<title>Đã nhận {prose(received[-1][1])} báo cáo trong tổng số {expected}</title></svg>")
    return "".join(parts)


def _text(x: int, y: int, text: str, *, anchor: str = "start", fill: str = INK, size: int = 13) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}" font-size="{size}">{escape(text)}</text>'
    )
