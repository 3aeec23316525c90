"""What a step would do, before it does it: nothing here is written and nothing leaves the house."""

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.codes import ArrivalVerdict, CycleState, PersonRole
from models.cycle import Cycle, Request
from models.directory import Agency
from models.rules.reporting_calendar import missed_until
from models.submission import Arrival
from models.time import local_day, vn_date, vn_instant
from tasks.channels.registry import usable
from tasks.cycle import dispatch
from tasks.cycle.cycles import CycleFault, due_to_close, find_cycle
from tasks.office import Office
from tasks.reminders import sweep
from tasks.reminders.notices import people_of
from tasks.reminders.reminder_preview import PreviewLine, preview
from tasks.steps import Outcome

ONLY_LOOKING = "Chỉ xem trước, chưa gửi gì:"


def dispatch_ahead(office: Office, code: str, only: Collection[int] = ()) -> Outcome:
    """Who would get a form now, of one released cycle or of all (""): by agency, with its officers."""
    with office.store.reading() as session:
        cycles = [find_cycle(session, code)] if code else sweep.released_cycles(session)
        for cycle in cycles:
            if cycle.state == CycleState.DRAFT:
                raise CycleFault(f"Kỳ {cycle.code} còn là dự thảo; phát hành kỳ trước khi gửi yêu cầu.")
        table = tuple(row for cycle in cycles for row in _forms_to_send(session, cycle, only))
    nobody = sum(not row["Đầu mối nhận"] for row in table)
    sentence = f"{ONLY_LOOKING} {len(table):02d} cơ quan, đơn vị, địa phương sẽ nhận biểu mẫu"
    if nobody:
        sentence += f"; {nobody:02d} nơi chưa có đầu mối nhận trong danh bạ"
    return Outcome(f"{sentence}.", code, table=table)


def _forms_to_send(session: Session, cycle: Cycle, only: Collection[int]) -> list[dict[str, str]]:
    waiting = set(dispatch.to_prepare(session, cycle, again=True, only=only))
    rows = session.exec(
        select(Request, Agency)
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(Request.cycle_id == cycle.id)
        .order_by(col(Agency.position), col(Agency.code))
    ).all()
    chosen = [(request, agency) for request, agency in rows if request.id in waiting]
    officers = people_of(session, [agency.id or 0 for _, agency in chosen], [PersonRole.OFFICER])
    return [
        {
            "Kỳ": cycle.code,
            "Mã": agency.code,
            "Cơ quan, đơn vị, địa phương": agency.name,
            "Hạn": vn_date(request.due),
            "Đầu mối nhận": ", ".join(person.name for person in officers.get(agency.id or 0, [])),
        }
        for request, agency in chosen
    ]


def collect_ahead(office: Office) -> Outcome:
    """What lies in the drop folder, and what has been received and not been read yet."""
    inbox = office.settings.inbox
    lying = sorted(path for path in inbox.iterdir() if path.is_file() and not path.name.startswith("."))
    with office.store.reading() as session:
        unread = session.exec(
            select(Arrival).where(Arrival.verdict == ArrivalVerdict.UNREAD).order_by(col(Arrival.id))
        ).all()
    table = (
        *({"Tệp": path.name, "Ở đâu": "thư mục nhận"} for path in lying),
        *({"Tệp": arrival.file_name, "Ở đâu": "đã lưu, chưa đọc"} for arrival in unread),
    )
    return Outcome(
        f"{ONLY_LOOKING} {len(lying):02d} tệp trong thư mục nhận, {len(unread):02d} tệp đã lưu mà chưa đọc.",
        table=table,
    )


def sweep_ahead(office: Office, now: datetime) -> Outcome:
    """Which cycles a sweep would open and close now, and which notices it would put down today."""
    today, day = local_day(now), missed_until(now)
    with office.store.reading() as session:
        missed = sweep.missed_openings(session, office.profile.regimes, office.calendar(today), day)
        closing = [cycle.code for cycle in sweep.released_cycles(session) if due_to_close(cycle, now)]
    notices = notices_ahead(office, today, now)
    said = [f"mở {', '.join(f'{regime.code}-{period.code}' for regime, period in missed)}"] if missed else []
    said += [f"đóng {', '.join(closing)}"] if closing else []
    cycles = "; ".join(said) or "không mở, không đóng kỳ nào"
    return Outcome(f"{ONLY_LOOKING} {cycles}. {notices.sentence}", table=notices.table)


def notices_ahead(office: Office, day: date, now: datetime, only: Collection[str] = ()) -> Outcome:
    """Which notices would go out on a day and which would be held; `only` are codes of agencies, none: all."""
    with office.store.reading() as session:
        found = preview(
            session,
            office.profile.assignment_steps,
            office.calendar,
            day,
            now,
            usable(office.settings),
        )
    lines = [line for line in found if not only or line.agency in only]
    going = sum(line.goes_at is not None for line in lines)
    return Outcome(
        f"Ngày {vn_date(day)}: {going:02d} thông báo sẽ gửi, {len(lines) - going:02d} thông báo giữ lại.",
        table=tuple(_row(line) for line in lines),
    )


def _row(line: PreviewLine) -> dict[str, str]:
    return {
        "Cơ quan": line.agency or "cả kỳ",
        "Người nhận": line.whom,
        "Kênh": line.channel.label,
        "Bước": line.step,
        "Về việc": line.about,
        "Gửi lúc / giữ vì": vn_instant(line.goes_at) if line.goes_at else f"giữ lại: {line.why}",
    }
