"""The mails as people read them: a context of plain facts in, subject, text and HTML out.

The words are in templates/mail, one text and one HTML file a letter. What a letter may carry is fixed by the
dataclasses here: numbers, titles, deadlines, contacts; never what was reported, nothing of a withheld task.
Only the answer to a report quotes the places to mend and the sentences of the checks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models.codes import PersonRole
from models.rules.reminders.audit import Finding
from models.rules.reminders.call_sheet import CallRow
from models.rules.reminders.headline import LONGEST, headline, shortened
from templates import FOLDER


@dataclass(frozen=True)
class Contact:
    """Whom to ask, and in whose name the letter is written."""

    issuer: str  # Ban Chỉ đạo về phát triển khoa học, công nghệ ... tỉnh Điện Biên
    unit: str  # Tổ giúp việc Ban Chỉ đạo
    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Item:
    """One assignment or indicator by number and title. A withheld one is left out of every letter."""

    number: str  # V.5.1
    title: str
    withheld: bool = False


@dataclass(frozen=True)
class Line:
    """One request in a letter. `left` is what is read; `days_left` orders the lines (negative is overdue).

    `promise` is a sentence about the day that the agency promised; `reminded` who was told of it before, and when.
    """

    agency: str
    cycle: str
    due: str  # 20/3/2026
    left: str  # còn 03 ngày làm việc
    days_left: int
    state: str  # Chưa nhận được báo cáo.
    items: tuple[Item, ...] = ()
    mending: bool = False  # a report came, and has faults
    link: str = ""  # the agency's page of this request, where pages are published
    promise: str = ""  # Cơ quan, đơn vị đã hẹn nộp ngày 18/3/2026, nay đã qua.
    reminded: tuple[str, ...] = ()  # Trần Văn B (cán bộ đầu mối), 08:00 ngày 16/3/2026

    @property
    def shown(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.withheld)

    @property
    def overdue(self) -> bool:
        return self.days_left < 0


@dataclass(frozen=True)
class AssignmentLineDue:
    """One assignment whose own deadline is near or past, and that the agency has not reported complete."""

    number: str  # V.5.1
    title: str
    due: str
    left: str
    days_left: int
    agency: str
    register: str  # Kế hoạch số 12-KH/BCĐ ngày 15/01/2026
    withheld: bool = False
    reminded: tuple[str, ...] = ()

    @property
    def overdue(self) -> bool:
        return self.days_left < 0


@dataclass(frozen=True)
class SlipLine:
    """A cycle whose overdue reports are laid before the leadership; the slip goes with the letter."""

    cycle: str
    due: str
    asked: int
    overdue: int
    file_name: str


@dataclass(frozen=True)
class Fault:
    """One thing to mend (`must`) or to look at, with its place in the form."""

    sheet: str
    cell: str
    what: str
    how: str = ""
    must: bool = True

    @property
    def place(self) -> str:
        """Trang "Nhiệm vụ", ô E7; as much of it as is known."""
        known = (f"trang “{self.sheet}”" if self.sheet else "", f"ô {self.cell}" if self.cell else "")
        place = ", ".join(part for part in known if part) or "toàn bộ biểu mẫu"
        return place[0].upper() + place[1:]


@dataclass(frozen=True)
class ArrivedFile:
    """Something that came in and that only a person can place."""

    file_name: str
    received: str  # 17:05 ngày 05/3/2026
    way: str  # thư mục nhận báo cáo
    why: str


@dataclass(frozen=True)
class AskedExtension:
    """An agency's request for a later deadline, and how the secretariat decides it."""

    agency: str
    cycle: str
    due: str
    wanted: str
    asked: str  # 17:05 ngày 05/3/2026
    command: str  # dondoc request extend ... --until ...


@dataclass(frozen=True)
class RequestLetter:
    """The dispatch of a form; the workbook goes with it. `document` is the signed letter it rests on."""

    to: str
    contact: Contact
    line: Line
    document: str  # Công văn số 12-CV/BCĐ ngày 05/3/2026
    file_name: str
    how_to_return: str


