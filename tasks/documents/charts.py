"""Pictures for a report in Word (PNG): Vietnamese words and numbers, readable in a black and white print.

Bands differ by hatch and lines by marker, never by colour alone, and every number is written beside its bar. The
fonts come with the library and nothing of the hour is written into a picture: the same cycle, the same bytes.
"""

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator
from PIL import Image

from models.codes import Basis
from models.rules.charts.agency_bars import BANDS, AgencyBars, agency_bars
from models.rules.charts.arrival_lines import ArrivalLines, arrival_lines
from models.rules.charts.target_bars import TargetBar, target_bars
from models.rules.completion import Completion
from models.rules.cycle_view import CycleView
from models.rules.numbers import write_number
from models.time import vn_date
from tasks.documents.word_document import WIDTH_CM, Picture

_DPI = 200
_COLOURS = 48
_INCH = 2.54
_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_FACE = FontProperties(fname=_FONTS / "DejaVuSans.ttf", size=8)
_BOLD = FontProperties(fname=_FONTS / "DejaVuSans-Bold.ttf", size=9)
_INK, _GRID, _RED = "#1a1a1a", "#b0b0b0", "#9c1c14"
_THICK = 0.66  # of a bar, of the height of a row
LOOKS = (  # of BANDS: fill, hatch, colour of the number inside
    ("#2e6b34", "", "white"),
    ("#cfe6c8", "///", _INK),
    ("#e59a93", "xxx", _INK),
    ("#ffffff", "....", _INK),
    ("#d9d9d9", "--", _INK),
)
_MET, _NOT_MET, _OPEN = ("#2e6b34", ""), ("#e59a93", "xxx"), ("#d9d9d9", "///")
_GROUND: dict[str, Any] = {"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none"}
_FURTHEST = 150  # per cent of the target: longer bars are cut there, and their number says so
_ROW_CM = 0.6
_MOST_ROWS = 36.0  # of one line, on a page
_NAME = 40  # letters in a line


def report_charts(
    view: CycleView, result: Completion, seen_on: date, basis: Basis = Basis.DECLARED
) -> tuple[Picture, ...]:
    """Every chart that a cycle has something to show for: completion by agency, submissions, indicators to target.

    `result` is the cycle's completion, on the basis that the charts are to name.
    """
    return (
        *completion_charts(result, basis),
        *submission_charts(view, seen_on),
        *indicator_charts(view),
    )


def completion_charts(result: Completion, basis: Basis = Basis.DECLARED) -> tuple[Picture, ...]:
    """Completion by agency: the province's agencies, the communes."""
    on_day = f"tính đến ngày {vn_date(result.day)}, {basis.label}"
    return tuple(_completion(bars, on_day) for bars in agency_bars(result.by_agency))


def submission_charts(view: CycleView, seen_on: date) -> tuple[Picture, ...]:
    """Reports received over time; none while nobody is expected to report."""
    lines = arrival_lines(view, seen_on)
    return (_submissions(lines),) if lines is not None else ()


def indicator_charts(view: CycleView) -> tuple[Picture, ...]:
    """Indicators to their targets, as many pictures as pages are needed."""
    found = target_bars(view)
    pages = _pages(found.bars)
    left = [
        f"{count} chỉ tiêu {why}"
        for count, why in (
            (found.without_figure, "chưa có số liệu"),
            (found.not_comparable, "không quy được ra tỷ lệ so với mục tiêu"),
        )
        if count
    ]
    note = f" (ngoài ra: {'; '.join(left)})" if left else ""
    if found.of:
        note = f" – {len(found.bars)} chỉ tiêu còn xa mục tiêu nhất trong {found.of}{note}"
    return tuple(
        _targets(page, f"{number}/{len(pages)}" if len(pages) > 1 else "", note)
        for number, page in enumerate(pages, start=1)
    )


def _pages(bars: Sequence[TargetBar]) -> list[list[TargetBar]]:
    """The bars in pictures that each fit a page, their names written out."""
    pages: list[list[TargetBar]] = []
    room = 0.0
    for bar in bars:
        height = _height(_named(bar))
        if height > room:
            pages.append([])
            room = _MOST_ROWS
        pages[-1].append(bar)
        room -= height
    return pages


