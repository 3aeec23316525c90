"""What a mail is by its headers and structure, and whether a program may answer it."""

import pytest

from models.codes import MailKind
from models.rules.delivery_report import Delivery, failed_recipients, read_delivery_report
from models.rules.mail_kind import MailFacts, has_automatic_subject, mail_kind, may_answer

OFFICER = "van-thu@snv.example"


def facts(
    subject: str = "Báo cáo quý I", sender: str = OFFICER, report: bool = False, **headers: str
) -> MailFacts:
    """A mail with these headers; an underscore stands for a hyphen."""
    return MailFacts(
        headers={name.replace("_", "-"): (value,) for name, value in headers.items()},
        sender=sender,
        subject=subject,
        has_report=report,
    )


def report_of(kind: str, sender: str = "mailer-daemon@thu.example") -> MailFacts:
    return MailFacts({}, sender, "Undelivered Mail", content_type="multipart/report", report_type=kind)


@pytest.mark.parametrize(
    ("mail", "kind"),
    [
        pytest.param(facts(report=True), MailKind.REPORT, id="a report"),
        pytest.param(facts(), MailKind.QUESTION, id="a person writes"),
        pytest.param(facts(auto_submitted="no"), MailKind.QUESTION, id="a person, and says so"),
        pytest.param(facts(auto_submitted="auto-replied"), MailKind.AUTOREPLY, id="RFC 3834"),
        pytest.param(
            facts(auto_submitted="Auto-Replied; owner-email=x"), MailKind.AUTOREPLY, id="with parameters"
        ),
        pytest.param(facts(auto_submitted="auto-generated"), MailKind.AUTOREPLY, id="generated"),
        pytest.param(facts(x_autoreply="yes"), MailKind.AUTOREPLY, id="X-Autoreply"),
        pytest.param(facts(x_autorespond=""), MailKind.AUTOREPLY, id="X-Autorespond, empty"),
        pytest.param(facts(precedence="auto_reply"), MailKind.AUTOREPLY, id="Precedence: auto_reply"),
        pytest.param(facts(return_path="<>"), MailKind.AUTOREPLY, id="no way back"),
        pytest.param(
            facts("Trả lời tự động: Đề nghị gửi báo cáo"), MailKind.AUTOREPLY, id="Outlook, Vietnamese"
        ),
        pytest.param(facts(precedence="bulk"), MailKind.OTHER, id="bulk"),
        pytest.param(facts(list_id="<tin.example>"), MailKind.OTHER, id="a list"),
        pytest.param(facts(x_spam_flag="YES"), MailKind.OTHER, id="spam"),
        pytest.param(
            facts(report=True, list_id="<nhom.example>"), MailKind.REPORT, id="a report through a group"
        ),
        pytest.param(
            facts("Tự động trả lời", report=True), MailKind.REPORT, id="a report under an odd subject"
        ),
        pytest.param(report_of("delivery-status"), MailKind.BOUNCE, id="RFC 3464"),
        pytest.param(report_of("disposition-notification", OFFICER), MailKind.AUTOREPLY, id="a read receipt"),
        pytest.param(
            facts("failure notice", "MAILER-DAEMON@thu.example", return_path="<>"),
            MailKind.BOUNCE,
            id="qmail",
        ),
        pytest.param(facts(x_failed_recipients="a@b.example"), MailKind.BOUNCE, id="Exim"),
        pytest.param(
            facts("Về sự cố thư", "postmaster@snv.example"), MailKind.QUESTION, id="a postmaster writes"
        ),
    ],
)
def test_kinds(mail: MailFacts, kind: MailKind) -> None:
    assert mail_kind(mail) is kind


@pytest.mark.parametrize(
    ("subject", "automatic"),
    [
        ("Automatic reply: Đề nghị gửi báo cáo", True),
        ("Auto-Reply: x", True),
        ("Out of Office: x", True),
        ("Out of the office until Monday", True),
        ("Trả lời tự động: x", True),
        ("TỰ ĐỘNG TRẢ LỜI", True),
        ("Tu dong tra loi: x", True),
        ("Re: Thư trả lời tự động", True),
        ("Phản hồi tự động", True),
        ("Ngoài Văn phòng: x", True),
        ("Thông báo vắng mặt", True),
        ("Vắng mặt: đến 15/3", True),
        ("Báo cáo về chuyển đổi số tự động hóa", False),
        ("Đi công tác, xin gia hạn báo cáo", False),
        ("Nghỉ phép của đầu mối, đề nghị đổi địa chỉ", False),
        ("Re: Đề nghị gửi báo cáo", False),
        ("Báo cáo hệ thống trả lời tự động của tỉnh", False),
        ("", False),
    ],
)
def test_subjects_of_automatic_answers(subject: str, automatic: bool) -> None:
    assert has_automatic_subject(subject) is automatic


