"""Handing in on the page: stored, judged at once (portal.take_in), and found again by whoever handed it in."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from models.codes import ArrivalVerdict
from models.submission import Arrival, Blob, Submission
from portal.door import Visit
from portal.take_in import CHANNEL, Sent, store_sent, take_in, too_many
from tasks.intake.read_arrival import is_pdf


@dataclass(frozen=True)
class Outcome:
    """What became of one thing that was handed in. `version` is 0 where it has become none of this request's; `files`
    are those of a zip."""

    arrival_id: int
    verdict: ArrivalVerdict
    file_name: str
    version: int = 0
    why: str = ""
    files: tuple["Outcome", ...] = ()
    is_pdf: bool = False  # it holds no figures that we can read, but may be the signed report

    @property
    def versions(self) -> frozenset[int]:
        """Every version that has come of it."""
        return frozenset({self.version, *(file.version for file in self.files)} - {0})


def hand_in(here: Visit, file_name: str, content: bytes, *, quick: bool) -> str:
    """Store and judge; returns the word by which the outcome is found. What is quickly read (reads_quickly) is done
    with what others send at that moment; a file that may take long keeps nobody waiting."""
    sent = _sent(here, file_name, content)
    if quick:
        failed = here.house.together.ask(sent)
    else:
        (failed,) = take_in(here.house.office, here.house.now, [sent])
    if failed is not None:
        raise failed
    return sent.word


def put_away(here: Visit, file_name: str, content: bytes) -> str:
    """Store what was handed in, unjudged; returns the word by which it is found."""
    sent = _sent(here, file_name, content)
    if not store_sent(here.house.office, [sent], here.house.now())[0]:
        raise too_many()
    return sent.word


def _sent(here: Visit, file_name: str, content: bytes) -> Sent:
    return Sent(here.request_id, here.address, file_name, content, secrets.token_hex(8))


_HANDED_IN = select(Arrival).where(Arrival.channel == CHANNEL, Arrival.reference == sa.bindparam("reference"))
_WITH_VERSION = _HANDED_IN.add_columns(col(Submission.version)).join(
    Submission,
    sa.and_(
        col(Submission.request_id) == sa.bindparam("request_id"),
        col(Submission.sha256) == col(Arrival.sha256),
    ),
    isouter=True,
)


def handed_in(session: Session, request_id: int, word: str) -> Arrival | None:
    """What was handed in under this word, for this request alone."""
    return session.execute(_HANDED_IN, _under(request_id, word)).scalars().first()


def _under(request_id: int, word: str) -> dict[str, object]:
    return {"reference": f"{request_id}/{word}", "request_id": request_id}


def outcome_of(session: Session, request_id: int, word: str) -> Outcome | None:
    """What became of what was handed in under this word, for this request alone."""
    found = session.execute(_WITH_VERSION, _under(request_id, word)).first()
    if found is None:
        return None
    arrival, version = found
    files = _files_of(session, request_id, arrival) if arrival.verdict in _WITHOUT_FIGURES else ()
    return _outcome(
        session,
        arrival,
        version,
        tuple(_outcome(session, file, _version_of(session, request_id, file)) for file in files),
    )


_WITHOUT_FIGURES = (ArrivalVerdict.PACKAGE, ArrivalVerdict.PERSON)
"""What no report was read from: a zip of files, or something that a person must look at (also a zip, or a PDF)."""


def _files_of(session: Session, request_id: int, package: Arrival) -> Sequence[Arrival]:
    return session.exec(
        select(Arrival)
        .where(
            Arrival.channel == CHANNEL,
            Arrival.request_id == request_id,
            col(Arrival.reference).startswith(f"{package.id} / "),
        )
        .order_by(col(Arrival.id))
    ).all()


def _version_of(session: Session, request_id: int, file: Arrival) -> int | None:
    return session.exec(
        select(Submission.version).where(
            Submission.request_id == request_id, col(Submission.sha256) == file.sha256
        )
    ).first()


def _outcome(
    session: Session, arrival: Arrival, version: int | None, files: tuple[Outcome, ...] = ()
) -> Outcome:
    return Outcome(
        arrival_id=arrival.id or 0,
        verdict=arrival.verdict,
        file_name=arrival.file_name,
        version=version or 0,
        why=arrival.note,
        files=files,
        is_pdf=arrival.verdict in _WITHOUT_FIGURES and is_pdf(_head(session, arrival)),
    )


def _head(session: Session, arrival: Arrival) -> bytes:
    head = session.exec(
        select(func.substr(col(Blob.content), 1, 1024)).where(col(Blob.sha256) == arrival.sha256)
    ).one()
    return bytes(head or b"")
