"""What the measurements of scale work on: a country of as many agencies as wanted, each with ten assignments.

Sizes: a ministry that asks 34 provinces with their departments and 3,321 communes asks some 4,000 agencies for 40,000
assignments. The directory, the register and the reports of past cycles are put in as the rows that importing, judging
and closing would have made, because the program's own way would take hours; the newest cycle is opened and released by
the program's own steps. Names, texts and deadlines are made after those of Điện Biên's plan. A form of the past is
a few bytes here, not a workbook: nothing that is measured opens it.
"""

import hashlib
import itertools
import random
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlmodel import Session, SQLModel, col, select

from benchmarks.apart import Measured, clocked
from models.codes import (
    AgencyKind,
    ArrivalVerdict,
    CycleState,
    DeadlineKind,
    PartyRole,
    PersonRole,
    ReportStatus,
    RequestState,
    SubmissionVerdict,
)
from models.cycle import Cycle, DueChange, Request, RequestItem
from models.directory import Agency, Person
from models.history import StateChange
from models.register import (
    Assignment,
    AssignmentParty,
    AssignmentRevision,
    Indicator,
    IndicatorOwner,
    IndicatorRevision,
    Register,
)
from models.rules.periods import parse_period
from models.submission import Arrival, AssignmentReport, Blob, IndicatorReport, Submission
from models.time import at_hour, end_of
from tasks.cycle.cycles import close_cycle, find_cycle, open_cycle
from tasks.migrate import upgrade
from tasks.office import Office
from tasks.settings import CHECKOUT, Settings
from tasks.states import MACHINE, move_cycle
from tasks.steps import open_step, release_step
from tasks.store import open_store

ACTOR = "Đo tốc độ"
REGISTER = "KH57-2026"
"""The one that the folder's regimes, reminders and report ask about."""
PROFILE = CHECKOUT / "deployments" / "dien-bien"
SIZES = (60, 600, 4_000)
PER_AGENCY = 10
"""Assignments that an agency leads."""
QUARTERS = tuple(f"{year}-Q{quarter}" for year in (2024, 2025, 2026) for quarter in (1, 2, 3, 4))
"""Twelve cycles of history, the last of them the one that runs."""
NEWEST = f"bcd-quy-{QUARTERS[-1]}"
_COMMUNES = 0.83  # of the agencies; the others are departments
_SILENT = 0.03  # in a cycle that is over
_LATE = 0.15
_CHUNK = 5_000
_SECTIONS = ("Thể chế", "Hạ tầng số", "Nhân lực", "Chuyển đổi số", "Khoa học, công nghệ", "An toàn thông tin")
_SUBJECTS = (
    "Rà soát, cập nhật kế hoạch triển khai thực hiện Nghị quyết số 57-NQ/TW của cấp ủy, chính quyền",
    "Số hóa hồ sơ, kết quả giải quyết thủ tục hành chính còn hiệu lực",
    "Nâng tỷ lệ hồ sơ trực tuyến toàn trình, gắn với trách nhiệm người đứng đầu",
    "Bồi dưỡng kỹ năng số cho cán bộ, công chức, viên chức và Tổ công nghệ số cộng đồng",
    "Xóa vùng lõm sóng di động, phổ cập băng rộng tới thôn, bản",
    "Kết nối, chia sẻ dữ liệu với cơ sở dữ liệu quốc gia về dân cư",
    "Bảo đảm an toàn thông tin theo cấp độ cho các hệ thống đang vận hành",
    "Triển khai mô hình điểm về chuyển đổi số tại cơ sở, tổng kết và nhân rộng",
)
_RECURRING = 4
"""Of an agency's ten assignments so many are standing duties; the others have a day."""


def country(home: Path, url: str = "", agencies: int = 600, mail_url: str = "") -> Office:
    """The country before its first cycle, in the empty database at `url` ("" is SQLite in `home`): directory, contacts
    (an officer and a head each), register, a folder of its own with the regimes of Điện Biên without annexes."""
    office = office_at(home, url, mail_url)
    upgrade(office.store)
    at = at_hour(date(2024, 1, 2), 8)
    with office.store.writing() as session:
        if session.exec(select(Agency.id)).first() is not None:
            return office  # a copy of one that was made before
        _directory(session, agencies)
        _register(session, agencies, at)
    return office


