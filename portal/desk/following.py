"""Who in the secretariat follows what: seen by everybody, assigned by a leader, many at once."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from models.codes import AgencyKind
from models.desk import Account
from models.directory import Agency
from models.register import Assignment, Register
from portal.desk.access import HOME, Desk, Leader, Reader, Unclear
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK, Word
from tasks.desk.following import Subjects, follow, read_following, unfollow

ROUTER = APIRouter()
DONE = {"ghi": "Đã ghi phân công theo dõi."}


@ROUTER.api_route(f"{HOME}/theo-doi", methods=LOOK)
def show_following(desk: Reader, xong: Word = "") -> Response:
    """Every agency with who follows it, and the assignments that somebody follows apart."""
    return _page(desk, done=DONE.get(xong, ""))


@ROUTER.post(f"{HOME}/theo-doi")
def assign(desk: Leader) -> Response:
    """Assign an account to the ticked agencies and assignments, or end it."""

    def do(session: Session) -> None:
        account = session.get(Account, desk.number("tai_khoan") or 0)
        if account is None:
            raise Unclear("Chưa chọn cán bộ theo dõi.")
        subjects = Subjects((*_ids(desk, "co_quan"), *_of_kinds(desk, session)), _ids(desk, "nhiem_vu"))
        if not (subjects.agency_ids or subjects.assignment_ids):
            raise Unclear("Chưa chọn cơ quan hoặc nhiệm vụ nào.")
        act = unfollow if desk.said.get("thoi") else follow
        act(session, account, subjects, actor=desk.actor, now=desk.now)

    return acted(
        desk, do, then="/theo-doi?xong=ghi", otherwise=lambda fault: _page(desk, fault=fault, status=422)
    )


def _ids(desk: Desk, name: str) -> tuple[int, ...]:
    return tuple(
        int(one) for one in desk.lists.get(name, []) if one.isascii() and one.isdigit() and len(one) < 16
    )


def _of_kinds(desk: Desk, session: Session) -> list[int]:
    """Every active agency of the kinds that were ticked as a whole."""
    kinds = [kind for kind in AgencyKind if kind.value in desk.lists.get("khoi", [])]
    found = session.exec(select(Agency.id).where(col(Agency.kind).in_(kinds), col(Agency.active).is_(True)))
    return [agency_id for agency_id in found if agency_id is not None]


def _page(desk: Desk, *, done: str = "", fault: str = "", status: int = 200) -> Response:
    with desk.store.reading() as session:
        following = read_following(session)
        agencies = session.exec(
            select(Agency).where(col(Agency.active).is_(True)).order_by(col(Agency.position))
        ).all()
        accounts = session.exec(
            select(Account).where(col(Account.active).is_(True)).order_by(col(Account.name))
        ).all()
        apart = session.exec(
            select(Assignment, Register.code)
            .join(Register, col(Register.id) == col(Assignment.register_id))
            .where(col(Assignment.id).in_(following.assignments))
            .order_by(col(Assignment.id))
        ).all()
    kinds = dict.fromkeys(agency.kind for agency in agencies)
    return desk_page(
        desk,
        "following",
        status,
        done=done,
        fault=fault,
        groups=[(kind, [one for one in agencies if one.kind is kind]) for kind in kinds],
        following=following,
        nobody=sum(not following.of(agency.id) for agency in agencies),
        accounts=[(account.id, f"{account.name} ({account.role.label})") for account in accounts],
        apart=[(row.id, f"{code}/{row.key}", following.who(None, row.id)) for row, code in apart],
        ticked=set(desk.lists.get("co_quan", [])),
    )
