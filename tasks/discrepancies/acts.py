"""What is done about a contradiction: it is asked, explained, marked as mended, taken up again. Each by its author."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.codes import DiscrepancyState, PersonRole
from models.cycle import Request
from models.directory import Agency
from models.discrepancy import Discrepancy
from models.fault import Fault
from models.notice import Notice
from models.rules.discrepancies.standing import MAY_ASK, MAY_EXPLAIN
from models.rules.text import clean, clean_lines
from tasks.discrepancies.points import Point, points_with
from tasks.reminders.notices import people_of, put_notice
from tasks.states import move_discrepancy, record_act

STEP = "hoi-doi-chieu"
"""The step of the notice that tells an agency's officers of what it is asked. Subject: doi-chieu:<request id>."""
LONGEST = 4000
ENTITY = "discrepancy"


class DiscrepancyFault(Fault):
    """An act on a contradiction that cannot be done; the message says why, to whoever tried."""


@dataclass(frozen=True)
class Asked:
    """What was asked: how many points of which agencies. `unreachable`: those with nobody to write to; `left`: points
    that were not asked, because they are settled, withheld, or somebody else has just asked them."""

    points: int = 0
    agencies: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    left: int = 0

    @property
    def sentence(self) -> str:
        said = (
            f"Đã hỏi {self.points:02d} điểm của {len(self.agencies):02d} cơ quan, đơn vị. "
            if self.points
            else ""
        )
        if self.left:
            said += f"Không hỏi {self.left:02d} điểm: đã sửa, vừa được hỏi, hoặc không đưa lên hệ thống. "
        if self.unreachable:
            said += (
                f"Chưa có đầu mối nhận thư: {', '.join(self.unreachable)}; đề nghị gửi phiếu bằng đường khác."
            )
        return said.rstrip() or "Không có điểm nào phải hỏi thêm."


def ask(session: Session, seen: Mapping[int, int], *, actor: str, now: datetime) -> Asked:
    """Ask the agencies about these points: one letter to each, its questions on its page.

    `seen` says of each how often it had been asked when the choice was made: a button pressed twice, or by two, asks
    once. DiscrepancyFault when none of them can be asked.
    """
    rows = session.exec(
        select(Discrepancy)
        .where(col(Discrepancy.id).in_(list(seen)))
        .order_by(col(Discrepancy.id))
        .with_for_update()
    ).all()
    if not rows:
        raise DiscrepancyFault("Chưa chọn điểm nào. Đánh dấu các điểm cần hỏi rồi bấm lại.")
    points = points_with(session, seen)
    asked: dict[int, list[Discrepancy]] = {}
    for row in rows:
        if _may_be_asked(points[row.id or 0]) and row.asked_no == seen[row.id or 0]:
            asked.setdefault(row.request_id or 0, []).append(row)
    if not asked and not any(row.asked_no > seen[row.id or 0] for row in rows):
        raise DiscrepancyFault(
            "Không điểm nào trong số đã chọn còn phải hỏi: đã sửa, không rõ cơ quan, hoặc không đưa lên hệ thống."
        )
    for together in asked.values():
        for row in together:
            row.asked_no += 1
            row.asked_at = now
            session.add(row)
            move_discrepancy(
                session, row, DiscrepancyState.ASKED, reason=f"hỏi lần {row.asked_no}", actor=actor, now=now
            )
            record_act(
                session, "hoi-doi-chieu", ENTITY, row.id, actor=actor, now=now, after={"lần": row.asked_no}
            )
    names, unreachable = _tell(session, list(asked), now)
    count = sum(len(together) for together in asked.values())
    return Asked(count, names, unreachable, len(rows) - count)


def explain(
    session: Session, discrepancy_id: int, answer: str, *, by: str, actor: str, now: datetime
) -> bool:
    """Put down an explanation, whichever way it came; `by` says whose it is and how it came. Returns whether it is
    new. An earlier one stays in the history."""
    row = _held(session, discrepancy_id)
    answer, by = clean_lines(answer[:LONGEST]), clean(by)[:200]
    if not any(letter.isalnum() for letter in answer):
        raise DiscrepancyFault("Chưa ghi nội dung giải trình.")
    if not any(letter.isalnum() for letter in by):
        raise DiscrepancyFault(
            "Chưa ghi ai giải trình, bằng cách nào (ví dụ: Lò Văn A, Sở Nội vụ, qua điện thoại)."
        )
    if row.state not in MAY_EXPLAIN:
        raise DiscrepancyFault(f"Điểm này {row.state.label.lower()}, không cần giải trình nữa.")
    if row.state is DiscrepancyState.EXPLAINED and (row.answer, row.answered_by) == (answer, by):
        return False
    row.answer, row.answered_by, row.answered_at = answer, by, now
    session.add(row)
    move_discrepancy(session, row, DiscrepancyState.EXPLAINED, reason=answer, actor=actor, now=now)
    record_act(
        session,
        "giai-trinh-doi-chieu",
        ENTITY,
        row.id,
        actor=actor,
        now=now,
        after={"người giải trình": by},
    )
    return True


