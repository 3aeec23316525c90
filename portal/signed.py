"""The signed Báo cáo on the page: added at once or later, with its number, day and signer; taken back as it came."""

from pathlib import PurePosixPath
from typing import Annotated

import anyio
from fastapi import APIRouter, Query
from fastapi import Request as HttpRequest
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from models.rules.deadlines import read_day
from models.rules.text import clean
from models.submission import Arrival
from portal import show
from portal.door import Here, Visit, held
from portal.guard import LARGEST_UPLOAD
from portal.hand_in import handed_in, put_away
from portal.pages import LOOK, page_of
from portal.refusal import TOO_LARGE, Refusal
from tasks.blobs import LARGEST, bytes_of
from tasks.intake.signed_reports import SignedFault, add_signed, all_signed, set_aside

ROUTER = APIRouter()

NO_FILE = "Chưa chọn tệp PDF của báo cáo đã ký. Bấm “Chọn tệp”, chọn tệp rồi bấm “Nộp bản ký”."
NONE_THERE = "Chưa có báo cáo đã ký để tải."


@ROUTER.post("/y/{token}/ban-ky")
async def add(here: Here, http: HttpRequest) -> Response:
    """A PDF with its number, day and signer. The file is stored first; where something else is missing, it is
    mended without choosing the file again."""
    async with http.form(max_files=1, max_fields=10, max_part_size=4096) as form:
        limiter: anyio.CapacityLimiter = http.app.state.judging
        return await anyio.to_thread.run_sync(_add, here, form, limiter=limiter)


def _add(here: Visit, form: FormData) -> Response:
    said = {name: clean(value)[:300] for name, value in form.items() if isinstance(value, str)}
    file = form.get("ban_ky")
    word = said.get("da_luu", "")[:40]
    if isinstance(file, UploadFile) and file.filename:
        if (file.size or 0) > LARGEST:
            raise Refusal(413, TOO_LARGE)
        name = PurePosixPath(file.filename.replace("\\", "/")).name or "khong-ten.pdf"
        word = put_away(here, name, file.file.read(LARGEST_UPLOAD))
    fault = _record(here, word, said)
    if not fault:
        return show.go_to(f"{here.path}?nop={word}#ket-qua")
    kept = {name: said.get(name, "") for name in ("so", "ngay", "nguoi_ky")}
    return page_of(here, status=422, fault=fault, said={**kept, "ban_ky": word})


def _record(here: Visit, word: str, said: dict[str, str]) -> str:
    """Make the stored file the signed report; why that cannot be done, "" when it is."""
    with here.house.office.store.writing() as session:
        request = held(session, here)
        stored = handed_in(session, here.request_id, word)
        if stored is None:
            return NO_FILE
        arrival = session.get_one(Arrival, stored.id, with_for_update=True)
        try:
            add_signed(
                session,
                request,
                arrival,
                number=said.get("so", ""),
                signed_on=read_day(said.get("ngay", "")[:60]),
                signer=said.get("nguoi_ky", ""),
                now=here.now,
            )
        except SignedFault as fault:
            set_aside(session, arrival, fault)
            return str(fault)
    return ""


@ROUTER.api_route("/y/{token}/bao-cao-da-ky", methods=LOOK)
def take(here: Here, ban: Annotated[int, Query(ge=0, le=2**31)] = 0) -> Response:
    """The signed report that counts, or an earlier one by its number."""
    with here.house.office.store.reading() as session:
        signed = [s for s in all_signed(session, here.request_id) if ban in (0, s.id)]
        if not signed:
            raise Refusal(404, NONE_THERE)
        content = bytes_of(session, session.get_one(Arrival, signed[0].arrival_id).sha256)
    return show.download(content, f"bao-cao-da-ky-{here.request_id}-{signed[0].id}.pdf")
