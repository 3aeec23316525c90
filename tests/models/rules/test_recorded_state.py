"""A report that the secretariat has recorded: received, not complete, not chased, punctual by its own day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from models.codes import AgencyKind, CycleState, RequestState
from models.rules.completion import cycle_rates, days_late, is_on_time, is_received
from models.rules.cycle_view import AgencyView, CycleView, RequestView
from models.rules.reminders.notices import RequestFacts, why_left_alone
from models.rules.sentences import quality_sentence, submissions_sentence
from models.time import VIETNAM

DUE = date(2026, 3, 20)


def at(day: int) -> datetime:
    return datetime(2026, 3, day, 17, tzinfo=VIETNAM).astimezone(UTC)


def request(state: RequestState, agency: str = "SNV", **more: object) -> RequestView:
    view = RequestView(
        agency_code=agency,
        state=state,
        due=DUE,
        sent_at=at(4),
        first_received_at=None,
        complete_at=None,
        nothing_reason="",
        exempt_reason="",
        versions=0,
    )
    return replace(view, **more)  # type: ignore[arg-type]


RECORDED = request(RequestState.RECORDED, first_received_at=at(19), recorded_at=at(19))


def test_it_is_received_and_counted_by_itself() -> None:
    others = (
        request(RequestState.INCOMPLETE, "STC", first_received_at=at(18)),
        request(RequestState.COMPLETE, "SYT", first_received_at=at(18), complete_at=at(18)),
        request(RequestState.SENT, "STP"),
    )
    agencies = tuple(
        AgencyView(code, code, AgencyKind.DEPARTMENT, 1) for code in ("SNV", "STC", "SYT", "STP")
    )
    view = CycleView(
        code="x",
        name="Báo cáo",
        data_from=DUE,
        cut_off=DUE,
        as_of=DUE,
        due=DUE,
        province_due=DUE,
        registers=(),
        agencies=agencies,
        assignments=(),
        indicators=(),
        requests=(RECORDED, *others),
    )
    rates = cycle_rates(view, date(2026, 3, 24))
    assert (rates.received, rates.complete, rates.recorded, rates.incomplete) == (3, 1, 1, 1)
    assert (rates.missing, rates.overdue) == (1, 1)
    assert submissions_sentence(rates) == "Đã nhận 03/04 báo cáo; còn 01 cơ quan, đơn vị chưa gửi"
    assert quality_sentence(rates) == (
        "Trong 03 báo cáo đã nhận có 01 báo cáo đạt yêu cầu đúng hạn, 01 báo cáo nhận bằng đường khác, chờ số liệu, "
        "01 báo cáo chờ hoàn thiện."
    )


def test_it_is_late_by_the_day_on_which_it_came() -> None:
    assert is_received(RECORDED)
    assert not is_on_time(RECORDED)  # only what is accepted can be
    assert days_late(RECORDED, date(2026, 3, 30)) == 0
    assert days_late(replace(RECORDED, recorded_at=at(23)), date(2026, 3, 30)) == 3


@pytest.mark.parametrize(("came", "on_time", "late"), [(20, True, 0), (23, False, 3)])
def test_more_time_to_complete_makes_nothing_punctual(came: int, on_time: bool, late: int) -> None:
    done = request(RequestState.COMPLETE, complete_at=at(came), due=date(2026, 3, 30), report_due=DUE)
    assert done.punctual_by == DUE
    assert (is_on_time(done), days_late(done, date(2026, 4, 1))) == (on_time, late)


def test_nobody_is_reminded_of_it() -> None:
    facts = RequestFacts(1, 1, RequestState.RECORDED, DUE, at(4), CycleState.RELEASED)
    assert why_left_alone(facts) == "đã nhận báo cáo bằng đường khác, chờ số liệu"
    assert why_left_alone(replace(facts, state=RequestState.SENT)) == ""
