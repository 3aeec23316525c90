"""The page of a request, and what can be taken from it. Looking changes nothing."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from models.codes import ArrivalVerdict
from models.submission import Arrival
from portal import show
from portal.door import Here, Visit
from portal.facts import read_facts
from portal.hand_in import outcome_of
from portal.refusal import Refusal
from tasks.blobs import bytes_of
from tasks.cycle.forms import form_name, forms_of
from tasks.intake.package_out import blank_form, marked_name, outline_name, outline_of, package_of
from tasks.workbook.annotate import annotate

ROUTER = APIRouter()
LOOK = ["GET", "HEAD"]

DONE = {
    "hen": "Đã ghi ngày dự kiến nộp báo cáo. Hạn báo cáo không thay đổi.",
    "gia-han": (
        "Đã gửi đề nghị gia hạn tới thư ký. Trong khi chờ quyết định, hạn báo cáo không thay đổi; "
        "kết quả hiện ở trang này."
    ),
    "giai-trinh": "Đã ghi nội dung giải trình; thư ký sẽ xem xét.",
}
"""What the page says after an act, by the word in its address."""

_NOTHING_SAID = dict.fromkeys(
    ("hen", "den", "ly_do", "ly_do_khong", "so", "ngay", "nguoi_ky", "ban_ky", "diem", "giai_trinh"), ""
)
Word = Annotated[str, Query(max_length=40)]


def page_of(
    here: Visit,
    *,
    status: int = 200,
    word: str = "",
    done: str = "",
    fault: str = "",
    said: dict[str, Any] | None = None,
) -> Response:
    """The page. `fault` is what was wrong with an act just tried, `said` what was typed for it."""
    office = here.house.office
    with office.store.reading() as session:
        facts = read_facts(session, office, here.request_id, here.now)
        outcome = outcome_of(session, here.request_id, word) if word else None
    if outcome and outcome.is_pdf and outcome.verdict == ArrivalVerdict.PERSON:
        said = {"ban_ky": word, **(said or {})}  # it can be recorded without being chosen again
    return show.page(
        "request",
        here,
        status,
        facts=facts,
        outcome=outcome,
        done=DONE.get(done, ""),
        fault=fault,
        said={**_NOTHING_SAID, **(said or {})},
        after=facts.last.number if facts.last else 0,
    )


@ROUTER.api_route("/y/{token}", methods=LOOK)
def look(here: Here, nop: Word = "", xong: Word = "") -> Response:
    """What is owed, by when, and what has come of what was handed in."""
    return page_of(here, word=nop, done=xong)


@ROUTER.api_route("/y/{token}/bieu-mau", methods=LOOK)
def take_form(here: Here) -> Response:
    """The prefilled form, as it was sent; written anew where it was withdrawn since."""
    office = here.house.office
    with office.store.reading() as session:
        form = forms_of(session, [here.request_id])[here.request_id]
        content = blank_form(session, office, form)
    return show.download(content, form_name(form.agency_code, form.cycle_code))


@ROUTER.api_route("/y/{token}/de-cuong", methods=LOOK)
def take_outline(here: Here) -> Response:
    """The outline of the prose in Word, with the agency's own latest figures and texts."""
    office = here.house.office
    with office.store.reading() as session:
        form = forms_of(session, [here.request_id])[here.request_id]
        content = outline_of(session, office, form)
    if content is None:
        raise Refusal(404, "Kỳ báo cáo này không yêu cầu đề cương.")
    return show.download(content, outline_name(form))


@ROUTER.api_route("/y/{token}/tat-ca.zip", methods=LOOK)
def take_all(here: Here) -> Response:
    """Everything to report without a web page, in one file."""
    office = here.house.office
    with office.store.reading() as session:
        name, content = package_of(session, office, here.request_id, here.now)
    return show.download(content, name)


@ROUTER.api_route("/y/{token}/ban-danh-dau", methods=LOOK)
def take_marked(here: Here) -> Response:
    """The last version as it came, with its faults marked and commented in their cells."""
    office = here.house.office
    with office.store.reading() as session:
        facts = read_facts(session, office, here.request_id, here.now)
        last = facts.last
        if last is None or not last.annotated:
            raise Refusal(404, "Không có bản đánh dấu nào để tải.")
        content = bytes_of(session, session.get_one(Arrival, last.arrival_id).sha256)
    return show.download(annotate(content, last.issues), marked_name(facts.form, last.number))
