"""The mailbox: every mail in it becomes arrivals, or is told apart and put where a person finds it.

A mail is moved only after its row and its files are stored and committed. A crash in between changes nothing:
the next look finds the mail again, what is stored already is not stored twice, and the mail is moved then.
Nothing is deleted. Whose report a file is, its stamp decides when it is judged (tasks.intake.judge); the mail itself
says only whom to answer (tasks.intake.mail_hints).
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from models.codes import MailKind
from models.cycle import Request
from models.directory import Person
from models.fault import Fault
from models.mail import ReceivedMail
from models.notice import Message, Notice
from models.rules.mail_kind import is_automatic, mail_kind, may_answer
from tasks.blobs import LARGEST, digest
from tasks.intake.bounces import Bounce, clear_by_answer, clear_by_time, mark_bounced
from tasks.intake.mail_hints import CHANNEL, agency_of_message, answered_message, one_agency, people_at
from tasks.intake.mail_parts import Mail, MailFile, one_line, take_apart
from tasks.intake.mailbox_server import LARGEST_MAIL, Listed, Mailbox, MailboxFault, mailbox_url, open_mailbox
from tasks.intake.receive import receive
from tasks.letters.mail_answers import BOUNCE, MAIL_TO_SEE, NO_FORM, NO_FORM_LETTER
from tasks.office import Office
from tasks.once import put_once
from tasks.reminders.notices import put_notice, secretariat
from tasks.store import Store

LOG = logging.getLogger("dondoc.mailbox")

RECEIVED = "Đã nhận"
TO_SEE = "Cần xem xét"
AUTOMATIC = "Thư trả lời tự động"
BOUNCED = "Thư báo lỗi"
FOLDERS = (RECEIVED, TO_SEE, AUTOMATIC, BOUNCED)
STUCK, GONE = "stuck", "gone"
"""Mails that stay where they are: not to be kept by any means; or moved by another process."""

MOST_MAILS = 500
"""Mails of one look; the rest waits for the next, so that a flood keeps nothing else from being done."""
ANSWER_AGAIN_AFTER = timedelta(days=7)
"""An autoresponder that hides as a person would else be answered for ever."""

TRIPPED = "Chương trình gặp lỗi khi đọc thư này; thư vẫn được giữ nguyên. Hãy mở thư và báo bộ phận kỹ thuật."
STILL_BLANK = "vẫn là biểu mẫu trống đã gửi, chưa điền"


@dataclass(frozen=True)
class Collected:
    """What one look into the mailbox brought, in mails; `arrivals` in files that are new.

    `stuck` are mails that could neither be read nor kept, left where they are; `fault` says what kept the look
    from ending: the server, the network, a setting.
    """

    arrivals: int = 0
    received: int = 0
    to_see: int = 0
    automatic: int = 0
    bounced: int = 0
    stuck: int = 0
    fault: str = ""

    @property
    def sentence(self) -> str:
        """The same in words."""
        parts = [
            f"{count} {what}"
            for count, what in (
                (self.received, "thư có báo cáo"),
                (self.to_see, "thư chờ thư ký xem"),
                (self.automatic, "thư trả lời tự động"),
                (self.bounced, "thư báo lỗi"),
                (self.stuck, "thư không lưu được, còn ở hộp thư"),
            )
            if count
        ]
        said = f"Hộp thư: {', '.join(parts) or 'không có thư mới'}."
        return f"{said} {self.fault}".strip()


def collect_mailbox(office: Office, now: datetime) -> Collected:
    """Take in what lies in the mailbox. Whatever is wrong with the server is in the answer, never raised."""
    outcomes: Counter[str] = Counter()
    fault = ""
    try:
        url = mailbox_url(office.settings.imap_url)
        with open_mailbox(url, office.settings.imap_password()) as box:
            for uid in box.waiting()[:MOST_MAILS]:
                folder, new = _take_in(office.store, box, uid, now)
                outcomes.update({folder: 1, "arrivals": new})
                # A server that refuses one move still gives the next mail; one that is gone ends the look there.
                fault = _moved(box, uid, folder) or fault
    except Fault as error:
        fault = str(error)
    with office.store.writing() as session:
        clear_by_time(session, now)
    return Collected(
        arrivals=outcomes["arrivals"],
        received=outcomes[RECEIVED],
        to_see=outcomes[TO_SEE],
        automatic=outcomes[AUTOMATIC],
        bounced=outcomes[BOUNCED],
        stuck=outcomes[STUCK],
        fault=fault,
    )


def _moved(box: Mailbox, uid: str, folder: str) -> str:
    """Move a mail that is stored; why it could not be moved, "" when it was or when it is gone."""
    if folder not in FOLDERS:
        return ""
    try:
        box.move(uid, folder)
    except MailboxFault as fault:
        return str(fault)
    return ""


def _take_in(store: Store, box: Mailbox, uid: str, now: datetime) -> tuple[str, int]:
    """Store one mail and what is in it; returns where it belongs and how many arrivals are new. One mail that trips
    the program stops no other."""
    listed = box.look(uid)
    too_large = listed is not None and listed.size > LARGEST_MAIL
    raw = box.read(uid, headers_only=too_large)
    if listed is None or raw is None:
        return GONE, 0  # another process was quicker
    try:
        return _store(store, raw, listed, box.validity, now, too_large=too_large)
    except OperationalError:
        raise
    except Exception:
        LOG.exception("mail %s/%s could not be read", box.validity, uid)
        try:
            return _keep_whole(store, raw, listed, box.validity, now)
        except OperationalError:
            raise
        except Exception:
            LOG.exception("mail %s/%s could not be kept", box.validity, uid)
            return STUCK, 0


def _store(
    store: Store, raw: bytes, listed: Listed, validity: str, now: datetime, *, too_large: bool
) -> tuple[str, int]:
    """Write the mail's row with what follows from it, then its files. Returns its folder and the new arrivals."""
    mail = take_apart(raw)
    reference = _reference(mail, listed, validity)
    received_at = min(listed.arrived_at, now)
    with store.writing() as session:
        sorted_out = _sort(session, mail, raw, too_large=too_large)
        row = ReceivedMail(
            reference=reference,
            sender=one_line(mail.sender, 254),
            subject=one_line(mail.subject, 300),
            kind=sorted_out.kind,
            note=one_line(sorted_out.note, 4000),
            received_at=received_at,
            stored_at=now,
        )
        _place(session, row, mail)
        bounce = mark_bounced(session, mail, received_at, now) if row.kind is MailKind.BOUNCE else None
        if bounce is not None:
            row.note, row.address = bounce.words, one_line(bounce.address, 254)
            row.person_id = bounce.people[0].id if bounce.people else None
        else:
            clear_by_answer(session, mail, now)
        if put_once(session, row):
            _put_notices(session, row, mail, sorted_out, bounce, now)
    arrivals = 0
    for number, file in sorted_out.keep:
        arrivals += _receive(store, reference, number, file, row.sender, received_at, now)
    return sorted_out.folder, arrivals


