"""Links between registers as lines that a person reads."""

from sqlmodel import Session, col, select

from models.desk_act import AssignmentLink
from models.register import Assignment, AssignmentRevision, Register
from models.time import local_day, vn_date


def linked_lines(session: Session) -> list[str]:
    """Every link that stands: both keys, both names, who linked them and why. A withheld one shows its key alone."""
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
    named = {
        row.id: (f"{code}/{row.key}", "(không đưa lên hệ thống)" if row.withheld else name)
        for row, name, code in rows
    }
    lines = []
    for link in links:
        (one, one_name), (other, other_name) = named[link.one_id], named[link.other_id]
        why = f": {link.why}" if link.why else ""
        lines.append(
            f"{one} = {other} ({link.actor}, {vn_date(local_day(link.at))}{why})\n  {one_name}\n  {other_name}"
        )
    return lines