@pytest.mark.parametrize(
    ("mail", "may"),
    [
        pytest.param(facts(), True, id="a person"),
        pytest.param(facts(auto_submitted="no"), True, id="a person, and says so"),
        pytest.param(facts(auto_submitted="auto-replied"), False, id="a program"),
        pytest.param(
            facts(auto_submitted="auto-generated", report=True), False, id="a program with a report"
        ),
        pytest.param(facts(precedence="list"), False, id="a list"),
        pytest.param(facts(list_unsubscribe="<mailto:x@y.example>"), False, id="a newsletter"),
        pytest.param(facts(return_path="<>"), False, id="no way back"),
        pytest.param(facts(x_auto_response_suppress="All"), False, id="asks for silence"),
        pytest.param(facts(sender="MAILER-DAEMON@thu.example"), False, id="a mail server"),
        pytest.param(facts(sender="no-reply@thu.example"), False, id="no-reply"),
        pytest.param(facts(sender="khong.tra.loi@thu.example"), False, id="không trả lời"),
        pytest.param(facts(sender="nhom-bounces@thu.example"), False, id="a list's own address"),
        pytest.param(facts(sender=""), False, id="nobody"),
        pytest.param(facts("Automatic reply: x"), False, id="a program by its subject"),
        pytest.param(report_of("delivery-status"), False, id="a bounce"),
        pytest.param(report_of("disposition-notification", OFFICER), False, id="a read receipt"),
    ],
)
def test_in_doubt_nothing_is_answered(mail: MailFacts, may: bool) -> None:
    assert may_answer(mail) is may


POSTFIX = """\
Reporting-MTA: dns; thu.tinh.example
X-Postfix-Queue-ID: 4B1

Final-Recipient: rfc822; Van-Thu@SNV.example
Original-Recipient: rfc822;dau-moi@snv.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.snv.example
Diagnostic-Code: smtp; 550 5.1.1 <van-thu@snv.example>:
    Recipient address rejected

Final-Recipient: rfc822; b@stc.example
Action: delayed
Status: 4.4.1
"""


def test_a_delivery_report_is_read_by_recipient() -> None:
    failed, delayed = read_delivery_report(POSTFIX)
    assert failed == Delivery(
        "van-thu@snv.example",
        "dau-moi@snv.example",
        "failed",
        "5.1.1",
        "550 5.1.1 <van-thu@snv.example>: Recipient address rejected",
    )
    assert (failed.failed, failed.delivered) == (True, False)
    assert (delayed.address, delayed.status, delayed.failed) == ("b@stc.example", "4.4.1", False)


@pytest.mark.parametrize(
    ("fields", "failed"),
    [
        pytest.param("Action: failed\nStatus: 4.4.7", True, id="given up after days"),
        pytest.param("Action: delayed\nStatus: 4.2.2", False, id="still tried"),
        pytest.param("Action: relayed\nStatus: 2.0.0", False, id="handed on"),
        pytest.param("Action: delivered\nStatus: 2.1.5", False, id="delivered"),
        pytest.param("Status: 5.7.1", True, id="no action, permanent"),
        pytest.param("Status: 4.7.1", False, id="no action, passing"),
        pytest.param("Action: failed\nStatus: unknown", True, id="no status"),
    ],
)
def test_what_counts_as_failed(fields: str, failed: bool) -> None:
    (delivery,) = read_delivery_report(f"Final-Recipient: rfc822;a@b.example\n{fields}")
    assert delivery.failed is failed


@pytest.mark.parametrize("text", ["", "\n\n\n", "Action: failed", "Final-Recipient: rfc822; none", ":::\n:"])
def test_a_report_that_names_nobody_says_nothing(text: str) -> None:
    assert read_delivery_report(text) == ()


def test_recipients_in_headers() -> None:
    found = failed_recipients(["A@b.example,\n c@d.example", "a@b.example"], "  mailbox \n full ")
    assert [(d.address, d.words, d.failed) for d in found] == [
        ("a@b.example", "mailbox full", True),
        ("c@d.example", "mailbox full", True),
    ]
