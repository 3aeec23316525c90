"""Figures that the secretariat types or uploads on an agency's behalf, of a report that it has recorded before.

They reached us when the report did: the agency is on time if its paper was.
"""

from datetime import datetime

from sqlmodel import Session, select

from models.codes import RequestState
from models.cycle import Request
from models.desk_act import RecordedReport
from models.submission import Arrival
from tasks.blobs import digest
from tasks.cycle.agency_acts import ActFault
from tasks.cycle.recorded import SentFile
from tasks.cycle.standing import standing_records
from tasks.intake.judge import judge_one
from tasks.intake.receive import put_arrival
from tasks.intake.signed_reports import BY_SECRETARIAT
from tasks.states import record_act
from tasks.store import Store

NOT_RECORDED = (
    "Chưa ghi nhận báo cáo của cơ quan này đến bằng đường nào. Ghi nhận thay trước (đường đến, ngày nhận), rồi nhập "
    "số liệu."
)


def hand_in_for(
    store: Store, request_id: int, file: SentFile, key: bytes, *, actor: str, now: datetime
) -> Arrival:
    """Store and judge a report on the agency's behalf; returns what became of it. The same file is one arrival, however
    often it is handed in. ActFault while nothing is recorded of the request, or nothing is asked of it."""
    with store.writing() as session:
        request = session.get_one(Request, request_id, with_for_update=True)
        record = _recorded(session, request)
        reference = f"so-lieu/{request_id}/{digest(file.content)}"
        arrival_id = put_arrival(
            session,
            channel=BY_SECRETARIAT,
            reference=reference,
            file_name=file.name,
            content=file.content,
            received_at=record.received_at,
            now=now,
            sender=actor,
            request_id=request_id,
        )
        if arrival_id is not None:
            record_act(
                session,
                "nhap-so-lieu-thay",
                "request",
                request_id,
                actor=actor,
                now=now,
                after={"tệp": file.name},
            )
        else:
            arrival_id = session.exec(
                select(Arrival.id).where(Arrival.channel == BY_SECRETARIAT, Arrival.reference == reference)
            ).one()
    judge_one(store, arrival_id or 0, key, now, file.content)
    with store.reading() as session:
        arrival = session.get_one(Arrival, arrival_id)
        return Arrival(**arrival.model_dump())


def _recorded(session: Session, request: Request) -> RecordedReport:
    if request.state == RequestState.EXEMPT:
        raise ActFault("Cơ quan, đơn vị không phải báo cáo kỳ này, không nhập số liệu thay được.")
    record = standing_records(session, [request.id or 0]).get(request.id or 0)
    if record is None:
        raise ActFault(NOT_RECORDED)
    return record
