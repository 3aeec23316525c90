"""What an agency answers in a round of confirming contacts, and what the secretariat makes of it.

The agency proposes, the secretariat applies: a link may pass through other hands, so nothing it says changes the
directory by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from models.codes import ContactState, NoticeState
from models.directory import Agency, ContactCheck, ContactRound, Person
from models.notice import Notice
from models.rules.directory.contact_fields import field_faults
from models.rules.directory.rounds import OPEN_TO_ANSWERS, Proposal, as_json, from_json, is_over
from models.rules.text import clean, clean_lines
from models.time import vn_date
from tasks.directory.contact_rounds import RoundFault, subject_of
from tasks.directory.contacts import (
    add_contact,
    change_contact,
    fields_of,
    people_at_place,
    remove_contact,
)
from tasks.reminders.notices import put_notice, secretariat
from tasks.states import move_contact_check, record_act

PROPOSED = "de-nghi-sua-dau-moi"
"""The step of the notice that tells the secretariat of a proposal. Subject: contact:<check id>."""
MOST_PEOPLE = 20
LONGEST_NOTE = 1000
ACCEPTED = "Theo đề nghị của cơ quan khi xác nhận đầu mối"


@dataclass(frozen=True)
class Proposed:
    """A proposal that waits for the secretariat, each line with whom it is about (None: somebody new)."""

    check: ContactCheck
    agency: Agency
    lines: tuple[tuple[Proposal, Person | None], ...]
    note: str


def confirm_contacts(session: Session, check_id: int, answered_by: str, now: datetime) -> None:
    """The agency says that its contacts are right. Twice changes nothing; a proposal not yet decided is taken back."""
    check, agency = _open(session, check_id, now)
    who = _who(answered_by)
    if not [person for person in people_at_place(session, agency.id) if person.active]:
        raise RoundFault("Danh bạ chưa có đầu mối nào của cơ quan. Ghi đầu mối ở mục đề nghị sửa.")
    if check.state == ContactState.CONFIRMED:
        return
    check.proposed = None
    _answered(session, check, agency, ContactState.CONFIRMED, who, now)


def propose_contacts(
    session: Session,
    check_id: int,
    proposals: Sequence[Proposal],
    note: str,
    answered_by: str,
    now: datetime,
) -> None:
    """The agency proposes changes; the secretariat is told once. The same proposal twice changes nothing."""
    check, agency = _open(session, check_id, now)
    who = _who(answered_by)
    note = clean_lines(note)[:LONGEST_NOTE]
    if not proposals and not any(letter.isalnum() for letter in note):
        raise RoundFault("Chưa ghi nội dung đề nghị sửa. Nếu thông tin đã đúng, bấm “Thông tin trên đúng”.")
    if len(proposals) > MOST_PEOPLE:
        raise RoundFault(f"Mỗi lần đề nghị không quá {MOST_PEOPLE} người.")
    here = {person.id for person in people_at_place(session, agency.id)}
    for proposal in proposals:
        if proposal.person_id is not None and proposal.person_id not in here:
            raise RoundFault("Danh bạ đã thay đổi từ lúc mở trang. Tải lại trang rồi ghi lại.")
        if not proposal.leaves:
            _check_fields(proposal)
    wanted = as_json(proposals, note)
    if check.state == ContactState.PROPOSED and check.proposed == wanted:
        return
    check.proposed = wanted
    _answered(session, check, agency, ContactState.PROPOSED, who, now)
    told = session.exec(
        select(func.max(Notice.plan_no)).where(
            Notice.subject == subject_of(check), Notice.step == PROPOSED, Notice.state != NoticeState.DUE
        )
    ).one()
    for person in secretariat(session):
        put_notice(
            session,
            subject=subject_of(check),
            step=PROPOSED,
            person=person,
            plan_no=(told or 0) + 1,  # what was told is told again when it is no longer what is proposed
            now=now,
        )


def accept_proposal(
    session: Session, check_id: int, *, seen: str | None = None, actor: str, now: datetime
) -> None:
    """Write what an agency proposed into the directory, each change as if it were made by hand. Once.

    `seen` is the seal of the proposal that was looked at: RoundFault when the agency has sent another one since.
    """
    check, agency = _proposed(session, check_id, seen)
    if check.state == ContactState.ACCEPTED:
        return
    proposals, _note = from_json(check.proposed)
    for proposal in proposals:
        person = session.get(Person, proposal.person_id) if proposal.person_id is not None else None
        if person is None:
            add_contact(session, agency, proposal.fields, actor=actor, now=now)
        elif proposal.leaves:
            remove_contact(session, person, reason=ACCEPTED, actor=actor, now=now)
        else:
            change_contact(session, person, proposal.fields, actor=actor, now=now)
    _decided(session, check, ContactState.ACCEPTED, "", actor, now)


def decline_proposal(
    session: Session, check_id: int, *, reason: str, seen: str | None = None, actor: str, now: datetime
) -> None:
    """Leave the directory as it is; the agency reads the reason on its page. Once. `seen` as for accepting."""
    check, _agency = _proposed(session, check_id, seen)
    if check.state == ContactState.DECLINED:
        return
    if not any(letter.isalnum() for letter in reason):
        raise RoundFault("Chưa ghi lý do không sửa theo đề nghị.")
    _decided(session, check, ContactState.DECLINED, clean_lines(reason)[:LONGEST_NOTE], actor, now)


def seal_of(check: ContactCheck) -> str:
    """Stands for one answer of an agency: another answer has another seal."""
    return check.answered_at.isoformat() if check.answered_at is not None else ""


def proposals_waiting(session: Session) -> list[Proposed]:
    """Every proposal that nobody has decided yet, in the directory's order."""
    return _proposals(session, ContactCheck.state == ContactState.PROPOSED)


