"""The comparison of two periods as rows that Word and the workbook lay out."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from models.codes import AssignmentClass, Basis
from models.rules.board.signs import SIGNS, signed
from models.rules.completion import Ratio
from models.rules.numbers import write_number
from models.rules.report_compare.compare import AssignmentMove, Comparison, IndicatorMove, Move
from models.time import vn_date
from tasks.documents.report_tables import deadline_text

TOLD = tuple(move for move in Move if move is not Move.SAME)
"""The moves that are listed task by task; what stayed as it was is only counted."""
_SAME = "Không đổi"


def period_name(name: str) -> str:
    """A cycle's name short enough for the head of a column: "Quý I/2026"."""
    return name.removeprefix("Báo cáo ").partition(" thực hiện ")[0]


def headline(of: Comparison) -> list[dict[str, str]]:
    """Both periods' headline figures, as declared, and what became of them."""
    then, now = of.then, of.now
    pairs: list[tuple[str, int | Ratio, int | Ratio]] = [
        ("Cơ quan, đơn vị phải gửi báo cáo", then.rates.expected, now.rates.expected),
        ("Đã gửi báo cáo", then.rates.reporting, now.rates.reporting),
        ("Đạt yêu cầu, đúng hạn", then.rates.timeliness, now.rates.timeliness),
        ("Tổng số nhiệm vụ", then.result.overall.total, now.result.overall.total),
        *(
            (signed(one), then.result.overall.by_class[one], now.result.overall.by_class[one])
            for one in SIGNS
        ),
        ("Hoàn thành trên số có thời hạn", then.result.overall.completed, now.result.overall.completed),
        ("Bảo đảm tiến độ trên tổng số", then.result.overall.on_schedule, now.result.overall.on_schedule),
        *_confirmed(of),
        ("Chỉ tiêu đã có số liệu", then.counts.reported, now.counts.reported),
        ("Chỉ tiêu đạt mức đề ra", then.counts.met, now.counts.met),
    ]
    return [
        {"name": name, "then": _text(was), "now": _text(is_now), "change": _change(was, is_now)}
        for name, was, is_now in pairs
    ]


def _confirmed(of: Comparison) -> list[tuple[str, int | Ratio, int | Ratio]]:
    """Both ratios by confirmed words; only where both periods have any, so that no basis is held against the other."""
    then, now = of.then.confirmed, of.now.confirmed
    if then is None or now is None:
        return []
    label = Basis.CONFIRMED.label
    return [
        (f"Hoàn thành trên số có thời hạn, {label}", then.overall.completed, now.overall.completed),
        (f"Bảo đảm tiến độ trên tổng số, {label}", then.overall.on_schedule, now.overall.on_schedule),
    ]


def move_groups(of: Comparison) -> list[dict[str, Any]]:
    """The assignments of every move that is listed, then those whose deadline was put off."""
    by_move = of.by_move
    groups = [
        {"name": f"{move.value} ({len(by_move[move])})", "rows": _moves(of, by_move[move])}
        for move in TOLD
        if by_move[move]
    ]
    if of.postponed:
        groups.append(
            {
                "name": f"Thời hạn được lùi so với kỳ trước ({len(of.postponed)})",
                "rows": _moves(of, of.postponed),
            }
        )
    return groups


def counts(of: Comparison) -> list[tuple[str, int]]:
    """How many assignments made each move; they add up to all that either period shows."""
    return [(move.value, len(found)) for move, found in of.by_move.items()]


def indicator_rows(of: Comparison) -> list[dict[str, str]]:
    """Every indicator's figure then and now."""
    return [
        {
            "number": one.indicator.number,
            "name": one.indicator.name,
            "unit": one.indicator.unit,
            "then": one.then_raw or "Chưa có số liệu",
            "now": one.now_raw or "Chưa có số liệu",
            "change": _figure_change(one),
            "target": one.indicator.target_raw,
        }
        for one in of.indicators
    ]


def note(of: Comparison) -> str:
    """On which days, by whose word."""
    return (
        f"Kỳ trước tính đến ngày {vn_date(of.then.view.as_of)}, kỳ này tính đến ngày {vn_date(of.now.view.as_of)}; cả "
        f"hai kỳ {Basis.DECLARED.label}"
    )


def _moves(of: Comparison, found: Iterable[AssignmentMove]) -> list[dict[str, str]]:
    several = len({register.code for period in (of.then, of.now) for register in period.view.registers}) > 1
    return [
        {
            "key": one.assignment.row_key if several else one.assignment.key,
            "name": one.assignment.name,
            "leads": one.assignment.leads_raw,
            "then": _class(one.then),
            "now": _class(one.now),
            "deadline": _deadline(one),
        }
        for one in found
    ]


def _deadline(one: AssignmentMove) -> str:
    if one.postponed and one.due_then is not None and one.due_now is not None:
        source = f"\ntheo {one.assignment.due_source}" if one.assignment.due_source else ""
        return f"{vn_date(one.due_then)} → {vn_date(one.due_now)}{source}"
    return deadline_text(one.assignment)


def _class(of: AssignmentClass | None) -> str:
    return signed(of) if of is not None else "Không có"


def _text(value: int | Ratio) -> str:
    return value.text if isinstance(value, Ratio) else str(value)


def _change(then: int | Ratio, now: int | Ratio) -> str:
    """The difference with its sign; of ratios in percentage points."""
    if isinstance(then, Ratio) and isinstance(now, Ratio):
        if then.percent is None or now.percent is None:
            return ""
        points = _signed(now.percent - then.percent)
        return points if points == _SAME else f"{points} điểm %"
    if isinstance(then, int) and isinstance(now, int):
        return _signed(Decimal(now - then))
    return ""


def _figure_change(one: IndicatorMove) -> str:
    if one.change is not None:
        return _signed(one.change)
    if not one.then_raw or not one.now_raw:
        return ""
    return "Không so được" if one.then_raw != one.now_raw else _SAME


def _signed(change: Decimal) -> str:
    if change == 0:
        return _SAME
    return f"{'+' if change > 0 else '-'}{write_number(abs(change))}"
