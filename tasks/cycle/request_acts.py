"""What the secretariat decides about one request: more time, or none; a new link. Each is in the audit trail."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from models.codes import CycleState, PersonRole
from models.cycle import Cycle, Request
from models.directory import Agency
from models.rules.links import link_token, page_address
from models.time import local_day, vn_date
from tasks.cycle.agency_acts import ActFault, open_ask
from tasks.cycle.cycles import find_cycle
from tasks.cycle.standing import first_due, new_plan, whom_to_tell
from tasks.office import Office
from tasks.reminders.notices import people_of, put_notice
from tasks.reminders.replan import SETTLED
from tasks.states import record_act

DECIDED = "ket-qua-gia-han"
"""The step of the notice that tells an agency what became of the extension it asked for. Subject: ask:<id>."""
RESET = "dat-lai-han"
"""The step of the notice that an extended deadline was moved back. Subject: due:<request id>."""


def find_request(session: Session, cycle_code: str, agency_code: str) -> Request:
    """The request of an agency in a cycle, held until the transaction ends."""
    cycle = find_cycle(session, cycle_code)
    request = session.exec(
        select(Request)
        .join(Agency)
        .where(Request.cycle_id == cycle.id, Agency.code == agency_code)
        .with_for_update(of=Request)
    ).first()
    if request is None:
        raise ActFault(f"Kỳ {cycle_code} không có yêu cầu báo cáo nào của cơ quan mang mã {agency_code!r}.")
    return request


def requests_of(session: Session, cycle_code: str, agency_code: str = "") -> list[int]:
    """Ids of a cycle's requests in the directory's order, or of one agency's alone. ActFault when there is none."""
    cycle = find_cycle(session, cycle_code)
    found = session.exec(
        select(Request.id)
        .join(Agency)
        .where(Request.cycle_id == cycle.id, *([Agency.code == agency_code] if agency_code else []))
        .order_by(col(Agency.position))
    ).all()
    if not found:
        whose = f" của cơ quan mang mã {agency_code!r}" if agency_code else ""
        raise ActFault(f"Kỳ {cycle_code} không có yêu cầu báo cáo nào{whose}.")
    return [request_id or 0 for request_id in found]


def extend_request(
    session: Session, request: Request, until: date, *, reason: str, actor: str, now: datetime
) -> None:
    """Move a request's deadline to a later day. The plan number rises: reminders start afresh for the new day.

    Whatever extension the agency has asked for is answered by it.
    """
    cycle = session.get_one(Cycle, request.cycle_id)
    if cycle.state != CycleState.RELEASED:
        raise ActFault(f"Kỳ {cycle.code}: {cycle.state.label.lower()}, không gia hạn được.")
    if request.state in SETTLED:
        raise ActFault(f"{request.state.label}: không cần gia hạn.")
    if until <= request.due:
        raise ActFault(f"Hạn mới {vn_date(until)} phải sau hạn hiện nay {vn_date(request.due)}.")
    if until < local_day(now):
        raise ActFault(f"Hạn mới {vn_date(until)} đã qua.")
    before = request.due
    new_plan(session, request, until, reason=reason, actor=actor, now=now)
    _answer_ask(session, request, granted=True, answer=reason, actor=actor, now=now)
    record_act(
        session,
        "gia-han",
        "request",
        request.id,
        actor=actor,
        now=now,
        reason=reason,
        before={"hạn": str(before)},
        after={"hạn": str(until)},
    )


def reset_due(
    session: Session, request: Request, until: date, *, reason: str, actor: str, now: datetime
) -> None:
    """Move a deadline that was extended back to an earlier day: never before today, nor before the one that the công
    văn gave. The plan number rises, and the agency is told."""
    cycle = session.get_one(Cycle, request.cycle_id)
    if cycle.state != CycleState.RELEASED:
        raise ActFault(f"Kỳ {cycle.code}: {cycle.state.label.lower()}, không đặt lại hạn được.")
    if request.state in SETTLED:
        raise ActFault(f"{request.state.label}: không cần đặt lại hạn.")
    if not any(letter.isalnum() for letter in reason):
        raise ActFault("Chưa ghi lý do đặt lại hạn. Cơ quan đọc được lý do này.")
    if until >= request.due:
        raise ActFault(
            f"Hạn đặt lại {vn_date(until)} phải trước hạn hiện nay {vn_date(request.due)}. Muốn lùi hạn thì gia hạn."
        )
    if until < local_day(now):
        raise ActFault(
            f"Hạn đặt lại {vn_date(until)} đã qua. Sớm nhất là hôm nay, {vn_date(local_day(now))}."
        )
    first = first_due(session, request.id or 0)
    if first is not None and until < first:
        raise ActFault(
            f"Hạn đặt lại {vn_date(until)} trước hạn ban đầu {vn_date(first)} theo công văn mở kỳ."
        )
    before = request.due
    new_plan(session, request, until, reason=reason, actor=actor, now=now)
    for person in whom_to_tell(session, request):
        put_notice(
            session,
            subject=f"due:{request.id}",
            plan_no=request.plan_no,
            step=RESET,
            person=person,
            request_id=request.id,
            now=now,
        )
    record_act(
        session,
        "dat-lai-han",
        "request",
        request.id,
        actor=actor,
        now=now,
        reason=reason,
        before={"hạn": str(before)},
        after={"hạn": str(until)},
    )


def decline_extension(session: Session, request: Request, *, reason: str, actor: str, now: datetime) -> None:
    """Answer an extension that was asked for with no; the agency reads the reason on its page."""
    if not _answer_ask(session, request, granted=False, answer=reason, actor=actor, now=now):
        raise ActFault("Không có đề nghị gia hạn nào đang chờ của cơ quan này.")
    record_act(session, "khong-gia-han", "request", request.id, actor=actor, now=now, reason=reason)


def _answer_ask(
    session: Session, request: Request, *, granted: bool, answer: str, actor: str, now: datetime
) -> bool:
    ask = open_ask(session, request.id or 0)
    if ask is None:
        return False
    ask.granted = granted
    ask.answer = answer
    ask.decided_at = now
    ask.decided_by = actor
    session.add(ask)
    for person in people_of(session, [request.agency_id], [PersonRole.OFFICER]).get(request.agency_id, []):
        put_notice(
            session, subject=f"ask:{ask.id}", step=DECIDED, person=person, request_id=request.id, now=now
        )
    return True


def revoke_link(session: Session, request: Request, *, reason: str, actor: str, now: datetime) -> None:
    """Make every link to this request that was given out worthless; the next letter carries the new one."""
    request.link_generation += 1
    session.add(request)
    record_act(
        session,
        "thu-hoi-duong-dan",
        "request",
        request.id,
        actor=actor,
        now=now,
        reason=reason,
        after={"lần": request.link_generation},
    )


def link_of(office: Office, request: Request) -> str:
    """The address of a request's page, "" where no pages are published (DONDOC_PORTAL_URL)."""
    if not office.settings.portal_url:
        return ""
    return page_address(
        office.settings.portal_url, link_token(request.id or 0, request.link_generation, office.key)
    )
