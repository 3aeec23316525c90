"""A synthetic province for the trials: as many agencies as wanted, one released cycle, on any database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from sqlmodel import select

from models.codes import AgencyKind, Channel, CycleState, PersonRole, RequestState
from models.cycle import Cycle, Request
from models.directory import Agency, Person
from models.rules.form_columns import NOTHING, NOTHING_REASON
from models.rules.periods import parse_period
from models.rules.policy import cycle_dates
from models.time import VIETNAM
from tasks.cycle.forms import forms_of
from tasks.intake.judge import judge_one
from tasks.intake.receive import receive
from tasks.migrate import upgrade
from tasks.office import Office
from tasks.settings import CHECKOUT, Settings
from tasks.states import MACHINE, move_request
from tasks.store import open_store
from tasks.workbook.write import write_form

PROFILE = CHECKOUT / "deployments" / "dien-bien"
DUE = date(2026, 3, 20)
"""A Friday: on the Monday after it, all who have not reported are overdue by one working day."""
SENT_AT = datetime(2026, 3, 4, 9, tzinfo=VIETNAM).astimezone(UTC)
SECRETARIAT = "thu-ky@bcd57.dien-bien.example"
BATCH = 500


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of March 2026 in Viet Nam."""
    return datetime(2026, 3, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


@dataclass(frozen=True)
class Site:
    """Where a trial's office is: its folder and its database ("" is SQLite in the folder)."""

    home: Path
    database_url: str = ""
    profile: Path = PROFILE

    def office(self) -> Office:
        """The office without a channel: the parent looks and lets agencies report, it sends nothing."""
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            home=self.home,
            database_url=self.database_url,
            profile=self.profile,
            actor="Thử nghiệm",
        )
        settings.inbox.mkdir(parents=True, exist_ok=True)
        return Office(settings=settings, store=open_store(settings.engine_url))


def officer(number: int) -> str:
    return f"dau-moi-{number:03d}@co-quan.example"


def head(number: int) -> str:
    return f"thu-truong-{number:03d}@co-quan.example"


@contextmanager
def build(site: Site, agencies: int, channel: Channel = Channel.EMAIL) -> Iterator[Office]:
    """Agencies 1..n, each with an officer and a head; Quý I/2026 released and sent to all of them."""
    office = site.office()
    upgrade(office.store)
    regime = office.profile.regime("bcd-quy")
    steps = [step.model_copy(update={"channels": [channel]}) for step in regime.steps]
    regime = regime.model_copy(update={"steps": steps, "annexes": [], "outline": None})
    period = parse_period("2026-Q1")
    dates = cycle_dates(regime, period, office.calendar(DUE))
    if dates.due != DUE:
        raise SystemExit(f"Hạn của Quý I/2026 là {dates.due}, phép thử viết cho hạn {DUE}.")
    with office.store.writing() as session:
        cycle = Cycle(
            id=1,
            code="bcd-quy-2026-Q1",
            regime_code=regime.code,
            period=period.code,
            period_kind=period.kind,
            name=regime.title_of(period),
            state=CycleState.RELEASED,
            data_from=dates.data_from,
            cut_off=dates.cut_off,
            as_of=dates.as_of,
            due_written=dates.due_written,
            due=dates.due,
            province_due_written=dates.province_due_written,
            province_due=dates.province_due,
            policy=regime.model_dump(mode="json"),
            document_number="12-CV/BCĐ",
            document_date=SENT_AT.date(),
            opened_at=SENT_AT,
            released_at=SENT_AT,
        )
        numbers = range(1, agencies + 1)
        session.add(cycle)
        session.add_all(
            Agency(
                id=n, code=f"CQ{n:03d}", name=f"Cơ quan số {n:03d}", kind=AgencyKind.DEPARTMENT, position=n
            )
            for n in numbers
        )
        session.flush()
        session.add(Person(role=PersonRole.SECRETARIAT, name="Thư ký", email=SECRETARIAT))
        for n in numbers:
            phone = f"0912{n:06d}"
            session.add(
                Person(
                    agency_id=n,
                    role=PersonRole.OFFICER,
                    name=f"Cán bộ {n:03d}",
                    email=officer(n),
                    phone=phone,
                )
            )
            session.add(Person(agency_id=n, role=PersonRole.HEAD, name=f"Thủ trưởng {n:03d}", email=head(n)))
        requests = [Request(cycle_id=1, agency_id=n, due=DUE) for n in numbers]
        session.add_all(requests)
        session.flush()
        for request in requests:
            request.sent_at = SENT_AT
            move_request(session, request, RequestState.SENT, reason="thử nghiệm", actor=MACHINE, now=SENT_AT)
    try:
        yield office
    finally:
        office.store.engine.dispose()


def filled(office: Office, agency: int) -> bytes:
    """The agency's own form, answered: nothing to report, with the reason."""
    with office.store.reading() as session:
        request_id = session.exec(select(Request.id).where(Request.agency_id == agency)).one() or 0
        form = forms_of(session, [request_id])[request_id]
    book = load_workbook(BytesIO(write_form(form, office.key)))
    for label, value in book["Thông tin chung"].iter_rows(max_col=2):
        if label.value == NOTHING:
            value.value = "x"
        elif label.value == NOTHING_REASON:
            value.value = "Trong kỳ không được giao nhiệm vụ"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def report(office: Office, agency: int, now: datetime) -> None:
    """The agency's report comes in and is accepted, by the product's own way."""
    arrival_id = receive(
        office.store,
        channel="folder",
        reference=f"thu-nghiem/{agency}",
        file_name=f"{agency}.xlsx",
        content=filled(office, agency),
        received_at=now,
        now=now,
    )
    verdicts = judge_one(office.store, arrival_id or 0, office.key, now)
    if verdicts.accepted != 1:
        raise SystemExit(f"Báo cáo của cơ quan {agency} không được nhận: {verdicts}")


def drop_report(office: Office, agency: int, at: datetime) -> None:
    """The agency's report is laid into the drop folder at this time; nobody is there to take it in."""
    path = office.settings.inbox / f"bao-cao-{agency:03d}.xlsx"
    path.write_bytes(filled(office, agency))
    os.utime(path, (at.timestamp(), at.timestamp()))