def office_at(home: Path, url: str = "", mail_url: str = "") -> Office:
    """The office of a country, which may have been made by another process."""
    home.mkdir(parents=True, exist_ok=True)
    folder = home / "co-quan-trung-uong"
    if not folder.exists():
        _write_folder(folder)
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        home=home,
        database_url=url,
        profile=folder,
        actor=ACTOR,
        mail_url=mail_url,
    )
    settings.inbox.mkdir(exist_ok=True)
    return Office(settings=settings, store=open_store(settings.engine_url))


def with_history(office: Office, quarters: Sequence[str] = QUARTERS, reported: float = 0.5) -> Office:
    """These quarters, opened, released and reported; all but the last are closed, in the last `reported` of the
    agencies have reported."""
    with office.store.reading() as session:
        there = set(session.exec(select(Cycle.code)))
    for period in quarters:
        code, newest = f"bcd-quy-{period}", period == quarters[-1]
        if code in there:
            continue  # a copy of one that was made before
        if newest:
            release(office, period)
        else:
            _past_cycle(office, period)
        chance = random.Random(code)  # noqa: S311 - the same country every time
        with office.store.writing() as session:
            cycle = find_cycle(session, code)
            share = reported if newest else 1 - _SILENT
            _report_all(session, cycle, chance, share, may_be_late=not newest)
            if not newest:
                close_cycle(session, cycle, reason="Hết kỳ", actor=ACTOR, now=end_of(cycle.province_due))
    analyse(office)
    return office


