"""A baseline of benchmarks.uploads: the upload view as a good engineer writes it in an afternoon, on FastAPI.

The same libraries as dondoc's and none of its code: FastAPI takes the file, openpyxl reads it, the required cells are
looked at, SQLAlchemy stores the file and its rows on PostgreSQL in one transaction, and the answer goes out in the same
response (no redirect, no page of versions). It proves no stamp by HMAC, knows no rule but "filled in", writes no
letter, keeps no audit trail, and bounds neither memory nor rate.

    PLAIN_DATABASE=postgresql+psycopg://... python -m benchmarks.upload_view --port 8080 --workers 2
"""

import argparse
import hashlib
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from typing import Annotated, Any

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI, File, HTTPException, UploadFile
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.upload_reading import missing, read
from portal.protocol import PatientOnlySoLong

DATABASE = "PLAIN_DATABASE"
ACCEPTED = "Đã nhận báo cáo"
FAULTY = "Báo cáo còn ô chưa điền"


class Base(DeclarativeBase):
    """The tables of the plain program."""


class Asked(Base):
    """One row that a link asks about."""

    __tablename__ = "asked"
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(index=True)
    request_id: Mapped[int]
    key: Mapped[str]


class Upload(Base):
    """One file that came in."""

    __tablename__ = "upload"
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(index=True)
    file_name: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes]
    received_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    accepted: Mapped[bool]


class Row(Base):
    """What a file says in one row or one cell."""

    __tablename__ = "row"
    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(sa.ForeignKey("upload.id"), index=True)
    key: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


def prepare(url: str, asked: Iterable[tuple[str, int, str]]) -> None:
    """The empty tables, and what each link asks about: token, request, key of the row."""
    engine = sa.create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.execute(
            sa.insert(Asked),
            [{"token": token, "request_id": request, "key": key} for token, request, key in asked],
        )
    engine.dispose()


def make_app() -> FastAPI:
    """What each server process runs."""
    engine = sa.create_engine(os.environ[DATABASE])
    app = FastAPI()

    @app.post("/y/{token}/nop")
    def upload(token: str, tep: Annotated[UploadFile, File()]) -> HTMLResponse:
        content = tep.file.read()
        request_id, rows = read(content)
        with Session(engine) as session, session.begin():
            asked = session.scalars(sa.select(Asked).where(Asked.token == token)).all()
            if not asked:
                raise HTTPException(404)
            if request_id != asked[0].request_id:
                raise HTTPException(422, "Biểu của cơ quan khác")
            empty = missing((one.key for one in asked), rows)
            stored = Upload(
                request_id=request_id,
                file_name=tep.filename or "",
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
                received_at=datetime.now(UTC),
                accepted=not empty,
            )
            session.add(stored)
            session.flush()
            session.add_all(Row(upload_id=stored.id, key=key, values=said) for key, said in rows.items())
            number = stored.id
        if empty:
            return HTMLResponse(f"<p>{FAULTY}: {escape(', '.join(empty))}</p>")
        return HTMLResponse(f"<p>{ACCEPTED}, số {number}</p>")

    return app


def main() -> None:
    """Serve until stopped."""
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--workers", type=int, required=True)
    said = options.parse_args()
    uvicorn.run(
        "benchmarks.upload_view:make_app",
        factory=True,
        port=said.port,
        workers=said.workers,
        http=PatientOnlySoLong,  # as ours: without it, each answer of several workers waits 40 ms
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
