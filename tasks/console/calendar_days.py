"""The calendar as agencies see it: the rule's days of the cycles to come, the real days of those that are open."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from models.codes import CycleState, PeriodKind
from models.cycle import Cycle
from models.rules.ics import Event, calendar_file
from models.rules.reporting_calendar import CalendarEntry, last_day_ahead, reporting_calendar
from models.time import local_day, start_of, vn_date
from tasks.office import Office

SHOWN_BACK = timedelta(days=100)
"""So long a deadline that is past stays in the calendar file."""
AGENCY_ALARM_HOURS = 39
"""Two days before an agency's deadline, at 09:00."""


def calendar_entries(office: Office, today: date, since: date | None = None) -> list[CalendarEntry]:
    """The periods of the active regimes whose drafts open from `since` (default: today) to the end of next year."""
    profile = office.profile
    return reporting_calendar(
        profile.regimes,
        office.calendar(today),
        profile.days_off.confirmed_years,
        since or today,
        last_day_ahead(today),
    )


def calendar_name(office: Office) -> str:
    """What the calendar is called in a calendar program."""
    active = [regime for regime in office.profile.regimes if regime.active]
    place = active[0].letter.place if active else ""
    return f"Lịch báo cáo Ban Chỉ đạo {place}".strip()


def calendar_as_file(office: Office, now: datetime) -> bytes:
    """The calendar file: cut-off, agencies' and province's deadline of every cycle, open or to come. The same bytes
    all day as long as nothing changes."""
    today = local_day(now)
    with office.store.reading() as session:
        events = list(_events(session, office, today))
    return calendar_file(calendar_name(office), events, start_of(today))


def _events(session: Session, office: Office, today: date) -> Iterator[Event]:
    since = today - SHOWN_BACK
    cycles = session.exec(select(Cycle).order_by(col(Cycle.province_due), col(Cycle.id))).all()
    known = {cycle.code for cycle in cycles}
    for cycle in cycles:
        if cycle.province_due >= since and (
            cycle.period_kind is not PeriodKind.ADHOC or cycle.state != CycleState.DRAFT
        ):
            draft = cycle.state == CycleState.DRAFT
            document = (
                f"Theo văn bản số {cycle.document_number}"
                + (f" ngày {vn_date(cycle.document_date)}." if cycle.document_date else ".")
                if cycle.document_number
                else "Kỳ đang ở dạng dự thảo: ngày chính thức theo văn bản phát hành."
            )
            yield from _days(
                cycle.code, cycle.name, cycle.cut_off, cycle.due, cycle.province_due, document, draft=draft
            )
    for entry in calendar_entries(office, today, since):
        if entry.dates is None or not entry.opens or entry.code in known:
            continue
        if entry.dates.province_due < today:
            continue  # it never was, and is over
        said = "Dự kiến theo chế độ báo cáo; ngày chính thức theo văn bản phát hành."
        if entry.estimated:
            said += " Lịch nghỉ lễ, Tết của năm chưa được xác nhận theo thông báo chính thức."
        name = entry.regime.title_of(entry.period)
        dates = entry.dates
        yield from _days(entry.code, name, dates.cut_off, dates.due, dates.province_due, said, draft=True)


def _days(
    code: str, name: str, cut_off: date, due: date, province_due: date, said: str, *, draft: bool
) -> Iterator[Event]:
    all_days = (
        f"Chốt số liệu: {vn_date(cut_off)}.\nHạn của cơ quan, đơn vị, địa phương: {vn_date(due)}.\n"
        f"Hạn của tỉnh: {vn_date(province_due)}.\n{said}"
    )
    for key, day, title, alarm in (
        ("chot-so-lieu", cut_off, "Chốt số liệu", 0),
        ("han-co-quan", due, "Hạn cơ quan, đơn vị, địa phương gửi", AGENCY_ALARM_HOURS),
        ("han-tinh", province_due, "Hạn tỉnh gửi", 0),
    ):
        yield Event(f"{code}-{key}@dondoc", day, f"{title}: {name}", all_days, draft, alarm)