def _reference(mail: Mail, listed: Listed, validity: str) -> str:
    """What makes a mail this mail: delivered twice it is one; two that share a Message-ID, as some scanners send
    them, are two."""
    name = mail.message_id or f"uid:{validity}/{listed.uid}"
    return f"{one_line(name, 250)}|{mail.body_hash[:16]}"


@dataclass(frozen=True)
class _Sorted:
    """A mail told apart: its kind and folder, the files to keep with their numbers, what a person should know."""

    kind: MailKind
    folder: str
    keep: tuple[tuple[int, MailFile], ...] = ()
    note: str = ""
    to_see: bool = False


def _sort(session: Session, mail: Mail, raw: bytes, *, too_large: bool) -> _Sorted:
    """Tell a mail apart. Nothing is written here."""
    if _is_ours(session, mail):
        return _Sorted(MailKind.OTHER, TO_SEE, note="Bản sao thư do hệ thống gửi.")
    # What comes back inside an automatic answer is our own letter with its form, not a report.
    automatic = is_automatic(mail.facts(has_report=False))
    files = [
        (number, file) for number, file in enumerate(mail.files, start=1) if not (automatic and file.nested)
    ]
    blank = _issued_forms(session, [file for _number, file in files])
    usable = [file for _number, file in files if not file.unusable and file.sha256 not in blank]
    kind = mail_kind(mail.facts(has_report=bool(usable)))
    if kind is MailKind.BOUNCE:
        return _Sorted(kind, BOUNCED)
    if kind is MailKind.AUTOREPLY:
        return _Sorted(kind, AUTOMATIC)
    keep = tuple((n, f) for n, f in files if f.sha256 not in blank and len(f.content) <= LARGEST)
    problems = [f"{f.name}: lớn hơn 25 MB, chỉ còn ở hộp thư" for _n, f in files if len(f.content) > LARGEST]
    if too_large:
        problems.append(f"thư lớn hơn {LARGEST_MAIL // 1024 // 1024} MB, chưa được đọc")
    elif mail.damaged:
        problems.append(mail.damaged)
        keep += _whole(raw)
    told = [*problems, *(f"{f.name}: {f.unusable}" for _n, f in files if f.unusable)]
    told += [f"{f.name}: {STILL_BLANK}" for _n, f in files if f.sha256 in blank]
    well = kind is MailKind.REPORT and not problems
    return _Sorted(
        kind,
        RECEIVED if well else TO_SEE,
        keep,
        "; ".join(dict.fromkeys(told)),
        # A file that is kept has its own line to the secretariat when it is judged.
        to_see=bool(problems) or (kind is MailKind.QUESTION and not keep),
    )


