"""The board's figures for other systems of the province (its IOC): JSON, read only, by key.

An application of its own under /api/v1, so that what it refuses is said in its own words, and its OpenAPI document has
these routes alone. A key is a link of the kind API (tasks.board.links).
"""

from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Query
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from models.codes import AgencyKind, AssignmentClass, Basis, BoardLinkKind
from models.rules.board.board_filter import BoardFilter
from models.rules.board.lamps import Lamp
from portal import api_shapes as shapes
from portal.api_lists import JSON, mark_of
from portal.board_ask import Answers, Ask
from portal.door import House
from portal.limits import Limiter
from tasks.board.links import link_that_opens
from tasks.board.reading import shown_cycles

PATH = "/api/v1"
ASKS = (60, 30)
"""Calls a minute, and at once, with one key."""
NO_KEY = "Thiếu khóa kết nối, hoặc khóa không có hiệu lực."
TOO_OFTEN = "Gọi quá nhiều lần. Đề nghị chờ một phút rồi gọi lại; số liệu không đổi trong từng giây."
NO_CYCLE = "Không có kỳ báo cáo nào mang mã này."
WRONG = "Tham số không hợp lệ."
ABOUT = (
    "Số liệu của bảng theo dõi thực hiện nhiệm vụ, chỉ đọc. Mỗi tỷ lệ có tử số và mẫu số; mỗi bảng có ngày mà số liệu "
    "phản ánh (`as_of`). Nhiệm vụ không đưa lên hệ thống không có trong danh sách nào."
)

_bearer = HTTPBearer(auto_error=False, description="Khóa kết nối do lãnh đạo Tổ Giúp việc cấp")


class Refused(Exception):
    """Ends a call with a status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Problem(BaseModel):
    """What is said when a call is refused."""

    detail: str


@dataclass(frozen=True)
class Caller:
    """Whoever calls with a key that opens."""

    house: House
    board: Answers


def caller(
    http: HttpRequest, said: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Opens the door by the key."""
    house: House = http.app.state.house
    now = house.now()
    link = None
    if said is not None:
        with house.office.store.reading() as session:
            link = link_that_opens(session, house.office, said.credentials, BoardLinkKind.API, now)
    if link is None:
        if not house.wrong.allows(http.client.host if http.client else "", monotonic()):
            raise Refused(429, TOO_OFTEN)
        raise Refused(401, NO_KEY)
    if not http.app.state.asks.allows(str(link.id), monotonic()):
        raise Refused(429, TOO_OFTEN)
    return Caller(house=house, board=http.app.state.board)


Here = Annotated[Caller, Depends(caller)]
Known = Annotated[str | None, Header(alias="if-none-match", include_in_schema=False)]
_REFUSALS: dict[int | str, dict[str, Any]] = {
    304: {"description": "Số liệu chưa thay đổi so với lần trước (If-None-Match)"},
    401: {"model": Problem, "description": NO_KEY},
    404: {"model": Problem, "description": NO_CYCLE},
    429: {"model": Problem, "description": TOO_OFTEN},
}


def create_api(house: House, board: Answers) -> FastAPI:
    """The interface of this house, to be mounted at PATH."""
    api = FastAPI(
        title="Bảng theo dõi thực hiện nhiệm vụ",
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses=_REFUSALS,
        servers=[{"url": f"{house.base}{PATH}"}],
        root_path_in_servers=False,
    )
    api.state.house = house
    api.state.board = board
    api.state.asks = Limiter(*ASKS)
    for path, answer, function, summary in (
        ("/cycles", shapes.Cycles, _cycles, "Các kỳ báo cáo đã phát hành, mới nhất trước"),
        (
            "/cycles/{code}",
            shapes.Figures,
            _figures,
            "Số liệu chung của một kỳ: gửi báo cáo, nhiệm vụ, lĩnh vực, thời hạn, chỉ tiêu, xu hướng",
        ),
        (
            "/cycles/{code}/agencies",
            shapes.Agencies,
            _agencies,
            "Từng cơ quan, đơn vị, địa phương của một kỳ",
        ),
        (
            "/cycles/{code}/assignments",
            shapes.Assignments,
            _assignments,
            "Từng nhiệm vụ của một kỳ, trừ nhiệm vụ không đưa lên hệ thống",
        ),
        (
            "/cycles/{code}/indicators",
            shapes.Indicators,
            _indicators,
            "Từng chỉ tiêu của một kỳ so với mục tiêu",
        ),
    ):
        api.add_api_route(
            path,
            function,
            methods=["GET"],
            response_model=answer,
            summary=summary,
            description=summary,
            name=function.__name__[1:],
        )
    _say_what_is_wrong(api)
    return api


def _cycles(here: Here, known: Known = None) -> Response:
    """The cycles that have figures."""
    with here.house.office.store.reading() as session:
        found = [shapes.cycle_line(cycle) for cycle in shown_cycles(session)]
    content = shapes.Cycles(cycles=found).model_dump_json().encode()
    return _sent(content, mark_of(content), known)


def _figures(here: Here, code: str, known: Known = None) -> Response:
    """A cycle at a glance."""
    return _answer(here, Ask("figures", code), known)


def _agencies(
    here: Here,
    code: str,
    kind: Annotated[AgencyKind | None, Query(description="Chỉ một khối")] = None,
    state: Annotated[Lamp | None, Query(description="Chỉ một tình hình gửi báo cáo")] = None,
    known: Known = None,
) -> Response:
    """The agencies of a cycle."""
    return _answer(here, Ask("agencies", code, said=BoardFilter(kind=kind, lamp=state)), known)


def _assignments(
    here: Here,
    code: str,
    section: Annotated[str, Query(description="Chỉ một lĩnh vực, ví dụ KH57-2026/V", max_length=100)] = "",
    of_class: Annotated[AssignmentClass | None, Query(alias="class", description="Chỉ một xếp loại")] = None,
    basis: Annotated[Basis, Query(description="Xếp loại dùng để lọc")] = Basis.DECLARED,
    known: Known = None,
) -> Response:
    """The assignments of a cycle."""
    said = BoardFilter(section=section, of_class=of_class, basis=basis)
    return _answer(here, Ask("assignments", code, said=said), known)


def _indicators(here: Here, code: str, known: Known = None) -> Response:
    """The indicators of a cycle."""
    return _answer(here, Ask("indicators", code), known)


def _answer(here: Caller, ask: Ask, known: str | None) -> Response:
    made = here.board(ask)
    if made.refused:
        raise Refused(made.status, NO_CYCLE if made.status == 404 else made.refused)
    return _sent(made.body, made.tag, known)


def _sent(content: bytes, mark: str, known: str | None) -> Response:
    """The answer with its mark; nothing but the mark when the caller has it already."""
    tag = f'"{mark}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if known is not None and tag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=JSON, headers=headers)


def _say_what_is_wrong(api: FastAPI) -> None:
    def refuse(_http: HttpRequest, error: Exception) -> Response:
        assert isinstance(error, Refused)  # noqa: S101 - registered for nothing else
        headers = {"www-authenticate": "Bearer"} if error.status == 401 else None
        return JSONResponse({"detail": error.sentence}, error.status, headers=headers)

    def unknown(_http: HttpRequest, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        return JSONResponse({"detail": "Không có địa chỉ này."}, error.status_code)

    def invalid(_http: HttpRequest, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        names = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors()}))
        return JSONResponse({"detail": f"{WRONG} ({names})"}, 422)

    api.add_exception_handler(Refused, refuse)
    api.add_exception_handler(HTTPException, unknown)
    api.add_exception_handler(RequestValidationError, invalid)
