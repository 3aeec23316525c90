"""The letters to the secretariat itself: what waits for a person, what does not move, whom to call."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.agency_act import ExtensionAsk
from models.codes import Channel, DocumentKind, MessageState
from models.cycle import CycleDocument, Request
from models.directory import Agency, Person
from models.notice import Attempt, Message, Notice
from models.rules.ways import WAYS
from models.submission import Arrival, Blob
from models.time import at_hour, end_of, vn_date, vn_instant
from tasks.blobs import bytes_of
from tasks.channels import alarms
from tasks.cycle import agency_acts
from tasks.documents.call_sheet_word import write_call_sheet
from tasks.letters import mail_answers
from tasks.letters.clerk import DOCX, HOW_TO_RETURN, Clerk, Written, subject_id
from tasks.letters.wording import (
    ArrivedFile,
    AskedExtension,
    AuditLetter,
    CallSheetLetter,
    DeadLetter,
    DeadMessage,
    SecretariatLetter,
)
from tasks.reminders.auditor import digest_of, found_now
from tasks.reminders.call_sheet import call_sheet
from tasks.reminders.morning import letters_name, sheet_name
from tasks.reminders.notices import put_notice, secretariat
from tasks.sending.mail_message import Attachment

DEAD = "thu-khong-gui-duoc"
"""The step of the notice that tells the secretariat of a message that was given up. Subject: message:<id>."""
MENDED = "đã được khắc phục"
LETTERS_BY_MAIL = 6 * 1024 * 1024
"""Bytes of drafted letters (some 600 of them) that may go with the call sheet: servers refuse mails beyond 10 to 25 MB,
and a third is added in the mail; then nobody would get the sheet either."""


def secretariat_letter(clerk: Clerk, person: Person, notices: Sequence[Notice]) -> Written:
    """What came in and only a person can place; extensions that were asked for."""
    return SecretariatLetter(
        person.name,
        clerk.contact(None),
        _files(clerk.session, [n for n in notices if n.step != agency_acts.STEP]),
        _asks(clerk, [n for n in notices if n.step == agency_acts.STEP]),
    ), ()


def channel_letter(clerk: Clerk, person: Person, notices: Sequence[Notice]) -> Written:
    """A channel has stopped, or lines went out by mail instead."""
    return alarms.channel_letter(clerk.session, person, clerk.contact(None), notices), ()


def mail_letter(template: str, clerk: Clerk, person: Person, notices: Sequence[Notice]) -> Written:
    """About mails that were received."""
    contact = clerk.contact(None)
    return mail_answers.mail_letter(clerk.session, template, person, contact, notices, HOW_TO_RETURN), ()


def audit_letter(clerk: Clerk, person: Person, _notices: Sequence[Notice]) -> Written:
    """What should have gone out and has not, as it is found now."""
    found = found_now(clerk.session, clerk.office, clerk.now)
    return AuditLetter(person.name, clerk.contact(None), found), ()


def audit_settled(session: Session, clerk: Clerk, notice: Notice) -> str:
    """Why the auditor's letter need not be sent any more; "" while what it speaks of is still so."""
    found = found_now(session, clerk.office, clerk.now)
    return "" if notice.subject == f"audit:{digest_of(found)}" else MENDED


def dead_letter(clerk: Clerk, person: Person, notices: Sequence[Notice]) -> Written:
    """Messages that were given up."""
    failures = tuple(_dead(clerk.session, subject_id(notice)) for notice in notices)
    return DeadLetter(person.name, clerk.contact(None), failures), ()


def put_dead_letters(session: Session, now: datetime) -> int:
    """Tell the secretariat once of every message to an agency that was given up; returns how many lines are new.

    Of a letter to the secretariat itself nothing is put down: that would fail as the letter did. The auditor and the
    page say so.
    """
    told = select(Notice.subject).where(Notice.step == DEAD)
    dead = [
        message_id
        for message_id in session.exec(
            select(Message.id)
            .join(Person, col(Person.id) == col(Message.person_id))
            .where(
                Message.state == MessageState.FAILED,
                Message.channel == Channel.EMAIL,
                col(Person.agency_id).is_not(None),
            )
            .order_by(col(Message.id))
        )
        if message_id is not None
    ]
    known = set(session.exec(told))
    people = secretariat(session)
    return sum(
        put_notice(session, subject=f"message:{message_id}", step=DEAD, person=person, now=now)
        for message_id in dead
        if f"message:{message_id}" not in known
        for person in people
    )


