"""The mails as people read them: a context of plain facts in, subject, text and HTML out.

The words are in templates/mail, one text and one HTML file a letter. What a letter may carry is fixed by the
dataclasses here: numbers, titles, deadlines, contacts; never what was reported, nothing of a withheld task.
Only the answer to a report quotes the places to mend and the sentences of the checks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

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
    """One request in a letter. `left` is what is read; `days_left` orders the lines (negative is overdue)."""

    agency: str
    cycle: str
    due: str  # 20/3/2026
    left: str  # còn 03 ngày làm việc
    days_left: int
    state: str  # Chưa nhận được báo cáo.
    items: tuple[Item, ...] = ()
    mending: bool = False  # a report came, and has faults
    link: str = ""  # the agency's page of this request, where pages are published

    @property
    def shown(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.withheld)

    @property
    def overdue(self) -> bool:
        return self.days_left < 0


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
class ReminderLetter:
    """A digest to one officer of what is still expected, before or after the deadline."""

    to: str
    contact: Contact
    lines: tuple[Line, ...]
    how_to_return: str


@dataclass(frozen=True)
class EscalationLetter:
    """A digest to an agency's head of what is overdue."""

    to: str
    contact: Contact
    lines: tuple[Line, ...]


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


LetterContext = (
    RequestLetter
    | ReminderLetter
    | EscalationLetter
    | ReceiptLetter
    | FaultsLetter
    | SecretariatLetter
    | BounceLetter
    | MailboxLetter
    | NoFormLetter
)

CONTEXTS: dict[str, type[LetterContext]] = {
    "request": RequestLetter,
    "reminder": ReminderLetter,
    "escalation": EscalationLetter,
    "receipt": ReceiptLetter,
    "faults": FaultsLetter,
    "secretariat": SecretariatLetter,
    "bounce": BounceLetter,
    "mailbox": MailboxLetter,
    "no_form": NoFormLetter,
}
"""Every template, and the facts it needs."""


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def render(template: str, context: LetterContext) -> Letter:
    """The letter of this template. Lines come worst first: the longest overdue, then the nearest deadline."""
    if type(context) is not CONTEXTS[template]:
        raise TypeError(f"mẫu thư {template} không dùng được với {type(context).__name__}")
    facts = dict(vars(context))
    if isinstance(context, ReminderLetter | EscalationLetter):
        facts["lines"] = worst_first(context.lines)
    text = _environment().get_template(f"{template}.txt.j2")
    html = _environment().get_template(f"{template}.html.j2")
    subject = " ".join("".join(text.blocks["subject"](text.new_context(facts))).split())
    return Letter(subject, text.render(facts), html.render(facts, subject=subject))


def worst_first(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (line.days_left, line.agency, line.cycle)))


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
    return f"{number:02d}"
