"""What an agency does on its page. Every act is a POST and ends in a redirect: reloading repeats nothing."""

from collections.abc import Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from models.codes import RequestState
from models.fault import Fault
from models.rules.deadlines import read_day
from models.rules.text import clean, clean_lines
from models.rules.typed_form import LONGEST, NOTHING_FIELD, REASON_FIELD
from portal import show
from portal.door import Here, Visit, held
from portal.facts import read_facts
from portal.guard import LARGEST_FORM, LARGEST_UPLOAD
from portal.hand_in import hand_in
from portal.pages import page_of
from portal.refusal import TOO_LARGE, Refusal
from tasks.blobs import LARGEST
from tasks.cycle.agency_acts import ActFault, acknowledge, ask_extension
from tasks.intake.read_arrival import QUICK_BYTES, reads_quickly
from tasks.intake.typed_report import FILE_NAME, write_typed

ROUTER = APIRouter()

JUDGED_AT_ONCE = 4
"""Files that one process judges at the same time, of those that are not quickly read: each may take some hundred MB
while it is being read."""

NO_FILE = "Chưa chọn tệp. Bấm “Chọn tệp”, chọn biểu mẫu đã điền (.xlsx) rồi bấm “Nộp tệp”."
ALREADY = "Đã có báo cáo đạt yêu cầu; không báo “không phát sinh” nữa. Cần thay đổi, đề nghị liên hệ thư ký."
NO_REASON = "Chưa ghi lý do không phát sinh."
NO_DAY = "Chưa rõ ngày. Ghi ngày/tháng/năm, ví dụ 25/3/2026."
OVER = "Kỳ báo cáo đã đóng. Báo cáo gửi bằng tệp vẫn được lưu và chuyển thư ký xem xét."


async def texts(http: HttpRequest) -> Mapping[str, str]:
    """What was typed into a form."""
    async with http.form(max_files=0, max_fields=20_000, max_part_size=LARGEST_FORM) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


Said = Annotated[Mapping[str, str], Depends(texts)]


@ROUTER.post("/y/{token}/nop")
async def upload(here: Here, http: HttpRequest) -> Response:
    """A file: stored, judged at once, its verdict on the page. It waits on the disk until its turn to be judged."""
    async with http.form(max_files=1, max_fields=10) as form:
        file = form.get("tep")
        if not isinstance(file, UploadFile) or not file.filename:
            return await anyio.to_thread.run_sync(partial(page_of, here, status=422, fault=NO_FILE))
        if (file.size or 0) > LARGEST:
            raise Refusal(413, TOO_LARGE)
        quick = _is_quick(file)
        limiter: anyio.CapacityLimiter = http.app.state.together if quick else http.app.state.judging
        word = await anyio.to_thread.run_sync(_hand_in, here, file, quick, limiter=limiter)
    return show.go_to(f"{here.path}?nop={word}#ket-qua")


def _is_quick(file: UploadFile) -> bool:
    head = file.file.read(QUICK_BYTES + 1)  # so little of it has never left the memory
    file.file.seek(0)
    return reads_quickly(head)


def _hand_in(here: Visit, file: UploadFile, quick: bool) -> str:
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name or "khong-ten"
    return hand_in(here, name, file.file.read(LARGEST_UPLOAD), quick=quick)


@ROUTER.post("/y/{token}/khong-phat-sinh")
def nothing(here: Here, said: Said) -> Response:
    """Nothing to report, with the reason: judged and kept as a form that says so."""
    reason = clean_lines(said.get("ly_do_khong", "")[:LONGEST])
    if not any(letter.isalnum() for letter in reason):
        return page_of(here, status=422, fault=NO_REASON, said={"ly_do_khong": reason})
    office = here.house.office
    with office.store.reading() as session:
        facts = read_facts(session, office, here.request_id, here.now)
    refused = ALREADY if facts.accepted else may_not_type(facts.closed, facts.state)
    if refused:
        return page_of(here, status=409, fault=refused, said={"ly_do_khong": reason})
    typed = {NOTHING_FIELD: "x", REASON_FIELD: reason}
    content = write_typed(facts.form, typed, office.key, seen(said))
    word = hand_in(here, FILE_NAME, content, quick=reads_quickly(content))
    return show.go_to(f"{here.path}?nop={word}#ket-qua")


@ROUTER.post("/y/{token}/hen")
def promise(here: Here, said: Said) -> Response:
    """ "Đã nhận, sẽ nộp ngày ..." """
    day = read_day(said.get("hen", "")[:60])
    try:
        if day is None:
            raise ActFault(NO_DAY)
        with here.house.office.store.writing() as session:
            acknowledge(session, held(session, here), day, here.now)
    except Fault as fault:
        return page_of(here, status=422, fault=str(fault), said={"hen": said.get("hen", "")[:60]})
    return show.go_to(f"{here.path}?xong=hen#ket-qua")


@ROUTER.post("/y/{token}/gia-han")
def more_time(here: Here, said: Said) -> Response:
    """Ask for a later deadline; the secretariat decides."""
    day = read_day(said.get("den", "")[:60])
    reason = clean_lines(said.get("ly_do", "")[:LONGEST])
    try:
        if day is None:
            raise ActFault(NO_DAY)
        with here.house.office.store.writing() as session:
            ask_extension(session, held(session, here), day, reason, here.now)
    except Fault as fault:
        typed = {"den": clean(said.get("den", "")[:60]), "ly_do": reason}
        return page_of(here, status=422, fault=str(fault), said=typed)
    return show.go_to(f"{here.path}?xong=gia-han#ket-qua")


def may_not_type(closed: bool, state: RequestState) -> str:
    """Why nothing can be reported by typing any more, "" while it can."""
    if closed:
        return OVER
    return f"{RequestState.EXEMPT.label}." if state == RequestState.EXEMPT else ""


def seen(said: Mapping[str, str]) -> int:
    """The last version there was when the page was opened."""
    number = said.get("sau", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
