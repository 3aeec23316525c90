"""The papers of a working morning (07:30): whom to call, the Zalo text, the drafted letters that urge.

Made by the first sweep of the morning, whenever that is: a missed run loses nothing. Each day's sheet is made once and
kept; a letter that urges is drafted once for each deadline it speaks of.
"""

from collections.abc import Mapping
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
        sheet = call_sheet(session, office, now)
        letters = {
            cycle_id_of(cycle): (cycle.code, _urging_letters(session, cycle, calendar, now))
            for cycle in cycles
        }
    content = write_call_sheet(sheet)
    name = sheet_name(today)
    files = {Path(FOLDER) / name: content}
    with office.store.writing() as session:
        sha256 = keep_bytes(session, content, now)
        if not put_once(session, DailySheet(day=today, sha256=sha256, file_name=name, made_at=now)):
            return None  # another process was quicker
        if sheet.rows:
            for person in secretariat(session):
                put_notice(session, subject=f"sheet:{today:%Y%m%d}", step=STEP, person=person, now=now)
        for cycle_id, (code, drafted) in letters.items():
            _keep(session, cycle_id, drafted, now)
            files |= {Path(code) / "don-doc" / letter: written for letter, written in drafted.items()}
    paths = []
    for place, content in files.items():
        path = office.settings.reports / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    return Papers(len(sheet.rows), tuple(paths))


def _urging_letters(
    session: Session, cycle: Cycle, calendar: WorkCalendar, now: datetime
) -> dict[str, bytes]:
    """File name -> draft, of the agencies that a step with a letter has reached under their present deadline and for
    whom none was drafted for it yet."""
    steps = [step.code for step in step_plans(cycle) if step.letter]
    if not steps or cycle.paused_at is not None:
        return {}
    drafted = set(
        session.exec(
            select(CycleDocument.file_name).where(
                CycleDocument.cycle_id == cycle.id, CycleDocument.kind == DocumentKind.URGING_LETTER
            )
        )
    )
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
    wanted = {
        request_id or 0: f"cong-van-don-doc-{code}-{cycle.code}-lan-{plan_no}.docx"
        for request_id, plan_no, code in rows
    }
    wanted = {request_id: name for request_id, name in wanted.items() if name not in drafted}
    write = UrgingLetters().write
    return {
        wanted[request_id]: write(facts)
        for request_id, facts in urging_facts(session, cycle, list(wanted), calendar, now).items()
    }


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
