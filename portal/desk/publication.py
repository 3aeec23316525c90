"""The publication of a cycle at the desk: recorded, corrected, its signed Word file held against our report."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import StringConstraints
from sqlmodel import Session, select

from models.codes import CycleState
from models.cycle import Cycle
from models.fault import Fault
from models.publication import Publication
from models.time import vn_instant
from portal import show
from portal.desk.access import HOME, Desk, Leader, Officer, Reader, Sent
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK, Word
from portal.refusal import Refusal
from tasks.blobs import bytes_of
from tasks.cycle.cycles import find_cycle
from tasks.publication.publish import (
    File,
    Issued,
    PublicationFault,
    all_publications,
    compare_with_ours,
    differences_of,
    record_publication,
    reports_of,
)

ROUTER = APIRouter()
Code = Annotated[str, StringConstraints(max_length=60)]
DONE = {"ghi": "Đã ghi công bố báo cáo của kỳ."}
UNKNOWN = "Không có kỳ báo cáo hoặc tệp này."


@ROUTER.api_route(f"{HOME}/cong-bo/{{code}}", methods=LOOK)
def show_publication(desk: Reader, code: Code, xong: Word = "") -> Response:
    """What stands, what it corrected, and where the signed Word file differs from ours."""
    return _page(desk, code, done=DONE.get(xong, ""))


@ROUTER.post(f"{HOME}/cong-bo/{{code}}/tep")
def record(desk: Leader, code: Code) -> Response:
    """Record the issued report; recorded again it is a correction."""

    def do(session: Session) -> None:
        issued = Issued(
            desk.line("so", 120),
            desk.day("ngay", "Ngày ký"),
            desk.line("nguoi_ky", 250),
            pdf=_file(desk.files.get("pdf")),
            word=_file(desk.files.get("word")),
            note=desk.text("ghi_chu"),
        )
        record_publication(
            session, code, issued, actor=desk.actor, now=desk.now, compared_id=desk.number("ban")
        )

    return acted(
        desk,
        do,
        then=f"/cong-bo/{code}?xong=ghi",
        otherwise=lambda fault: _page(desk, code, fault=fault, status=422),
    )


@ROUTER.post(f"{HOME}/cong-bo/{{code}}/thu/tep")
def try_it(desk: Officer, code: Code) -> Response:
    """Hold a Word file against our report without recording anything."""
    word = _file(desk.files.get("word_thu"))
    try:
        if word is None:
            raise PublicationFault("Chưa chọn tệp Word để đối chiếu.")
        with desk.store.reading() as session:
            comparison, ours = compare_with_ours(session, code, word, desk.number("ban_thu"))
    except Fault as fault:
        return _page(desk, code, fault=str(fault), status=422)
    told = {"name": word.name, "ours": f"{ours.file_name}, lập lúc {vn_instant(ours.made_at)}"}
    return _page(desk, code, tried=told, tried_differences=comparison.differences)


@ROUTER.api_route(f"{HOME}/cong-bo/{{code}}/{{number:int}}/{{kind}}", methods=LOOK)
def take_file(desk: Reader, code: Code, number: int, kind: str) -> Response:
    """A signed file as it was recorded."""
    with desk.store.reading() as session:
        publication = session.exec(
            select(Publication).join(Cycle).where(Publication.id == number, Cycle.code == code)
        ).first()
        files = {"pdf": publication.pdf_sha256, "word": publication.word_sha256} if publication else {}
        sha256 = files.get(kind)
        if sha256 is None:
            raise Refusal(404, UNKNOWN)
        content = bytes_of(session, sha256)
    ending = "pdf" if kind == "pdf" else "docx"
    return show.download(content, f"bao-cao-da-ky-{code}-{number}.{ending}")


def _file(sent: Sent | None) -> File | None:
    return File(sent.name, sent.content) if sent is not None else None


def _page(desk: Desk, code: str, **how: Any) -> Response:
    with desk.store.reading() as session:
        try:
            cycle = find_cycle(session, code)
        except Fault as fault:
            raise Refusal(404, UNKNOWN) from fault
        records = all_publications(session, cycle)
        differences = differences_of(session, records[0]) if records else []
        reports = reports_of(session, cycle)
    return desk_page(
        desk,
        "publication",
        cycle=cycle,
        draft=cycle.state == CycleState.DRAFT,
        records=records,
        differences=differences,
        compared=next((r for r in reports if records and r.id == records[0].compared_id), None),
        reports=[
            (report.id, f"{report.file_name}, lập lúc {vn_instant(report.made_at)}") for report in reports
        ],
        **{"tried": None, "tried_differences": (), **how},
    )
