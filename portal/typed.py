"""The report typed on the page: kept as a draft with every save, handed in by the same way as a file."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from models.agency_act import Draft
from models.rules.form import Form
from models.rules.typed_form import text_field, typed_texts
from models.submission import Arrival
from models.time import vn_date, vn_instant
from portal import show
from portal.acts import Said, may_not_type, seen
from portal.carried import says_something
from portal.door import Here, Visit
from portal.facts import Facts, Version, read_facts
from portal.hand_in import hand_in, outcome_of
from portal.pages import LOOK, Word
from portal.web_form import web_form
from tasks.blobs import bytes_of
from tasks.intake.agency_answers import texts_in
from tasks.intake.drafts import save_draft
from tasks.intake.read_arrival import reads_quickly
from tasks.intake.typed_report import FILE_NAME, write_typed
from tasks.prose.narratives import latest_narrative, texts_of

ROUTER = APIRouter()

SAVED = "Đã lưu bản nháp lúc {at}. Báo cáo chưa được gửi: điền xong bấm “Gửi báo cáo”."
NOTHING_TYPED = "Chưa điền nội dung nào nên chưa gửi được."
NOTHING_CONFIRMED = (
    "Chưa sửa và chưa xác nhận nội dung nào nên chưa gửi được. Nội dung kỳ trước vẫn đúng thì đánh dấu “Vẫn đúng như "
    "kỳ trước” ở từng nhiệm vụ, chỉ tiêu, phụ lục, hoặc một lần cho tất cả ở cuối trang."
)
MEANWHILE = (
    "Trong lúc này người khác đã lưu nội dung khác ở {count:02d} ô. Nội dung của người đó ghi dưới từng ô; "
    "giữ hay sửa, rồi bấm lại nút."
)


@ROUTER.api_route("/y/{token}/form", methods=LOOK)
def show_form(here: Here, nop: Word = "", xong: Word = "") -> Response:
    """The form, with the draft, else with what the last version says."""
    office = here.house.office
    with office.store.reading() as session:
        facts = read_facts(session, office, here.request_id, here.now)
        draft = session.get(Draft, here.request_id)
        texts, filled_from = _texts(session, facts, draft)
        outcome = outcome_of(session, here.request_id, nop) if nop else None
    done = SAVED.format(at=vn_instant(draft.saved_at)) if xong == "luu" and draft else ""
    return _form_page(
        here,
        facts,
        texts,
        revision=draft.revision if draft else 0,
        done=done,
        filled_from=filled_from,
        handed_in=outcome is not None,
    )


@ROUTER.post("/y/{token}/form")
def take_texts(here: Here, said: Said) -> Response:
    """Save what was typed, and hand it in when that is asked for."""
    office = here.house.office
    with office.store.reading() as session:
        facts = read_facts(session, office, here.request_id, here.now)
    texts = typed_texts(facts.form, said)
    with office.store.writing() as session:
        saved = save_draft(session, here.request_id, texts, _revision(said), here.now)
    if saved.others:
        fault = MEANWHILE.format(count=len(saved.others))
        return _form_page(
            here, facts, texts, status=409, revision=saved.revision, fault=fault, others=saved.others
        )
    if said.get("viec") != "gui":
        return show.go_to(f"{here.path}/form?xong=luu#ket-qua")
    fault = may_not_type(facts.closed, facts.state)
    if not fault and not says_something(facts.form, texts):
        fault = NOTHING_CONFIRMED if facts.form.last else NOTHING_TYPED
    if fault:
        return _form_page(here, facts, texts, status=422, revision=saved.revision, fault=fault)
    return _hand_in(here, facts.form, texts, seen(said))


def _hand_in(here: Visit, form: Form, texts: Mapping[str, str], after: int) -> Response:
    content = write_typed(form, texts, here.house.office.key, after)
    word = hand_in(here, FILE_NAME, content, quick=reads_quickly(content))
    with here.house.office.store.reading() as session:
        outcome = outcome_of(session, here.request_id, word)
        facts = read_facts(session, here.house.office, here.request_id, here.now)
    last = facts.last
    if outcome and last and outcome.version == last.number and not last.accepted:
        return show.go_to(f"{here.path}/form?nop={word}#ket-qua")
    return show.go_to(f"{here.path}?nop={word}#ket-qua")


def _texts(session: Session, facts: Facts, draft: Draft | None) -> tuple[dict[str, str], Version | None]:
    """What the fields show at first: whichever is newer of the draft and the last version that came, which is then
    named; before there is either, what was reported last period. Prose comes from wherever it came last."""
    form, last = facts.form, facts.last
    prose, written = _prose(session, form)
    if last is not None:
        arrival = session.get_one(Arrival, last.arrival_id)
        if draft is None or draft.saved_at < arrival.received_at:
            texts = texts_in(form, bytes_of(session, arrival.sha256))
            return {**(texts or {}), **prose}, None if texts is None else last
    if draft is not None:
        later = prose if written is not None and written > draft.saved_at else {}
        return {**later, **typed_texts(form, draft.texts)}, None
    return {**(form.last.texts if form.last else {}), **prose}, None


def first_texts(session: Session, facts: Facts) -> dict[str, str]:
    """The same for whoever types on the agency's behalf."""
    return _texts(session, facts, session.get(Draft, facts.form.request_id))[0]


def _prose(session: Session, form: Form) -> tuple[dict[str, str], datetime | None]:
    """The latest prose by field, and when it came."""
    latest = latest_narrative(session, [form.request_id]).get(form.request_id)
    if latest is None:
        return {}, None
    return {text_field(code): text for code, text in texts_of(latest[1]).items()}, latest[0].received_at


def _form_page(
    here: Visit,
    facts: Facts,
    texts: Mapping[str, str],
    *,
    status: int = 200,
    revision: int,
    done: str = "",
    fault: str = "",
    others: Mapping[str, str] | None = None,
    filled_from: Version | None = None,
    handed_in: bool = False,
) -> Response:
    last = facts.last
    issues = last.issues if last is not None and not last.accepted else ()
    return show.page(
        "form",
        here,
        status,
        facts=facts,
        as_of=vn_date(facts.form.as_of),
        form=web_form(facts.form, texts, issues, others or {}),
        revision=revision,
        after=last.number if last else 0,
        done=done,
        fault=fault,
        filled_from=filled_from,
        handed_in=handed_in,
        refused=may_not_type(facts.closed, facts.state),
    )


def _revision(said: Mapping[str, str]) -> int:
    number = said.get("ban", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
