"""One request at the desk: how it stands, all that came and was said of it, and every act on it as a small form."""

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from models.agency_act import Acknowledgement, ExtensionAsk
from models.codes import CycleState, NoticeState, ReportWay, RequestState
from models.cycle import Cycle, DueChange, Request
from models.desk_act import RecordedReport, ReturnedReport
from models.directory import Agency, Person
from models.history import StateChange
from models.rules.ways import WAYS
from models.submission import Arrival
from models.time import local_day, vn_date
from portal.desk.access import HOME, Desk, Reader
from portal.desk.desk_page import desk_page
from portal.desk.files import sent_back
from portal.facts import Facts, read_facts
from portal.pages import LOOK, Word
from portal.refusal import Refusal
from tasks.blobs import bytes_of
from tasks.cycle.recorded import records_of
from tasks.cycle.request_acts import link_of
from tasks.cycle.returns import returns_of, usual_day
from tasks.cycle.standing import CHASED, open_returns, standing_records
from tasks.desk.audit_trail import Entry, Sought, acts_found
from tasks.directory.calls import LoggedCall, calls_about
from tasks.office import Office
from tasks.reminders.reminder_history import HistoryLine, history

ROUTER = APIRouter()
GONE = "Không có yêu cầu báo cáo này."
DONE = {
    "ghi-nhan": "Đã ghi nhận thay. Cơ quan này không bị nhắc nữa; số liệu nhập sau tính theo ngày báo cáo đến.",
    "huy-ghi-nhan": "Đã hủy ghi nhận.",
    "so-lieu": "Đã nhập số liệu thay, đạt yêu cầu.",
    "so-lieu-loi": "Đã lưu số liệu, nhưng còn nội dung phải sửa; xem các điểm ở bản vừa nhập.",
    "so-lieu-cho": "Đã lưu tệp nhưng chưa tính là báo cáo: tệp chờ xem xét, xem lý do ở dưới.",
    "so-lieu-trung": "Nội dung giống hệt bản đã nhận, không ghi thành bản mới.",
    "loi-van": "Đã nhận lời văn của báo cáo.",
    "hoan-thien": "Đã đề nghị hoàn thiện; cơ quan nhận thư và được nhắc theo hạn mới.",
    "rut-hoan-thien": "Đã rút đề nghị hoàn thiện; cơ quan được báo bằng thư.",
    "mien": "Đã ghi không yêu cầu báo cáo kỳ này; cơ quan được báo bằng thư.",
    "yeu-cau-lai": "Đã yêu cầu báo cáo trở lại.",
    "gia-han": "Đã gia hạn; các bước nhắc tính lại theo hạn mới.",
    "khong-gia-han": "Đã trả lời không gia hạn; cơ quan được báo bằng thư.",
    "dat-lai-han": "Đã đặt lại hạn; cơ quan được báo bằng thư.",
    "nhac-ngay": "Đã đặt lời nhắc; thư đi trong lượt gửi tới.",
    "thu-hoi": "Đã thu hồi mọi đường dẫn đã phát; thư sau mang đường dẫn mới.",
    "xep": "Đã xếp tệp cho cơ quan; người gửi được trả lời như mọi báo cáo.",
}


@dataclass(frozen=True)
class Sent:
    """Something that came: a file that can be taken as it was, whatever became of it."""

    arrival: Arrival
    way: str


@dataclass(frozen=True)
class Past:
    """One line of the history: a deadline, an extension asked for or decided, a state."""

    at: datetime
    what: str
    why: str
    who: str


@dataclass(frozen=True)
class RequestFacts:
    """A request as the desk sees it."""

    request: Request
    agency: Agency
    cycle: Cycle
    facts: Facts
    link: str
    people: list[Person]
    dues: list[DueChange]
    changes: list[StateChange]
    records: list[RecordedReport]
    record: RecordedReport | None
    returns: list[ReturnedReport]
    returned: ReturnedReport | None
    promises: list[Acknowledgement]
    asks: list[ExtensionAsk]
    calls: list[LoggedCall]
    notices: list[HistoryLine]
    arrivals: list[Sent]
    acts: list[Entry]
    return_by: date

    @property
    def collecting(self) -> bool:
        return self.cycle.state is CycleState.RELEASED

    @property
    def chased(self) -> bool:
        return self.request.state in CHASED

    @property
    def overdue(self) -> bool:
        return self.chased and self.facts.overdue

    @property
    def open_ask(self) -> ExtensionAsk | None:
        """The extension asked for that nobody has decided yet."""
        return next((ask for ask in self.asks if ask.decided_at is None), None)

    @property
    def extended(self) -> bool:
        """Whether the deadline is later than the first one, and so can be moved back."""
        return bool(self.dues) and self.request.due > self.dues[0].due

    @property
    def asked(self) -> str:
        """What is owed, in words."""
        form = self.facts.form
        counts = (
            (len(form.assignments), "nhiệm vụ"),
            (len(form.indicators), "chỉ tiêu"),
            (len(form.annexes), "phụ lục"),
        )
        parts = [f"{count:02d} {what}" for count, what in counts if count]
        return ", ".join([*parts, "lời văn"] if form.outline else parts)

    @property
    def past(self) -> list[Past]:
        """Deadlines, extensions and states as they came to be, the oldest first."""
        labels = {state.value: state.label for state in RequestState}
        found = [Past(d.at, f"Hạn {vn_date(d.due)}", d.reason, d.actor) for d in self.dues]
        for change in self.changes:
            before, after = (labels.get(code, code) for code in (change.before, change.after))
            found.append(Past(change.at, f"{before} → {after}", change.reason, change.actor))
        for ask in self.asks:
            wanted = f"gia hạn đến {vn_date(ask.wanted)}"
            found.append(Past(ask.asked_at, f"Đề nghị {wanted}", ask.reason, self.agency.name))
            if ask.decided_at is not None:
                word = "Đồng ý" if ask.granted else "Không đồng ý"
                found.append(Past(ask.decided_at, f"{word} {wanted}", ask.answer, ask.decided_by))
        return sorted(found, key=lambda one: one.at)

    @property
    def may_be_returned(self) -> bool:
        return self.collecting and self.request.state in (RequestState.COMPLETE, RequestState.RECORDED)

    @property
    def may_be_exempted(self) -> bool:
        return self.collecting and self.request.state in (*CHASED, RequestState.PLANNED)

    def of_version(self, number: int) -> Arrival | None:
        """The file that a version is."""
        at = next((v.arrival_id for v in self.facts.versions if v.number == number), 0)
        return next((sent.arrival for sent in self.arrivals if sent.arrival.id == at), None)


