"""The papers of a working morning (07:30): whom to call, the Zalo text, the drafted letters that urge.

Made by the first sweep of the morning, whenever that is: a missed run loses nothing. Each day's sheet is made once and
kept; a letter that urges is drafted once for each deadline it speaks of.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session, col, select

from models.codes import CycleState, DocumentKind, NoticeState
from models.cycle import Cycle, CycleDocument, Request
from models.directory import Agency
from models.notice import DailySheet, Notice
from models.rules.reminders.notices import OPENS_AT
from models.rules.workdays import WorkCalendar
from models.time import at_hour, local_day
from tasks.blobs import keep_bytes
from tasks.documents.call_sheet_word import write_call_sheet
from tasks.documents.keeping import keep_document
from tasks.documents.urging_letter import urging_facts, urging_letter
from tasks.office import Office
from tasks.once import put_once
from tasks.reminders.call_sheet import call_sheet
from tasks.reminders.notices import put_notice, secretariat
from tasks.reminders.sweep import step_plans, subject_of
from tasks.states import MACHINE

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
    with office.store.writing() as session:
        if session.exec(select(DailySheet.id).where(DailySheet.day == today)).first() is not None:
            return None
        cycles = list(
            session.exec(select(Cycle).where(Cycle.state == CycleState.RELEASED).order_by(col(Cycle.id)))
        )
        if not cycles:
            return None
        sheet = call_sheet(session, office, now)
        content = write_call_sheet(sheet)
        name = sheet_name(today)
        sha256 = keep_bytes(session, content, now)
        if not put_once(session, DailySheet(day=today, sha256=sha256, file_name=name, made_at=now)):
            return None  # another process was quicker
        if sheet.rows:
            for person in secretariat(session):
                put_notice(session, subject=f"sheet:{today:%Y%m%d}", step=STEP, person=person, now=now)
        files = {Path(FOLDER) / name: content}
        for cycle in cycles:
            for letter, drafted in _urging_letters(session, cycle, calendar, now).items():
                files[Path(cycle.code) / "don-doc" / letter] = drafted
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
    reached = {
        (subject, plan_no)
        for subject, plan_no in session.exec(
            select(Notice.subject, Notice.plan_no).where(
                col(Notice.step).in_(steps),
                col(Notice.state).in_(
                    [NoticeState.DUE, NoticeState.SENT, NoticeState.UNKNOWN, NoticeState.FAILED]
                ),
            )
        )
    }
    wanted = {
        request.id or 0: f"cong-van-don-doc-{code}-{cycle.code}-lan-{request.plan_no}.docx"
        for request, code in session.exec(
            select(Request, Agency.code)
            .join(Agency, col(Agency.id) == col(Request.agency_id))
            .where(Request.cycle_id == cycle.id)
        )
        if (subject_of(request), request.plan_no) in reached
    }
    wanted = {request_id: name for request_id, name in wanted.items() if name not in drafted}
    letters = {}
    for request_id, facts in urging_facts(session, cycle, list(wanted), calendar, now).items():
        name, content = wanted[request_id], urging_letter(facts)
        keep_document(session, cycle, DocumentKind.URGING_LETTER, name, content, actor=MACHINE, now=now)
        letters[name] = content
    return letters
