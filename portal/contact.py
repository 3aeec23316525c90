"""The page on which an agency says whether its contacts are right ("xác nhận đầu mối").

Its link passes through hands: the page shows names and titles, of addresses and numbers only enough to recognise
one's own. Looking changes nothing, and no answer changes the directory by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from models.codes import PersonRole
from models.directory import Agency, ContactCheck, ContactRound, Person
from models.fault import Fault
from models.rules.directory.contact_fields import ContactFields, masked_email, masked_phone
from models.rules.directory.rounds import OPEN_TO_ANSWERS, Proposal, is_over
from models.rules.links import LIVES_AFTER_CLOSING, read_contact_token
from models.rules.text import clean
from models.time import vn_date, vn_instant
from portal import show
from portal.acts import Said
from portal.door import House
from portal.pages import LOOK, Word
from portal.refusal import TOO_OFTEN, Dead, Refusal
from tasks.cycle.forms import contact_line
from tasks.directory.contact_answers import confirm_contacts, propose_contacts, unchanged
from tasks.directory.contacts import fields_of, people_at_place

ROUTER = APIRouter()

NEW = ("moi1", "moi2")
"""Fields of people to be added end with these."""
ROLES = (PersonRole.OFFICER, PersonRole.HEAD)
DONE = {
    "dung": "Đã ghi nhận: thông tin đầu mối đúng. Xin cảm ơn.",
    "de-nghi": "Đã gửi đề nghị sửa tới thư ký. Danh bạ thay đổi sau khi thư ký đồng ý; kết quả hiện ở trang này.",
}


@dataclass(frozen=True)
class ContactVisit:
    """One request by somebody with a link of a round."""

    house: House
    check_id: int
    token: str
    now: datetime

    @property
    def path(self) -> str:
        """The page's own address, without the host."""
        return f"{self.house.base}/dau-moi/{self.token}"


def contact_visit(token: str, http: HttpRequest) -> ContactVisit:
    """Opens the door, or raises Dead: a wrong link and one of a round long over look the same."""
    house: House = http.app.state.house
    now = house.now()
    check_id = _check_of(house, token, now)
    if check_id is None:
        if not house.wrong.allows(http.client.host if http.client else "", monotonic()):
            raise Refusal(429, TOO_OFTEN)
        raise Dead
    limiter = house.acts if http.method == "POST" else house.looks
    if not limiter.allows(f"dau-moi {check_id}", monotonic()):
        raise Refusal(429, TOO_OFTEN)
    return ContactVisit(house, check_id, token, now)


Here = Annotated[ContactVisit, Depends(contact_visit)]


@ROUTER.api_route("/dau-moi/{token}", methods=LOOK)
def look(here: Here, xong: Word = "") -> Response:
    """The agency's contacts, and what it has answered."""
    return _page(here, done=DONE.get(xong, ""))


@ROUTER.post("/dau-moi/{token}/dung")
def right(here: Here, said: Said) -> Response:
    """ "Thông tin trên đúng" """
    return _answered(
        here,
        said,
        "dung",
        lambda session: confirm_contacts(session, here.check_id, said.get("nguoi_dung", ""), here.now),
    )


@ROUTER.post("/dau-moi/{token}/de-nghi")
def propose(here: Here, said: Said) -> Response:
    """Changes proposed; the secretariat decides."""

    def do(session: Session) -> None:
        check = session.get_one(ContactCheck, here.check_id)
        people = [person for person in people_at_place(session, check.agency_id) if person.active]
        proposals = [one for person in people if (one := _about(person, said)) is not None]
        proposals += [one for key in NEW if (one := _new(key, said)) is not None]
        note, who = said.get("ghi_chu", ""), said.get("nguoi_sua", "")
        propose_contacts(session, here.check_id, proposals, note, who, here.now)

    return _answered(here, said, "de-nghi", do)


def _about(person: Person, said: Mapping[str, str]) -> Proposal | None:
    """What is proposed of somebody of the directory; an empty address or number stays as it is."""
    known = fields_of(person)

    def typed(field: str, before: str) -> str:
        return clean(said.get(f"{field}_{person.id}", "")[:400]) or before

    if said.get(f"thoi_{person.id}"):
        return Proposal(known, person.id, leaves=True)
    fields = ContactFields(
        role=person.role,
        name=typed("ho_ten", known.name),
        title=typed("chuc_vu", known.title),
        email=typed("thu", known.email),
        phone=typed("dien_thoai", known.phone),
    )
    proposal = Proposal(fields, person.id)
    return None if unchanged(proposal, person) else proposal


def _new(key: str, said: Mapping[str, str]) -> Proposal | None:
    """Somebody to be added; None when nothing was typed."""
    texts = {
        field: clean(said.get(f"{field}_{key}", "")[:400])
        for field in ("ho_ten", "chuc_vu", "thu", "dien_thoai")
    }
    if not any(texts.values()):
        return None
    role = PersonRole.HEAD if said.get(f"vai_tro_{key}") == PersonRole.HEAD.value else PersonRole.OFFICER
    return Proposal(ContactFields(role, texts["ho_ten"], texts["chuc_vu"], texts["thu"], texts["dien_thoai"]))


def _answered(
    here: ContactVisit, said: Mapping[str, str], word: str, do: Callable[[Session], None]
) -> Response:
    try:
        with here.house.office.store.writing() as session:
            do(session)
    except Fault as fault:
        return _page(here, status=422, fault=str(fault), said=said)
    return show.go_to(f"{here.path}?xong={word}#ket-qua")


def _check_of(house: House, token: str, now: datetime) -> int | None:
    check_id = read_contact_token(token, house.office.key)
    if check_id is None:
        return None
    with house.office.store.reading() as session:
        ended = session.exec(
            select(ContactRound.ended_at)
            .join(ContactCheck, col(ContactCheck.round_id) == col(ContactRound.id))
            .where(ContactCheck.id == check_id)
        ).all()
    lives = bool(ended) and (ended[0] is None or now < ended[0] + LIVES_AFTER_CLOSING)
    return check_id if lives else None


def _page(
    here: ContactVisit,
    *,
    status: int = 200,
    done: str = "",
    fault: str = "",
    said: Mapping[str, str] | None = None,
) -> HTMLResponse:
    office = here.house.office
    with office.store.reading() as session:
        check = session.get_one(ContactCheck, here.check_id)
        found = session.get_one(ContactRound, check.round_id)
        agency = session.get_one(Agency, check.agency_id)
        over = is_over(found.answer_by, found.ended_at, here.now)
        open_now = not over and check.state in OPEN_TO_ANSWERS
        people = people_at_place(session, agency.id) if open_now else []
        contact = contact_line(session)
    facts: dict[str, Any] = {
        "base": here.house.base,
        "path": here.path,
        "issuer": office.profile.regimes[0].letter.issuer_in_text,
        "contact": contact,
        "agency": agency.name,
        "state": check.state.value,
        "answered": vn_instant(check.answered_at) if check.answered_at else "",
        "answered_by": check.answered_by,
        "decided_why": check.decided_why,
        "answer_by": vn_date(found.answer_by),
        "over": over,
        "open": open_now,
        "people": [
            {
                "id": person.id,
                "role": person.role.label,
                "name": person.name,
                "title": person.title,
                "email": masked_email(person.email),
                "phone": masked_phone(person.phone),
            }
            for person in people
            if person.active
        ],
        "new": NEW,
        "roles": [(role.value, role.label) for role in ROLES],
        "done": done,
        "fault": fault,
        "said": said or {},
    }
    return HTMLResponse(show.render("contact", facts), status_code=status)
