"""Links between registers as a person reads them."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.desk_act import AssignmentLink
from models.register import Assignment, AssignmentRevision, Register
from models.time import local_day, vn_date

HIDDEN = "(nhiệm vụ không đưa lên hệ thống)"


@dataclass(frozen=True)
class LinkedRow:
    """A link that stands: both row keys and names, who linked them and why. A withheld one shows its key alone."""

    link: AssignmentLink
    one_key: str
    one_name: str
    other_key: str
    other_name: str


def linked_rows(session: Session) -> list[LinkedRow]:
    """Every link that stands, the oldest first."""
    links = session.exec(
        select(AssignmentLink).where(col(AssignmentLink.ended_at).is_(None)).order_by(col(AssignmentLink.id))
    ).all()
    ids = {one for link in links for one in (link.one_id, link.other_id)}
    rows = session.exec(
        select(Assignment, AssignmentRevision.name, Register.code)
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(col(Assignment.id).in_(ids), col(AssignmentRevision.no) == col(Assignment.revision_no))
    )
    named = {row.id: (f"{code}/{row.key}", HIDDEN if row.withheld else name) for row, name, code in rows}
    return [LinkedRow(link, *named[link.one_id], *named[link.other_id]) for link in links]


def linked_lines(session: Session) -> list[str]:
    """The same as lines for the terminal."""
    return [
        f"{row.one_key} = {row.other_key} ({row.link.actor}, {vn_date(local_day(row.link.at))}"
        f"{': ' + row.link.why if row.link.why else ''})\n  {row.one_name}\n  {row.other_name}"
        for row in linked_rows(session)
    ]
