"""What a received mail is, from its headers and structure: a report, a bounce, an automatic answer, a question.

Automatic mail is told by its headers (RFC 3834, and what Exchange, Zimbra, cPanel and others set), then by the
beginning of its subject. A file that may be a report is never set aside as automatic: a wrong guess would lose
a report, while a needless look costs a minute. Whether a mail may be answered is asked apart and answered no
in every doubt: that is what makes loops impossible.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from models.codes import MailKind

_AUTOMATIC_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-autoreply-from",
    "x-auto-reply",
    "x-mail-autoreply",
)
_LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post", "feedback-id")
_BULK = ("bulk", "list", "junk")
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "mail.daemon")
_NO_REPLY = re.compile(r"^(do[._-]?not[._-]?reply|no[._-]?reply|khong[._-]?tra[._-]?loi|bounces?)\b")
_REPLY_MARKS = re.compile(r"^\s*((re|fw|fwd|tl|ct|tra loi|chuyen tiep)\s*:\s*)+")
_AUTOMATIC_SUBJECT = re.compile(
    r"^(automatic reply|auto[- ]?(matic )?(reply|response|responder)|out of (the )?office|ooo\b|auto\s*:"
    r"|(thu |thong bao )?(tra loi|phan hoi|hoi dap) tu dong|(thu )?tu dong (tra loi|phan hoi)"
    r"|ngoai van phong\s*:|(thong bao|thong tin) (vang mat|nghi phep|di cong tac)\b|vang mat\s*:|nghi phep\s*:)"
)


@dataclass(frozen=True)
class MailFacts:
    """What is known of a mail before anybody reads it.

    `headers`: names in lower case, values decoded. `content_type`: of the whole, e.g. multipart/report;
    `report_type`: its parameter. `has_delivery_status`: a part of this type is in it. `has_report`: a file
    that may be a report is attached to the mail itself or to a mail forwarded in it.
    """

    headers: Mapping[str, tuple[str, ...]]
    sender: str
    subject: str
    content_type: str = "text/plain"
    report_type: str = ""
    has_delivery_status: bool = False
    has_report: bool = False

    def first(self, name: str) -> str:
        """The first value of a header, without what follows a semicolon, in lower case; "" without it."""
        return next(iter(self.headers.get(name, ())), "").partition(";")[0].strip().lower()


def mail_kind(facts: MailFacts) -> MailKind:
    """What this mail is."""
    if is_bounce(facts):
        return MailKind.BOUNCE
    if facts.content_type == "multipart/report":  # read receipts, abuse reports: machines to machines
        return MailKind.AUTOREPLY
    if facts.has_report:
        return MailKind.REPORT
    if is_automatic(facts):
        return MailKind.AUTOREPLY
    if is_bulk(facts):
        return MailKind.OTHER
    return MailKind.QUESTION


def is_bounce(facts: MailFacts) -> bool:
    """A server's report on a delivery, of the standard form (RFC 3464) or of older ones."""
    if facts.content_type == "multipart/report" and facts.report_type == "delivery-status":
        return True
    if facts.has_delivery_status and (_has_no_return(facts) or _is_daemon(facts)):
        return True
    if "x-failed-recipients" in facts.headers:
        return True
    return _is_daemon(facts) and (_has_no_return(facts) or _declares_itself_automatic(facts))


def is_automatic(facts: MailFacts) -> bool:
    """Written by a program in answer to a mail: out of office, "we have received your mail"."""
    if _declares_itself_automatic(facts) or facts.first("precedence") in ("auto_reply", "auto-reply"):
        return True
    if any(name in facts.headers for name in _AUTOMATIC_HEADERS) or _has_no_return(facts):
        return True
    return has_automatic_subject(facts.subject)


def has_automatic_subject(subject: str) -> bool:
    """Whether a subject begins as automatic answers do, in Vietnamese (with or without marks) or English."""
    plain = _without_marks(subject)
    return _AUTOMATIC_SUBJECT.match(_REPLY_MARKS.sub("", plain).strip(" [(")) is not None


def is_bulk(facts: MailFacts) -> bool:
    """From a list, a newsletter, or marked as spam by the mail server."""
    if facts.first("precedence") in _BULK or any(name in facts.headers for name in _LIST_HEADERS):
        return True
    return facts.first("x-spam-flag") == "yes" or facts.first("x-spam-status").startswith("yes")


def may_answer(facts: MailFacts) -> bool:
    """Whether an automatic answer may be sent to this mail (RFC 3834, section 2); in doubt it may not."""
    local, at, _domain = facts.sender.lower().partition("@")
    if not at or _is_daemon(facts) or _NO_REPLY.match(local) or local.endswith(("-request", "-bounces")):
        return False
    if is_bounce(facts) or is_automatic(facts) or is_bulk(facts) or facts.content_type == "multipart/report":
        return False
    return "x-auto-response-suppress" not in facts.headers and "x-loop" not in facts.headers


def _declares_itself_automatic(facts: MailFacts) -> bool:
    declared = facts.first("auto-submitted")
    return bool(declared) and declared != "no"


def _has_no_return(facts: MailFacts) -> bool:
    """The empty envelope sender: a mail to which nobody may answer."""
    return facts.first("return-path").replace(" ", "") == "<>"


def _is_daemon(facts: MailFacts) -> bool:
    return facts.sender.lower().partition("@")[0] in _DAEMONS


def _without_marks(text: str) -> str:
    """Vietnamese without its marks, in lower case: people write either."""
    apart = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())