def proposal_of(session: Session, check_id: int) -> Proposed | None:
    """What an agency proposed in a round, decided or not; None when it proposed nothing."""
    found = _proposals(session, ContactCheck.id == check_id)
    return found[0] if found and found[0].check.proposed else None


def find_check(session: Session, round_id: int, agency_code: str) -> ContactCheck:
    """Where an agency stands in a round. RoundFault when it was not asked."""
    check = session.exec(
        select(ContactCheck)
        .join(Agency, col(Agency.id) == col(ContactCheck.agency_id))
        .where(ContactCheck.round_id == round_id, Agency.code == agency_code)
    ).first()
    if check is None:
        raise RoundFault(f"Đợt xác nhận đầu mối số {round_id} không hỏi cơ quan mang mã {agency_code!r}.")
    return check


def _proposals(session: Session, where: sa.ColumnElement[bool] | bool) -> list[Proposed]:
    rows = session.exec(
        select(ContactCheck, Agency)
        .join(Agency, col(Agency.id) == col(ContactCheck.agency_id))
        .where(where)
        .order_by(col(Agency.position), col(ContactCheck.id))
    ).all()
    read = [(check, agency, *from_json(check.proposed)) for check, agency in rows]
    ids = {one.person_id for _, _, proposals, _ in read for one in proposals if one.person_id is not None}
    people = {person.id: person for person in session.exec(select(Person).where(col(Person.id).in_(ids)))}
    return [
        Proposed(check, agency, tuple((one, people.get(one.person_id)) for one in proposals), note)
        for check, agency, proposals, note in read
    ]


def _open(session: Session, check_id: int, now: datetime) -> tuple[ContactCheck, Agency]:
    """A check that still takes answers, held until the transaction ends."""
    check = session.get_one(ContactCheck, check_id, with_for_update=True, populate_existing=True)
    found = session.get_one(ContactRound, check.round_id)
    if is_over(found.answer_by, found.ended_at, now):
        raise RoundFault(
            f"Đợt xác nhận đầu mối đã kết thúc (hạn trả lời {vn_date(found.answer_by)}). Cần thay đổi đầu mối, đề nghị "
            "liên hệ thư ký."
        )
    if check.state not in OPEN_TO_ANSWERS:
        raise RoundFault("Thư ký đã xử lý trả lời của cơ quan. Cần thay đổi thêm, đề nghị liên hệ thư ký.")
    return check, session.get_one(Agency, check.agency_id)


def _proposed(session: Session, check_id: int, seen: str | None) -> tuple[ContactCheck, Agency]:
    check = session.get(ContactCheck, check_id, with_for_update=True, populate_existing=True)
    decided = (ContactState.ACCEPTED, ContactState.DECLINED)
    if check is None or check.state not in (ContactState.PROPOSED, *decided):
        raise RoundFault("Không có đề nghị sửa đầu mối nào đang chờ của cơ quan này.")
    if seen is not None and seen != seal_of(check):
        raise RoundFault("Cơ quan vừa gửi đề nghị khác với đề nghị đã xem. Xem lại rồi quyết định.")
    return check, session.get_one(Agency, check.agency_id)


def _who(answered_by: str) -> str:
    who = clean(answered_by)[:200]
    if not any(letter.isalpha() for letter in who):
        raise RoundFault("Chưa ghi họ tên, chức vụ của người trả lời.")
    return who


def _check_fields(proposal: Proposal) -> None:
    faults = field_faults(proposal.fields.cleaned())
    if faults:
        who = proposal.fields.name or "Người mới"
        raise RoundFault(f"{who}: {' '.join(fault.sentence for fault in faults)}")


def _answered(
    session: Session, check: ContactCheck, agency: Agency, state: ContactState, who: str, now: datetime
) -> None:
    by = f"{agency.code}: {who}"
    before = {"trạng thái": check.state.label, "người trả lời": check.answered_by}
    again = check.state == state  # another proposal: no change of state, and still to be found
    move_contact_check(session, check, state, reason="cơ quan trả lời", actor=by[:200], now=now)
    check.answered_by, check.answered_at = who, now
    session.add(check)
    after: dict[str, object] = {"trạng thái": state.label}
    if check.proposed is not None:
        after["đề nghị"] = check.proposed
    act = "de-nghi-sua-dau-moi" if state == ContactState.PROPOSED else "xac-nhan-dau-moi"
    record_act(
        session,
        act,
        "contact_check",
        check.id,
        actor=by[:200],
        now=now,
        reason="đề nghị lại" if again else "",
        before=before,
        after=after,
    )


def _decided(
    session: Session, check: ContactCheck, state: ContactState, why: str, actor: str, now: datetime
) -> None:
    if check.state != ContactState.PROPOSED:
        raise RoundFault(f"Đề nghị này đã được quyết định: {check.state.label.lower()}.")
    move_contact_check(session, check, state, reason=why, actor=actor, now=now)
    check.decided_by, check.decided_at, check.decided_why = actor, now, why
    session.add(check)
    act = "dong-y-sua-dau-moi" if state == ContactState.ACCEPTED else "khong-sua-dau-moi"
    record_act(session, act, "contact_check", check.id, actor=actor, now=now, reason=why)


def unchanged(proposal: Proposal, person: Person) -> bool:
    """Whether a proposal says of somebody just what the directory says."""
    return not proposal.leaves and proposal.fields.cleaned() == fields_of(person)
