"""All that an agency needs to report without a web page, in one zip: the form, the outline, what is to be mended, and
how to send it back."""

from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from sqlmodel import Session, col, select

from models.codes import Severity, SubmissionVerdict
from models.cycle import Cycle, Request
from models.rules.form import Form, Issue
from models.rules.policy import Regime
from models.submission import Submission, SubmissionIssue
from models.time import end_of, vn_date
from tasks.blobs import bytes_of
from tasks.cycle.forms import form_name, forms_of, hidden_rows
from tasks.cycle.request_acts import link_of
from tasks.intake.agency_answers import latest_answers
from tasks.intake.packages import GUIDE_NAME
from tasks.intake.typed_report import is_typed
from tasks.office import Office
from tasks.prose.narratives import latest_narrative, texts_of
from tasks.prose.outline_write import write_outline
from tasks.reminders.notices import secretariat
from tasks.steady_zip import steady_zip
from tasks.workbook.annotate import annotate
from tasks.workbook.write import write_form


def package_of(session: Session, office: Office, request_id: int, now: datetime) -> tuple[str, bytes]:
    """The file name and the bytes of a request's zip. The same state of things gives the same bytes."""
    form = forms_of(session, [request_id])[request_id]
    request = session.get_one(Request, request_id)
    files = {form_name(form.agency_code, form.cycle_code): blank_form(session, office, form)}
    outline = outline_of(session, office, form)
    if outline is not None:
        files[outline_name(form)] = outline
    marked = _marked_copy(session, form)
    if marked is not None:
        files[marked[0]] = marked[1]
    guide = _guide(session, office, form, request, list(files), late=now >= end_of(request.due))
    files[GUIDE_NAME] = "\ufeff".encode() + guide.replace("\n", "\r\n").encode()
    return package_name(form), _packed(files, form.data_from)


def package_name(form: Form) -> str:
    """bieu-bao-cao-SNV-bcd-quy-2026-Q1.zip"""
    return form_name(form.agency_code, form.cycle_code).removesuffix(".xlsx") + ".zip"


def outline_name(form: Form) -> str:
    """de-cuong-SNV-bcd-quy-2026-Q1.docx"""
    return f"de-cuong-{form.agency_code}-{form.cycle_code}.docx"


def marked_name(form: Form, version: int) -> str:
    """The name of the copy of a version in which its faults are marked."""
    return form_name(form.agency_code, f"{form.cycle_code}-ban-{version}-can-sua")


def blank_form(session: Session, office: Office, form: Form) -> bytes:
    """The prefilled form, as it was sent; written anew where it was withdrawn since, or was never sent."""
    sha256 = session.get_one(Request, form.request_id).form_sha256
    return bytes_of(session, sha256) if sha256 else write_form(form, office.key)


def outline_of(session: Session, office: Office, form: Form, *, untouched: bool = False) -> bytes | None:
    """The outline (Word) with the agency's own latest figures and prose; None where the regime has no outline.
    `untouched`: nothing has come from the agency yet, as who asks knows."""
    if form.outline is None:
        return None
    if untouched:
        return write_outline(form, {}, {}, office.key)
    narrative = latest_narrative(session, [form.request_id]).get(form.request_id)
    prose = texts_of(narrative[1]) if narrative else {}
    return write_outline(form, latest_answers(session, form), prose, office.key)


def _marked_copy(session: Session, form: Form) -> tuple[str, bytes] | None:
    """The last version with its faults marked, when it has to be mended and came as a workbook."""
    last = session.exec(
        select(Submission)
        .where(Submission.request_id == form.request_id)
        .order_by(col(Submission.version).desc())
        .limit(1)
    ).first()
    if last is None or last.verdict == SubmissionVerdict.ACCEPTED:
        return None
    content = bytes_of(session, last.sha256)
    if is_typed(content) or hidden_rows(session, [form.request_id]):
        return None  # nothing to mark; or a row that may not leave the house any more
    issues = [
        Issue(Severity(i.severity), i.rule, i.sentence, i.sheet, i.cell, i.row_key)
        for i in session.exec(
            select(SubmissionIssue)
            .where(SubmissionIssue.submission_id == last.id)
            .order_by(col(SubmissionIssue.id))
        )
    ]
    return marked_name(form, last.version), annotate(content, issues)


def _guide(
    session: Session, office: Office, form: Form, request: Request, names: list[str], *, late: bool
) -> str:
    """What to do, in plain text that opens on any machine."""
    cycle = session.get_one(Cycle, request.cycle_id)
    letter = Regime.model_validate(cycle.policy).letter
    mails = [person.email for person in secretariat(session)[:1] if person.email]
    ways = [
        "- trả lời thư yêu cầu báo cáo, kèm tệp;",
        *(f"- gửi thư điện tử tới {mail}, kèm tệp;" for mail in mails),
        f"- gửi qua hệ thống quản lý văn bản tới {letter.unit}, {letter.issuer_in_text}.",
    ]
    link = link_of(office, request)
    if link:
        ways.insert(0, f"- nộp trên trang của cơ quan, đơn vị (chỉ chuyển trong nội bộ):\n  {link}")
    what = {".xlsx": "biểu báo cáo: điền các ô để trống", ".docx": "đề cương: viết lời văn dưới từng đề mục"}
    listed = []
    for name in names:
        told = "bản gửi gần nhất, đã đánh dấu chỗ phải sửa: sửa ngay trong tệp này hoặc trong biểu"
        listed.append(f"- {name}\n  {told if 'can-sua' in name else what[name[-5:]]}")
    steps = [
        "Chép các tệp ra một thư mục, mở bằng Excel, Word (hoặc WPS, LibreOffice) và điền.",
        "Không đổi cột Mã, không đổi đề mục, không đặt mật khẩu; lưu đúng định dạng .xlsx, .docx.",
        "Báo cáo đã ký (nếu đã có): quét thành PDF, ghi số, ngày ký, người ký ở trang “Thông tin chung” của biểu.",
        "Nén các tệp đã điền (và bản PDF) thành một tệp .zip rồi gửi lại; tệp chưa điền thì bỏ ra.",
        "Nơi nhận trả lời ngay: biên nhận, hoặc danh sách chỗ phải sửa.",
    ]
    lines = [
        form.cycle_name.upper(),
        f"Cơ quan báo cáo: {form.agency_name}",
        f"Hạn gửi: hết ngày {vn_date(form.due)}{' (đã quá hạn, đề nghị gửi ngay)' if late else ''}",
        "",
        "KHÔNG NHẬP NỘI DUNG THUỘC BÍ MẬT NHÀ NƯỚC.",
        "",
        "TRONG TỆP NÉN NÀY",
        *listed,
        "",
        "CÁCH LÀM (không cần mạng, không cần trang web)",
        *(f"{number}. {step}" for number, step in enumerate(steps, 1)),
        "",
        "GỬI LẠI BẰNG MỘT TRONG CÁC CÁCH",
        *ways,
        "",
        "Không phát sinh nội dung báo cáo: đánh dấu x và ghi lý do ở trang “Thông tin chung” của biểu.",
        f"Vướng mắc xin liên hệ: {form.contact or letter.unit}.",
        "",
    ]
    return "\n".join(lines)


def _packed(files: dict[str, bytes], made: date) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return steady_zip(out.getvalue(), made)
