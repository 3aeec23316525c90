"""Files that only a person can place: whose they are and as what, or none of our business, with a reason."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.codes import ArrivalVerdict, ReportWay
from models.cycle import Cycle, Request
from models.directory import Agency
from models.fault import Fault
from models.history import Audit
from models.rules.checks.check import check
from models.rules.text import clean_lines, fold
from models.submission import Arrival, Submission
from models.time import local_day
from tasks.cycle.forms import FormFacts, form_facts
from tasks.cycle.recorded import Recording, record_report
from tasks.intake.mail_hints import CHANNEL as MAILBOX
from tasks.intake.read_arrival import Arrived, read_arrival
from tasks.intake.record import Judged, versions_of
from tasks.intake.signed_reports import add_signed
from tasks.intake.taking import NO_PROSE, take_prose, take_versions
from tasks.states import record_act
from tasks.store import Store

DISMISSED = "bo-qua-tep"
SETTLED = "xep-tep"


class SettleFault(Fault):
    """A file that cannot be placed so; the message says why and what to do instead."""


@dataclass(frozen=True)
class WaitingFile:
    """A file that waits for a person, with whose it seems to be, or what became of it."""

    arrival: Arrival
    agency: Agency | None
    cycle: Cycle | None
    why: str = ""  # of one that was dismissed
    by: str = ""


def waiting_files(
    session: Session, verdict: ArrivalVerdict = ArrivalVerdict.PERSON, limit: int = 200
) -> list[WaitingFile]:
    """Files that wait, the oldest first; of those that were dismissed the latest."""
    latest_first = verdict == ArrivalVerdict.DISMISSED
    order = col(Arrival.received_at).desc() if latest_first else col(Arrival.received_at)
    rows = session.exec(
        select(Arrival, Agency, Cycle)
        .join(Request, col(Request.id) == col(Arrival.request_id), isouter=True)
        .join(Agency, col(Agency.id) == col(Request.agency_id), isouter=True)
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id), isouter=True)
        .where(Arrival.verdict == verdict)
        .order_by(order, col(Arrival.id))
        .limit(limit)
    ).all()
    reasons = {}
    if verdict == ArrivalVerdict.DISMISSED:
        reasons = {
            act.entity_id: act
            for act in session.exec(
                select(Audit)
                .where(
                    Audit.entity == "arrival",
                    Audit.act == DISMISSED,
                    col(Audit.entity_id).in_([arrival.id for arrival, _, _ in rows]),
                )
                .order_by(col(Audit.id))
            )
        }
    return [
        WaitingFile(
            arrival,
            agency,
            cycle,
            reasons[arrival.id].reason if arrival.id in reasons else "",
            reasons[arrival.id].actor if arrival.id in reasons else "",
        )
        for arrival, agency, cycle in rows
    ]


def settle_as_report(store: Store, arrival_id: int, request_id: int, *, actor: str, now: datetime) -> str:
    """Judge a waiting file for this request, whatever its stamp says; returns what became of it, in words. A Word
    outline becomes the prose of the report. The sender is answered as for any version."""
    read = read_arrival(store, arrival_id)
    if read.fault or read.files:
        raise SettleFault(
            read.fault
            or "Tệp nén: từng tệp trong đó đã được tách ra xét riêng; hãy xếp từng tệp trong danh sách này."
        )
    with store.writing() as session:
        request = session.get_one(Request, request_id, with_for_update=True)
        arrival = held_waiting(session, arrival_id)
        arrival.request_id, note, arrival.note = request.id, arrival.note, ""
        session.add(arrival)
        became = _take(session, read, arrival, request, now)
        _record(session, arrival, request, became, note, actor=actor, now=now)
        return became


def _take(session: Session, read: Arrived, arrival: Arrival, request: Request, now: datetime) -> str:
    request_id = request.id or 0
    if read.outline is not None:
        if not take_prose(session, arrival, request, read.outline, now):
            raise SettleFault(NO_PROSE)
        return "lời văn của báo cáo"
    if read.form is None:  # nothing else is read without a fault
        raise SettleFault("Không đọc được số liệu từ tệp này.")
    seen = versions_of(session, [request_id]).get(request_id, {})
    if arrival.sha256 in seen:
        arrival.verdict = ArrivalVerdict.DUPLICATE
        return f"bản trùng với bản thứ {seen[arrival.sha256]} đã nhận"
    facts = form_facts(session, [request_id], contact="")[request_id]
    _refuse_another_s(read, facts)
    judgement = check(facts.form, read.form.filled)
    version = max(seen.values(), default=0) + 1
    (submission,) = take_versions(session, [Judged(arrival, request, facts, judgement, version)], now)
    return f"bản thứ {submission.version}: {submission.verdict.label.lower()}"


def _refuse_another_s(read: Arrived, facts: FormFacts) -> None:
    """A person may be mistaken, too: a form that says it is another agency's, or most of whose rows this request does
    not ask for, is not taken."""
    stamp, form = read.stamp, facts.form
    if stamp is not None and stamp.agency_code != form.agency_code:
        raise SettleFault(
            f"Biểu này lập cho cơ quan mang mã {stamp.agency_code}, không phải {form.agency_name}. Chọn đúng cơ quan."
        )
    assert read.form is not None  # noqa: S101 - asked before
    filled = read.form.filled
    rows = {fold(row.row_key) for row in filled.assignments} | {
        fold(row.row_key) for row in filled.indicators
    }
    if len(rows & {fold(key) for key in facts.rows}) * 2 < len(rows):
        raise SettleFault(
            f"Phần lớn trong {len(rows):02d} dòng của biểu này không thuộc yêu cầu báo cáo của {form.agency_name}. Xem "
            "lại cơ quan và kỳ báo cáo."
        )


def settle_as_signed(
    session: Session,
    arrival_id: int,
    request: Request,
    said: Recording,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Make a waiting PDF the signed report of this request (number, day and signer in `said`)."""
    arrival = held_waiting(session, arrival_id)
    arrival.request_id, note = request.id, arrival.note
    add_signed(
        session,
        request,
        arrival,
        number=said.number,
        signed_on=said.dated,
        signer=said.signer,
        now=now,
    )
    _record(session, arrival, request, "bản báo cáo đã ký", note, actor=actor, now=now)


