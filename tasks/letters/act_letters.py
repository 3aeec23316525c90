"""Letters to an agency about what the secretariat has decided of its report: sent back, let off, its deadline moved."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.codes import ArrivalVerdict, RequestState
from models.cycle import DueChange, Request
from models.desk_act import ReturnedReport
from models.directory import Person
from models.history import Audit
from models.notice import Notice
from models.submission import Arrival
from models.time import vn_date
from tasks.cycle.exemptions import ASKED_AGAIN, EXEMPTED
from tasks.cycle.request_acts import RESET
from tasks.cycle.returns import RETURNED, TAKEN_BACK
from tasks.letters.clerk import Clerk, Written, subject_id
from tasks.letters.wording import DeadlineLetter, ExemptLetter, ReturnedLetter
from tasks.reminders.replan import SETTLED

LETTERS = {
    RETURNED: "returned",
    TAKEN_BACK: "returned",
    EXEMPTED: "exempted",
    ASKED_AGAIN: "exempted",
    RESET: "deadline",
}
"""Steps of notices about such decisions, and their letters."""

OVERTAKEN = "thư ký đã quyết định khác"
SEEN = "thư ký đã xem xét"
PLACED = (
    ArrivalVerdict.SUBMISSION,
    ArrivalVerdict.NARRATIVE,
    ArrivalVerdict.DUPLICATE,
    ArrivalVerdict.RECORDED,
    ArrivalVerdict.DISMISSED,
)
"""What a file is that a person has placed or set aside."""


def returned_letter(clerk: Clerk, _person: Person, notices: Sequence[Notice]) -> Written:
    """A report has to be completed: the secretariat's own words, and by when. Or it need not any more."""
    row = clerk.session.get_one(ReturnedReport, subject_id(notices[0]))
    request = clerk.session.get_one(Request, row.request_id)
    taken_back = notices[0].step == TAKEN_BACK
    return ReturnedLetter(
        to=clerk.agency(request).name,
        contact=clerk.contact(clerk.cycle(request)),
        line=clerk.line(request),
        comment=tuple((row.cancelled_why if taken_back else row.comment).splitlines()),
        taken_back=taken_back,
    ), ()


def exempt_letter(clerk: Clerk, _person: Person, notices: Sequence[Notice]) -> Written:
    """Nothing is owed this time; or it is, after all."""
    request = clerk.request(notices[0])
    return ExemptLetter(
        to=clerk.agency(request).name,
        contact=clerk.contact(clerk.cycle(request)),
        line=clerk.line(request),
        reason=_reason(clerk.session, request, "khong-yeu-cau", "yeu-cau-tro-lai"),
        asked_again=notices[0].step == ASKED_AGAIN,
    ), ()


def deadline_letter(clerk: Clerk, _person: Person, notices: Sequence[Notice]) -> Written:
    """A deadline that was extended is an earlier one again."""
    request = clerk.request(notices[0])
    before = clerk.session.exec(
        select(DueChange).where(DueChange.request_id == request.id, DueChange.plan_no == request.plan_no - 1)
    ).first()
    return DeadlineLetter(
        to=clerk.agency(request).name,
        contact=clerk.contact(clerk.cycle(request)),
        line=clerk.line(request),
        before=vn_date(before.due) if before else "",
        reason=_reason(clerk.session, request, "dat-lai-han"),
    ), ()


def why_overtaken(session: Session, notice: Notice) -> str:
    """Why such a letter need not be sent any more; "" when it must."""
    request = session.get_one(Request, notice.request_id)
    if notice.step in (RETURNED, TAKEN_BACK):
        row = session.get_one(ReturnedReport, subject_id(notice))
        if notice.step == RETURNED and row.cancelled_at is not None:
            return OVERTAKEN
        answered = notice.step == RETURNED and request.state in SETTLED
        return request.state.label.lower() if answered else ""
    if notice.step == RESET:
        return OVERTAKEN if notice.plan_no != request.plan_no else ""
    exempt = request.state == RequestState.EXEMPT
    return "" if exempt == (notice.step == EXEMPTED) else OVERTAKEN


def why_seen(session: Session, notice: Notice) -> str:
    """Why the secretariat need not be told any more of something that waits for a person; "" when it must."""
    if not notice.subject.startswith("arrival:"):
        return ""
    verdict = session.get_one(Arrival, subject_id(notice)).verdict
    return SEEN if verdict in PLACED else ""


def _reason(session: Session, request: Request, *acts: str) -> str:
    """Why the latest of these acts was done, as whoever did it wrote it."""
    return (
        session.exec(
            select(Audit.reason)
            .where(Audit.entity == "request", Audit.entity_id == request.id, col(Audit.act).in_(acts))
            .order_by(col(Audit.id).desc())
        ).first()
        or ""
    )
