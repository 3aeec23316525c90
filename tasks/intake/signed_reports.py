"""The signed Báo cáo of a request: a PDF with its number, date and signer. Every one is kept, the latest counts.

It may come before the figures, with them, or long after: until it is there, the figures are "sơ bộ".
"""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import ArrivalVerdict, CycleState
from models.cycle import Cycle, Request
from models.desk_act import RecordedReport
from models.fault import Fault
from models.rules.text import clean
from models.submission import Arrival, SignedReport
from models.time import local_day, vn_date
from tasks.blobs import bytes_of, digest
from tasks.cycle.request_acts import find_request, requests_of
from tasks.intake.read_arrival import is_pdf
from tasks.intake.receive import put_arrival
from tasks.reminders.notices import FOR_A_PERSON, put_notice, secretariat
from tasks.states import record_act
from tasks.store import Store

BY_SECRETARIAT = "thu-ky"
"""The way in of what the secretariat records itself (models.rules.ways)."""

LONGEST_NUMBER = 100
LONGEST_SIGNER = 200


class SignedFault(Fault):
    """A signed report that cannot be recorded as such; the message says why, to whoever handed it in."""


def add_signed(
    session: Session,
    request: Request,
    arrival: Arrival,
    *,
    number: str,
    signed_on: date | None,
    signer: str,
    now: datetime,
) -> SignedReport:
    """Record a stored arrival as the request's signed report. SignedFault when it cannot be one.

    Both are expected to be held (with_for_update). The same arrival gives one signed report, however often it is
    asked for. The same file that came before, in the wrong place or with a wrong number, waits for nobody any more.
    """
    there = session.exec(
        select(SignedReport).where(
            SignedReport.request_id == request.id, SignedReport.arrival_id == arrival.id
        )
    ).first()
    if there is not None:
        return there
    cycle = session.get_one(Cycle, request.cycle_id)
    number, signer = clean(number), clean(signer)
    _sensible(cycle, number, signed_on, signer, now)
    if arrival.request_id not in (None, request.id):
        raise SignedFault("Tệp này đã được nộp cho yêu cầu báo cáo khác.")
    if not is_pdf(bytes_of(session, arrival.sha256)):
        raise SignedFault(
            f"Tệp “{arrival.file_name}” không phải tệp PDF. Chọn bản quét hoặc bản ký số ở định dạng PDF; "
            "biểu mẫu .xlsx và đề cương .docx nộp ở mục “Gửi báo cáo”."
        )
    assert signed_on is not None  # noqa: S101 - _sensible has asked
    signed = SignedReport(
        request_id=request.id or 0,
        arrival_id=arrival.id or 0,
        number=number,
        signed_on=signed_on,
        signer=signer,
        added_at=now,
    )
    session.add(signed)
    arrival.request_id = request.id
    arrival.verdict = ArrivalVerdict.SIGNED
    arrival.note = ""
    if cycle.state == CycleState.CLOSED:
        arrival.note = f"Bản ký số {number} đến sau khi kỳ {cycle.code} đã đóng."
        for person in secretariat(session):
            put_notice(session, subject=f"arrival:{arrival.id}", step=FOR_A_PERSON, person=person, now=now)
    session.add(arrival)
    _settle(session, request, arrival)
    session.flush()
    return signed


def record_signed(
    store: Store,
    cycle_code: str,
    agency_code: str,
    file_name: str,
    content: bytes,
    *,
    number: str,
    signed_on: date,
    signer: str,
    actor: str,
    now: datetime,
) -> None:
    """What the secretariat records of a signed report that came to it by the document system, on paper or by mail.

    The bytes are stored before they are looked at. SignedFault when they cannot be a signed report.
    """
    with store.reading() as session:
        requests_of(session, cycle_code, agency_code)  # says so where there is no such request
    with store.writing() as session:
        arrival_id = put_arrival(
            session,
            channel=BY_SECRETARIAT,
            reference=f"{cycle_code}/{agency_code}/{digest(content)}",
            file_name=file_name,
            content=content,
            received_at=now,
            now=now,
            sender=actor,
            request_id=None,
        )
    with store.writing() as session:
        request = find_request(session, cycle_code, agency_code)
        arrival = session.exec(
            select(Arrival)
            .where(
                Arrival.channel == BY_SECRETARIAT,
                Arrival.reference == f"{cycle_code}/{agency_code}/{digest(content)}",
            )
            .with_for_update()
        ).one()
        add_signed(session, request, arrival, number=number, signed_on=signed_on, signer=signer, now=now)
        if arrival_id is not None:
            record_act(
                session,
                "ghi-bao-cao-ky",
                "request",
                request.id,
                actor=actor,
                now=now,
                after={"số": number, "ngày": str(signed_on)},
            )


