"""Where the points of a small line chart lie: whole numbers for an inline SVG, no script and no style."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 58, 22, 14, 34
"""Margins, in the SVG's own units."""


@dataclass(frozen=True)
class Spot:
    """A value at its place."""

    x: int
    y: int


@dataclass(frozen=True)
class Mark:
    """A grid line or a label of an axis."""

    at: int
    text: str


@dataclass(frozen=True)
class Chart:
    """Lines, each broken where a value is missing, and the marks of both axes."""

    lines: tuple[tuple[tuple[Spot, ...], ...], ...]
    levels: tuple[Mark, ...]
    steps: tuple[Mark, ...]

    width = WIDTH
    height = HEIGHT
    left = LEFT
    right = WIDTH - RIGHT
    bottom = HEIGHT - BOTTOM
    top = TOP


def chart(
    series: Sequence[Sequence[float | None]], labels: Sequence[str], top: float, unit: str = ""
) -> Chart:
    """A chart of series of one length; `top` is the highest value that must fit. Values may not be below 0."""
    highest = max([top, *(value for line in series for value in line if value is not None)])
    count = len(labels)

    def x_of(place: int) -> int:
        room = WIDTH - LEFT - RIGHT
        return LEFT + (room // 2 if count == 1 else round(room * place / (count - 1)))

    def y_of(value: float) -> int:
        return (
            round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / highest) if highest else HEIGHT - BOTTOM
        )

    every = max(1, -(-count // 12))
    return Chart(
        lines=tuple(
            _runs([None if v is None else Spot(x_of(n), y_of(v)) for n, v in enumerate(line)])
            for line in series
        ),
        levels=tuple(
            Mark(y_of(highest * part / 4), f"{highest * part / 4:.0f}{unit}")
            for part in (range(5) if highest >= 4 else (0, 4))
        ),
        steps=tuple(Mark(x_of(n), label) for n, label in enumerate(labels) if n % every == 0),
    )


def _runs(spots: Sequence[Spot | None]) -> tuple[tuple[Spot, ...], ...]:
    """The unbroken stretches of a line."""
    runs: list[list[Spot]] = [[]]
    for spot in spots:
        if spot is None:
            runs.append([])
        else:
            runs[-1].append(spot)
    return tuple(tuple(run) for run in runs if run)
