"""The numbers on reports received and on indicators."""

from collections.abc import Iterator
from datetime import date

from models.codes import RequestState
from models.rules.completion import (
    CycleRates,
    cycle_rates,
    has_figure,
    indicator_counts,
    is_expected,
    is_on_time,
    is_received,
    meets_target,
)
from models.rules.cycle_view import CycleView, IndicatorView, RequestView
from models.rules.trace.figure import Counted, Figure, SourceRow

SUBMISSIONS = "Tổng hợp, mục I"
INDICATORS = "Tổng hợp, mục III"
ANNEX = "Phụ lục I"


def request_figures(view: CycleView, seen_on: date) -> Iterator[Figure]:
    """Every number on who has reported, as it is seen on a day, that is not zero."""
    rates = cycle_rates(view, seen_on)
    expected = [one for one in view.requests if is_expected(one)]
    others = [one for one in view.requests if not is_expected(one)]
    for name, value, rows in _request_parts(view, rates, expected, others, seen_on):
        if value or rows:
            yield Figure(
                SUBMISSIONS,
                "Cơ quan, đơn vị",
                name,
                value,
                Counted.AGENCIES,
                tuple(SourceRow("", one.agency_code) for one in rows),
            )


def _request_parts(
    view: CycleView,
    rates: CycleRates,
    expected: list[RequestView],
    others: list[RequestView],
    seen_on: date,
) -> list[tuple[str, int, list[RequestView]]]:
    complete = [one for one in expected if one.state is RequestState.COMPLETE]
    received = [one for one in expected if is_received(one)]
    return [
        ("Phải gửi báo cáo", rates.expected, expected),
        (
            "Không yêu cầu báo cáo kỳ này",
            rates.exempt,
            [one for one in view.requests if one.state is RequestState.EXEMPT],
        ),
        (
            "Chưa được gửi yêu cầu",
            rates.not_asked,
            [one for one in view.requests if one.state is RequestState.PLANNED],
        ),
        ("Đã gửi báo cáo", rates.received, received),
        ("Đạt yêu cầu", rates.complete, complete),
        ("Đạt yêu cầu, đúng hạn", rates.on_time, [one for one in complete if is_on_time(one)]),
        ("Đạt yêu cầu sau hạn", rates.late, [one for one in complete if not is_on_time(one)]),
        ("Đạt yêu cầu, đã có báo cáo ký", rates.signed, [one for one in complete if one.signed]),
        (
            "Đã nhận bằng đường khác, chờ số liệu",
            rates.recorded,
            [one for one in expected if one.state is RequestState.RECORDED],
        ),
        (
            "Đã gửi, chờ hoàn thiện",
            rates.incomplete,
            [one for one in received if one.state not in (RequestState.COMPLETE, RequestState.RECORDED)],
        ),
        ("Chưa gửi", rates.missing, [one for one in expected if not is_received(one)]),
        (
            "Chưa gửi, đã quá hạn",
            rates.overdue,
            [one for one in expected if not is_received(one) and one.due < seen_on],
        ),
        (
            "Báo cáo của cơ quan không thuộc diện phải gửi",
            rates.unexpected,
            [one for one in others if is_received(one)],
        ),
    ]


def indicator_figures(view: CycleView) -> Iterator[Figure]:
    """The counts of indicators, then every figure that was reported."""
    counts = indicator_counts(view)
    parts: list[tuple[str, int, list[IndicatorView]]] = [
        ("Tổng số chỉ tiêu", counts.total, list(view.indicators)),
        ("Đã có số liệu", counts.reported, [one for one in view.indicators if has_figure(one)]),
        ("Đạt mức đề ra", counts.met, [one for one in view.indicators if meets_target(one)]),
        (
            "Chưa đạt mức đề ra",
            counts.not_met,
            [one for one in view.indicators if meets_target(one) is False],
        ),
        (
            "Chưa phân công cơ quan báo cáo",
            counts.without_owner,
            [one for one in view.indicators if one.owner_code is None],
        ),
    ]
    for name, value, rows in parts:
        if value or rows:
            yield Figure(
                INDICATORS,
                "Chỉ tiêu",
                name,
                value,
                Counted.INDICATORS,
                tuple(_said(one) for one in rows),
            )
    for one in view.indicators:
        if has_figure(one):
            line = f"{one.row_key} {one.name}"
            yield Figure(ANNEX, line, "Số liệu báo cáo", one.reported_raw, Counted.REPORTED, (_said(one),))


def _said(indicator: IndicatorView) -> SourceRow:
    return SourceRow(
        indicator.row_key,
        indicator.owner_code or "",
        "" if has_figure(indicator) else "Chưa có số liệu",
    )
