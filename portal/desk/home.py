"""The first page of the desk: what waits for whoever sits there."""

from fastapi import APIRouter
from fastapi.responses import Response

from models.codes import DeskRole
from portal.desk.access import HOME, Reader
from portal.desk.desk_page import desk_page
from portal.pages import LOOK, Word
from tasks.desk.following import read_following
from tasks.desk.worklist import worklist

ROUTER = APIRouter()
MINE, ALL = "toi", "tat-ca"


@ROUTER.api_route(HOME, methods=LOOK)
def show_home(desk: Reader, cua: Word = "") -> Response:
    """The work list: a leader's is everybody's, an officer's what that officer follows; either can see the other."""
    account_id = desk.account.id or 0
    leads = desk.may(DeskRole.LEADER)
    with desk.store.reading() as session:
        follows = read_following(session).follows_anything(account_id)
        whose = cua if cua in (MINE, ALL) else MINE if follows and not leads else ALL
        groups = worklist(session, desk.office, desk.now, account_id if whose == MINE else None, leads=leads)
    return desk_page(desk, "home", groups=groups, whose=whose, follows=follows)
