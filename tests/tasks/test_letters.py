"""The letters as an agency reads them: what is said, in which order, and what must never be said."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import jinja2
import pytest

from tasks.letters import (
    CONTEXTS,
    ArrivedFile,
    BouncedAddress,
    BounceLetter,
    Contact,
    EscalationLetter,
    Fault,
    FaultsLetter,
    Item,
    LetterContext,
    Line,
    MailboxLetter,
    MailToSee,
    NoFormLetter,
    ReceiptLetter,
    ReminderLetter,
    RequestLetter,
    SecretariatLetter,
    UnansweredMail,
    render,
    worst_first,
)

SECRETS = "Không gửi nội dung thuộc bí mật nhà nước qua thư điện tử và trong biểu mẫu báo cáo."
RETURN = "Gửi lại tệp bằng cách trả lời thư này."
CONTACT = Contact(
    issuer="Ban Chỉ đạo tỉnh Điện Biên",
    unit="Tổ giúp việc",
    name="Nguyễn Văn A",
    phone="0215 3.825.000",
    email="togiupviec@bcd.example",
)
LINE = Line(
    agency="Sở Nội vụ",
    cycle="Báo cáo Quý I/2026",
    due="20/3/2026",
    left="còn 03 ngày làm việc",
    days_left=3,
    state="Chưa nhận được báo cáo.",
    items=(
        Item("V.2", "Rà soát <văn bản> & quy trình"),
        Item("VI.1", "Nhiệm vụ không đưa lên hệ thống", withheld=True),
    ),
)
MENDING = replace(
    LINE, mending=True, state="Đã nhận báo cáo; còn nội dung phải hoàn thiện, chưa nhận được bản hoàn thiện."
)
OVERDUE = replace(
    LINE,
    cycle="Báo cáo năm 2025",
    due="06/02/2026",
    left="quá hạn 02 ngày làm việc",
    days_left=-2,
    items=(),
)
FAULT = Fault("Nhiệm vụ", "E7", "Thiếu ngày hoàn thành.", "Ghi ngày hoàn thành, ví dụ 15/3/2026.")
REMARK = Fault("Chỉ tiêu", "F9", "Giá trị lớn hơn kỳ trước 100 lần.", must=False)
FILES = (
    ArrivedFile("bao cao.xlsx", "17:05 ngày 05/3/2026", "thư mục nhận báo cáo", "Không đọc được tệp."),
    ArrivedFile("bieu.docx", "17:06 ngày 05/3/2026", "thư mục nhận báo cáo", "Không phải biểu mẫu."),
)
EXAMPLES: dict[str, LetterContext] = {
    "request": RequestLetter(
        "Sở Nội vụ", CONTACT, LINE, "Công văn số 12-CV/BCĐ ngày 05/3/2026", "BC Quý I-SNV.xlsx", RETURN
    ),
    "reminder": ReminderLetter("Ông Trần Văn B, Sở Nội vụ", CONTACT, (LINE,), RETURN),
    "escalation": EscalationLetter("Giám đốc Sở Nội vụ", CONTACT, (OVERDUE,)),
    "receipt": ReceiptLetter("Sở Nội vụ", CONTACT, LINE, "17:05 ngày 05/3/2026", 2),
    "faults": FaultsLetter("Sở Nội vụ", CONTACT, MENDING, "17:05 ngày 05/3/2026", 1, (FAULT, REMARK), RETURN),
    "secretariat": SecretariatLetter("Thư ký Ban Chỉ đạo", CONTACT, FILES),
    "bounce": BounceLetter(
        "Thư ký Ban Chỉ đạo",
        CONTACT,
        (
            BouncedAddress(
                "Trần Văn B", "Sở Nội vụ", "b@snv.example", "550 no such user", "17:05 ngày 05/3/2026"
            ),
        ),
    ),
    "mailbox": MailboxLetter(
        "Thư ký Ban Chỉ đạo",
        CONTACT,
        (MailToSee("b@snv.example", "Hỏi về <chỉ tiêu> 5", "17:05 ngày 05/3/2026", ""),),
    ),
    "no_form": NoFormLetter(
        "Sở Nội vụ",
        CONTACT,
        (UnansweredMail("Gửi báo cáo", "17:05 ngày 05/3/2026", "anh.jpg: không phải tệp Excel"),),
        RETURN,
    ),
}
EVERY = pytest.mark.parametrize("template", EXAMPLES)


class Page(HTMLParser):
    """The tags, the addresses they point to and the visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "background")]

    def handle_data(self, data: str) -> None:
        self.words += data

    @property
    def text(self) -> str:
        return " ".join(self.words.split())