def _completion(found: AgencyBars, on_day: str) -> Picture:
    shown = (
        f" – {len(found.bars)} cơ quan còn nhiều nhiệm vụ chậm, chưa báo cáo nhất trong {found.of}"
        if found.of
        else ""
    )
    title = f"Kết quả thực hiện nhiệm vụ theo cơ quan chủ trì: {found.group.lower()}{shown} ({on_day})"
    names = [bar.name for bar in found.bars]
    used = [band for band in range(len(BANDS)) if any(bar.counts[band] for bar in found.bars)]

    def draw(axes: Axes, at: Sequence[float]) -> None:
        longest = max(bar.total for bar in found.bars)
        left = [0.0] * len(names)
        for band in used:
            fill, hatch, ink = LOOKS[band]
            counts = [bar.counts[band] for bar in found.bars]
            axes.barh(
                at,
                counts,
                left=left,
                height=_THICK,
                color=fill,
                hatch=hatch,
                edgecolor=_INK,
                linewidth=0.6,
                label=BANDS[band][0],
            )
            for place, count in enumerate(counts):
                if count and count >= longest / 40:
                    _write(axes, left[place] + count / 2, at[place], str(count), ink, boxed=bool(hatch))
            left = [left[place] + count for place, count in enumerate(counts)]
        for middle, bar in zip(at, found.bars, strict=True):
            _beside(axes, bar.total + longest * 0.012, middle, f"{bar.counts[0]}/{bar.total}")
        axes.set_xlim(0, longest * 1.1)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("Số nhiệm vụ (cuối dòng: hoàn thành/tổng số)", fontproperties=_FACE)

    words = "; ".join(
        f"{bar.name}: "
        + ", ".join(f"{BANDS[band][0].lower()} {bar.counts[band]}" for band in used if bar.counts[band])
        for bar in found.bars
    )
    return Picture(title, words, _bars(names, draw))


