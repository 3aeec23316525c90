"""The released quarter of tests/support, seen through its page: a client, links, and the clock the page goes by."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher

from models.codes import DeskRole
from models.cycle import Request
from models.desk import Account
from models.rules.links import link_token
from models.time import VIETNAM
from portal.app import create_app
from portal.protocol import PatientOnlySoLong
from tasks.desk import accounts
from tasks.desk.accounts import Made, add_account

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)


class _Text(HTMLParser):
    """What a person reads on a page, and what can be followed, typed into and pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass
class Page:
    """An answer as a person sees it."""

    status: int
    html: str
    headers: Any
    url: str

    def __post_init__(self) -> None:
        read = _Text()
        read.feed(self.html)
        self.text = " ".join(" ".join(read.words).split())
        self.tags = read.tags

    def fields(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@dataclass
class Visitor:
    """An agency's officer at a browser, with the link of one request."""

    province: Any
    client: httpx.Client
    agency: str
    token: str

    def get(self, rest: str = "") -> Page:
        return self._page(self.client.get(f"/y/{self.token}{rest}"))

    def post(self, rest: str, data: dict[str, Any] | None = None, **how: Any) -> Page:
        return self._page(self.client.post(f"/y/{self.token}{rest}", data=data or {}, **how))

    def upload(self, content: bytes, name: str = "bao-cao.xlsx") -> Page:
        return self.post("/nop", files={"tep": (name, content)})

    def typed(self, **more: str) -> dict[str, str]:
        """The fields of the form page as it stands, with these over them."""
        page = self.get("/form")
        said = {str(f["name"]): str(f.get("value") or "") for f in page.fields("input")}
        return {**said, **more}

    def _page(self, answer: Any) -> Page:
        return Page(answer.status_code, answer.text, answer.headers, str(answer.url))


@dataclass
class Clock:
    """The page's clock, to be set forward."""

    at: datetime = T0

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Served:
    """The pages of an office behind a real web server on this machine."""

    def __init__(self, office: Any, clock: Clock) -> None:
        self.app = create_app(office, clock)
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        settings = uvicorn.Config(
            self.app, http=PatientOnlySoLong, ws="none", lifespan="off", access_log=False, log_level="error"
        )
        self._server = uvicorn.Server(settings)
        self._thread = Thread(target=self._server.run, args=([self.socket],))
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self.socket.close()


@pytest.fixture
def served(clock: Clock) -> Iterator[Callable[[Any], Served]]:
    """Serves an office's pages, each office once: `served(province.office)`."""
    running: dict[int, Served] = {}

    def serve(office: Any) -> Served:
        if id(office) not in running:
            running[id(office)] = Served(office, clock)
        return running[id(office)]

    yield serve
    for one in running.values():
        one.stop()


VisitorMaker = Callable[..., Visitor]


@pytest.fixture
def visitor_of(served: Callable[[Any], Served]) -> Iterator[VisitorMaker]:
    """Makes a visitor with a link to an agency's request: `visitor_of(province, "SNV")`."""
    clients: list[httpx.Client] = []

    def make(province: Any, agency: str = "SNV") -> Visitor:
        client = httpx.Client(base_url=served(province.office).url, follow_redirects=True, timeout=60)
        clients.append(client)
        with province.store.reading() as session:
            request = session.get_one(Request, province.request_id(agency))
            token = link_token(request.id or 0, request.link_generation, province.office.key)
        return Visitor(province, client, agency, token)

    yield make
    for client in clients:
        client.close()


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed in no time: what they really cost is asked in tests/tasks/desk/test_accounts.py."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)


NAMES = {
    DeskRole.READER: "Lò Thị Xem",
    DeskRole.OFFICER: "Quàng Văn Cán",
    DeskRole.LEADER: "Lường Thị Trưởng",
}


@dataclass
class AtDesk:
    """Somebody of the secretariat at a browser, logged in. Paths are under /thu-ky."""

    province: Any
    client: httpx.Client
    account: Account
    password: str

    @property
    def actor(self) -> str:
        return self.account.actor

    def get(self, path: str = "") -> Page:
        return self._page(self.client.get(f"/thu-ky{path}"))

    def download(self, path: str) -> httpx.Response:
        return self.client.get(f"/thu-ky{path}")

    def post(self, path: str, data: dict[str, Any] | None = None, **how: Any) -> Page:
        """A form that was sent, with the session's own word in it."""
        return self._page(
            self.client.post(f"/thu-ky{path}", data={"_ma": self.csrf(), **(data or {})}, **how)
        )

    def csrf(self) -> str:
        page = self.get("/mat-khau")
        return next(str(f["value"]) for f in page.fields("input") if f.get("name") == "_ma")

    def _page(self, answer: Any) -> Page:
        return Page(answer.status_code, answer.text, answer.headers, str(answer.url))


def settled_account(province: Any, role: DeskRole, now: datetime) -> Made:
    """An account whose first password has been changed already, to log in with what is returned."""
    with province.store.writing() as session:
        made = add_account(session, f"{role.value}.thu", NAMES[role], role, actor="Thử", now=now)
    with province.store.writing() as session:
        account = session.get_one(Account, made.account.id)
        account.must_change = False
        session.add(account)
    return Made(account, made.password)


DeskMaker = Callable[..., AtDesk]


@pytest.fixture
def desk_of(served: Callable[[Any], Served], clock: Clock) -> Iterator[DeskMaker]:
    """Logs somebody in: `desk_of(province, DeskRole.OFFICER)`."""
    clients: list[httpx.Client] = []

    def make(province: Any, role: DeskRole = DeskRole.OFFICER) -> AtDesk:
        made = settled_account(province, role, clock())
        client = httpx.Client(base_url=served(province.office).url, follow_redirects=True, timeout=60)
        clients.append(client)
        client.post("/thu-ky/vao", data={"ten": made.account.login, "mat_khau": made.password})
        return AtDesk(province, client, made.account, made.password)

    yield make
    for client in clients:
        client.close()