def test_every_template_has_an_example() -> None:
    assert set(EXAMPLES) == set(CONTEXTS)


@pytest.mark.parametrize(
    ("context", "subject"),
    [
        pytest.param(EXAMPLES["request"], "Đề nghị gửi Báo cáo Quý I/2026 (hạn 20/3/2026)", id="request"),
        pytest.param(
            EXAMPLES["reminder"],
            "Nhắc gửi Báo cáo Quý I/2026 (hạn 20/3/2026, còn 03 ngày làm việc)",
            id="reminder before",
        ),
        pytest.param(
            ReminderLetter("B", CONTACT, (OVERDUE,), RETURN),
            "Đôn đốc gửi Báo cáo năm 2025 (quá hạn 02 ngày làm việc)",
            id="reminder after",
        ),
        pytest.param(
            ReminderLetter("B", CONTACT, (MENDING,), RETURN),
            "Đề nghị hoàn thiện Báo cáo Quý I/2026 (còn 03 ngày làm việc)",
            id="reminder to mend",
        ),
        pytest.param(
            ReminderLetter("B", CONTACT, (LINE, MENDING, OVERDUE), RETURN),
            "Đôn đốc 03 báo cáo (quá hạn 02 ngày làm việc đối với Báo cáo năm 2025)",
            id="digest, one overdue",
        ),
        pytest.param(
            ReminderLetter("B", CONTACT, (LINE, replace(LINE, agency="Sở Y tế")), RETURN),
            "Nhắc 02 báo cáo (còn 03 ngày làm việc đối với Báo cáo Quý I/2026)",
            id="digest before",
        ),
        pytest.param(
            EXAMPLES["escalation"],
            "Chưa có Báo cáo năm 2025 của Sở Nội vụ (quá hạn 02 ngày làm việc)",
            id="escalation",
        ),
        pytest.param(
            EscalationLetter("B", CONTACT, (MENDING,)),
            "Chưa hoàn thiện Báo cáo Quý I/2026 của Sở Nội vụ (còn 03 ngày làm việc)",
            id="escalation to mend",
        ),
        pytest.param(
            EscalationLetter("B", CONTACT, (LINE, OVERDUE)),
            "Báo cáo chậm: 02 kỳ báo cáo (quá hạn 02 ngày làm việc đối với Báo cáo năm 2025)",
            id="escalation of two",
        ),
        pytest.param(
            EscalationLetter("B", CONTACT, (LINE,)),
            "Chưa có Báo cáo Quý I/2026 của Sở Nội vụ (còn 03 ngày làm việc)",
            id="escalation before the deadline",
        ),
        pytest.param(EXAMPLES["receipt"], "Đã nhận Báo cáo Quý I/2026 – Sở Nội vụ", id="receipt"),
        pytest.param(EXAMPLES["faults"], "Đề nghị hoàn thiện Báo cáo Quý I/2026 – Sở Nội vụ", id="faults"),
        pytest.param(EXAMPLES["secretariat"], "Cần xem xét 02 tệp báo cáo mới nhận", id="secretariat"),
        pytest.param(EXAMPLES["bounce"], "Thư không đến được 01 địa chỉ", id="bounce"),
        pytest.param(EXAMPLES["mailbox"], "Cần xem 01 thư trong hộp thư nhận báo cáo", id="mailbox"),
        pytest.param(EXAMPLES["no_form"], "Thư gửi đến chưa có biểu mẫu báo cáo", id="no form"),
    ],
)
def test_subjects(context: LetterContext, subject: str) -> None:
    template = next(name for name, kind in CONTEXTS.items() if kind is type(context))
    assert render(template, context).subject == subject


@EVERY
def test_text_and_html_open_and_close_as_an_office_writes(template: str) -> None:
    letter = render(template, EXAMPLES[template])
    page = Page(letter.html)
    to = EXAMPLES[template].to
    assert letter.text.startswith(f"Kính gửi: {to}\n\n")
    for shown in (letter.text, page.text):
        assert f"Kính gửi: {to}" in shown
        assert SECRETS in shown
        assert "Nguyễn Văn A, Tổ giúp việc" in shown
        assert "0215 3.825.000" in shown
        assert "togiupviec@bcd.example" in shown
        assert "Ban Chỉ đạo tỉnh Điện Biên" in shown


@EVERY
def test_html_is_plain_and_asks_nothing_of_the_net(template: str) -> None:
    page = Page(render(template, EXAMPLES[template]).html)
    assert {"img", "script", "link", "iframe", "object", "style"}.isdisjoint(page.tags)
    assert page.links == ["tel:02153825000", "mailto:togiupviec@bcd.example"]