def call_sheet_letter(clerk: Clerk, person: Person, _notices: Sequence[Notice]) -> Written:
    """Whom to call this morning, as it stands at the moment of sending, and the sheet for print."""
    sheet = call_sheet(clerk.session, clerk.office, clerk.now)
    drafted, beside = _drafted(clerk, sheet.day)
    files = [Attachment(sheet_name(sheet.day), write_call_sheet(sheet), DOCX), *drafted]
    return CallSheetLetter(
        to=person.name,
        contact=clerk.contact(None),
        day=vn_date(sheet.day),
        rows=sheet.rows,
        notes=(*sheet.notes, *beside),
        post=sheet.zalo_text,
        attachments=tuple(file.name for file in files),
    ), tuple(files)


def _drafted(clerk: Clerk, day: date) -> tuple[list[Attachment], list[str]]:
    """The letters that urge which were drafted on this day, in one zip, nothing when none was; too many for a mail are
    left out, and a sentence says where they lie."""
    rows = clerk.session.execute(
        sa.select(col(CycleDocument.file_name), col(CycleDocument.sha256), col(Blob.size))
        .join(Blob, col(Blob.sha256) == col(CycleDocument.sha256))
        .where(
            col(CycleDocument.kind) == DocumentKind.URGING_LETTER,
            col(CycleDocument.made_at) >= at_hour(day, 0, 0),
            col(CycleDocument.made_at) < end_of(day),
        )
        .order_by(col(CycleDocument.file_name))
    ).all()
    if not rows:
        return [], []
    if sum(size for _, _, size in rows) > LETTERS_BY_MAIL:
        many = f"{len(rows)} dự thảo công văn đôn đốc không gửi kèm được vì quá nhiều cho một thư"
        return [], [f"{many}; lấy trong thư mục báo cáo của từng kỳ, mục don-doc."]
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for file_name, sha256, _ in rows:
            archive.writestr(file_name, bytes_of(clerk.session, sha256))
    return [Attachment(letters_name(day), packed.getvalue(), "application/zip")], []


def _files(session: Session, notices: Sequence[Notice]) -> tuple[ArrivedFile, ...]:
    arrivals = [session.get_one(Arrival, subject_id(notice)) for notice in notices]
    return tuple(
        ArrivedFile(
            arrival.file_name,
            vn_instant(arrival.received_at),
            WAYS.get(arrival.channel, arrival.channel),
            arrival.note,
        )
        for arrival in arrivals
    )


def _asks(clerk: Clerk, notices: Sequence[Notice]) -> tuple[AskedExtension, ...]:
    asks = []
    for notice in notices:
        ask = clerk.session.get_one(ExtensionAsk, subject_id(notice))
        request = clerk.session.get_one(Request, ask.request_id)
        agency, cycle = clerk.agency(request), clerk.cycle(request)
        words = f"dondoc request extend {cycle.code} {agency.code} --until {vn_date(ask.wanted)} --reason"
        asks.append(
            AskedExtension(
                agency=agency.name,
                cycle=cycle.name,
                due=vn_date(request.due),
                wanted=vn_date(ask.wanted),
                asked=vn_instant(ask.asked_at),
                command=f'{words} "…"',
            )
        )
    return tuple(asks)


def _dead(session: Session, message_id: int) -> DeadMessage:
    message = session.get_one(Message, message_id)
    person = session.get_one(Person, message.person_id)
    agency = session.get(Agency, person.agency_id) if person.agency_id else None
    last = session.exec(
        select(Attempt).where(Attempt.message_id == message_id).order_by(col(Attempt.no).desc())
    ).first()
    failed = session.exec(select(Notice).where(Notice.message_id == message_id)).first()
    return DeadMessage(
        name=person.name,
        place=agency.name if agency is not None else person.role.label,
        channel=message.channel.label,
        address=message.address,
        subject=message.subject,
        tries=message.tries,
        words=(last.answer if last is not None and last.answer else failed.why if failed else ""),
        when=vn_instant(last.started_at if last is not None else message.created_at),
    )
