"""Links for looking alone, and keys of the interface: given and revoked by a leader of the secretariat."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from models.codes import BoardLinkKind
from portal.desk.access import HOME, Desk, Leader, Unclear
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK
from tasks.board.links import links_given, make_link, revoke_board_link

ROUTER = APIRouter()
DONE = {
    "cap": "Đã cấp. Đường dẫn hoặc khóa ở dòng đầu của bảng bên dưới: chỉ trao cho người được cấp.",
    "thu-hoi": "Đã thu hồi: đường dẫn hoặc khóa ấy không còn hiệu lực.",
}


def _page(desk: Desk, *, done: str = "", fault: str = "", status: int = 200) -> Response:
    with desk.store.reading() as session:
        given = links_given(session, desk.office, desk.now)
    return desk_page(
        desk,
        "links",
        status,
        done=DONE.get(done, ""),
        fault=fault,
        given=given,
        kinds=list(BoardLinkKind),
        page=BoardLinkKind.PAGE,
        published=bool(desk.office.settings.portal_url),
    )


@ROUTER.api_route(f"{HOME}/lien-ket", methods=LOOK)
def links(desk: Leader, xong: str = "") -> Response:
    """What was given to whom, and what of it opens."""
    return _page(desk, done=xong)


@ROUTER.post(f"{HOME}/lien-ket")
def give(desk: Leader) -> Response:
    """A new link or key."""

    def do(session: Session) -> None:
        kind = next((one for one in BoardLinkKind if one.value == desk.said.get("loai")), None)
        if kind is None:
            raise Unclear("Chọn loại: trang xem, hoặc kết nối số liệu.")
        last_day = desk.day_or_none("den", "Hết hiệu lực sau ngày")
        make_link(session, kind, desk.line("cap_cho"), last_day, actor=desk.actor, now=desk.now)

    return acted(
        desk,
        do,
        then="/lien-ket?xong=cap",
        otherwise=lambda fault: _page(desk, fault=fault, status=422),
    )


@ROUTER.post(f"{HOME}/lien-ket/{{link_id}}/thu-hoi")
def revoke(desk: Leader, link_id: int) -> Response:
    """Makes one worthless."""
    return acted(
        desk,
        lambda session: revoke_board_link(
            session, link_id, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now
        ),
        then="/lien-ket?xong=thu-hoi",
        otherwise=lambda fault: _page(desk, fault=fault, status=422),
    )