def _is_ours(session: Session, mail: Mail) -> bool:
    """A copy of a letter that we sent ourselves."""
    if not mail.message_id:
        return False
    sent = select(Message.id).where(Message.message_id == mail.message_id)
    return session.exec(sent).first() is not None


def _issued_forms(session: Session, files: list[MailFile]) -> frozenset[str]:
    """Which of these files are forms just as we sent them: a reply often brings its letter's attachment back."""
    hashes = {file.sha256 for file in files}
    return frozenset(
        sha256
        for sha256 in session.exec(select(Request.form_sha256).where(col(Request.form_sha256).in_(hashes)))
        if sha256 is not None
    )


def _whole(raw: bytes) -> tuple[tuple[int, MailFile], ...]:
    """The mail itself as a file, for a person to open."""
    return ((0, MailFile("thu.eml", raw, "thư giữ nguyên")),) if len(raw) <= LARGEST else ()


def _place(session: Session, row: ReceivedMail, mail: Mail) -> None:
    """Put down whom the sender's address and the letter it answers speak of."""
    people = people_at(session, row.sender)
    row.person_id = people[0].id if people else None
    row.sender_agency_id = one_agency(people)
    message = answered_message(session, mail.answers)
    row.replied_agency_id = agency_of_message(session, message) if message is not None else None


def _put_notices(
    session: Session, row: ReceivedMail, mail: Mail, sorted_out: _Sorted, bounce: Bounce | None, now: datetime
) -> None:
    """Say to the secretariat what it must know, and to the sender, once, that no report was found."""
    subject = f"mail:{row.id}"
    if bounce is not None:
        for person in secretariat(session) if bounce.newly else []:
            # Never to somebody whose own mail comes back: that letter would come back, too, without end.
            if person.bounced_at is None:
                put_notice(session, subject=subject, step=BOUNCE, person=person, now=now)
        return
    known = row.person_id is not None and not _is_ours(session, mail)
    if sorted_out.to_see or (row.kind is MailKind.OTHER and known):
        for person in secretariat(session):
            put_notice(session, subject=subject, step=MAIL_TO_SEE, person=person, now=now)
    if row.kind is MailKind.QUESTION and may_answer(mail.facts(has_report=False)):
        for person in _to_answer(session, row, mail, now):
            put_notice(session, subject=subject, step=NO_FORM, person=person, now=now)


def _to_answer(session: Session, row: ReceivedMail, mail: Mail, now: datetime) -> list[Person]:
    """The sender, when somebody of an agency's, and not answered so lately: a stranger is never written to."""
    writers = [person for person in people_at(session, row.sender) if person.agency_id is not None][:1]
    message = answered_message(session, mail.answers)
    if message is not None and message.template == NO_FORM_LETTER:
        return []
    return [
        person
        for person in writers
        if session.exec(
            select(Notice.id)
            .join(Person, col(Person.id) == col(Notice.person_id))
            .where(
                Notice.step == NO_FORM,
                Person.email == person.email,
                Notice.created_at > now - ANSWER_AGAIN_AFTER,
            )
        ).first()
        is None
    ]


def _receive(
    store: Store,
    reference: str,
    number: int,
    file: MailFile,
    sender: str,
    received_at: datetime,
    now: datetime,
) -> int:
    """Store one file of a mail; how many arrivals that made."""
    arrival_id = receive(
        store,
        channel=CHANNEL,
        reference=f"{reference}|{number}|{file.sha256[:16]}",
        file_name=file.name,
        content=file.content,
        received_at=received_at,
        now=now,
        sender=sender,
    )
    return int(arrival_id is not None)


def _keep_whole(store: Store, raw: bytes, listed: Listed, validity: str, now: datetime) -> tuple[str, int]:
    """Keep a mail over which the program tripped, as it is, and tell the secretariat."""
    reference = f"uid:{validity}/{listed.uid}|{digest(raw)[:16]}"
    received_at = min(listed.arrived_at, now)
    with store.writing() as session:
        row = ReceivedMail(
            reference=reference, kind=MailKind.OTHER, note=TRIPPED, received_at=received_at, stored_at=now
        )
        if put_once(session, row):
            for person in secretariat(session):
                put_notice(session, subject=f"mail:{row.id}", step=MAIL_TO_SEE, person=person, now=now)
    return TO_SEE, sum(
        _receive(store, reference, number, file, "", received_at, now) for number, file in _whole(raw)
    )
