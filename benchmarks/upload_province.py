"""What the benchmark of uploads works on: the province several times over, and a filled workbook for every upload.

One link takes 40 files a day (portal.hand_in) and 20 acts a minute (portal.door). Those bounds stay as they are: the
60 agencies of Quý I/2026 are copied until there are links enough, each copy with officers, request and form of its own.
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from sqlmodel import Session, col, func, select

from benchmarks.filled_forms import WHO, filled
from models.annex import RequestAnnex
from models.codes import RequestState
from models.cycle import DueChange, Request, RequestItem
from models.directory import Agency, Person
from models.rules.form import Form
from models.rules.links import link_token
from models.rules.stamp import sign
from models.rules.typed_form import row_keys
from models.time import at_hour
from tasks.cycle.forms import forms_of
from tasks.migrate import upgrade
from tasks.office import Office
from tasks.settings import CHECKOUT, Settings
from tasks.setup import set_up
from tasks.steps import open_step, release_step
from tasks.store import open_store

_REQUEST_ID = 987654321012  # no such number stands in a form: found again in the XML, as are the other two
_AGENCY_CODE = "ZZ-MA-CO-QUAN-ZZ"
NOW = at_hour(date(2026, 3, 12), 9)


@dataclass(frozen=True)
class Place:
    """One agency's link, and what its form is stamped with."""

    request_id: int
    agency_code: str
    token: str
    row_keys: tuple[str, ...]
    original: str  # the agency whose copy this is


@dataclass(frozen=True)
class Upload:
    """One file, and where it goes."""

    place: Place
    file: Path


def province(home: Path, url: str, key_file: Path, links: int) -> Office:
    """Quý I/2026, released to as many agencies as give so many links or a few more, in the empty database at `url`
    ("" is SQLite in `home`)."""
    home.mkdir()
    settings = Settings(
        home=home,
        database_url=url,
        secret_key_file=key_file,
        profile=CHECKOUT / "deployments" / "dien-bien",
        actor="Đo tốc độ",
    )
    settings.inbox.mkdir(parents=True, exist_ok=True)
    office = Office(settings=settings, store=open_store(settings.engine_url))
    upgrade(office.store)
    list(set_up(office, NOW, "Đo tốc độ"))
    open_step(office, "2026-Q1", NOW)
    release_step(office, "bcd-quy-2026-Q1", "12-CV/BCĐ", date(2026, 3, 4), NOW)
    with office.store.writing() as session:
        for request in session.exec(select(Request)):
            request.state, request.sent_at = RequestState.SENT, NOW
        session.flush()
        asked = session.exec(select(func.count()).select_from(Request)).one()
        for number in range(1, -(-links // asked)):
            _copy(session, number)
    office.store.take_stock()  # as a release to so many does
    return office


def _copy(session: Session, number: int) -> None:
    """Every agency asked, once more: with its people, its request and the lines of it."""
    requests = session.exec(
        select(Request, Agency).join(Agency).where(~col(Agency.code).contains("+")).order_by(col(Request.id))
    ).all()
    for request, agency in requests:
        twin = Agency(**{**agency.model_dump(exclude={"id"}), "code": f"{agency.code}+{number}"})
        session.add(twin)
        session.flush()
        for person in session.exec(select(Person).where(Person.agency_id == agency.id)):
            email = f"{number}.{person.email}"
            session.add(Person(**{**person.model_dump(exclude={"id"}), "agency_id": twin.id, "email": email}))
        asked = Request(**{**request.model_dump(exclude={"id"}), "agency_id": twin.id})
        session.add(asked)
        session.flush()
        for table in (RequestItem, RequestAnnex, DueChange):
            for row in session.exec(select(table).where(table.request_id == request.id)):
                session.add(table(**{**row.model_dump(exclude={"id"}), "request_id": asked.id}))


def places_of(office: Office) -> list[Place]:
    """Every link, in the order of the requests."""
    with office.store.reading() as session:
        ids = [request_id or 0 for request_id in session.exec(select(Request.id).order_by(col(Request.id)))]
        forms = forms_of(session, ids)
    return [
        Place(
            request_id=request_id,
            agency_code=forms[request_id].agency_code,
            token=link_token(request_id, 1, office.key),
            row_keys=tuple(row_keys(forms[request_id])),
            original=forms[request_id].agency_code.partition("+")[0],
        )
        for request_id in ids
    ]


def workbooks(office: Office) -> dict[str, bytes]:
    """A filled form of each agency of the province, by its code, stamped with marks that `uploads_in` replaces."""
    with office.store.reading() as session:
        ids = session.exec(select(Request.id).join(Agency).where(~col(Agency.code).contains("+"))).all()
        forms = forms_of(session, [request_id or 0 for request_id in ids])
    return {form.agency_code: filled(_marked(form), office.key) for form in forms.values()}


def _marked(form: Form) -> Form:
    return replace(form, request_id=_REQUEST_ID, agency_code=_AGENCY_CODE)


def uploads_in(
    folder: Path, office: Office, places: Sequence[Place], many: int, pool: Executor
) -> list[Upload]:
    """So many files, no two alike: each stamped for its own place, and filled in by another person."""
    books = workbooks(office)
    jobs = [(places[number % len(places)], number) for number in range(many)]
    batches = [jobs[first : first + 200] for first in range(0, many, 200)]
    made: Iterator[list[Upload]] = pool.map(
        _write, *zip(*((folder, office.key, books, batch) for batch in batches), strict=True)
    )
    return [upload for batch in made for upload in batch]


def _write(
    folder: Path, key: bytes, books: dict[str, bytes], jobs: Sequence[tuple[Place, int]]
) -> list[Upload]:
    return [_write_one(folder, key, books[place.original], place, number) for place, number in jobs]


def _write_one(folder: Path, key: bytes, book: bytes, place: Place, number: int) -> Upload:
    stamp = sign(place.request_id, 1, "bcd-quy-2026-Q1", place.agency_code, place.row_keys, key)
    out = BytesIO()
    with ZipFile(BytesIO(book)) as given, ZipFile(out, "w", ZIP_DEFLATED) as varied:
        for name in given.namelist():
            part = given.read(name)
            if WHO in part or _AGENCY_CODE.encode() in part:
                part = _MAC.sub(stamp.mac.encode(), part)
                part = part.replace(str(_REQUEST_ID).encode(), str(place.request_id).encode())
                part = part.replace(_AGENCY_CODE.encode(), place.agency_code.encode())
                part = part.replace(WHO, b"%s %d" % (WHO, number))
            varied.writestr(name, part)
    file = folder / f"bao-cao-{number:06d}.xlsx"
    file.write_bytes(out.getvalue())
    return Upload(place, file)


_MAC = re.compile(rb"\b[0-9a-f]{64}\b")  # nothing else in a form looks like it
