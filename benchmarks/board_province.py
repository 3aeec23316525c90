"""What the benchmark of the board works on: a province of 65 agencies with twelve quarters of reports behind it.

The cycles are opened, released and closed by the program's own steps; the reports are put in as the rows that judging
would have made, so that the twelve quarters take seconds and not hours. The last quarter is half reported.
"""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlmodel import Session, col, func, select

from models.codes import (
    AgencyKind,
    ArrivalVerdict,
    DeadlineKind,
    ReportStatus,
    RequestState,
    SubmissionVerdict,
)
from models.cycle import Cycle, Request, RequestItem
from models.directory import Agency, AgencyGroup, Membership
from models.register import AssignmentRevision, IndicatorRevision
from models.submission import Arrival, AssignmentReport, IndicatorReport, Submission
from models.time import at_hour, end_of
from tasks.blobs import keep_bytes
from tasks.cycle.cycles import close_cycle, find_cycle, who_owes
from tasks.migrate import upgrade
from tasks.office import Office
from tasks.settings import CHECKOUT, Settings
from tasks.setup import set_up
from tasks.states import move_request
from tasks.steps import open_step, release_step
from tasks.store import open_store

ACTOR = "Đo tốc độ"
PERIODS = [f"{year}-Q{quarter}" for year in (2024, 2025, 2026) for quarter in (1, 2, 3, 4)]
NEWEST = "bcd-quy-2026-Q4"
NOW = at_hour(date(2026, 12, 23), 9)
"""Three days after the last quarter's deadline: some are overdue."""
_REPORTED = 0.6  # of the agencies, in the last quarter


def board_office(home: Path, url: str, agencies: int = 65) -> Office:
    """The province with its twelve quarters, in the empty database at `url` ("" is SQLite in `home`)."""
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        home=home, database_url=url, profile=CHECKOUT / "deployments" / "dien-bien", actor=ACTOR
    )
    settings.inbox.mkdir(exist_ok=True)
    office = Office(settings=settings, store=open_store(settings.engine_url))
    upgrade(office.store)
    list(set_up(office, at_hour(date(2024, 1, 2), 8), ACTOR))
    chance = random.Random(57)  # noqa: S311 - the same province every time
    _more_communes(office, agencies)
    for period in PERIODS:
        _quarter(office, period, chance)
    return office


def _more_communes(office: Office, agencies: int) -> None:
    """As many more communes as bring the requests of a cycle to this number."""
    code = "bcd-quy-2024-Q1"
    opened = _opening("2024-Q1")
    open_step(office, "2024-Q1", opened)
    with office.store.writing() as session:
        for membership in session.exec(
            select(Membership)
        ):  # the communes of 2025, as if they had always been
            membership.from_day = date(2024, 1, 1)
        session.flush()
        _, owed = who_owes(session, find_cycle(session, code), date(2024, 3, 1))
        groups = session.exec(
            select(Membership.group_id).join(Agency).where(Agency.kind == AgencyKind.COMMUNE).distinct()
        ).all()
        last = session.exec(select(func.max(Agency.position))).one() or 0
        for number in range(1, max(0, agencies - len(owed)) + 1):
            agency = Agency(
                code=f"X{number:03d}",
                name=f"UBND xã Thử {number}",
                kind=AgencyKind.COMMUNE,
                position=last + number,
            )
            session.add(agency)
            session.flush()
            session.add_all(
                Membership(group_id=group, agency_id=agency.id or 0, from_day=date(2024, 1, 1))
                for group in groups
                if session.get_one(AgencyGroup, group)
            )


def _opening(period: str) -> datetime:
    year, quarter = int(period[:4]), int(period[-1])
    return at_hour(date(year, quarter * 3, 2), 8)


def _quarter(office: Office, period: str, chance: random.Random) -> None:
    opened, code = _opening(period), f"bcd-quy-{period}"
    open_step(office, period, opened)
    release_step(office, code, f"{period[-1]}{period[2:4]}-CV/BCĐ", opened.date(), opened)
    newest = code == NEWEST
    with office.store.writing() as session:
        cycle = find_cycle(session, code)
        requests = session.exec(
            select(Request).where(Request.cycle_id == cycle.id).order_by(col(Request.id))
        ).all()
        items = _items(session, cycle)
        for request in requests:
            request.sent_at = opened + timedelta(hours=2)
            move_request(session, request, RequestState.SENT, reason="gửi", actor=ACTOR, now=request.sent_at)
            if newest and chance.random() > _REPORTED:
                continue
            _report(session, cycle, request, items.get(request.id or 0, []), chance, newest)
        if not newest:
            close_cycle(session, cycle, reason="Hết kỳ", actor=ACTOR, now=end_of(cycle.province_due))


