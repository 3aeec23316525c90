"""The page of a request, and what can be taken from it. Looking changes nothing."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from models.submission import Arrival
from portal import show
from portal.door import Here, Visit
from portal.facts import read_facts
from portal.hand_in import outcome_of
from portal.refusal import Refusal
from tasks.annotate import annotate
from tasks.blobs import bytes_of
from tasks.forms import form_name
from tasks.workbook_write import write_form

ROUTER = APIRouter()
LOOK = ["GET", "HEAD"]

DONE = {
    "hen": "Đã ghi ngày dự kiến nộp báo cáo. Hạn báo cáo không thay đổi.",
    "gia-han": (
        "Đã gửi đề nghị gia hạn tới thư ký. Trong khi chờ quyết định, hạn báo cáo không thay đổi; "
        "kết quả hiện ở trang này."
    ),
}
"""What the page says after an act, by the word in its address."""

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
    return show.page(
        "request",
        here,
        status,
        facts=facts,
        outcome=outcome,
        done=DONE.get(done, ""),
        fault=fault,
        said={"hen": "", "den": "", "ly_do": "", "ly_do_khong": "", **(said or {})},
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
        facts = read_facts(session, office, here.request_id, here.now)
        content = bytes_of(session, facts.form_sha256) if facts.form_sha256 else None
    name = form_name(facts.form.agency_code, facts.form.cycle_code)
    return show.download(content or write_form(facts.form, office.key), name)


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
    name = form_name(facts.form.agency_code, f"{facts.form.cycle_code}-ban-{last.number}-can-sua")
    return show.download(annotate(content, last.issues), name)