def settle_as_recorded(
    session: Session, arrival_id: int, request: Request, said: Recording, *, actor: str, now: datetime
) -> None:
    """Record the agency's report on its behalf, with a waiting file as its scan. It counts from when the file came."""
    arrival = held_waiting(session, arrival_id)
    arrival.request_id, note = request.id, arrival.note
    record_report(session, request, said, arrival=arrival, actor=actor, now=now)
    _record(session, arrival, request, "bản quét kèm ghi nhận thay", note, actor=actor, now=now)


def recording_of(arrival: Arrival, *, number: str, dated: date | None, signer: str, note: str) -> Recording:
    """What is known of a report from the file that came: by which way, and on which day."""
    way = ReportWay.EMAIL if arrival.channel == MAILBOX else ReportWay.OTHER
    return Recording(
        way=way,
        received_on=local_day(arrival.received_at),
        number=number,
        dated=dated,
        signer=signer,
        note=note,
    )


def dismiss(session: Session, arrival_id: int, *, reason: str, actor: str, now: datetime) -> bool:
    """Say of a waiting file that it is no report, with the reason; False when that was said already. It is kept."""
    arrival = _held(session, arrival_id)
    if arrival.verdict == ArrivalVerdict.DISMISSED:
        return False
    held_waiting(session, arrival_id)
    if not any(letter.isalnum() for letter in reason):
        raise SettleFault("Chưa ghi lý do không tính tệp này là báo cáo.")
    arrival.verdict = ArrivalVerdict.DISMISSED
    session.add(arrival)
    record_act(session, DISMISSED, "arrival", arrival.id, actor=actor, now=now, reason=clean_lines(reason))
    return True


def undismiss(session: Session, arrival_id: int, *, actor: str, now: datetime) -> bool:
    """Let a dismissed file wait for a person again; False when it is not dismissed."""
    arrival = _held(session, arrival_id)
    if arrival.verdict != ArrivalVerdict.DISMISSED:
        return False
    arrival.verdict = ArrivalVerdict.PERSON
    session.add(arrival)
    record_act(session, "xem-lai-tep", "arrival", arrival.id, actor=actor, now=now)
    return True


def held_waiting(session: Session, arrival_id: int) -> Arrival:
    """A file that waits for a person, held to the end of the transaction. SettleFault when somebody was quicker."""
    arrival = _held(session, arrival_id)
    if arrival.verdict != ArrivalVerdict.PERSON:
        raise SettleFault(
            f"Tệp “{arrival.file_name}” không còn chờ xem xét ({arrival.verdict.label.lower()})."
        )
    return arrival


def _held(session: Session, arrival_id: int) -> Arrival:
    arrival = session.exec(select(Arrival).where(Arrival.id == arrival_id).with_for_update()).first()
    if arrival is None:
        raise SettleFault(f"Không có tệp nào mang số {arrival_id}.")
    session.refresh(arrival)
    return arrival


def version_of(session: Session, arrival_id: int) -> Submission | None:
    """The version that a file has become, if it has."""
    return session.exec(select(Submission).where(Submission.arrival_id == arrival_id)).first()


def _record(
    session: Session,
    arrival: Arrival,
    request: Request,
    became: str,
    note: str,
    *,
    actor: str,
    now: datetime,
) -> None:
    record_act(
        session,
        SETTLED,
        "arrival",
        arrival.id,
        actor=actor,
        now=now,
        before={"chờ vì": note},
        after={"yêu cầu": request.id, "thành": became},
    )
