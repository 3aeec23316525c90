"""The letters to an agency that are no reminder: the request itself, the answers to what it sent, a decision."""

from collections.abc import Sequence

from sqlmodel import col, select

from models.agency_act import ExtensionAsk
from models.codes import Severity
from models.cycle import Cycle, Request
from models.directory import Person
from models.notice import Notice
from models.rules.form import Issue
from models.rules.receipts import receipt_number
from models.submission import Arrival, Narrative, Submission, SubmissionIssue
from models.time import vn_date, vn_instant
from tasks.blobs import bytes_of, keep_bytes
from tasks.cycle.forms import form_name
from tasks.intake import mail_hints
from tasks.intake.package_out import outline_name, outline_of
from tasks.letters.clerk import DOCX, HOW_TO_RETURN, XLSX, Clerk, Written, subject_id
from tasks.letters.wording import (
    DecidedLetter,
    Fault,
    FaultsLetter,
    NarrativeLetter,
    ReceiptLetter,
    RequestLetter,
)
from tasks.prose.narratives import latest_narrative, texts_of
from tasks.registers.register_facts import withheld_rows
from tasks.sending.mail_message import Attachment
from tasks.store import must_write
from tasks.workbook.annotate import annotate
from tasks.workbook.read import read_form
from tasks.workbook.write import write_form


def request_letter(clerk: Clerk, _person: Person, notices: Sequence[Notice]) -> Written:
    """The dispatch of a form, with the outline of the prose where one is asked for."""
    request = clerk.request(notices[0])
    agency, cycle = clerk.agency(request), clerk.cycle(request)
    name = form_name(agency.code, cycle.code)
    if cycle.document_date is None:
        raise ValueError(f"yêu cầu {request.id} chưa có công văn")
    planned = clerk.planned(request)
    workbook = planned.workbook
    if request.form_sha256 is None:  # withdrawn when an assignment was withheld
        must_write(clerk.session)
        workbook = write_form(planned.form, clerk.office.key)
        request.form_sha256 = keep_bytes(clerk.session, workbook, clerk.now)
    letter = RequestLetter(
        to=agency.name,
        contact=clerk.contact(cycle),
        line=clerk.line(request),
        document=f"Công văn số {cycle.document_number} ngày {vn_date(cycle.document_date)}",
        file_name=name,
        how_to_return=HOW_TO_RETURN,
    )
    attachments = [Attachment(name, workbook, XLSX)]
    outline = outline_of(clerk.session, clerk.office, planned.form, untouched=planned.untouched)
    if outline is not None:
        attachments.append(Attachment(outline_name(planned.form), outline, DOCX))
    return letter, tuple(attachments)


def receipt_letter(clerk: Clerk, _person: Person, notices: Sequence[Notice]) -> Written:
    """A report was accepted: its receipt, and what would be well to look at again."""
    request, submission, issues = _answered(clerk, notices[0])
    agency = clerk.agency(request)
    return ReceiptLetter(
        agency.name,
        clerk.contact(clerk.cycle(request)),
        clerk.line(request),
        vn_instant(submission.received_at),
        submission.version,
        _faults(issues),
        receipt_number(submission.id or 0, agency.code),
    ), ()


def faults_letter(clerk: Clerk, _person: Person, notices: Sequence[Notice]) -> Written:
    """A report has to be mended: what, where, how; with the marked copy of what came by mail."""
    request, submission, issues = _answered(clerk, notices[0])
    copies = _marked_copy(clerk, submission, request, issues)
    return FaultsLetter(
        clerk.agency(request).name,
        clerk.contact(clerk.cycle(request)),
        clerk.line(request),
        vn_instant(submission.received_at),
        submission.version,
        _faults(issues),
        HOW_TO_RETURN,
        copies[0].name if copies else "",
    ), copies


def narrative_letter(clerk: Clerk, _person: Person, notices: Sequence[Notice]) -> Written:
    """The receipt of a report's prose."""
    narrative = clerk.session.get_one(Narrative, subject_id(notices[0]))
    request = clerk.request(notices[0])
    outline = clerk.form(request).outline
    asked = [heading.code for heading in outline.headings if heading.asked] if outline else []
    _, parts = latest_narrative(clerk.session, [request.id or 0])[request.id or 0]
    filled = texts_of(parts)
    return NarrativeLetter(
        to=clerk.agency(request).name,
        contact=clerk.contact(clerk.cycle(request)),
        line=clerk.line(request),
        received=vn_instant(narrative.received_at),
        file_name=clerk.session.get_one(Arrival, narrative.arrival_id).file_name,
        filled=sum(code in filled for code in asked),
        asked=len(asked),
        findings=tuple(narrative.note.splitlines()),
    ), ()


def decided_letter(clerk: Clerk, _person: Person, notices: Sequence[Notice]) -> Written:
    """What became of an extension that was asked for."""
    ask = clerk.session.get_one(ExtensionAsk, subject_id(notices[0]))
    request = clerk.session.get_one(Request, ask.request_id)
    return DecidedLetter(
        to=clerk.agency(request).name,
        contact=clerk.contact(clerk.cycle(request)),
        line=clerk.line(request),
        wanted=vn_date(ask.wanted),
        granted=bool(ask.granted),
        answer=ask.answer,
    ), ()


def _answered(clerk: Clerk, notice: Notice) -> tuple[Request, Submission, Sequence[SubmissionIssue]]:
    """What a notice answers, without what is said of withheld rows."""
    submission = clerk.session.get_one(Submission, subject_id(notice))
    issues = clerk.session.exec(
        select(SubmissionIssue)
        .where(
            SubmissionIssue.submission_id == submission.id,
            col(SubmissionIssue.row_key).not_in(withheld_rows()),
        )
        .order_by(col(SubmissionIssue.id))
    ).all()
    return clerk.request(notice), submission, issues


def _faults(issues: Sequence[SubmissionIssue]) -> tuple[Fault, ...]:
    return tuple(
        Fault(issue.sheet, issue.cell, issue.sentence, must=issue.severity == Severity.BLOCK)
        for issue in issues
    )


def _marked_copy(
    clerk: Clerk, submission: Submission, request: Request, issues: Sequence[SubmissionIssue]
) -> tuple[Attachment, ...]:
    """What came by mail goes back by mail with its faults marked. What came another way is not put into a mail:
    letters say nothing of what was reported; nor is a form with a row that has been withheld since."""
    if clerk.session.get_one(Arrival, submission.arrival_id).channel != mail_hints.CHANNEL:
        return ()
    content = bytes_of(clerk.session, submission.sha256)
    stamp = read_form(content).stamp
    withheld = set(clerk.session.exec(withheld_rows()))
    if stamp is None or not withheld.isdisjoint(stamp.row_keys):
        return ()
    told = [Issue(i.severity, i.rule, i.sentence, i.sheet, i.cell, i.row_key) for i in issues]
    cycle: Cycle = clerk.cycle(request)
    form = form_name(clerk.agency(request).code, cycle.code)
    name = f"{form.removesuffix('.xlsx')} - can hoan thien.xlsx"
    return (Attachment(name, annotate(content, told), XLSX),)
