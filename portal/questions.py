"""What an agency's page shows of the phiếu đối chiếu: what it is asked, and what it has explained."""

from dataclasses import dataclass

from sqlmodel import Session

from models.codes import DiscrepancyState
from models.cycle import Cycle, Request
from models.time import vn_instant
from tasks.discrepancies.acts import asked_of
from tasks.discrepancies.points import points_of


@dataclass(frozen=True)
class Question:
    """One contradiction that the agency is asked about."""

    id: int
    kind: str
    place: str
    sentence: str
    asked: str  # 08:00 ngày 12/3/2026
    waiting: bool  # for an explanation
    answer: str
    answered: str


def questions_of(session: Session, request: Request, cycle: Cycle) -> tuple[Question, ...]:
    """Those that wait for an explanation first. Nothing of a withheld assignment is among them."""
    points = points_of(session, cycle, request_id=request.id)
    questions = [
        Question(
            id=point.id,
            kind=point.kind.label,
            place=point.source.removeprefix(f"{point.agency_name}, "),
            sentence=point.sentence,
            asked=vn_instant(point.asked_at) if point.asked_at else "",
            waiting=point.state is DiscrepancyState.ASKED,
            answer="" if point.state is DiscrepancyState.ASKED else point.answer,
            answered=vn_instant(point.answered_at) if point.answered_at else "",
        )
        for point in asked_of(points)
    ]
    return tuple(sorted(questions, key=lambda question: not question.waiting))
