"""The baseline of benchmarks.uploads: the upload view that a good engineer writes in an afternoon.

The same libraries and none of our code: FastAPI takes the file, openpyxl reads it, the required cells are looked at,
SQLAlchemy stores the file and its rows on PostgreSQL in one transaction, and the answer goes out in the same response
(no redirect, no page of versions). It proves no stamp by HMAC, knows no rule but "filled in", writes no letter, keeps
no audit trail, and bounds neither memory nor rate.

    PLAIN_DATABASE=postgresql+psycopg://... python -m benchmarks.upload_view --port 8080 --workers 2
"""

import argparse
import hashlib
import os
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from typing import Annotated

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI, File, HTTPException, UploadFile
from fastapi.responses import HTMLResponse
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from portal.protocol import PatientOnlySoLong

DATABASE = "PLAIN_DATABASE"
ACCEPTED = "Đã nhận báo cáo"
FAULTY = "Báo cáo còn ô chưa điền"
_REQUIRED = {"Nhiệm vụ": "Trạng thái", "Chỉ tiêu": "Giá trị thực hiện"}


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
    values: Mapped[dict[str, str]] = mapped_column(sa.JSON)


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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(content), data_only=True)
        with Session(engine) as session, session.begin():
            asked = session.scalars(sa.select(Asked).where(Asked.token == token)).all()
            if not asked:
                raise HTTPException(404)
            if _request_of(book) != asked[0].request_id:
                raise HTTPException(422, "Biểu của cơ quan khác")
            rows = {**_tables(book), **_figures(book)}
            empty = [one.key for one in asked if not _is_filled(rows.get(one.key))]
            stored = Upload(
                request_id=asked[0].request_id,
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


def _request_of(book: Workbook) -> int:
    return next(
        int(str(row[1])) for row in book["_dondoc"].iter_rows(values_only=True) if row[0] == "request"
    )


def _tables(book: Workbook) -> dict[str, dict[str, str]]:
    """Every row of the two tables by its key; what must be filled in is under ""."""
    found = {}
    for title, required in _REQUIRED.items():
        if title not in book.sheetnames:
            continue
        header: tuple[str, ...] = ()
        for row in book[title].iter_rows(values_only=True):
            texts = tuple("" if value is None else str(value) for value in row)
            if "Mã" in texts:
                header = texts
            elif header and (key := texts[header.index("Mã")]):
                said = dict(zip(header, texts, strict=False))
                found[key] = {**said, "": said.get(required, "")}
    return found


def _figures(book: Workbook) -> dict[str, dict[str, str]]:
    """Every figure of the annexes by its place."""
    return {
        f"{sheet.title}!{cell.coordinate}": {"value": str(cell.value)}
        for sheet in book.worksheets
        if isinstance(sheet, Worksheet) and sheet.title.startswith("Phụ lục")
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    }


def _is_filled(said: Mapping[str, str] | None) -> bool:
    return bool(said and said.get(""))


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