@dataclass(frozen=True)
class DigestLetter:
    """All that one person must hear in one sweep, worst first.

    `role` sets the tone: an officer is asked, a head is told what is overdue and who was reminded, the leadership
    gets the slips, the secretariat reads along.
    """

    to: str
    contact: Contact
    role: PersonRole
    lines: tuple[Line, ...] = ()
    assignments: tuple[AssignmentLineDue, ...] = ()
    slips: tuple[SlipLine, ...] = ()
    how_to_return: str = ""

    @property
    def shown_assignments(self) -> tuple[AssignmentLineDue, ...]:
        return tuple(line for line in self.assignments if not line.withheld)


@dataclass(frozen=True)
class ReceiptLetter:
    """The receipt of a report that meets the form; `remarks` are what it would be well to look at again."""

    to: str
    contact: Contact
    line: Line
    received: str
    version: int
    remarks: tuple[Fault, ...] = ()
    number: str = ""  # of the receipt, as the page shows it


@dataclass(frozen=True)
class FaultsLetter:
    """The answer to a report that was kept but has to be mended. `copy_name` is the attached copy in which the faults
    are marked, "" without one."""

    to: str
    contact: Contact
    line: Line
    received: str
    version: int
    faults: tuple[Fault, ...]
    how_to_return: str
    copy_name: str = ""


@dataclass(frozen=True)
class SecretariatLetter:
    """A digest to the secretariat of what needs a person: arrivals, extensions asked for."""

    to: str
    contact: Contact
    files: tuple[ArrivedFile, ...]
    asks: tuple[AskedExtension, ...] = ()


@dataclass(frozen=True)
class BouncedAddress:
    """A person to whom a mail came back, with the server's own words."""

    name: str
    place: str  # Sở Nội vụ
    address: str
    words: str
    when: str  # 17:05 ngày 05/3/2026


@dataclass(frozen=True)
class BounceLetter:
    """A digest to the secretariat of addresses from which mail comes back."""

    to: str
    contact: Contact
    bounces: tuple[BouncedAddress, ...]


@dataclass(frozen=True)
class StoppedChannel:
    """A channel that has stopped; `why` says what is wrong and what to do."""

    channel: str  # Zalo (tin mẫu theo số điện thoại)
    when: str  # 17:05 ngày 05/3/2026
    why: str


@dataclass(frozen=True)
class ByMailInstead:
    """A person whom a channel did not reach, and to whom it was written by mail."""

    name: str
    place: str  # Sở Nội vụ
    channel: str
    why: str
    when: str  # 17:05 ngày 05/3/2026


@dataclass(frozen=True)
class ChannelLetter:
    """A digest to the secretariat of channels that have stopped and people whom they do not reach."""

    to: str
    contact: Contact
    stopped: tuple[StoppedChannel, ...]
    instead: tuple[ByMailInstead, ...] = ()


@dataclass(frozen=True)
class MailToSee:
    """A mail (or its file) that the secretariat should look at in the mailbox, and why."""

    sender: str
    subject: str
    received: str
    why: str


@dataclass(frozen=True)
class MailboxLetter:
    """A digest to the secretariat of mails that only a person can answer."""

    to: str
    contact: Contact
    mails: tuple[MailToSee, ...]


@dataclass(frozen=True)
class UnansweredMail:
    """An agency's mail in which no report was found. `why` names what was in it instead, if anything."""

    subject: str
    received: str
    why: str


@dataclass(frozen=True)
class NoFormLetter:
    """The answer to mails without a report that can be read."""

    to: str
    contact: Contact
    mails: tuple[UnansweredMail, ...]
    how_to_return: str


