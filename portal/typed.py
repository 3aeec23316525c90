"""The report typed on the page: kept as a draft with every save, handed in by the same way as a file."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from models.agency_act import Draft
from models.rules.form import Form
from models.rules.typed_form import PHONE_FIELD, PREPARED_FIELD, texts_from, typed_texts
from models.submission import Arrival
from models.time import vn_date, vn_instant
from portal import show
from portal.acts import Said, may_not_type, seen
from portal.door import Here, Visit
from portal.facts import Facts, Version, read_facts
from portal.hand_in import hand_in, outcome_of
from portal.pages import LOOK, Word
from portal.web_form import web_form
from tasks.blobs import bytes_of
from tasks.drafts import save_draft
from tasks.typed_report import FILE_NAME, is_typed, read_typed, write_typed
from tasks.workbook_package import UnreadableForm
from tasks.workbook_read import read_form

ROUTER = APIRouter()

SAVED = "Đã lưu bản nháp lúc {at}. Báo cáo chưa được gửi: điền xong bấm “Gửi báo cáo”."
NOTHING_TYPED = "Chưa điền nội dung nào nên chưa gửi được."
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
    if not fault and not set(texts) - {PREPARED_FIELD, PHONE_FIELD}:
        fault = NOTHING_TYPED
    if fault:
        return _form_page(here, facts, texts, status=422, revision=saved.revision, fault=fault)
    return _hand_in(here, facts.form, texts, seen(said))


def _hand_in(here: Visit, form: Form, texts: Mapping[str, str], after: int) -> Response:
    word = hand_in(here, FILE_NAME, write_typed(form, texts, here.house.office.key, after))
    with here.house.office.store.reading() as session:
        outcome = outcome_of(session, here.request_id, word)
        facts = read_facts(session, here.house.office, here.request_id, here.now)
    last = facts.last
    if outcome and last and outcome.version == last.number and not last.accepted:
        return show.go_to(f"{here.path}/form?nop={word}#ket-qua")
    return show.go_to(f"{here.path}?nop={word}#ket-qua")


def _texts(session: Session, facts: Facts, draft: Draft | None) -> tuple[dict[str, str], Version | None]:
    """What the fields show at first: whichever is newer of the draft and the last version that came, which is
    then named."""
    last = facts.last
    if last is not None:
        arrival = session.get_one(Arrival, last.arrival_id)
        if draft is None or draft.saved_at < arrival.received_at:
            content = bytes_of(session, arrival.sha256)
            try:
                filled = (read_typed if is_typed(content) else read_form)(content).filled
            except UnreadableForm:
                return (
                    {},
                    None,
                )  # it was read once; a reader that has become stricter takes nothing from the draft
            return texts_from(facts.form, filled), last
    return (typed_texts(facts.form, draft.texts) if draft else {}), None


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
