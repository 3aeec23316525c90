"""The phiếu báo cáo to the committee's leadership: who is overdue, what was done about it, what is proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.agency_act import ExtensionAsk
from models.codes import PersonRole, RequestState
from models.cycle import Cycle, Request
from models.directory import Agency
from models.rules.policy import Letter, Regime
from models.rules.sentences import prose, prose_ratio
from models.rules.workdays import WorkCalendar
from models.time import local_day, vn_date, vn_instant
from tasks.cycle.agency_acts import last_promises
from tasks.cycle.cycles import cycle_id_of
from tasks.documents.word_document import day_in_words, head, render
from tasks.reminders.reminded import reminded

OFFICES = "cơ quan, đơn vị, địa phương"


@dataclass(frozen=True)
class OverdueRow:
    """One agency that is overdue. `late` counts working days past its own deadline; `reason` is its own words."""

    name: str
    due: date
    late: int
    mending: bool
    reminded: int = 0
    last_reminded: date | None = None
    promised: date | None = None
    wanted: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class OverdueFacts:
    """What the slip says, true of `now`. `asked` = `complete` + `recorded` + `incomplete` + `silent`; `rows` are the
    overdue."""

    letter: Letter
    cycle_name: str
    document: str  # Công văn số 12-CV/BCĐ ngày 04/3/2026
    due: date
    province_due: date
    now: datetime
    asked: int
    complete: int
    incomplete: int
    silent: int
    rows: tuple[OverdueRow, ...]
    to: str = PersonRole.LEADERSHIP.label
    recorded: int = 0


def overdue_slip(facts: OverdueFacts) -> bytes:
    """The slip (DOCX) of the unit that collects the reports, its date left open. The same facts give the same bytes."""
    today = local_day(facts.now)
    letter = facts.letter
    context = {
        **head(letter, letter.report_number_suffix, "", None, today.year),
        "superior": letter.issuer,
        "issuer": letter.unit.upper(),
        "title": f"về tình hình chậm gửi {_within(facts.cycle_name)}",
        "to": facts.to,
        "situation": _situation(facts),
        "rows": [_row(row, today) for row in facts.rows],
        "proposal": _proposal(facts, today),
        "signer_line": letter.unit.upper(),
        "signer_office": "",
        "signer_name": "",
        "copies": _copies(letter),
    }
    return render("phieu-bao-cao.docx", context, today)


def _within(cycle_name: str) -> str:
    return cycle_name[:1].lower() + cycle_name[1:]


def _situation(facts: OverdueFacts) -> str:
    received = facts.complete + facts.recorded + facts.incomplete
    said = (
        f"Thực hiện {facts.document}, {prose(facts.asked)} {OFFICES} phải gửi {_within(facts.cycle_name)}, thời hạn "
        f"chậm nhất hết ngày {vn_date(facts.due)}. Đến {vn_instant(facts.now)} đã nhận "
    )
    if not received:
        said = f"{said.removesuffix('đã nhận ')}chưa nhận được báo cáo nào"
    else:
        said += f"{prose_ratio(received, facts.asked)} báo cáo"
        waiting = [
            f"{prose(count)} báo cáo {what}"
            for count, what in (
                (facts.recorded, "nhận bằng đường khác, chờ số liệu"),
                (facts.incomplete, "chờ hoàn thiện"),
            )
            if count
        ]
        if waiting:
            said += f", trong đó có {', '.join(waiting)}"
    if facts.silent:
        said += f"; còn {prose(facts.silent)} {OFFICES} chưa gửi"
    return f"{said}. {_overdue(facts)}"


def _overdue(facts: OverdueFacts) -> str:
    if not facts.rows:
        return f"Không có {OFFICES} nào quá hạn."
    return f"Số {OFFICES} quá hạn mà chưa gửi hoặc chưa hoàn thiện báo cáo: {prose(len(facts.rows))}."


def _row(row: OverdueRow, today: date) -> dict[str, str]:
    told = "Chưa nhắc"
    if row.reminded and row.last_reminded is not None:
        told = f"{row.reminded} lần, gần nhất {vn_date(row.last_reminded)}"
    said = []
    if row.promised is not None:
        said.append(f"Hẹn nộp {vn_date(row.promised)}{' (đã qua)' if row.promised < today else ''}")
    if row.wanted is not None:
        said.append(f"Đề nghị gia hạn đến {vn_date(row.wanted)}")
    if row.reason:
        said.append(f"Lý do: {row.reason}")
    return {
        "name": row.name,
        "standing": "Chờ hoàn thiện" if row.mending else "Chưa gửi",
        "late": str(row.late),
        "reminded": told,
        "said": "\n".join(said),
    }


def _proposal(facts: OverdueFacts, today: date) -> str:
    unit = facts.letter.unit
    if not facts.rows:
        return f"{unit} tiếp tục theo dõi, tổng hợp; không có đề xuất."
    upward = ""
    if facts.province_due >= today:
        upward = (
            f", bảo đảm thời hạn tỉnh báo cáo cấp có thẩm quyền chậm nhất ngày {vn_date(facts.province_due)}"
        )
    return (
        f"{unit} kính đề nghị {facts.to} xem xét, chỉ đạo thủ trưởng các {OFFICES} nêu trên gửi báo cáo, hoàn thiện "
        f"báo cáo đã gửi chậm nhất {day_in_words(None, today.year)}{upward}."
    )


def _copies(letter: Letter) -> list[str]:
    return ["Như trên,", "Lưu Văn phòng."] if letter.layout == "party" else ["Như trên;", "Lưu: VT."]


def overdue_facts(session: Session, cycle: Cycle, calendar: WorkCalendar, now: datetime) -> OverdueFacts:
    """The facts of a released cycle as they stand now, in a fixed number of queries. The longest overdue come first.

    Who was exempted, and who was never sent the request, is not counted among those asked.
    """
    today = local_day(now)
    if cycle.document_date is None:
        raise ValueError(f"Kỳ {cycle.code} chưa phát hành, chưa có gì để báo cáo.")
    rows = session.exec(
        select(Request, Agency)
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(
            Request.cycle_id == cycle_id_of(cycle),
            col(Request.state).not_in([RequestState.PLANNED, RequestState.EXEMPT]),
        )
        .order_by(col(Agency.position), col(Agency.id))
    ).all()
    states = [request.state for request, _ in rows]
    late = [
        (request, agency)
        for request, agency in rows
        if request.state in (RequestState.SENT, RequestState.INCOMPLETE) and request.due < today
    ]
    late.sort(key=lambda pair: pair[0].due)  # of one deadline in the directory's order
    return OverdueFacts(
        letter=Regime.model_validate(cycle.policy).letter,
        cycle_name=cycle.name,
        document=f"Công văn số {cycle.document_number} ngày {vn_date(cycle.document_date)}",
        due=cycle.due,
        province_due=cycle.province_due,
        now=now,
        asked=len(rows),
        complete=states.count(RequestState.COMPLETE),
        incomplete=states.count(RequestState.INCOMPLETE),
        silent=states.count(RequestState.SENT),
        recorded=states.count(RequestState.RECORDED),
        rows=_overdue_rows(session, late, calendar, today),
    )


def _overdue_rows(
    session: Session,
    late: Sequence[tuple[Request, Agency]],
    calendar: WorkCalendar,
    today: date,
) -> tuple[OverdueRow, ...]:
    ids = [request.id or 0 for request, _ in late]
    promised = last_promises(session, ids)
    asks = {
        ask.request_id: ask
        for ask in session.exec(
            select(ExtensionAsk).where(col(ExtensionAsk.request_id).in_(ids)).order_by(col(ExtensionAsk.id))
        )
    }
    told = reminded(session, [f"request:{request_id}" for request_id in ids])
    found = []
    for request, agency in late:
        request_id = request.id or 0
        messages = told[f"request:{request_id}"]
        ask = asks.get(request_id)
        found.append(
            OverdueRow(
                name=agency.name,
                due=request.due,
                late=calendar.working_days_between(request.due, today),
                mending=request.state == RequestState.INCOMPLETE,
                reminded=len(messages),
                last_reminded=local_day(messages[-1].at) if messages else None,
                promised=promised.get(request_id),
                wanted=ask.wanted if ask is not None and ask.granted is None else None,
                reason=ask.reason if ask is not None else "",
            )
        )
    return tuple(found)