def set_aside(session: Session, arrival: Arrival, fault: SignedFault) -> None:
    """Keep a file that was handed in as the signed report and is not one yet: whoever handed it in is told at once,
    the secretariat sees it among what waits. What has become something else already stays that."""
    if arrival.verdict not in (ArrivalVerdict.UNREAD, ArrivalVerdict.PERSON):
        return
    arrival.verdict = ArrivalVerdict.PERSON
    arrival.note = f"Nộp làm bản báo cáo đã ký nhưng chưa ghi nhận được: {fault}"
    session.add(arrival)


def signed_of(session: Session, request_ids: Iterable[int]) -> dict[int, SignedReport]:
    """Request id -> the signed report that counts; requests without one are missing."""
    latest: dict[int, SignedReport] = {}
    for signed in session.exec(
        select(SignedReport)
        .where(col(SignedReport.request_id).in_(list(request_ids)), ~_taken_back())
        .order_by(col(SignedReport.id))
    ):
        latest[signed.request_id] = signed
    return latest


def all_signed(session: Session, request_id: int) -> list[SignedReport]:
    """Every signed report of a request, the latest (which counts) first."""
    return list(
        session.exec(
            select(SignedReport)
            .where(SignedReport.request_id == request_id, ~_taken_back())
            .order_by(col(SignedReport.id).desc())
        )
    )


def _taken_back() -> sa.ColumnElement[bool]:
    """Whether a signed report came with something that the secretariat recorded and has taken back since."""
    mine = sa.select(col(RecordedReport.id)).where(
        col(RecordedReport.arrival_id) == col(SignedReport.arrival_id)
    )
    cancelled = mine.where(col(RecordedReport.cancelled_at).is_not(None)).exists()
    standing = mine.where(col(RecordedReport.cancelled_at).is_(None)).exists()
    return cancelled & ~standing


def _sensible(cycle: Cycle, number: str, signed_on: date | None, signer: str, now: datetime) -> None:
    if not any(letter.isdigit() for letter in number):
        raise SignedFault("Chưa ghi số báo cáo. Ghi đúng như trên bản ký, ví dụ 125/BC-SNV.")
    if len(number) > LONGEST_NUMBER:
        raise SignedFault(
            f"Số báo cáo dài quá {LONGEST_NUMBER} ký tự. Chỉ ghi số và ký hiệu, ví dụ 125/BC-SNV."
        )
    if signed_on is None:
        raise SignedFault("Chưa rõ ngày ký. Ghi ngày/tháng/năm, ví dụ 18/3/2026.")
    if signed_on > local_day(now):
        raise SignedFault(f"Ngày ký {vn_date(signed_on)} chưa đến. Xem lại ngày ghi trên bản ký.")
    if signed_on < cycle.data_from:
        raise SignedFault(
            f"Ngày ký {vn_date(signed_on)} trước khi kỳ báo cáo bắt đầu ({vn_date(cycle.data_from)}): "
            "đây có thể là báo cáo của kỳ trước. Xem lại ngày, hoặc chọn đúng tệp."
        )
    if not any(letter.isalpha() for letter in signer):
        raise SignedFault("Chưa ghi họ tên người ký.")
    if len(signer) > LONGEST_SIGNER:
        raise SignedFault(f"Họ tên, chức vụ người ký dài quá {LONGEST_SIGNER} ký tự. Đề nghị ghi gọn lại.")


def _settle(session: Session, request: Request, arrival: Arrival) -> None:
    """The same bytes of this request that wait for a person are what has just been recorded."""
    for waiting in session.exec(
        select(Arrival).where(
            Arrival.request_id == request.id,
            Arrival.sha256 == arrival.sha256,
            Arrival.verdict == ArrivalVerdict.PERSON,
            Arrival.id != arrival.id,
        )
    ):
        waiting.verdict = ArrivalVerdict.DUPLICATE
        waiting.note = ""
        session.add(waiting)
