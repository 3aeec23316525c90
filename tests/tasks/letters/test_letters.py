"""The letters as an agency reads them: what is said, in which order, and what must never be said."""

from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import jinja2
import pytest

from models.codes import PersonRole
from models.rules.reminders.audit import Finding
from models.rules.reminders.call_sheet import CallRow, Rank
from tasks.letters.wording import (
    CONTEXTS,
    ArrivedFile,
    AskedContact,
    AskedOfOne,
    AskedPoint,
    AssignmentLineDue,
    AuditLetter,
    BouncedAddress,
    BounceLetter,
    ByMailInstead,
    CallSheetLetter,
    ChannelLetter,
    Contact,
    ContactAnswersLetter,
    ContactLetter,
    DeadLetter,
    DeadlineLetter,
    DeadMessage,
    DecidedLetter,
    DigestLetter,
    DiscrepancyLetter,
    ExemptLetter,
    Fault,
    FaultsLetter,
    IncidentLetter,
    Item,
    LetterContext,
    Line,
    MailboxLetter,
    MailToSee,
    NarrativeLetter,
    NoFormLetter,
    ReceiptLetter,
    RequestLetter,
    ReturnedLetter,
    SecretariatLetter,
    SlipLine,
    StoppedChannel,
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
LATE_TASK = AssignmentLineDue(
    number="III.4",
    title="Phổ cập <kỹ năng số> & “Bình dân học vụ số”",
    due="31/12/2025",
    left="quá hạn 54 ngày làm việc",
    days_left=-80,
    agency="Sở Nội vụ",
    register="Kế hoạch số 12-KH/BCĐ",
    reminded=("Trần Văn B (cán bộ đầu mối), 07:30 ngày 05/01/2026",),
)
COMING_TASK = replace(
    LATE_TASK, number="V.1", due="31/3/2026", left="còn 05 ngày làm việc", days_left=7, reminded=()
)
SECRET_TASK = replace(COMING_TASK, number="VI.9", title="Nhiệm vụ không đưa lên hệ thống", withheld=True)
DIGEST = DigestLetter(
    "Sở Nội vụ",
    CONTACT,
    PersonRole.OFFICER,
    (LINE, OVERDUE),
    (COMING_TASK, LATE_TASK, SECRET_TASK),
    how_to_return=RETURN,
)
SLIP = SlipLine("Báo cáo Quý I/2026", "20/3/2026", 60, 7, "phieu-bao-cao-bcd-quy-2026-Q1.docx")
ROW = CallRow(
    agency="Sở Nội vụ",
    officers=("Trần Văn B, 0215 3825 001",),
    heads=("Lê Thị C",),
    owed=("Báo cáo Quý I/2026, hạn 20/3/2026, quá hạn 02 ngày làm việc",),
    late="quá hạn 02 ngày làm việc",
    promises=("hẹn nộp 23/3/2026 (đã qua)",),
    faults=("tin không gửi được: 550 no such user",),
    last_told="08:00 ngày 23/3/2026",
    rank=Rank.REPORT,
    since=date(2026, 3, 20),
    broken=True,
)
CHANNEL = ChannelLetter(
    "Thư ký Ban Chỉ đạo",
    CONTACT,
    (StoppedChannel("Zalo (tài khoản OA)", "17:05 ngày 05/3/2026", "Cần: nạp tiền <ZBS>."),),
    (ByMailInstead("Trần Văn B", "Sở Nội vụ", "Zalo (tài khoản OA)", "lỗi -118", "17:05 ngày 05/3/2026"),),
)
EXAMPLES: dict[str, LetterContext] = {
    "request": RequestLetter(
        "Sở Nội vụ", CONTACT, LINE, "Công văn số 12-CV/BCĐ ngày 05/3/2026", "BC Quý I-SNV.xlsx", RETURN
    ),
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
    "channel": CHANNEL,
    "digest": DIGEST,
    "narrative": NarrativeLetter(
        "Sở Nội vụ", CONTACT, LINE, "17:05 ngày 05/3/2026", "loi van.docx", 9, 12, ("Thiếu đề mục I.2.",)
    ),
    "decided": DecidedLetter("Sở Nội vụ", CONTACT, LINE, "25/3/2026", False, "Tỉnh phải báo cáo ngày 25/3."),
    "returned": ReturnedLetter(
        "Sở Nội vụ", CONTACT, LINE, ("Bổ sung số, ngày văn bản.", "Rà lại Phụ lục V.")
    ),
    "exempted": ExemptLetter("Sở Nội vụ", CONTACT, LINE, "Sáp nhập cơ quan."),
    "deadline": DeadlineLetter("Sở Nội vụ", CONTACT, LINE, "28/3/2026", "Tỉnh phải báo cáo ngày 25/3."),
    "incident": IncidentLetter(
        "Thư ký Ban Chỉ đạo",
        CONTACT,
        (
            Finding(
                "su-co",
                "Luồng việc “Thu nhận” chạy lỗi",
                "Mở lượt chạy.",
                datetime(2026, 3, 24, 1, tzinfo=UTC),
            ),
        ),
    ),
    "auditor": AuditLetter(
        "Thư ký Ban Chỉ đạo",
        CONTACT,
        (
            Finding(
                "khong-chay",
                "Việc “Thu nhận” không chạy",
                "Chạy dondoc up.",
                datetime(2026, 3, 24, 1, tzinfo=UTC),
            ),
        ),
    ),
    "dead": DeadLetter(
        "Thư ký Ban Chỉ đạo",
        CONTACT,
        (
            DeadMessage(
                "Trần Văn B",
                "Sở Nội vụ",
                "Thư điện tử",
                "b@snv.example",
                "Nhắc",
                8,
                "550 <b@snv.example>: no such user",
                "17:05 ngày 05/3/2026",
            ),
        ),
    ),
    "callsheet": CallSheetLetter(
        "Thư ký Ban Chỉ đạo",
        CONTACT,
        "24/3/2026",
        (ROW,),
        ("Báo cáo rà soát: đang tạm dừng nhắc.",),
        "ĐÔN ĐỐC BÁO CÁO\n- Báo cáo Quý I/2026, chưa gửi: Sở Nội vụ.",
        ("danh-sach-goi-2026-03-24.docx",),
    ),
}
EXAMPLES["discrepancies"] = DiscrepancyLetter(
    "Sở Nội vụ",
    CONTACT,
    (
        AskedOfOne(
            LINE,
            (
                AskedPoint("Trong một báo cáo", "Sở Nội vụ, bản thứ 2: trang “Phụ lục V”, ô C10"),
                AskedPoint(
                    "Giữa các cơ quan chủ trì", "Sở Nội vụ, bản thứ 2", "KH57-2026/V.2. Ban hành quy chế"
                ),
            ),
        ),
    ),
)
EXAMPLES["contact"] = ContactLetter(
    "Sở Nội vụ",
    CONTACT,
    "Sở Nội vụ",
    "12/3/2026",
    "còn 03 ngày làm việc",
    (AskedContact("cán bộ đầu mối", "Trần Văn B", "Chuyên viên", "b•••@snv.example", "••• 678"),),
)
EXAMPLES["contact_answers"] = ContactAnswersLetter("Thư ký", CONTACT, ("Sở Nội vụ", "UBND xã Nà Hỳ"))
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
        pytest.param(EXAMPLES["receipt"], "Đã nhận Báo cáo Quý I/2026 – Sở Nội vụ", id="receipt"),
        pytest.param(EXAMPLES["faults"], "Đề nghị hoàn thiện Báo cáo Quý I/2026 – Sở Nội vụ", id="faults"),
        pytest.param(EXAMPLES["secretariat"], "Cần xem xét 02 tệp báo cáo mới nhận", id="secretariat"),
        pytest.param(EXAMPLES["bounce"], "Thư không đến được 01 địa chỉ", id="bounce"),
        pytest.param(
            EXAMPLES["channel"], "Kênh gửi tin đã dừng, cần xử lý: Zalo (tài khoản OA)", id="channel stopped"
        ),
        pytest.param(
            replace(CHANNEL, stopped=()),
            "Không tới được 01 người qua Zalo, đã gửi bằng thư điện tử",
            id="by mail instead",
        ),
        pytest.param(EXAMPLES["mailbox"], "Cần xem 01 thư trong hộp thư nhận báo cáo", id="mailbox"),
        pytest.param(EXAMPLES["no_form"], "Thư gửi đến chưa có biểu mẫu báo cáo", id="no form"),
        pytest.param(
            DIGEST,
            "Quá hạn 02 ngày làm việc: Báo cáo năm 2025; 01 nhiệm vụ quá hạn; 01 báo cáo đến hạn 20/3/2026; "
            "nội dung khác",
            id="digest",
        ),
        pytest.param(
            DigestLetter("B", CONTACT, PersonRole.LEADERSHIP, slips=(SLIP,)),
            "Phiếu báo cáo: 07 cơ quan, đơn vị, địa phương chậm gửi Báo cáo Quý I/2026",
            id="digest for the leadership",
        ),
        pytest.param(
            DigestLetter(
                "B", CONTACT, PersonRole.LEADERSHIP, slips=(replace(SLIP, cycle="Báo cáo " * 20), SLIP)
            ),
            "Phiếu báo cáo: 07 cơ quan, đơn vị, địa phương chậm gửi Báo cáo Báo cáo Báo cáo Báo cáo Báo cáo Báo cáo…"
            " và 01 kỳ khác",
            id="digest of two slips",
        ),
        pytest.param(EXAMPLES["narrative"], "Đã nhận lời văn Báo cáo Quý I/2026 – Sở Nội vụ", id="narrative"),
        pytest.param(
            EXAMPLES["decided"],
            "Không gia hạn Báo cáo Quý I/2026 (hạn 20/3/2026, còn 03 ngày làm việc)",
            id="refused",
        ),
        pytest.param(
            DecidedLetter("B", CONTACT, LINE, "20/3/2026", True),
            "Gia hạn Báo cáo Quý I/2026 đến hết ngày 20/3/2026",
            id="granted",
        ),
        pytest.param(
            EXAMPLES["discrepancies"],
            "Đề nghị giải trình, sửa 02 điểm chưa khớp – Sở Nội vụ",
            id="discrepancies",
        ),
        pytest.param(
            EXAMPLES["contact"],
            "Đề nghị xác nhận đầu mối theo dõi, báo cáo chậm nhất hết ngày 12/3/2026",
            id="contact",
        ),
        pytest.param(
            ContactLetter("B", CONTACT, "B", "12/3/2026", "hết hạn trong hôm nay", (), again=True),
            "Nhắc lại: đề nghị xác nhận đầu mối chậm nhất hết ngày 12/3/2026 (hết hạn trong hôm nay)",
            id="contact again",
        ),
        pytest.param(
            EXAMPLES["contact_answers"],
            "02 cơ quan, đơn vị, địa phương đề nghị sửa đầu mối",
            id="contact answers",
        ),
        pytest.param(EXAMPLES["auditor"], "Cảnh báo: 01 việc của hệ thống đôn đốc cần xử lý", id="auditor"),
        pytest.param(EXAMPLES["dead"], "Không gửi được 01 tin, cần liên hệ bằng cách khác", id="dead letter"),
        pytest.param(
            EXAMPLES["callsheet"],
            "Cần gọi 01 cơ quan, đơn vị, địa phương trong ngày 24/3/2026",
            id="call sheet",
        ),
        pytest.param(
            CallSheetLetter("B", CONTACT, "24/3/2026", ()),
            "Không phải gọi đôn đốc cơ quan nào trong ngày 24/3/2026",
            id="empty call sheet",
        ),
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


@pytest.mark.parametrize("template", ["request", "digest"])
def test_a_withheld_task_leaves_no_trace(template: str) -> None:
    letter = render(template, EXAMPLES[template])
    assert "V.2. Rà soát <văn bản> & quy trình" in letter.text
    assert "V.2. Rà soát <văn bản> & quy trình" in Page(letter.html).text
    assert "Nội dung báo cáo gồm 01 mục:" in letter.text
    for written in (letter.subject, letter.text, letter.html):
        assert "VI.1" not in written
        assert "VI.9" not in written
        assert "không đưa lên hệ thống" not in written


def test_titles_cannot_bring_markup_into_the_page() -> None:
    line = replace(LINE, items=(Item("I.1", "<img src=https://x.example/a.png>"),))
    page = Page(render("digest", DigestLetter("B", CONTACT, PersonRole.OFFICER, (line,))).html)
    assert "img" not in page.tags
    assert "<img src=https://x.example/a.png>" in page.text


def test_the_worst_comes_first() -> None:
    soon = replace(LINE, cycle="Báo cáo tháng 3", days_left=1)
    other = replace(OVERDUE, agency="Ban Dân tộc")
    assert worst_first([LINE, OVERDUE, soon, other]) == (other, OVERDUE, soon, LINE)
    text = render("digest", DigestLetter("B", CONTACT, PersonRole.OFFICER, (LINE, soon, OVERDUE))).text
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
    with pytest.raises(TypeError, match="mẫu thư receipt không dùng được với DigestLetter"):
        render("receipt", EXAMPLES["digest"])


def test_a_missing_fact_is_an_error_not_a_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    class Poor:
        to = "Sở Nội vụ"

    poor: Any = Poor()
    monkeypatch.setitem(CONTEXTS, "receipt", Poor)
    with pytest.raises(jinja2.UndefinedError):
        render("receipt", poor)


def test_a_digest_says_the_worst_first_each_group_worst_first() -> None:
    soon = replace(LINE, cycle="Báo cáo tháng 3", days_left=1)
    worse = replace(LATE_TASK, number="I.1", days_left=-100)
    text = render(
        "digest",
        replace(DIGEST, lines=(LINE, OVERDUE, soon), assignments=(COMING_TASK, LATE_TASK, worse)),
    ).text
    said = [
        "\nBÁO CÁO QUÁ HẠN\n",
        "- Báo cáo năm 2025 – ",
        "\nNHIỆM VỤ QUÁ HẠN, CHƯA BÁO CÁO HOÀN THÀNH\n",
        "- I.1. ",
        "- III.4. ",
        "\nBÁO CÁO SẮP ĐẾN HẠN\n",
        "- Báo cáo tháng 3 – ",
        "- Báo cáo Quý I/2026 – ",
        "\nNHIỆM VỤ SẮP ĐẾN HẠN, CHƯA BÁO CÁO HOÀN THÀNH\n",
        "- V.1. ",
        "\nNhiệm vụ đã hoàn thành mà còn nêu trên đây: ",
    ]
    places = [text.index(words) for words in said]
    assert places == sorted(places)
    assert RETURN in text


def test_a_digest_line_carries_its_link_its_promise_and_how_to_promise() -> None:
    line = replace(
        OVERDUE, link="https://bao-cao.example/b/12.1.x", promise="Đã hẹn nộp ngày 08/02/2026, nay đã qua."
    )
    letter = render("digest", replace(DIGEST, lines=(line, LINE)))
    page = Page(letter.html)
    assert "https://bao-cao.example/b/12.1.x" in letter.text
    assert "https://bao-cao.example/b/12.1.x" in page.links
    for shown in (letter.text, page.text):
        assert "Chưa nhận được báo cáo. Đã hẹn nộp ngày 08/02/2026, nay đã qua." in shown
        # without pages there is no page to open: it is said once, of the line that has a link
        assert shown.count("ghi ngày sẽ nộp vào mục “Đã nhận yêu cầu, hẹn ngày nộp”") == 1


def test_a_digest_of_reports_alone_says_nothing_of_assignments_and_the_other_way_round() -> None:
    reports = render("digest", replace(DIGEST, assignments=())).text
    assert "NHIỆM VỤ" not in reports
    assert "Nhiệm vụ đã hoàn thành" not in reports
    assignments = render("digest", replace(DIGEST, lines=())).text
    assert "BÁO CÁO QUÁ HẠN" not in assignments
    assert "BÁO CÁO SẮP" not in assignments
    assert RETURN not in assignments


def test_a_head_is_told_who_was_reminded_and_is_not_sent_the_items() -> None:
    line = replace(LINE, left="quá hạn 02 ngày làm việc", days_left=-2, reminded=("Trần Văn B, 07:30",))
    text = render("digest", replace(DIGEST, role=PersonRole.HEAD, lines=(line,))).text
    assert "chưa đạt yêu cầu, dù đã nhắc qua đầu mối:" in text
    assert "\nCHẬM GỬI BÁO CÁO\n" in text
    assert "  Đã nhắc: Trần Văn B, 07:30.\n" in text
    assert "Kính đề nghị chỉ đạo đầu mối" in text
    assert "Nội dung báo cáo gồm" not in text
    assert RETURN not in text


def test_a_head_of_whom_nobody_was_reminded_is_not_told_otherwise() -> None:
    line = replace(LINE, days_left=-2, reminded=())
    head = replace(DIGEST, role=PersonRole.HEAD, lines=(line,), assignments=())
    assert "dù đã nhắc" not in render("digest", head).text
    coming = render("digest", replace(head, lines=(LINE,))).text
    assert "kính báo các nội dung sau của cơ quan, đơn vị, địa phương sắp đến hạn:" in coming


def test_the_leadership_gets_the_slips_and_no_list() -> None:
    text = render("digest", DigestLetter("Thường trực", CONTACT, PersonRole.LEADERSHIP, slips=(SLIP,))).text
    assert "- Báo cáo Quý I/2026 (hạn 20/3/2026): 07/60 cơ quan, đơn vị, địa phương quá hạn" in text
    assert "Phiếu báo cáo kèm thư này: phieu-bao-cao-bcd-quy-2026-Q1.docx" in text
    assert "Kính trình xem xét, cho ý kiến chỉ đạo." in text
    assert "BÁO CÁO QUÁ HẠN" not in text


def test_the_secretariat_reads_along_without_being_asked_to_report() -> None:
    text = render("digest", replace(DIGEST, role=PersonRole.SECRETARIAT)).text
    assert "Đến nay còn các nội dung sau chưa được báo cáo:" in text
    assert RETURN not in text


@pytest.mark.parametrize("assignments", [(), (SECRET_TASK,)], ids=["nothing", "only what is withheld"])
def test_a_digest_with_nothing_to_say_is_not_written(assignments: tuple[AssignmentLineDue, ...]) -> None:
    with pytest.raises(ValueError, match="không có nội dung nào để nhắc"):
        render("digest", DigestLetter("B", CONTACT, PersonRole.OFFICER, (), assignments))


def test_a_granted_and_a_refused_extension_say_which_deadline_holds() -> None:
    granted = render("decided", DecidedLetter("B", CONTACT, LINE, "20/3/2026", True)).text
    assert "đồng ý gia hạn. Hạn mới: hết ngày 20/3/2026 (còn 03 ngày làm việc)." in granted
    assert "Lý do:" not in granted
    refused = render("decided", EXAMPLES["decided"]).text
    assert "đến ngày 25/3/2026: chưa thể gia hạn." in refused
    assert "vẫn là hết ngày 20/3/2026 (còn 03 ngày làm việc)" in refused
    assert "Lý do: Tỉnh phải báo cáo ngày 25/3." in refused


def test_a_report_that_is_sent_back_says_what_to_mend_by_when_and_one_taken_back_why() -> None:
    returned = render("returned", EXAMPLES["returned"])
    assert returned.subject == "Đề nghị hoàn thiện Báo cáo Quý I/2026 chậm nhất hết ngày 20/3/2026"
    assert "gửi lại chậm nhất hết ngày 20/3/2026 (còn 03 ngày làm việc)" in returned.text
    assert "- Bổ sung số, ngày văn bản.\n- Rà lại Phụ lục V.\n" in returned.text
    back = render("returned", ReturnedLetter("B", CONTACT, LINE, ("Ghi nhầm cơ quan.",), taken_back=True))
    assert "không phải gửi lại" in back.text
    assert "Lý do:\n- Ghi nhầm cơ quan.\n" in back.text


def test_whoever_is_let_off_need_do_nothing_and_is_asked_again_by_a_day() -> None:
    off = render("exempted", EXAMPLES["exempted"]).text
    assert (
        "không phải gửi Báo cáo Quý I/2026 và không phải thực hiện thêm thủ tục nào.\nLý do: Sáp nhập cơ quan.\n"
        in off
    )
    again = render("exempted", ExemptLetter("B", CONTACT, LINE, "Ghi nhầm.", asked_again=True)).text
    assert "gửi báo cáo chậm nhất hết ngày 20/3/2026 (còn 03 ngày làm việc)" in again


def test_a_deadline_moved_back_says_from_which_day_to_which() -> None:
    text = render("deadline", EXAMPLES["deadline"]).text
    assert "từ ngày 28/3/2026 về hết ngày 20/3/2026 (còn 03 ngày làm việc)" in text


def test_the_receipt_of_prose_says_what_came_and_what_is_missing() -> None:
    text = render("narrative", EXAMPLES["narrative"]).text
    assert "lúc 17:05 ngày 05/3/2026.\nTệp: loi van.docx\nSố đề mục đã có nội dung: 09/12.\n" in text
    assert "1. Thiếu đề mục I.2." in text
    assert "Biểu số liệu: Chưa nhận được báo cáo. Hạn gửi báo cáo:" in text
    plain = NarrativeLetter("B", CONTACT, replace(LINE, state=""), "17:05", "a.docx", 12, 12)
    assert "đề nghị xem lại" not in render("narrative", plain).text
    assert "Biểu số liệu" not in render("narrative", plain).text


def test_the_call_sheet_has_the_row_and_the_text_for_the_group_as_it_is_to_be_pasted() -> None:
    letter = render("callsheet", EXAMPLES["callsheet"])
    assert (
        "1. Sở Nội vụ: quá hạn 02 ngày làm việc\n"
        "   Gọi: Trần Văn B, 0215 3825 001\n"
        "   Thủ trưởng: Lê Thị C\n"
        "   Còn nợ: Báo cáo Quý I/2026, hạn 20/3/2026, quá hạn 02 ngày làm việc.\n"
        "   Đã nói: hẹn nộp 23/3/2026 (đã qua).\n"
        "   Không tới: tin không gửi được: 550 no such user.\n"
        "   Lần gửi gần nhất: 08:00 ngày 23/3/2026.\n"
    ) in letter.text
    assert "\n\nĐÔN ĐỐC BÁO CÁO\n- Báo cáo Quý I/2026, chưa gửi: Sở Nội vụ.\n\n" in letter.text
    assert "Kèm thư này: danh-sach-goi-2026-03-24.docx" in letter.text
    empty = render("callsheet", CallSheetLetter("B", CONTACT, "24/3/2026", ())).text
    assert "Sáng nay không có cơ quan, đơn vị, địa phương nào phải gọi." in empty
    assert "Zalo" not in empty