def _submissions(lines: ArrivalLines) -> Picture:
    seen_on = lines.days[-1]
    title = f"Tiến độ gửi báo cáo của các cơ quan, đơn vị (tính đến ngày {vn_date(seen_on)})"
    figure, axes = _sheet(8.2)
    every = range(len(lines.days))
    marks = max(1, len(lines.days) // 15)
    for values, style, marker, size, label in (
        (lines.received, "-", "o", 7, "Đã gửi báo cáo (lũy kế)"),
        (lines.complete, "--", "s", 3, "Đạt yêu cầu (lũy kế)"),
    ):
        axes.step(
            every,
            values,
            where="post",
            linestyle=style,
            color=_INK if style == "-" else "#2e6b34",
            marker=marker,
            markevery=marks,
            markersize=size,
            markerfacecolor="white" if marker == "o" else None,
            clip_on=False,
            linewidth=1.4,
            label=label,
        )
        above = marker == "o"
        axes.annotate(
            str(values[-1]),
            (len(lines.days) - 1, values[-1]),
            xytext=(3, 5 if above else -5),
            textcoords="offset points",
            va="bottom" if above else "top",
            color=_INK,
            fontproperties=_FACE,
        )
    axes.axhline(
        lines.expected, color=_INK, linestyle=":", linewidth=1.1, label=f"Phải gửi: {lines.expected}"
    )
    due = (lines.due - lines.days[0]).days
    axes.axvline(due, color=_RED, linestyle="-.", linewidth=1.2, label=f"Hạn gửi {vn_date(lines.due)}")
    last = max(len(lines.days) - 1, due)
    axes.set_xlim(min(0, due) - 0.5, last + 0.8)
    axes.set_ylim(0, max(lines.expected, *lines.received) * 1.12)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    apart = max(1, -(-(last + 1) // 10))
    places = range(0, last + 1, apart)
    axes.set_xticks(list(places), [_day_and_month(lines.days[0], place) for place in places])
    axes.set_ylabel("Số cơ quan, đơn vị", fontproperties=_FACE)
    axes.grid(axis="y", color=_GRID, linewidth=0.5)
    words = (
        f"Đến hết ngày {vn_date(seen_on)}: {lines.received[-1]}/{lines.expected} cơ quan, đơn vị đã gửi, "
        f"{lines.complete[-1]} đạt yêu cầu; hạn gửi {vn_date(lines.due)}."
    )
    return Picture(title, words, _png(figure, axes))


def _targets(bars: Sequence[TargetBar], page: str, note: str) -> Picture:
    part = f", phần {page}" if page else ""
    title = f"Chỉ tiêu so với mục tiêu{part}: số liệu báo cáo bằng bao nhiêu % mục tiêu{note}"
    names = [_named(bar) for bar in bars]
    kinds: tuple[tuple[bool | None, tuple[str, str], str], ...] = (
        (True, _MET, "Đạt mục tiêu"),
        (False, _NOT_MET, "Chưa đạt mục tiêu"),
        (None, _OPEN, "Mục tiêu không ghi “từ … trở lên” hay “không quá”"),
    )

    def draw(axes: Axes, at: Sequence[float]) -> None:
        for met, (fill, hatch), label in kinds:
            mine = [place for place, bar in enumerate(bars) if bar.met is met]
            if not mine:
                continue
            axes.barh(
                [at[place] for place in mine],
                [min(float(bars[place].percent), _FURTHEST) for place in mine],
                height=_THICK,
                color=fill,
                hatch=hatch,
                edgecolor=_INK,
                linewidth=0.6,
                label=label,
            )
        for middle, bar in zip(at, bars, strict=True):
            _beside(axes, _FURTHEST * 1.04, middle, _target_words(bar))
        axes.axvline(100, color=_RED, linestyle="-.", linewidth=1.2, label="Mục tiêu (100%)")
        axes.set_xlim(0, _FURTHEST * 2.1)
        axes.set_xticks(range(0, _FURTHEST + 1, 50), [f"{n}%" for n in range(0, _FURTHEST + 1, 50)])

    words = "; ".join(f"{name}: {_target_words(bar)}" for name, bar in zip(names, bars, strict=True))
    return Picture(title, words, _bars(names, draw))


def _target_words(bar: TargetBar) -> str:
    cut = f" (vẽ đến {_FURTHEST}%)" if bar.percent > _FURTHEST else ""
    return f"{bar.value} so với {bar.target}: {write_number(bar.percent)}%{cut}"


def _bars(names: Sequence[str], draw: Callable[[Axes, Sequence[float]], None]) -> bytes:
    """A picture of horizontal bars, the first at the top, each with its whole name beside it."""
    lines = [wrap(name, _NAME) for name in names]
    heights = [_height(name) for name in names]
    at = [sum(heights[:place]) + height / 2 for place, height in enumerate(heights)]
    figure, axes = _sheet(2.6 + _ROW_CM * sum(heights))
    draw(axes, at)
    axes.set_yticks(at, ["\n".join(line) for line in lines])
    axes.set_ylim(sum(heights), 0)
    axes.grid(axis="x", color=_GRID, linewidth=0.5)
    return _png(figure, axes)


def _height(name: str) -> float:
    """How many rows of one line a name takes."""
    return max(1.0, 0.62 * len(wrap(name, _NAME)))


def _named(bar: TargetBar) -> str:
    return f"{bar.number}. {bar.name}"


def _sheet(height_cm: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH_CM / _INCH, height_cm / _INCH), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _png(figure: Figure, axes: Axes) -> bytes:
    """The picture in few colours, so that a report of several can still be mailed."""
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(_FACE)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, prop=_FACE, frameon=False)
    canvas = FigureCanvasAgg(figure)
    with mpl.rc_context({"hatch.linewidth": 0.5}):
        canvas.draw()  # type: ignore[no-untyped-call]
    pixels: memoryview = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    image = Image.frombuffer("RGBA", canvas.get_width_height(), pixels.tobytes(), "raw", "RGBA", 0, 1)
    content = BytesIO()
    image.convert("RGB").quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        content, "PNG", optimize=True, dpi=(_DPI, _DPI)
    )
    return content.getvalue()


def _write(axes: Axes, x: float, y: float, text: str, ink: str, *, boxed: bool) -> None:
    """A number on its bar; on a hatch it has a white ground, so that it can be read."""
    axes.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        color=ink,
        fontproperties=_FACE,
        bbox=_GROUND if boxed else None,
    )


def _beside(axes: Axes, x: float, y: float, text: str) -> None:
    axes.text(x, y, text, va="center", color=_INK, fontproperties=_FACE)


def _day_and_month(first: date, place: int) -> str:
    return vn_date(date.fromordinal(first.toordinal() + place)).rpartition("/")[0]