def explain_own(session: Session, request: Request, discrepancy_id: int, answer: str, now: datetime) -> bool:
    """What an agency explains on its page. Only what it was asked is there for it."""
    point = points_with(session, [discrepancy_id]).get(discrepancy_id)
    if point is None or point.request_id != request.id or not point.asked_no or point.withheld:
        raise DiscrepancyFault(
            "Điểm đối chiếu này không có trong danh sách của cơ quan, đơn vị. Mở lại trang."
        )
    if point.state is DiscrepancyState.OPEN:
        raise DiscrepancyFault("Thư ký đã rút câu hỏi này; không cần giải trình nữa.")
    agency = session.get_one(Agency, request.agency_id)
    return explain(
        session,
        discrepancy_id,
        answer,
        by=f"{agency.name}, trên trang nộp báo cáo",
        actor=f"{agency.name} (trang nộp báo cáo)",
        now=now,
    )


def mend(session: Session, discrepancy_id: int, *, reason: str, actor: str, now: datetime) -> bool:
    """Mark as mended what the figures still show; returns whether anything changed."""
    row, why = _held(session, discrepancy_id), _why(reason, "đánh dấu đã sửa")
    if row.state is DiscrepancyState.MENDED:
        return False
    move_discrepancy(session, row, DiscrepancyState.MENDED, reason=why, actor=actor, now=now)
    record_act(session, "danh-dau-da-sua", ENTITY, row.id, actor=actor, now=now, reason=why)
    return True


def reopen(session: Session, discrepancy_id: int, *, reason: str, actor: str, now: datetime) -> bool:
    """Take a point up again: a question is taken back, an explanation does not suffice, it was not mended after all.
    Returns whether anything changed."""
    row, why = _held(session, discrepancy_id), _why(reason, "mở lại")
    if row.gone_at is not None:
        raise DiscrepancyFault("Điểm này không còn trong số liệu mới nhất nên không mở lại được.")
    if row.state is DiscrepancyState.OPEN:
        return False
    move_discrepancy(session, row, DiscrepancyState.OPEN, reason=why, actor=actor, now=now)
    record_act(session, "mo-lai-doi-chieu", ENTITY, row.id, actor=actor, now=now, reason=why)
    return True


def asked_of(points: list[Point]) -> list[Point]:
    """Of an agency's points those that it is asked, or has explained: what its page shows."""
    shown = (DiscrepancyState.ASKED, DiscrepancyState.EXPLAINED)
    return [p for p in points if p.asked_no and p.state in shown and not p.withheld]


def _held(session: Session, discrepancy_id: int) -> Discrepancy:
    row = session.exec(select(Discrepancy).where(Discrepancy.id == discrepancy_id).with_for_update()).first()
    if row is None:
        raise DiscrepancyFault(f"Không có điểm đối chiếu số {discrepancy_id}.")
    session.refresh(row)  # what another has just done to it, also where this session knew it before
    return row


def _why(reason: str, act: str) -> str:
    why = clean_lines(reason[:LONGEST])
    if not any(letter.isalnum() for letter in why):
        raise DiscrepancyFault(f"Chưa ghi lý do {act}.")
    return why


def _may_be_asked(point: Point) -> bool:
    there = point.request_id is not None and point.gone_at is None and not point.withheld
    return there and point.state in MAY_ASK


def _tell(session: Session, request_ids: list[int], now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A notice to the officers of each agency; names of the agencies, and of those with nobody to write to."""
    asked = session.exec(
        select(Request, Agency)
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(col(Request.id).in_(request_ids))
        .order_by(col(Agency.position), col(Agency.id))
    ).all()
    officers = people_of(session, [request.agency_id for request, _ in asked], [PersonRole.OFFICER])
    told = dict(
        session.exec(
            select(Notice.subject, func.max(Notice.plan_no))
            .where(
                Notice.step == STEP,
                col(Notice.subject).in_([subject_of(request_id) for request_id in request_ids]),
            )
            .group_by(col(Notice.subject))
        ).all()
    )
    for request, _ in asked:
        subject = subject_of(request.id or 0)
        for person in officers.get(request.agency_id, ()):
            put_notice(
                session,
                subject=subject,
                plan_no=told.get(subject, 0) + 1,
                step=STEP,
                person=person,
                request_id=request.id,
                now=now,
            )
    names = tuple(agency.name for _, agency in asked)
    return names, tuple(agency.name for request, agency in asked if not officers.get(request.agency_id))


def subject_of(request_id: int) -> str:
    """What the notices about the questions to one agency are about."""
    return f"doi-chieu:{request_id}"
