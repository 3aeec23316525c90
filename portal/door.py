"""Who holds a link that opens, and which request it opens. Opening changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Annotated
from urllib.parse import urlsplit

import sqlalchemy as sa
from fastapi import Depends
from fastapi import Request as HttpRequest
from sqlmodel import Session, select

from models.cycle import Cycle, Request
from models.rules.links import opens, read_token
from portal.limits import Limiter
from portal.refusal import TOO_OFTEN, Dead, Refusal
from portal.take_in import TOGETHER, Sent, take_in
from tasks.office import Office
from tasks.together import Together

LOOKS = (90, 60)
"""Pages a minute, and at once, with one link."""
ACTS = (20, 15)
"""Submissions, saves and the like."""
WRONG = (30, 30)
"""Links that do not open, from one address."""
LOGINS = (10, 15)
"""Tries to log in, from one address."""
AT_DESK = (240, 120)
"""Pages and acts of one account of the desk."""


@dataclass(frozen=True)
class House:
    """What every page needs, made once a process."""

    office: Office
    now: Callable[[], datetime]
    looks: Limiter
    acts: Limiter
    wrong: Limiter
    logins: Limiter
    acts_at_desk: Limiter
    together: Together[Sent, Exception | None]

    @property
    def base(self) -> str:
        """The path under which the pages are published, "" for the root."""
        return urlsplit(self.office.settings.portal_url).path.rstrip("/")


def open_house(office: Office, now: Callable[[], datetime]) -> House:
    """The house of this office."""
    return House(
        office,
        now,
        looks=Limiter(*LOOKS),
        acts=Limiter(*ACTS),
        wrong=Limiter(*WRONG),
        logins=Limiter(*LOGINS),
        acts_at_desk=Limiter(*AT_DESK),
        together=Together(partial(take_in, office, now), TOGETHER),
    )


@dataclass(frozen=True)
class Visit:
    """One request to a page by somebody whose link opens."""

    house: House
    request_id: int
    token: str
    address: str  # the visitor's, as the server sees it
    now: datetime

    @property
    def path(self) -> str:
        """The page's own address, without the host."""
        return f"{self.house.base}/y/{self.token}"


def visit(token: str, http: HttpRequest) -> Visit:
    """Opens the door, or raises Dead: a wrong, a revoked and an expired link look the same."""
    house: House = http.app.state.house
    address = http.client.host if http.client else ""
    now = house.now()
    request_id = _request_of(house, token, now)
    if request_id is None:
        if not house.wrong.allows(address, monotonic()):
            raise Refusal(429, TOO_OFTEN)
        raise Dead
    limiter = house.acts if http.method == "POST" else house.looks
    if not limiter.allows(str(request_id), monotonic()):
        raise Refusal(429, TOO_OFTEN)
    return Visit(house, request_id, token, address, now)


def _request_of(house: House, token: str, now: datetime) -> int | None:
    link = read_token(token, house.office.key)
    if link is None:
        return None
    with house.office.store.reading() as session:
        found = session.execute(_OPENS, {"request_id": link.request_id}).first()
    if found is None:
        return None
    generation, closed_at = found
    return link.request_id if opens(link, generation, closed_at, now) else None


_OPENS = (
    select(Request.link_generation, Cycle.closed_at)
    .join(Cycle)
    .where(Request.id == sa.bindparam("request_id"))
)


def held(session: Session, here: Visit) -> Request:
    """The visit's request, held until the transaction ends."""
    return session.get_one(Request, here.request_id, with_for_update=True)


Here = Annotated[Visit, Depends(visit)]
