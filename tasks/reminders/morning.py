"""The papers of a working morning (07:30): whom to call, the Zalo text, the drafted letters that urge.

Made by the first sweep of the morning, whenever that is: a missed run loses nothing. Each day's sheet is made once and
kept; a letter that urges is drafted once for each deadline it speaks of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import DocumentKind, NoticeState
from models.cycle import Cycle, CycleDocument, Request
from models.directory import Agency
from models.notice import DailySheet, Notice
from models.rules.reminders.notices import OPENS_AT
from models.rules.workdays import WorkCalendar
from models.submission import Blob
from models.time import at_hour, local_day
from tasks.blobs import digest, keep_bytes
from tasks.cycle.cycles import cycle_id_of
from tasks.documents.call_sheet_word import write_call_sheet
from tasks.documents.urging_letter import UrgingLetters, urging_facts
from tasks.office import Office
from tasks.once import put_each_once, put_once
from tasks.reminders.call_sheet import call_sheet
from tasks.reminders.notices import put_notice, secretariat
from tasks.reminders.sweep import released_cycles, step_plans
from tasks.states import MACHINE, record_act

STEP = "danh-sach-goi"
TOGETHER = 200
"""Letters that are drafted in one transaction."""
FOLDER = "goi-dien"
"""Where the sheets lie among the reports."""


@dataclass(frozen=True)
class Papers:
    """What a morning brought: how many to call, and the files that were written."""

    to_call: int
    paths: tuple[Path, ...]


def sheet_name(day: date) -> str:
    """danh-sach-goi-2026-03-23.docx"""
    return f"danh-sach-goi-{day:%Y-%m-%d}.docx"


def letters_name(day: date) -> str:
    """cong-van-don-doc-2026-03-24.zip"""
    return f"cong-van-don-doc-{day:%Y-%m-%d}.zip"


def morning_papers(office: Office, now: datetime) -> Papers | None:
    """Make today's papers; None when it is no working morning yet, when they are there, or no cycle is collected."""
    today = local_day(now)
    calendar = office.calendar(today)
    if calendar.is_day_off(today) or now < at_hour(today, *OPENS_AT):
        return None
    with office.store.reading() as session:
        if session.exec(select(DailySheet.id).where(DailySheet.day == today)).first() is not None:
            return None
        cycles = released_cycles(session)
        if not cycles:
            return None
        cycle_ids = [cycle_id_of(cycle) for cycle in cycles]
    # Letters first: what a run that dies has not drafted, the next one drafts before it lays out the sheet.
    drafted = [path for cycle_id in cycle_ids for path in _draft_letters(office, cycle_id, calendar, now)]
    with office.store.reading() as session:
        sheet = call_sheet(session, office, now)
    content = write_call_sheet(sheet)
    name = sheet_name(today)
    with office.store.writing() as session:
        sha256 = keep_bytes(session, content, now)
        if not put_once(session, DailySheet(day=today, sha256=sha256, file_name=name, made_at=now)):
            return None  # another process was quicker
        if sheet.rows:
            for person in secretariat(session):
                put_notice(session, subject=f"sheet:{today:%Y%m%d}", step=STEP, person=person, now=now)
    path = _write(office.settings.reports / FOLDER / name, content)
    return Papers(len(sheet.rows), (path, *drafted))


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _draft_letters(office: Office, cycle_id: int, calendar: WorkCalendar, now: datetime) -> Iterator[Path]:
    """Draft what there is to draft of a cycle, some hundred at a time: no writer waits while letters are written, and
    not all of them are held at once."""
    with office.store.reading() as session:
        wanted = _letters_wanted(session, session.get_one(Cycle, cycle_id))
    write = UrgingLetters().write
    ids = sorted(wanted)
    for batch in (ids[start : start + TOGETHER] for start in range(0, len(ids), TOGETHER)):
        with office.store.reading() as session:
            facts = urging_facts(session, session.get_one(Cycle, cycle_id), batch, calendar, now)
        letters = {wanted[request_id]: write(one) for request_id, one in facts.items()}
        with office.store.writing() as session:
            cycle = session.get_one(Cycle, cycle_id, with_for_update=True)  # of two who draft one waits
            new = letters.keys() - _names_drafted(session, cycle_id)
            _keep(session, cycle_id, {name: letters[name] for name in sorted(new)}, now)
            folder = office.settings.reports / cycle.code / "don-doc"
        for name in sorted(new):
            yield _write(folder / name, letters[name])


def _letters_wanted(session: Session, cycle: Cycle) -> dict[int, str]:
    """Request id -> file name, of the agencies that a step with a letter has reached under their present deadline and
    for whom none was drafted for it yet."""
    steps = [step.code for step in step_plans(cycle) if step.letter]
    if not steps or cycle.paused_at is not None:
        return {}
    reached = (
        sa.exists()
        .where(
            col(Notice.request_id) == col(Request.id),
            col(Notice.plan_no) == col(Request.plan_no),
            col(Notice.step).in_(steps),
            col(Notice.state).in_(
                [NoticeState.DUE, NoticeState.SENT, NoticeState.UNKNOWN, NoticeState.FAILED]
            ),
        )
        .correlate(Request)
    )
    rows = session.exec(
        select(Request.id, Request.plan_no, Agency.code)
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(Request.cycle_id == cycle.id, reached)
    )
    names = {
        request_id or 0: f"cong-van-don-doc-{code}-{cycle.code}-lan-{plan_no}.docx"
        for request_id, plan_no, code in rows
    }
    known = _names_drafted(session, cycle_id_of(cycle))
    return {request_id: name for request_id, name in names.items() if name not in known}


def _names_drafted(session: Session, cycle_id: int) -> set[str]:
    """The file names of the letters that have been drafted of a cycle."""
    return set(
        session.exec(
            select(CycleDocument.file_name).where(
                CycleDocument.cycle_id == cycle_id, CycleDocument.kind == DocumentKind.URGING_LETTER
            )
        )
    )


def _keep(session: Session, cycle_id: int, letters: Mapping[str, bytes], now: datetime) -> None:
    """Store the drafts of a cycle as made, as tasks.documents.keeping.keep_document does of one document."""
    hashes = {name: digest(content) for name, content in letters.items()}
    blobs = [
        {"sha256": hashes[name], "size": len(content), "content": content, "stored_at": now}
        for name, content in letters.items()
    ]
    put_each_once(session, Blob, blobs, "sha256")
    documents = [
        {
            "cycle_id": cycle_id,
            "kind": DocumentKind.URGING_LETTER,
            "sha256": sha256,
            "file_name": name,
            "actor": MACHINE,
            "made_at": now,
        }
        for name, sha256 in hashes.items()
    ]
    for name in put_each_once(session, CycleDocument, documents, "file_name"):
        record_act(
            session,
            "lap-van-ban",
            "cycle",
            cycle_id,
            actor=MACHINE,
            now=now,
            after={"tệp": name, "sha256": hashes[name]},
        )
