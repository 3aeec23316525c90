"""Figures typed or uploaded on an agency's behalf, of a report that was recorded: judged at once, like any other."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from models.codes import ArrivalVerdict, SubmissionVerdict
from models.fault import Fault
from models.rules.typed_form import typed_texts
from models.submission import Arrival
from models.time import vn_date
from portal import show
from portal.carried import says_something
from portal.desk.access import HOME, Desk, Officer, Unclear
from portal.desk.desk_page import desk_page
from portal.desk.request_page import read_request, request_page
from portal.pages import LOOK
from portal.typed import first_texts
from portal.web_form import web_form
from tasks.cycle.recorded import SentFile, record_in_words
from tasks.intake.on_behalf import NOT_RECORDED, hand_in_for
from tasks.intake.settle import version_of
from tasks.intake.typed_report import FILE_NAME, write_typed

ROUTER = APIRouter()
HERE = f"{HOME}/yeu-cau/{{number}}/so-lieu"
NOTHING_TYPED = "Chưa điền nội dung nào nên chưa ghi nhận được."


@ROUTER.api_route(HERE, methods=LOOK)
def show_form(desk: Officer, number: int) -> Response:
    """The same form as on the agency's page, filled from what came last."""
    return _form_page(desk, number, None)


@ROUTER.post(HERE)
def type_in(desk: Officer, number: int) -> Response:
    """Hand in what was typed."""
    with desk.store.reading() as session:
        it = read_request(session, desk.office, number, desk.now)
    form = it.facts.form
    texts = typed_texts(form, desk.said)
    try:
        if not says_something(form, texts):
            raise Unclear(NOTHING_TYPED)
        after = it.facts.last.number if it.facts.last else 0
        content = write_typed(form, texts, desk.office.key, after)
        arrival = _hand_in(desk, number, SentFile(FILE_NAME, content))
    except Fault as fault:
        return _form_page(desk, number, texts, fault=str(fault))
    word = _word(desk, arrival)
    if word == "so-lieu-loi":
        return show.go_to(f"{desk.path}/yeu-cau/{number}/so-lieu#ket-qua")
    return show.go_to(f"{desk.path}/yeu-cau/{number}?xong={word}#ket-qua")


@ROUTER.post(f"{HERE}/tep")
def upload(desk: Officer, number: int) -> Response:
    """A form that was filled in, or a Word outline, on the agency's behalf."""
    try:
        if "tep" not in desk.files:
            raise Unclear("Chưa chọn tệp. Chọn biểu mẫu đã điền (.xlsx) hoặc đề cương (.docx).")
        sent = desk.files["tep"]
        arrival = _hand_in(desk, number, SentFile(sent.name, sent.content))
    except Fault as fault:
        return request_page(desk, number, fault=str(fault), status=422)
    return show.go_to(f"{desk.path}/yeu-cau/{number}?xong={_word(desk, arrival)}#ket-qua")


def _hand_in(desk: Desk, number: int, file: SentFile) -> Arrival:
    with desk.store.reading() as session:
        read_request(session, desk.office, number, desk.now)  # 404 where there is no such request
    return hand_in_for(desk.store, number, file, desk.office.key, actor=desk.actor, now=desk.now)


def _word(desk: Desk, arrival: Arrival) -> str:
    """What the next page says of it (portal.desk.request_page.DONE)."""
    match arrival.verdict:
        case ArrivalVerdict.SUBMISSION:
            with desk.store.reading() as session:
                version = version_of(session, arrival.id or 0)
            accepted = version is not None and version.verdict == SubmissionVerdict.ACCEPTED
            return "so-lieu" if accepted else "so-lieu-loi"
        case ArrivalVerdict.DUPLICATE:
            return "so-lieu-trung"
        case ArrivalVerdict.NARRATIVE:
            return "loi-van"
        case _:
            return "so-lieu-cho"


def _form_page(desk: Desk, number: int, texts: Mapping[str, str] | None, *, fault: str = "") -> Response:
    with desk.store.reading() as session:
        it = read_request(session, desk.office, number, desk.now)
        if texts is None:
            texts = first_texts(session, it.facts)
    if it.record is None and not fault:
        fault = NOT_RECORDED
    last = it.facts.last
    return desk_page(
        desk,
        "figures",
        422 if fault else 200,
        fault=fault,
        it=it,
        facts=it.facts,
        record=record_in_words(it.record) if it.record else "",
        as_of=vn_date(it.facts.form.as_of),
        form=web_form(it.facts.form, texts, last.issues if last and not last.accepted else (), {}),
    )
