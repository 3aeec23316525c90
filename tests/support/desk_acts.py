"""The day of an act, and whoever does it: what the tests of the secretariat's acts share."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from models.codes import ReportWay, RequestState
from models.cycle import Request
from models.notice import Notice
from models.time import VIETNAM
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.recorded import Recording
from tasks.intake.judge import judge_one
from tasks.intake.receive import receive
from tasks.steps import one_after_another, sweep_step

OFFICER = "Lò Thị Mai (mai.lt)"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PAPER = Recording(
    ReportWay.PAPER,
    date(2026, 3, 19),
    "125/BC-SNV",
    date(2026, 3, 18),
    "Giám đốc Lò Văn A",
    "Nộp tại văn thư",
)


def at(day: int, hour: int = 9, month: int = 3, minute: int = 0) -> datetime:
    """An hour of March 2026 in Viet Nam."""
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


def act(
    province: Any, function: Callable[..., Any], *arguments: Any, agency: str = "SNV", **named: Any
) -> Any:
    """Do something with an agency's request, held, in one transaction."""
    with province.store.writing() as session:
        request = session.get_one(Request, province.request_id(agency), with_for_update=True)
        return function(session, request, *arguments, **{"actor": OFFICER, **named})


def sweep(province: Any, now: datetime) -> str:
    """One sweep of the whole office."""
    return sweep_step(province.office, now, one_after_another).sentence


def reminders(province: Any, agency: str = "SNV") -> list[tuple[str, int, str]]:
    """What was put down to remind an agency: step, plan, state."""
    request_id = province.request_id(agency)
    return [
        (notice.step, notice.plan_no, notice.state.value)
        for notice in province.all(Notice, Notice.subject == f"request:{request_id}")
        if notice.step != "yeu-cau"
    ]


def in_report(province: Any, agency: str = "SNV") -> Any:
    """The request as the report of its cycle sees it, and the whole view."""
    with province.store.reading() as session:
        view = read_cycle(session, province.cycle(session))
    return next(request for request in view.requests if request.agency_code == agency), view


def submit(province: Any, content: bytes, now: Any, agency: str = "SNV") -> RequestState:
    """A version handed in on the agency's page and judged; the request's state after it."""
    arrival_id = receive(
        province.store,
        channel="trang-web",
        reference=f"{province.request_id(agency)}/{now:%d%H%M}",
        file_name="bieu.xlsx",
        content=content,
        received_at=now,
        now=now,
        request_id=province.request_id(agency),
    )
    judge_one(province.store, arrival_id or 0, province.office.key, now)
    state: RequestState = province.request(agency).state
    return state