Item = tuple[RequestItem, AssignmentRevision | None]


def _items(session: Session, cycle: Cycle) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    rows = session.exec(
        select(RequestItem, AssignmentRevision)
        .join(Request, col(Request.id) == col(RequestItem.request_id))
        .join(
            AssignmentRevision,
            col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id),
            isouter=True,
        )
        .where(Request.cycle_id == cycle.id)
    )
    for item, revision in rows:
        found.setdefault(item.request_id, []).append((item, revision))
    return found


def _report(
    session: Session,
    cycle: Cycle,
    request: Request,
    items: Sequence[Item],
    chance: random.Random,
    newest: bool,
) -> None:
    late = chance.random() < 0.15 and not newest
    day = cycle.due + timedelta(chance.randint(1, 3) if late else -chance.randint(0, 8))
    at = at_hour(day, chance.randint(8, 16), chance.randint(0, 59))
    content = f"{cycle.code} {request.id}".encode()
    sha256 = keep_bytes(session, content, at)
    arrival = Arrival(
        channel="trang-web",
        reference=f"do/{request.id}",
        file_name="bao-cao.xlsx",
        sha256=sha256,
        received_at=at,
        stored_at=at,
        verdict=ArrivalVerdict.SUBMISSION,
        request_id=request.id,
    )
    session.add(arrival)
    session.flush()
    version = Submission(
        request_id=request.id or 0,
        version=1,
        sha256=sha256,
        arrival_id=arrival.id or 0,
        received_at=at,
        verdict=SubmissionVerdict.ACCEPTED,
        judged_at=at,
    )
    session.add(version)
    session.flush()
    for item, revision in items:
        if revision is None:
            indicator = _indicator_of(session, item)
            session.add(
                IndicatorReport(
                    submission_id=version.id or 0,
                    indicator_id=indicator,
                    raw="12,5",
                    value=Decimal("12.5"),
                    as_of=cycle.as_of,
                    source="Thống kê",
                )
            )
            continue
        status = _status(revision.deadline_kind, chance, may_complete=len(items) > 3)
        session.add(
            AssignmentReport(
                submission_id=version.id or 0,
                assignment_id=revision.assignment_id,
                status=status,
                percent=Decimal(100 if status is ReportStatus.COMPLETE else 40),
                completed_on=day - timedelta(3) if status is ReportStatus.COMPLETE else None,
                product="Kế hoạch số 15/KH-UBND",
            )
        )
    request.first_received_at = request.complete_at = at
    move_request(session, request, RequestState.COMPLETE, reason="đạt", actor=ACTOR, now=at)


def _indicator_of(session: Session, item: RequestItem) -> int:
    return session.get_one(IndicatorRevision, item.indicator_revision_id).indicator_id


def _status(kind: DeadlineKind, chance: random.Random, *, may_complete: bool) -> ReportStatus:
    drawn = chance.random()
    if kind is DeadlineKind.RECURRING:
        return ReportStatus.ON_SCHEDULE if drawn < 0.9 else ReportStatus.OFF_SCHEDULE
    if (
        drawn < 0.02 and may_complete
    ):  # few: who has completed everything is asked no more, and 65 are to be asked
        return ReportStatus.COMPLETE
    return ReportStatus.IN_PROGRESS if drawn < 0.85 else ReportStatus.BEHIND


def one_more_report(office: Office) -> bool:
    """An agency that has not reported in the last quarter does now; where all have, the first reports again. Returns
    whether it was its first report."""
    with office.store.writing() as session:
        cycle = find_cycle(session, NEWEST)
        requests = session.exec(
            select(Request).where(Request.cycle_id == cycle.id).order_by(col(Request.id))
        ).all()
        silent = next((one for one in requests if one.state == RequestState.SENT), None)
        if silent is not None:
            items = _items(session, cycle).get(silent.id or 0, [])
            _report(session, cycle, silent, items, random.Random(silent.id), newest=True)  # noqa: S311
            return True
        last = session.exec(select(Submission).where(Submission.request_id == requests[0].id)).all()[-1]
        content = f"{cycle.code} {requests[0].id} {last.version + 1}".encode()
        sha256 = keep_bytes(session, content, NOW)
        session.add(
            Submission(**{**last.model_dump(exclude={"id"}), "version": last.version + 1, "sha256": sha256})
        )
        return False
