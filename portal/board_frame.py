"""A reader's own frame around what the board answers: whose address the links bear, how old the figures are."""

import gzip
from collections.abc import Callable

from fastapi import Request as HttpRequest
from fastapi.responses import Response
from markupsafe import Markup

from models.time import VIETNAM, vn_date
from portal import show
from portal.board_ask import HTML, Answer
from portal.board_view import PLACE
from portal.refusal import Refusal

OLD = (
    '<p class="soft as-known" role="status">Có thay đổi mới đang được tính. Số liệu trên trang này: '
    "tính đến {time} ngày {day}.</p>"
)
LEVEL = 1
"""Of compressing: a page is made a sixth of its size in less than a millisecond."""
_MAIN = Markup("\x04")
"""Stands where the main part belongs while the frame is made."""

Frame = Callable[[Markup, Markup], str]
"""A page in the reader's frame, of its title and its main part."""


def framed(answer: Answer, frame: Frame, path: str) -> Response:
    """The answer as somebody at the desk gets it. `path` is the address of the reader's board."""
    _refuse(answer)
    if answer.media != HTML:
        return _file(answer)
    return Response(_whole(answer, frame, path), media_type=HTML)


def framed_for_guest(answer: Answer, frame: Frame, path: str, http: HttpRequest) -> Response:
    """The answer as whoever has a link gets it: not sent again while the browser has it, packed where it can unpack.

    Only for guests: a page of the desk has the session's own word in it, which packing beside words that came in the
    address might betray by its length."""
    _refuse(answer)
    if answer.media != HTML:
        return _file(answer)
    tag = f'"{answer.tag}{f"-{answer.known_at:%H%M%S}" if answer.known_at else ""}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "accept-encoding"}
    known = (one.strip().removeprefix("W/") for one in http.headers.get("if-none-match", "").split(","))
    if tag in known:
        return Response(status_code=304, headers=headers)
    body = _whole(answer, frame, path)
    if "gzip" in http.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        body = gzip.compress(body, LEVEL, mtime=0)
    return Response(body, media_type=HTML, headers=headers)


def _whole(answer: Answer, frame: Frame, path: str) -> bytes:
    head, _, tail = frame(Markup(answer.title), _MAIN).partition(_MAIN)  # noqa: S704 - made by a template
    old = ""
    if answer.known_at is not None:
        local = answer.known_at.astimezone(VIETNAM)
        old = OLD.format(time=f"{local:%H:%M:%S}", day=vn_date(local.date()))
    return f"{head}{old}".encode() + answer.body.replace(PLACE.encode(), path.encode()) + tail.encode()


def _refuse(answer: Answer) -> None:
    if answer.refused:
        raise Refusal(answer.status, answer.refused)


def _file(answer: Answer) -> Response:
    return Response(answer.body, media_type=answer.media, headers=show.to_keep(answer.file_name))
