""" "Ghi nhận thay": a report that came on paper, by the document system, by telephone, recorded by the secretariat.

From then on nobody is reminded of it. Its figures come with it, later, or from the agency itself; whenever they come,
the report counts from the day on which it reached us.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.codes import ArrivalVerdict, CycleState, ReportWay, RequestState
from models.cycle import Cycle, Request
from models.desk_act import RecordedReport
from models.rules.text import clean, clean_lines
from models.submission import Arrival
from models.time import at_hour, local_day, vn_date
from tasks.blobs import digest
from tasks.cycle.agency_acts import ActFault
from tasks.cycle.standing import settle_instants, settle_state, standing_records
from tasks.intake.receive import put_arrival
from tasks.intake.signed_reports import BY_SECRETARIAT, add_signed
from tasks.reminders.replan import give_up_overtaken
from tasks.states import move_request, record_act

OFFICE_CLOSES = (17, 0)
"""The local hour and minute by which a report has reached us that came on an earlier day."""
LONGEST_NUMBER = 100
LONGEST_SIGNER = 200
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Recording:
    """What is known of a report that came by a way of its own. `signed`: the scan is the signed Báo cáo itself (a
    PDF, with number, day and signer)."""

    way: ReportWay
    received_on: date
    number: str = ""
    dated: date | None = None
    signer: str = ""
    note: str = ""
    signed: bool = False


@dataclass(frozen=True)
class SentFile:
    """A file that a person has chosen."""

    name: str
    content: bytes


def record_report(
    session: Session,
    request: Request,
    said: Recording,
    *,
    actor: str,
    now: datetime,
    scan: SentFile | None = None,
    arrival: Arrival | None = None,
) -> bool:
    """Record a report on the agency's behalf; returns whether that is new. Reminders stop in the same act.

    `scan` is a file to be kept with it, `arrival` one that has come already. Recording again with other words is a
    correction: the latest stands. The request is expected to be held. ActFault when the words make no sense.
    """
    said = _cleaned(said)
    _sensible(session, request, said, now)
    before = standing_records(session, [request.id or 0]).get(request.id or 0)
    if before is not None and _same(session, before, said, scan, arrival):
        return False
    if scan is not None:
        arrival = _keep_scan(session, request, scan, _instant(said, now), actor=actor, now=now)
    record = RecordedReport(
        request_id=request.id or 0,
        way=said.way,
        number=said.number,
        dated=said.dated,
        signer=said.signer,
        received_on=said.received_on,
        received_at=arrival.received_at if arrival is not None and scan is None else _instant(said, now),
        arrival_id=arrival.id if arrival is not None else before.arrival_id if before is not None else None,
        note=said.note,
        actor=actor,
        at=now,
    )
    session.add(record)
    if arrival is not None:
        _attach(session, request, arrival, said, now)
    elif said.signed:
        raise ActFault(
            "Chưa chọn tệp PDF của báo cáo đã ký. Chọn tệp, hoặc bỏ đánh dấu “Bản quét (PDF) là báo cáo đã ký”."
        )
    session.flush()
    settle_instants(session, request)
    if request.state != RequestState.COMPLETE:
        move_request(session, request, RequestState.RECORDED, reason=_in_words(said), actor=actor, now=now)
    give_up_overtaken(session, [request], actor=actor, now=now)
    record_act(
        session,
        "ghi-nhan-thay",
        "request",
        request.id,
        actor=actor,
        now=now,
        reason=said.note,
        after={"đường": said.way.label, "số": said.number, "ngày nhận": str(said.received_on)},
    )
    return True


def unrecord_report(session: Session, request: Request, *, reason: str, actor: str, now: datetime) -> bool:
    """Take back what was recorded, with a reason; False when nothing is recorded. The request is again what its
    versions make of it; where something is owed, its reminders go on under a new plan."""
    rows = session.exec(
        select(RecordedReport).where(
            RecordedReport.request_id == request.id, col(RecordedReport.cancelled_at).is_(None)
        )
    ).all()
    if not rows:
        return False
    if not any(letter.isalnum() for letter in reason):
        raise ActFault("Chưa ghi lý do hủy ghi nhận.")
    for row in rows:
        row.cancelled_at, row.cancelled_by, row.cancelled_why = now, actor, clean_lines(reason)
        session.add(row)
    _let_files_wait(session, rows, clean(reason))
    session.flush()
    settle_instants(session, request)
    settle_state(session, request, reason=f"Hủy ghi nhận thay: {clean(reason)}", actor=actor, now=now)
    record_act(
        session,
        "huy-ghi-nhan",
        "request",
        request.id,
        actor=actor,
        now=now,
        reason=clean_lines(reason),
        before={"đường": rows[-1].way.label, "số": rows[-1].number, "ngày nhận": str(rows[-1].received_on)},
    )
    return True


def _let_files_wait(session: Session, rows: Sequence[RecordedReport], reason: str) -> None:
    """A file that came by itself and was placed as the scan of a record waits for a person again."""
    ids = [row.arrival_id for row in rows if row.arrival_id is not None]
    for arrival in session.exec(
        select(Arrival).where(
            col(Arrival.id).in_(ids),
            Arrival.channel != BY_SECRETARIAT,
            Arrival.verdict == ArrivalVerdict.RECORDED,
        )
    ):
        arrival.verdict, arrival.request_id = ArrivalVerdict.PERSON, None
        arrival.note = f"Đã hủy ghi nhận thay kèm tệp này: {reason}"
        session.add(arrival)


def records_of(session: Session, request_id: int) -> list[RecordedReport]:
    """Everything that was recorded of a request, taken back or not, the latest first."""
    return list(
        session.exec(
            select(RecordedReport)
            .where(RecordedReport.request_id == request_id)
            .order_by(col(RecordedReport.id).desc())
        )
    )


def record_in_words(record: RecordedReport) -> str:
    """ "Văn bản giấy số 125/BC-SNV ngày 18/3/2026 do Lò Văn A ký, nhận ngày 19/3/2026"."""
    return _in_words(Recording(record.way, record.received_on, record.number, record.dated, record.signer))


def _in_words(said: Recording) -> str:
    return "".join(
        (
            said.way.label,
            f" số {said.number}" if said.number else "",
            f" ngày {vn_date(said.dated)}" if said.dated else "",
            f" do {said.signer} ký" if said.signer else "",
            f", nhận ngày {vn_date(said.received_on)}",
        )
    )


def _cleaned(said: Recording) -> Recording:
    return Recording(
        way=said.way,
        received_on=said.received_on,
        number=clean(said.number),
        dated=said.dated,
        signer=clean(said.signer),
        note=clean_lines(said.note)[:LONGEST_NOTE],
        signed=said.signed,
    )


def _sensible(session: Session, request: Request, said: Recording, now: datetime) -> None:
    cycle = session.get_one(Cycle, request.cycle_id)
    if cycle.state == CycleState.DRAFT:
        raise ActFault(f"Kỳ {cycle.code} còn là dự thảo, chưa có yêu cầu báo cáo để ghi nhận.")
    if request.state == RequestState.EXEMPT:
        raise ActFault(
            "Cơ quan, đơn vị không phải báo cáo kỳ này. Yêu cầu báo cáo trở lại trước, rồi ghi nhận."
        )
    if said.received_on > local_day(now):
        raise ActFault(f"Ngày nhận {vn_date(said.received_on)} chưa đến. Xem lại ngày.")
    if said.received_on < cycle.data_from:
        raise ActFault(
            f"Ngày nhận {vn_date(said.received_on)} trước khi kỳ báo cáo bắt đầu ({vn_date(cycle.data_from)}): đây có "
            "thể là báo cáo của kỳ trước. Xem lại ngày, hoặc chọn đúng kỳ."
        )
    if said.dated is not None and said.dated > said.received_on:
        raise ActFault(
            f"Ngày văn bản {vn_date(said.dated)} sau ngày nhận {vn_date(said.received_on)}. Xem lại hai ngày."
        )
    if len(said.number) > LONGEST_NUMBER:
        raise ActFault(f"Số văn bản dài quá {LONGEST_NUMBER} ký tự. Chỉ ghi số và ký hiệu, ví dụ 125/BC-SNV.")
    if len(said.signer) > LONGEST_SIGNER:
        raise ActFault(f"Họ tên, chức vụ người ký dài quá {LONGEST_SIGNER} ký tự. Ghi gọn lại.")


def _instant(said: Recording, now: datetime) -> datetime:
    """When it reached us: on its day by the time the office closed, and never later than now."""
    return min(now, at_hour(said.received_on, *OFFICE_CLOSES))


def _same(
    session: Session,
    record: RecordedReport,
    said: Recording,
    scan: SentFile | None,
    arrival: Arrival | None,
) -> bool:
    """Whether this very thing is recorded already: the button was pressed twice."""
    kept = session.get(Arrival, record.arrival_id) if record.arrival_id is not None else None
    if scan is not None and (kept is None or kept.sha256 != digest(scan.content)):
        return False
    if arrival is not None and arrival.id != record.arrival_id:
        return False
    if said.signed and (kept is None or kept.verdict != ArrivalVerdict.SIGNED):
        return False
    return (record.way, record.received_on, record.number, record.dated, record.signer, record.note) == (
        said.way,
        said.received_on,
        said.number,
        said.dated,
        said.signer,
        said.note,
    )


def _keep_scan(
    session: Session, request: Request, scan: SentFile, received_at: datetime, *, actor: str, now: datetime
) -> Arrival:
    """Store the scan as something that reached us; the same file recorded anew is another arrival."""
    count = len(records_of(session, request.id or 0))
    arrival_id = put_arrival(
        session,
        channel=BY_SECRETARIAT,
        reference=f"ghi-nhan/{request.id}/{count + 1}/{digest(scan.content)}",
        file_name=scan.name,
        content=scan.content,
        received_at=received_at,
        now=now,
        sender=actor,
        request_id=request.id,
    )
    return session.get_one(Arrival, arrival_id)


def _attach(session: Session, request: Request, arrival: Arrival, said: Recording, now: datetime) -> None:
    """Make a stored file the scan of what is recorded, or the signed report itself."""
    if arrival.request_id not in (None, request.id):
        raise ActFault(f"Tệp “{arrival.file_name}” đã thuộc yêu cầu báo cáo khác.")
    arrival.request_id = request.id
    if said.signed:
        add_signed(
            session,
            request,
            arrival,
            number=said.number,
            signed_on=said.dated,
            signer=said.signer,
            now=now,
        )
        return
    arrival.verdict = ArrivalVerdict.RECORDED
    session.add(arrival)