@EVERY
def test_text_and_html_say_the_same_words(template: str) -> None:
    """Every line of the body in the text is in the page, too."""
    letter = render(template, EXAMPLES[template])
    page = Page(letter.html).text
    body = letter.text.partition("\n\n")[2].partition("\n\nTrân trọng.")[0]
    for line in body.splitlines():
        for words in line.replace(" – ", "\n").strip(" -").splitlines():
            said = words.removeprefix("1. ").removeprefix("2. ").strip()
            assert said in page, said


@EVERY
def test_the_text_has_no_holes_and_no_markup(template: str) -> None:
    text = render(template, EXAMPLES[template]).text
    assert "\n\n\n" not in text
    assert "&amp;" not in text
    assert "{" not in text
    assert "\n\nMọi vướng mắc xin liên hệ:" in text


@pytest.mark.parametrize("template", ["request", "reminder"])
def test_a_withheld_task_leaves_no_trace(template: str) -> None:
    letter = render(template, EXAMPLES[template])
    assert "V.2. Rà soát <văn bản> & quy trình" in letter.text
    assert "V.2. Rà soát <văn bản> & quy trình" in Page(letter.html).text
    assert "Nội dung báo cáo gồm 01 mục:" in letter.text
    for written in (letter.subject, letter.text, letter.html):
        assert "VI.1" not in written
        assert "không đưa lên hệ thống" not in written


def test_titles_cannot_bring_markup_into_the_page() -> None:
    line = replace(LINE, items=(Item("I.1", "<img src=https://x.example/a.png>"),))
    page = Page(render("reminder", ReminderLetter("B", CONTACT, (line,), RETURN)).html)
    assert "img" not in page.tags
    assert "<img src=https://x.example/a.png>" in page.text


def test_the_worst_comes_first() -> None:
    soon = replace(LINE, cycle="Báo cáo tháng 3", days_left=1)
    other = replace(OVERDUE, agency="Ban Dân tộc")
    assert worst_first([LINE, OVERDUE, soon, other]) == (other, OVERDUE, soon, LINE)
    text = render("reminder", ReminderLetter("B", CONTACT, (LINE, soon, OVERDUE), RETURN)).text
    places = [text.index(f"- {line.cycle} – ") for line in (OVERDUE, soon, LINE)]
    assert places == sorted(places)


def test_the_dispatch_names_document_deadline_and_file() -> None:
    text = render("request", EXAMPLES["request"]).text
    assert "Thực hiện Công văn số 12-CV/BCĐ ngày 05/3/2026," in text
    assert "Hạn gửi báo cáo: hết ngày 20/3/2026 (còn 03 ngày làm việc)." in text
    assert "gửi kèm thư này: BC Quý I-SNV.xlsx" in text
    assert RETURN in text


def test_the_list_to_mend_says_where_what_and_how() -> None:
    text = render("faults", EXAMPLES["faults"]).text
    assert "Đề nghị sửa 01 điểm sau rồi gửi lại biểu mẫu:" in text
    assert (
        "1. Trang “Nhiệm vụ”, ô E7: Thiếu ngày hoàn thành.\n"
        "   Cách sửa: Ghi ngày hoàn thành, ví dụ 15/3/2026.\n"
    ) in text
    must, may = text.index("ô E7"), text.index("ô F9")
    assert must < text.index("Các điểm sau đề nghị xem lại:") < may


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        (FAULT, "Trang “Nhiệm vụ”, ô E7"),
        (replace(FAULT, cell=""), "Trang “Nhiệm vụ”"),
        (replace(FAULT, sheet="", cell=""), "Toàn bộ biểu mẫu"),
    ],
)
def test_the_place_of_a_fault(fault: Fault, place: str) -> None:
    assert fault.place == place


def test_a_receipt_with_remarks_lists_them() -> None:
    plain = ReceiptLetter("Sở Nội vụ", CONTACT, LINE, "17:05 ngày 05/3/2026", 2)
    remarked = replace(plain, remarks=(REMARK,))
    assert "đề nghị xem lại" not in render("receipt", plain).text
    assert "1. Trang “Chỉ tiêu”, ô F9: Giá trị lớn hơn kỳ trước 100 lần." in render("receipt", remarked).text


def test_a_template_takes_only_its_own_facts() -> None:
    with pytest.raises(TypeError, match="mẫu thư receipt không dùng được với ReminderLetter"):
        render("receipt", EXAMPLES["reminder"])


def test_a_missing_fact_is_an_error_not_a_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    class Poor:
        to = "Sở Nội vụ"

    poor: Any = Poor()
    monkeypatch.setitem(CONTEXTS, "receipt", Poor)
    with pytest.raises(jinja2.UndefinedError):
        render("receipt", poor)
