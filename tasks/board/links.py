"""Links for looking alone, and keys of the interface: made and revoked by a leader of the secretariat."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.codes import BoardLinkKind
from models.desk import BoardLink
from models.fault import Fault
from models.rules.board.link_tokens import board_address, board_token, in_force, read_board_token
from models.rules.text import clean
from models.time import local_day, vn_date
from tasks.office import Office
from tasks.states import record_act

LONGEST_LABEL = 200


class LinkFault(Fault):
    """A link that cannot be made or revoked; the message says why."""


@dataclass(frozen=True)
class Given:
    """A link with what opens it: the address of a page, or the key of the interface."""

    link: BoardLink
    token: str
    address: str
    opens: bool


def make_link(
    session: Session, kind: BoardLinkKind, label: str, last_day: date | None, *, actor: str, now: datetime
) -> BoardLink:
    """A new link. Made again for the same, the one in force is returned: pressed twice, it is made once."""
    label = clean(label)[:LONGEST_LABEL]
    if not label:
        raise LinkFault("Ghi rõ đường dẫn này cấp cho ai, đơn vị nào, để sau này biết mà thu hồi.")
    if last_day is not None and last_day < local_day(now):
        raise LinkFault(f"Ngày hết hiệu lực {vn_date(last_day)} đã qua.")
    same = session.exec(
        select(BoardLink)
        .where(
            BoardLink.kind == kind,
            BoardLink.label == label,
            BoardLink.last_day == last_day,
            col(BoardLink.revoked_at).is_(None),
        )
        .order_by(col(BoardLink.id))
    ).first()
    if same is not None:
        return same
    link = BoardLink(kind=kind, label=label, last_day=last_day, actor=actor, made_at=now)
    session.add(link)
    session.flush()
    record_act(
        session,
        "cap-duong-dan-xem",
        "board_link",
        link.id,
        actor=actor,
        now=now,
        after={"loại": kind.value, "cấp cho": label, "đến hết ngày": str(last_day) if last_day else ""},
    )
    return link


def revoke_board_link(session: Session, link_id: int, *, reason: str, actor: str, now: datetime) -> BoardLink:
    """Make a link worthless. Revoking it again changes nothing; whoever needs one gets a new one."""
    link = session.exec(select(BoardLink).where(BoardLink.id == link_id).with_for_update()).first()
    if link is None:
        raise LinkFault(f"Không có đường dẫn nào mang số {link_id}.")
    if link.revoked_at is not None:
        return link
    if not clean(reason):
        raise LinkFault("Ghi lý do thu hồi.")
    link.revoked_at = now
    session.add(link)
    record_act(
        session,
        "thu-hoi-duong-dan-xem",
        "board_link",
        link.id,
        actor=actor,
        now=now,
        reason=clean(reason),
        before={"cấp cho": link.label},
    )
    return link


def links_given(session: Session, office: Office, now: datetime) -> list[Given]:
    """Every link that was ever given, the latest first."""
    links = session.exec(select(BoardLink).order_by(col(BoardLink.id).desc()))
    return [given(link, office, now) for link in links]


def given(link: BoardLink, office: Office, now: datetime) -> Given:
    """A link with what opens it."""
    token = board_token(link.id or 0, link.kind, office.key)
    address = ""
    if link.kind is BoardLinkKind.PAGE and office.settings.portal_url:
        address = board_address(office.settings.portal_url, token)
    return Given(link, token, address, in_force(link.last_day, link.revoked_at is not None, local_day(now)))


def link_that_opens(
    session: Session, office: Office, token: str, kind: BoardLinkKind, now: datetime
) -> BoardLink | None:
    """The link of this token when it is in force, else None: wrong, revoked and expired ones look the same."""
    link_id = read_board_token(token, kind, office.key)
    link = None if link_id is None else session.get(BoardLink, link_id)
    if link is None or link.kind is not kind:
        return None
    return link if in_force(link.last_day, link.revoked_at is not None, local_day(now)) else None