@dataclass(frozen=True)
class NarrativeLetter:
    """The receipt of a report's prose: how many of the headings asked for have text, and what to look at."""

    to: str
    contact: Contact
    line: Line
    received: str
    file_name: str
    filled: int
    asked: int
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class DecidedLetter:
    """The answer to a request for a later deadline; `line` has the deadline in force now."""

    to: str
    contact: Contact
    line: Line
    wanted: str  # 25/3/2026
    granted: bool
    answer: str = ""  # the secretariat's reason


@dataclass(frozen=True)
class AskedPoint:
    """One contradiction that an agency is asked about: what kind, where, of which task; never what was reported."""

    kind: str  # Trong một báo cáo
    place: str  # Sở Nội vụ, bản thứ 2 (nhận lúc …): trang “Nhiệm vụ”, ô E7
    task: str = ""  # KH57-2026/V.5.1. Xây dựng …


@dataclass(frozen=True)
class AskedOfOne:
    """What one agency is asked of one request."""

    line: Line
    points: tuple[AskedPoint, ...]


@dataclass(frozen=True)
class DiscrepancyLetter:
    """The questions of a phiếu đối chiếu to one agency. The sentences themselves stand on its page."""

    to: str
    contact: Contact
    parts: tuple[AskedOfOne, ...]


@dataclass(frozen=True)
class ReturnedLetter:
    """A report is to be completed: the secretariat's own `comment`, line by line, never what was reported; `line` has
    the day. `taken_back`: it need not be any more, and the comment says why."""

    to: str
    contact: Contact
    line: Line
    comment: tuple[str, ...]
    taken_back: bool = False


@dataclass(frozen=True)
class ExemptLetter:
    """Nothing is owed this time, with the reason; `asked_again`: it is, after all, by the day of `line`."""

    to: str
    contact: Contact
    line: Line
    reason: str
    asked_again: bool = False


@dataclass(frozen=True)
class DeadlineLetter:
    """A deadline was moved back from `before` to the day of `line`, with the reason."""

    to: str
    contact: Contact
    line: Line
    before: str  # 28/3/2026
    reason: str


@dataclass(frozen=True)
class AuditLetter:
    """What should have happened and has not."""

    to: str
    contact: Contact
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class IncidentLetter:
    """Flows that failed or are late, as the secretariat is told."""

    to: str
    contact: Contact
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class DeadMessage:
    """A message that was given up, with the last answer of whoever should have carried it."""

    name: str
    place: str  # Sở Nội vụ
    channel: str  # Thư điện tử
    address: str
    subject: str
    tries: int
    words: str
    when: str  # 17:05 ngày 05/3/2026


@dataclass(frozen=True)
class DeadLetter:
    """A digest to the secretariat of messages that could not be delivered for good."""

    to: str
    contact: Contact
    failures: tuple[DeadMessage, ...]


@dataclass(frozen=True)
class CallSheetLetter:
    """The call sheet of a morning. `post` is for the Zalo group, "" when nobody is overdue."""

    to: str
    contact: Contact
    day: str  # 25/3/2026
    rows: tuple[CallRow, ...]
    notes: tuple[str, ...] = ()
    post: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskedContact:
    """One contact as a letter asks about it: enough to be recognised, no number and no address in full."""

    role: str  # cán bộ đầu mối
    name: str
    title: str
    email: str  # t•••@snv.example
    phone: str  # ••• 678


@dataclass(frozen=True)
class ContactLetter:
    """Asks an agency whether its contacts are still right; `again` when it was asked before."""

    to: str
    contact: Contact
    agency: str
    answer_by: str
    left: str
    people: tuple[AskedContact, ...]
    link: str = ""
    again: bool = False


@dataclass(frozen=True)
class ContactAnswersLetter:
    """Tells the secretariat which agencies propose to change their contacts."""

    to: str
    contact: Contact
    agencies: tuple[str, ...]


