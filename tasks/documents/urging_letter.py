"""The công văn đôn đốc to one agency whose report is overdue: a draft; a person gives it number, date and signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from models.codes import RequestState
from models.cycle import Cycle, Request
from models.directory import Agency
from models.rules.policy import Letter, Regime
from models.rules.workdays import WorkCalendar
from models.time import local_day, vn_date
from tasks.among import among
from tasks.cycle.agency_acts import last_promises
from tasks.cycle.forms import contact_line
from tasks.documents.word_document import day_in_words, head, render
from tasks.documents.word_series import Series
from tasks.reminders.reminded import reminded


@dataclass(frozen=True)
class UrgingFacts:
    """What the letter says, true of `today`. Days are local and inclusive; `late` counts working days past `due`.

    `document` is the letter that asked for the report. `reminded` are the days on which a reminder went out.
    `promised` is the latest promise. `number` without suffix, `day` and `new_due` stay open while empty.
    """

    letter: Letter
    agency: str
    cycle_name: str
    document: str  # Công văn số 12-CV/BCĐ
    document_date: date
    due: date
    province_due: date
    today: date
    late: int
    mending: bool = False
    reminded: tuple[date, ...] = ()
    promised: date | None = None
    contact: str = ""
    number: str = ""
    day: date | None = None
    new_due: date | None = None
    signer_name: str = ""


def urging_letter(facts: UrgingFacts) -> bytes:
    """The letter (DOCX) in the layout of its regime. ValueError when the deadline has not passed."""
    made = facts.day or facts.today
    return render("don-doc.docx", _context(facts, _texts(facts)), made)


class UrgingLetters:
    """The letters of a morning: those that differ in agency and sentences alone are written as one series."""

    def __init__(self) -> None:
        self._series: dict[str, Series] = {}

    def write(self, facts: UrgingFacts) -> bytes:
        """The same as urging_letter."""
        texts, made = _texts(facts), facts.day or facts.today
        alike = repr((made, _context(facts, [""] * len(texts))))
        if alike not in self._series:
            self._series[alike] = Series("don-doc.docx", partial(_context, facts), len(texts), made)
        return self._series[alike].write(texts)


def _texts(facts: UrgingFacts) -> list[str]:
    """What is told of one agency: its name, then the sentences."""
    if facts.today <= facts.due:
        raise ValueError(f"{facts.agency} chưa quá hạn ({vn_date(facts.due)}), không lập công văn đôn đốc.")
    return [facts.agency, _asked(facts), _standing(facts), _wanted(facts)]


def _context(facts: UrgingFacts, texts: Sequence[str]) -> dict[str, Any]:
    """What the template is given: `texts`, and what the letters of one morning have in common."""
    letter = facts.letter
    year = (facts.day or facts.today).year
    agency, *sentences = texts
    return {
        **head(letter, letter.number_suffix, facts.number, facts.day, year),
        "subject": f"V/v đôn đốc gửi {_within(facts.cycle_name)}",
        "agency": agency,
        "sentences": sentences,
        "contact": f"{(facts.contact or letter.unit).rstrip('. ')}.",
        "signer_name": facts.signer_name,
        "copies": _copies(letter),
    }


def _within(cycle_name: str) -> str:
    """The cycle's name inside a sentence."""
    return cycle_name[:1].lower() + cycle_name[1:]


def _asked(facts: UrgingFacts) -> str:
    return (
        f"Ngày {vn_date(facts.document_date)}, {facts.letter.issuer_in_text} có {facts.document} đề nghị các cơ quan, "
        f"đơn vị, địa phương gửi {_within(facts.cycle_name)}; thời hạn của {facts.agency}: chậm nhất hết ngày "
        f"{vn_date(facts.due)}."
    )


def _standing(facts: UrgingFacts) -> str:
    late = f" (quá hạn {facts.late:02d} ngày làm việc)" if facts.late else ""
    if facts.mending:
        said = f"{facts.agency} đã gửi báo cáo nhưng chưa gửi bản hoàn thiện theo đề nghị{late}"
    else:
        said = f"{facts.agency} chưa gửi báo cáo{late}"
    days = [vn_date(day) for day in facts.reminded]
    if days:
        said += f", mặc dù đã được nhắc {len(days):02d} lần (các ngày {', '.join(days)})"
        if len(days) == 1:
            said = said.replace("các ngày", "ngày")
    if facts.promised is not None and facts.promised < facts.today:
        said += f"; {facts.agency} đã hẹn gửi ngày {vn_date(facts.promised)} nhưng đến nay chưa thực hiện"
    return f"Đến ngày {vn_date(facts.today)}, {said}."


def _wanted(facts: UrgingFacts) -> str:
    what = "bản hoàn thiện của báo cáo" if facts.mending else "báo cáo"
    if facts.new_due is not None:
        by = f"chậm nhất hết ngày {vn_date(facts.new_due)}"
    else:
        by = f"chậm nhất {day_in_words(None, facts.today.year)}"
    upward = ""
    if facts.province_due >= facts.today:
        upward = f", báo cáo cấp có thẩm quyền chậm nhất ngày {vn_date(facts.province_due)}"
    return (
        f"{facts.letter.issuer_in_text} đề nghị {facts.agency} khẩn trương gửi {what} {by} để tổng hợp{upward}; trường "
        "hợp có khó khăn, vướng mắc, đề nghị có văn bản nêu rõ lý do và thời gian gửi."
    )


def _copies(letter: Letter) -> list[str]:
    if letter.layout == "party":
        return ["Như trên,", "Thường trực Ban Chỉ đạo (để báo cáo),", "Lưu Văn phòng."]
    return ["Như trên;", "Thường trực Ban Chỉ đạo (để b/c);", "Lưu: VT."]


def urging_facts(
    session: Session, cycle: Cycle, request_ids: Sequence[int], calendar: WorkCalendar, now: datetime
) -> dict[int, UrgingFacts]:
    """Request id -> the facts of its letter, for those of a released cycle that are overdue and not answered well."""
    today = local_day(now)
    regime = Regime.model_validate(cycle.policy)
    if cycle.document_date is None:
        raise ValueError(f"Kỳ {cycle.code} chưa có công văn yêu cầu báo cáo, không lập công văn đôn đốc.")
    rows = session.exec(
        select(Request, Agency)
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(
            among(Request.id, request_ids),
            Request.cycle_id == cycle.id,
            col(Request.state).in_([RequestState.SENT, RequestState.INCOMPLETE]),
            col(Request.due) < today,
        )
        .order_by(col(Agency.position))
    ).all()
    promised = last_promises(session, request_ids)
    told = reminded(session, [f"request:{request.id}" for request, _ in rows])
    contact = contact_line(session)
    return {
        request.id or 0: UrgingFacts(
            letter=regime.letter,
            agency=agency.name,
            cycle_name=cycle.name,
            document=f"Công văn số {cycle.document_number}",
            document_date=cycle.document_date,
            due=request.due,
            province_due=cycle.province_due,
            today=today,
            late=calendar.working_days_between(request.due, today),
            mending=request.state == RequestState.INCOMPLETE,
            reminded=tuple(dict.fromkeys(local_day(r.at) for r in told[f"request:{request.id}"])),
            promised=promised.get(request.id or 0),
            contact=contact,
        )
        for request, agency in rows
    }