@ROUTER.api_route(f"{HOME}/yeu-cau/{{number}}", methods=LOOK)
def show_request(desk: Reader, number: int, xong: Word = "") -> Response:
    """Everything about one request."""
    return request_page(desk, number, done=DONE.get(xong, ""))


@ROUTER.api_route(f"{HOME}/yeu-cau/{{number}}/tep-goc/{{arrival_id}}", methods=LOOK)
def take_file(desk: Reader, number: int, arrival_id: int) -> Response:
    """A file of this request as it came."""
    with desk.store.reading() as session:
        arrival = session.exec(
            select(Arrival).where(Arrival.id == arrival_id, Arrival.request_id == number)
        ).first()
        if arrival is None:
            raise Refusal(404, "Không có tệp này.")
        return sent_back(bytes_of(session, arrival.sha256), arrival.file_name)


def request_page(desk: Desk, number: int, *, done: str = "", fault: str = "", status: int = 200) -> Response:
    """The page; `fault` is what was wrong with an act just tried."""
    with desk.store.reading() as session:
        it = read_request(session, desk.office, number, desk.now)
    return desk_page(
        desk,
        "request",
        status,
        done=done,
        fault=fault,
        it=it,
        ways=[(way.value, way.label) for way in ReportWay],
        today_day=local_day(desk.now),
    )


def read_request(session: Session, office: Office, number: int, now: datetime) -> RequestFacts:
    """Read everything the page says, in a number of queries that does not grow with the cycle."""
    request = session.get(Request, number)
    if request is None:
        raise Refusal(404, GONE)
    cycle = session.get_one(Cycle, request.cycle_id)
    agency = session.get_one(Agency, request.agency_id)
    people = session.exec(
        select(Person)
        .where(Person.agency_id == agency.id, col(Person.active).is_(True))
        .order_by(col(Person.role).desc(), col(Person.id))
    ).all()
    return RequestFacts(
        request=request,
        agency=agency,
        cycle=cycle,
        facts=read_facts(session, office, number, now),
        link=link_of(office, request),
        people=list(people),
        dues=_all(session, DueChange, col(DueChange.request_id) == number, col(DueChange.plan_no)),
        changes=_all(
            session,
            StateChange,
            (col(StateChange.entity) == "request") & (col(StateChange.entity_id) == number),
            col(StateChange.id),
        ),
        records=records_of(session, number),
        record=standing_records(session, [number]).get(number),
        returns=returns_of(session, number),
        returned=open_returns(session, [number]).get(number)
        if request.state is RequestState.INCOMPLETE
        else None,
        promises=_all(
            session, Acknowledgement, col(Acknowledgement.request_id) == number, col(Acknowledgement.id)
        ),
        asks=_all(session, ExtensionAsk, col(ExtensionAsk.request_id) == number, col(ExtensionAsk.id).desc()),
        calls=calls_about(session, number),
        notices=[line for line in history(session, agency.code, cycle.code) if line.state in _TOLD][::-1],
        arrivals=[
            Sent(arrival, WAYS.get(arrival.channel, arrival.channel))
            for arrival in _all(session, Arrival, col(Arrival.request_id) == number, col(Arrival.id).desc())
        ],
        acts=acts_found(session, Sought(entity="request", entity_id=number), most=50),
        return_by=usual_day(office.calendar(local_day(now)), now),
    )


_TOLD = (NoticeState.SENT, NoticeState.FAILED, NoticeState.UNKNOWN, NoticeState.DUE, NoticeState.HELD)


def _all(session: Session, table, where, order) -> list:  # type: ignore[no-untyped-def, type-arg]
    return list(session.exec(select(table).where(where).order_by(order)))