def _past_cycle(office: Office, period: str) -> None:
    """A quarter released to every agency for all that it leads, as the program's steps would have put it down."""
    opened = opening(period)
    regime = office.profile.regime("bcd-quy")
    with office.store.writing() as session:
        cycle, _ = open_cycle(
            session,
            regime,
            parse_period(period),
            office.calendar(opened.date()),
            actor=ACTOR,
            now=opened,
        )
        cycle.document_number, cycle.document_date = letter_number(period), opened.date()
        cycle.released_at = opened
        move_cycle(session, cycle, CycleState.RELEASED, reason="Công văn", actor=ACTOR, now=opened)
        session.flush()
        agencies = [agency_id or 0 for agency_id in session.exec(select(Agency.id).order_by(col(Agency.id)))]
        put(
            session,
            Request,
            ({"cycle_id": cycle.id, "agency_id": agency, "due": cycle.due} for agency in agencies),
        )
        requests = dict(
            session.exec(select(Request.agency_id, Request.id).where(Request.cycle_id == cycle.id)).all()
        )
        put(
            session,
            DueChange,
            (
                {
                    "request_id": requests[agency],
                    "plan_no": 1,
                    "due_written": cycle.due_written,
                    "due": cycle.due,
                    "reason": "Theo công văn mở kỳ",
                    "actor": ACTOR,
                    "at": opened,
                }
                for agency in agencies
            ),
        )
        put(
            session,
            RequestItem,
            (
                {
                    "request_id": requests[line.agency],
                    "position": line.number,
                    "role": "Chủ trì",
                    "assignment_revision_id": line.id,
                }
                for line in _lines(len(agencies))
            ),
        )
        put(
            session,
            RequestItem,
            (
                {
                    "request_id": requests[number * 20],
                    "position": PER_AGENCY,
                    "role": "Báo cáo",
                    "indicator_revision_id": number,
                }
                for number in range(1, len(agencies) // 20 + 1)
            ),
        )


def release(office: Office, period: str) -> str:
    """Open and release a quarter by the program's own steps; the code of its cycle."""
    opened, code = opening(period), f"bcd-quy-{period}"
    open_step(office, period, opened)
    release_step(office, code, letter_number(period), opened.date(), opened)
    return code


def opening(period: str) -> datetime:
    """When a quarter is opened and released: the second day of its last month."""
    return at_hour(date(int(period[:4]), int(period[-1]) * 3, 2), 8)


def letter_number(period: str) -> str:
    """The number of the công văn of a quarter."""
    return f"{period[-1]}{period[2:4]}-CV/BCĐ"


def mark_sent(office: Office, code: str, now: datetime) -> int:
    """Every request of a cycle that is still planned as sent, without a mail; how many."""
    with office.store.writing() as session:
        cycle = find_cycle(session, code)
        return _mark_sent(session, _ids(session, cycle), now)


def analyse(office: Office) -> None:
    """Let the database count its rows, as it does by itself in the course of a day."""
    with office.store.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def put(session: Session, table: type[SQLModel], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows of one table, quickly; what they leave out takes its default."""
    several = iter(rows)
    while chunk := list(itertools.islice(several, _CHUNK)):
        session.execute(sa.insert(table), chunk)


def _write_folder(folder: Path) -> None:
    """The folder of Điện Biên without annexes."""
    shutil.copytree(PROFILE, folder)
    regimes = yaml.safe_load((folder / "regimes.yaml").read_text(encoding="utf-8"))
    regimes["defaults"]["annexes"] = []
    for regime in regimes["regimes"]:
        regime.pop("annexes", None)
    text = yaml.safe_dump(regimes, allow_unicode=True, sort_keys=False)
    (folder / "regimes.yaml").write_text(text, encoding="utf-8")


def _directory(session: Session, agencies: int) -> None:
    communes = round(agencies * _COMMUNES)
    put(
        session,
        Agency,
        (
            {
                "id": number,
                "code": f"X{number:05d}" if number <= communes else f"S{number:05d}",
                "name": f"UBND xã Thử nghiệm {number}" if number <= communes else f"Sở Thử nghiệm {number}",
                "kind": AgencyKind.COMMUNE if number <= communes else AgencyKind.DEPARTMENT,
                "position": number,
            }
            for number in range(1, agencies + 1)
        ),
    )
    session.add(
        Person(
            role=PersonRole.SECRETARIAT, name="Thư ký", email="thu-ky@bcd57.example", phone="0215 000 0057"
        )
    )
    session.add(Person(role=PersonRole.LEADERSHIP, name="Thường trực", email="thuong-truc@bcd57.example"))
    session.flush()
    put(
        session,
        Person,
        (
            {"agency_id": number, "role": role, "name": f"{title} {number}", "email": email, "phone": phone}
            for number in range(1, agencies + 1)
            for role, title, email, phone in (
                (PersonRole.OFFICER, "Cán bộ", officer(number), f"0912{number:06d}"),
                (PersonRole.HEAD, "Thủ trưởng", head(number), ""),
            )
        ),
    )


def officer(number: int) -> str:
    """The address of an agency's officer."""
    return f"dau-moi@cq{number:05d}.example"


def head(number: int) -> str:
    """The address of an agency's head."""
    return f"thu-truong@cq{number:05d}.example"


def _register(session: Session, agencies: int, at: datetime) -> None:
    register = Register(code=REGISTER, name="Danh mục nhiệm vụ năm 2026 của các địa phương", year=2026)
    session.add(register)
    session.flush()
    lines = list(_lines(agencies))
    put(
        session,
        Assignment,
        (
            {
                "id": line.id,
                "register_id": register.id,
                "key": line.key,
                "revision_no": 1,
                "lead_agency_id": line.agency,
            }
            for line in lines
        ),
    )
    put(session, AssignmentRevision, (line.revision(at) for line in lines))
    put(
        session,
        AssignmentParty,
        (
            {
                "revision_id": line.id,
                "role": PartyRole.LEAD,
                "position": 1,
                "raw": f"Cơ quan {line.agency}",
                "agency_id": line.agency,
            }
            for line in lines
        ),
    )
    indicators = range(1, agencies // 20 + 1)
    put(
        session,
        Indicator,
        (
            {"id": number, "register_id": register.id, "key": f"I.{number}", "revision_no": 1}
            for number in indicators
        ),
    )
    put(
        session,
        IndicatorRevision,
        (
            {
                "id": number,
                "indicator_id": number,
                "no": 1,
                "position": number,
                "section": "I",
                "section_name": _SECTIONS[0],
                "number": str(number),
                "name": f"Tỷ lệ hồ sơ trực tuyến toàn trình, địa bàn {number}",
                "unit": "%",
                "baseline_raw": "40",
                "target_raw": "≥ 60",
                "target_value": Decimal(60),
                "made_at": at,
            }
            for number in indicators
        ),
    )
    put(
        session,
        IndicatorOwner,
        (
            {"indicator_id": number, "agency_id": number * 20, "source": "phân công", "provisional": False}
            for number in indicators
        ),
    )
    for sequence in (Assignment, AssignmentRevision, Indicator, IndicatorRevision, Agency):
        _go_on_after(session, sequence)


def _go_on_after(session: Session, table: type[SQLModel]) -> None:
    """PostgreSQL counts on after the ids that we have given out ourselves."""
    if session.get_bind().dialect.name == "postgresql":
        name = str(table.__tablename__)
        session.execute(
            sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
        )


@dataclass(frozen=True)
class _Line:
    """One assignment of the register; its id is its revision's, too."""

    id: int
    agency: int

    @property
    def number(self) -> int:
        return (self.id - 1) % PER_AGENCY

    @property
    def section(self) -> int:
        return self.id % len(_SECTIONS)

    @property
    def key(self) -> str:
        return f"{_ROMAN[self.section]}.{self.id}"

    @property
    def kind(self) -> DeadlineKind:
        return DeadlineKind.RECURRING if self.number < _RECURRING else DeadlineKind.DATE

    def revision(self, at: datetime) -> dict[str, Any]:
        due = date(2027, 1 + self.id % 12, 28) if self.kind is DeadlineKind.DATE else None
        return {
            "id": self.id,
            "assignment_id": self.id,
            "no": 1,
            "position": self.id,
            "section": _ROMAN[self.section],
            "section_name": _SECTIONS[self.section],
            "number": str(self.id),
            "name": f"{_SUBJECTS[self.id % len(_SUBJECTS)]} (nhiệm vụ {self.id})",
            "leads_raw": f"Cơ quan {self.agency}",
            "coordinators_raw": "",
            "result": "Kế hoạch, báo cáo kết quả thực hiện",
            "deadline_raw": "Thường xuyên" if due is None else f"{due:%d/%m/%Y}",
            "deadline_kind": self.kind,
            "due": due,
            "made_at": at,
        }


_ROMAN = ("I", "II", "III", "IV", "V", "VI")


def _lines(agencies: int) -> Iterator[_Line]:
    for number in range(agencies * PER_AGENCY):
        yield _Line(number + 1, number // PER_AGENCY + 1)


def _ids(session: Session, cycle: Cycle) -> list[int]:
    return [
        request_id or 0
        for request_id in session.exec(
            select(Request.id)
            .where(Request.cycle_id == cycle.id, Request.state == RequestState.PLANNED)
            .order_by(col(Request.id))
        )
    ]


def _mark_sent(session: Session, ids: Sequence[int], now: datetime) -> int:
    session.execute(
        sa.update(Request),
        [{"id": request_id, "state": RequestState.SENT, "sent_at": now} for request_id in ids],
    )
    put(
        session,
        StateChange,
        (_change(request_id, RequestState.PLANNED, RequestState.SENT, MACHINE, now) for request_id in ids),
    )
    return len(ids)


def _change(
    request_id: int, before: RequestState, after: RequestState, actor: str, at: datetime
) -> dict[str, Any]:
    return {
        "entity": "request",
        "entity_id": request_id,
        "before": before,
        "after": after,
        "reason": "đo tốc độ",
        "actor": actor,
        "at": at,
    }


def _report_all(
    session: Session, cycle: Cycle, chance: random.Random, share: float, *, may_be_late: bool
) -> None:
    """What judging would have put down of a version of each of so many agencies."""
    ids = _ids(session, cycle)
    _mark_sent(session, ids, (cycle.released_at or cycle.opened_at) + timedelta(hours=2))
    ids = [request_id for request_id in ids if chance.random() < share]
    arrived = {request_id: _arrival(cycle, chance, may_be_late=may_be_late) for request_id in ids}
    contents = {request_id: f"{cycle.code} {request_id}".encode() for request_id in ids}
    hashes = {request_id: hashlib.sha256(content).hexdigest() for request_id, content in contents.items()}
    put(
        session,
        Blob,
        (
            {"sha256": hashes[one], "size": len(contents[one]), "content": contents[one], "stored_at": at}
            for one, at in arrived.items()
        ),
    )
    put(
        session,
        Arrival,
        (
            {
                "channel": "trang-web",
                "reference": f"do/{one}",
                "file_name": "bao-cao.xlsx",
                "sha256": hashes[one],
                "received_at": at,
                "stored_at": at,
                "verdict": ArrivalVerdict.SUBMISSION,
                "request_id": one,
            }
            for one, at in arrived.items()
        ),
    )
    arrivals = {
        arrival.request_id or 0: arrival.id
        for arrival in session.exec(
            select(Arrival)
            .join(Request, col(Request.id) == col(Arrival.request_id))
            .where(Request.cycle_id == cycle.id)
        )
    }
    put(
        session,
        Submission,
        (
            {
                "request_id": one,
                "version": 1,
                "sha256": hashes[one],
                "arrival_id": arrivals[one],
                "received_at": at,
                "verdict": SubmissionVerdict.ACCEPTED,
                "judged_at": at,
            }
            for one, at in arrived.items()
        ),
    )
    _put_reports(session, cycle, chance)
    session.execute(
        sa.update(Request),
        [
            {"id": one, "state": RequestState.COMPLETE, "first_received_at": at, "complete_at": at}
            for one, at in arrived.items()
        ],
    )
    put(
        session,
        StateChange,
        (_change(one, RequestState.SENT, RequestState.COMPLETE, MACHINE, at) for one, at in arrived.items()),
    )
    session.expire_all()


def _arrival(cycle: Cycle, chance: random.Random, *, may_be_late: bool) -> datetime:
    late = may_be_late and chance.random() < _LATE
    day = cycle.due + timedelta(chance.randint(1, 3) if late else -chance.randint(0, 8))
    return at_hour(day, chance.randint(8, 16), chance.randint(0, 59))


def _put_reports(session: Session, cycle: Cycle, chance: random.Random) -> None:
    items = (
        select(
            Submission.id,
            AssignmentRevision.assignment_id,
            AssignmentRevision.deadline_kind,
            IndicatorRevision.indicator_id,
        )
        .select_from(RequestItem)
        .join(Request, col(Request.id) == col(RequestItem.request_id))
        .join(Submission, col(Submission.request_id) == col(Request.id))
        .join(
            AssignmentRevision,
            col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id),
            isouter=True,
        )
        .join(
            IndicatorRevision,
            col(IndicatorRevision.id) == col(RequestItem.indicator_revision_id),
            isouter=True,
        )
        .where(Request.cycle_id == cycle.id)
        .order_by(col(RequestItem.id))
    )
    assignments: list[dict[str, Any]] = []
    indicators: list[dict[str, Any]] = []
    rows: Sequence[tuple[int, int | None, DeadlineKind, int | None]] = session.exec(items).all()  # type: ignore[assignment]
    for submission_id, assignment_id, kind, indicator_id in rows:
        if assignment_id is None:
            indicators.append(
                {
                    "submission_id": submission_id,
                    "indicator_id": indicator_id,
                    "raw": "52,5",
                    "value": Decimal("52.5"),
                    "as_of": cycle.as_of,
                    "source": "Thống kê",
                }
            )
            continue
        status = _status(kind, chance)
        done = status is ReportStatus.COMPLETE
        assignments.append(
            {
                "submission_id": submission_id,
                "assignment_id": assignment_id,
                "status": status,
                "percent": Decimal(100 if done else 40),
                "completed_on": cycle.as_of - timedelta(3) if done else None,
                "product": "Kế hoạch số 15/KH-UBND",
                "reason": "Chờ hướng dẫn của cơ quan cấp trên" if status is ReportStatus.BEHIND else "",
            }
        )
    put(session, AssignmentReport, assignments)
    put(session, IndicatorReport, indicators)


def _status(kind: DeadlineKind, chance: random.Random) -> ReportStatus:
    drawn = chance.random()
    if kind is DeadlineKind.RECURRING:
        return ReportStatus.ON_SCHEDULE if drawn < 0.9 else ReportStatus.OFF_SCHEDULE
    if drawn < 0.01:  # few: who has completed everything is asked no more
        return ReportStatus.COMPLETE
    return ReportStatus.IN_PROGRESS if drawn < 0.85 else ReportStatus.BEHIND


def prepare(home: Path, url: str, size: int) -> Measured:
    """The country with its twelve quarters, for benchmarks.apart; what it took is of no interest."""
    with clocked(size) as found:
        office = with_history(country(home, url, size))
    office.store.engine.dispose()
    return found