LetterContext = (
    RequestLetter
    | DigestLetter
    | ReceiptLetter
    | FaultsLetter
    | SecretariatLetter
    | BounceLetter
    | MailboxLetter
    | NoFormLetter
    | ChannelLetter
    | NarrativeLetter
    | DecidedLetter
    | ReturnedLetter
    | ExemptLetter
    | DeadlineLetter
    | DiscrepancyLetter
    | AuditLetter
    | IncidentLetter
    | DeadLetter
    | CallSheetLetter
    | ContactLetter
    | ContactAnswersLetter
)

CONTEXTS: dict[str, type[LetterContext]] = {
    "request": RequestLetter,
    "digest": DigestLetter,
    "receipt": ReceiptLetter,
    "faults": FaultsLetter,
    "secretariat": SecretariatLetter,
    "bounce": BounceLetter,
    "mailbox": MailboxLetter,
    "no_form": NoFormLetter,
    "channel": ChannelLetter,
    "narrative": NarrativeLetter,
    "decided": DecidedLetter,
    "returned": ReturnedLetter,
    "exempted": ExemptLetter,
    "deadline": DeadlineLetter,
    "discrepancies": DiscrepancyLetter,
    "auditor": AuditLetter,
    "incident": IncidentLetter,
    "dead": DeadLetter,
    "callsheet": CallSheetLetter,
    "contact": ContactLetter,
    "contact_answers": ContactAnswersLetter,
}
"""Every template, and the facts it needs."""


def is_digest(template: str) -> bool:
    """Whether a step of a policy may name this template: the digest, or another wording of it in templates/mail."""
    named = CONTEXTS.get(template, DigestLetter) is DigestLetter
    return named and all((FOLDER / "mail" / f"{template}.{kind}.j2").exists() for kind in ("txt", "html"))


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def render(template: str, context: LetterContext) -> Letter:
    """The letter of this template. Lines come worst first: the longest overdue, then the nearest deadline.

    A template that is not listed is a province's own wording of the digest.
    """
    if type(context) is not CONTEXTS.get(template, DigestLetter):
        raise TypeError(f"mẫu thư {template} không dùng được với {type(context).__name__}")
    facts: dict[str, Any] = dict(vars(context))
    if isinstance(context, DigestLetter):
        facts.update(_digest(context))
    text = _environment().get_template(f"{template}.txt.j2")
    html = _environment().get_template(f"{template}.html.j2")
    subject = " ".join("".join(text.blocks["subject"](text.new_context(facts))).split())
    return Letter(subject, text.render(facts), html.render(facts, subject=subject))


def worst_first(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (line.days_left, line.agency, line.cycle)))


def _digest(letter: DigestLetter) -> dict[str, Any]:
    """The lines of a digest in their four groups, and its subject."""
    lines = worst_first(letter.lines)
    assignments = sorted(
        letter.shown_assignments, key=lambda line: (line.days_left, line.agency, line.number)
    )
    groups = {
        "late_lines": [line for line in lines if line.overdue],
        "late_assignments": [line for line in assignments if line.overdue],
        "coming_lines": [line for line in lines if not line.overdue],
        "coming_assignments": [line for line in assignments if not line.overdue],
    }
    if not (lines or assignments or letter.slips):
        raise ValueError("thư tổng hợp không có nội dung nào để nhắc")
    return {
        **groups,
        "shown_assignments": assignments,
        "reminded": any(line.reminded for line in lines) or any(line.reminded for line in assignments),
        "headline": headline(lines, assignments) if lines or assignments else _slips_said(letter.slips),
    }


def _slips_said(slips: tuple[SlipLine, ...]) -> str:
    overdue = f"{slips[0].overdue:02d} cơ quan, đơn vị, địa phương chậm gửi"
    before = f"Phiếu báo cáo: {overdue} "
    after = f" và {len(slips) - 1:02d} kỳ khác" if len(slips) > 1 else ""
    return before + shortened(slips[0].cycle, LONGEST - len(before) - len(after)) + after


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "mail"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["two"] = _two_digits
    return environment


def _two_digits(number: int) -> str:
    """A count in prose: below ten it carries a leading zero."""
    return f"{number:02d}" if number else "0"
