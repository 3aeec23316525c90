"""The call sheet of a working morning: whom to call first, about what, and what was said last; the Zalo group's text.

A name is on it when a reminder alone will not do: a report is overdue and a step of the policy puts it on the sheet,
a promised day has passed, nobody can be written to, a message did not arrive, an assignment is overdue.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum

from models.codes import NoticeState, RequestState
from models.rules.reminders.notices import time_left
from models.rules.reminders.reminder_steps import Step
from models.rules.workdays import WorkCalendar
from models.time import local_day, vn_date, vn_instant

LONGEST_POST = 2000
"""Letters that the Zalo group takes in one message."""
_COMMUNE = re.compile(r"UBND (?P<kind>xã|phường) (?P<name>.+)")
_NUMBERS_NAMED = 6  # assignments named by number on the sheet; of more, the rest are counted


@dataclass(frozen=True)
class Callee:
    """Somebody to call. `reachable`: messages can reach them; `fault` says in words why not."""

    name: str
    phone: str = ""
    reachable: bool = True
    fault: str = ""

    @property
    def text(self) -> str:
        return f"{self.name}, {self.phone}" if self.phone else f"{self.name} (chưa có số điện thoại)"


@dataclass(frozen=True)
class OwedReport:
    """One request that is not answered well yet.

    `listed_on` is the day from which the policy puts it on the sheet, None where it never does. `promised` is the
    latest promise, `wanted` the later deadline asked for that nobody has decided. `delivery` is how the latest
    message about it fared, None while there was none; `delivery_why` the reason when it did not arrive.
    """

    cycle: str  # Báo cáo Quý I/2026
    due: date
    state: RequestState
    listed_on: date | None = None
    promised: date | None = None
    wanted: date | None = None
    delivery: NoticeState | None = None
    delivery_why: str = ""


@dataclass(frozen=True)
class OwedAssignment:
    """An assignment with a deadline that the agency has not reported complete."""

    number: str  # V.5.1
    title: str
    due: date


@dataclass(frozen=True)
class Called:
    """A call that the secretariat made, as the phone log has it."""

    at: datetime
    whom: str
    answered: bool = True
    promised: date | None = None

    def text(self, today: date) -> str:
        """đã gọi lúc 08:15 hôm nay (Trần Văn B), hẹn 25/3/2026"""
        day = local_day(self.at)
        when = f"{vn_instant(self.at).partition(' ')[0]} {'hôm nay' if day == today else vn_date(day)}"
        outcome = f", hẹn {vn_date(self.promised)}" if self.promised else ""
        return f"đã gọi lúc {when} ({self.whom}){outcome if self.answered else ', không liên lạc được'}"


@dataclass(frozen=True)
class AgencyFacts:
    """All that must be known of an agency to say whether to call it.

    `last_told`: the last message it was sent; `called`: the last call to it of these days.
    """

    name: str
    position: int  # order in the directory
    officers: tuple[Callee, ...] = ()
    heads: tuple[Callee, ...] = ()
    reports: tuple[OwedReport, ...] = ()
    assignments: tuple[OwedAssignment, ...] = ()
    last_told: datetime | None = None
    code: str = ""
    called: Called | None = None


class Rank(IntEnum):
    """Why a name is on the sheet; the lowest is called first."""

    REPORT = 1
    PROMISE = 2
    ASSIGNMENT = 3
    UNHEARD = 4


@dataclass(frozen=True)
class CallRow:
    """One call: whom, about what, since when, what they said last. Every text is ready to be printed.

    `since` is the day that orders the row among its like: the deadline missed longest ago, the promise broken.
    `late` says how long, of the report first; "" when nothing is overdue.
    """

    agency: str
    officers: tuple[str, ...]
    heads: tuple[str, ...]
    owed: tuple[str, ...]
    late: str  # quá hạn 03 ngày làm việc
    promises: tuple[str, ...]
    faults: tuple[str, ...]  # why a message does not reach them
    last_told: str  # 08:00 ngày 23/3/2026; "" when never
    rank: Rank
    since: date
    broken: bool
    late_reports: tuple[OwedReport, ...] = ()
    late_assignments: tuple[OwedAssignment, ...] = ()
    code: str = ""
    called: str = ""  # đã gọi lúc 08:15 hôm nay (Trần Văn B), hẹn 25/3/2026; "" when not in these days
    called_today: bool = False


def listed_on(steps: Iterable[Step], due: date, began: date, calendar: WorkCalendar) -> date | None:
    """The first day on which a step with `call_sheet` is reached; None when no step has it.

    `began` is the day on which the request's plan began: after-steps count from it where the deadline had passed.
    """
    days = [
        step.day(max(due, began) if step.when == "after" else due, calendar)
        for step in steps
        if step.call_sheet
    ]
    return min(days, default=None)


def call_rows(agencies: Iterable[AgencyFacts], calendar: WorkCalendar, now: datetime) -> tuple[CallRow, ...]:
    """Whom to call, worst first: by what is owed, for how long, who broke a promise first; then in directory order."""
    found = [(row, facts.position) for facts in agencies for row in _row(facts, calendar, now)]
    found.sort(key=lambda item: (item[0].rank, item[0].since, not item[0].broken, item[1], item[0].agency))
    return tuple(row for row, _ in found)


def _row(facts: AgencyFacts, calendar: WorkCalendar, now: datetime) -> list[CallRow]:
    """The agency's row; none when nobody need be called."""
    today = local_day(now)
    owing = sorted(facts.reports, key=lambda report: (report.due, report.cycle))
    late = [r for r in owing if r.due < today and r.listed_on is not None and r.listed_on <= today]
    broken = [r for r in owing if _broken(r, today)]
    unheard = [r for r in owing if r.delivery in (NoticeState.FAILED, NoticeState.UNKNOWN)]
    overdue = sorted((a for a in facts.assignments if a.due < today), key=lambda a: (a.due, a.number))
    nobody = _nobody(facts.officers) if owing or overdue else ""
    if not (late or broken or unheard or overdue or nobody):
        return []
    if late:
        rank, since = Rank.REPORT, late[0].due
    elif broken:
        rank, since = Rank.PROMISE, min(r.promised for r in broken if r.promised is not None)
    elif overdue:
        rank, since = Rank.ASSIGNMENT, overdue[0].due
    else:
        rank, since = Rank.UNHEARD, owing[0].due
    told = [r for r in owing if r in late or r in broken or r in unheard or nobody]
    owed = [*(_owed(r, calendar, now) for r in told), *_assignments_owed(overdue, calendar, now)]
    row = CallRow(
        agency=facts.name,
        officers=tuple(person.text for person in facts.officers),
        heads=tuple(", ".join(filter(None, (head.name, head.phone))) for head in facts.heads),
        owed=tuple(owed),
        late=time_left(since, calendar, now) if late or (overdue and not broken) else "",
        promises=tuple(text for r in told if (text := _promise(r, today))),
        faults=tuple(dict.fromkeys([*([nobody] if nobody else []), *(_undelivered(r) for r in unheard)])),
        last_told=vn_instant(facts.last_told) if facts.last_told else "",
        rank=rank,
        since=since,
        broken=bool(broken),
        late_reports=tuple(late),
        late_assignments=tuple(overdue),
        code=facts.code,
        called=facts.called.text(today) if facts.called else "",
        called_today=facts.called is not None and local_day(facts.called.at) == today,
    )
    return [row]


def _broken(report: OwedReport, today: date) -> bool:
    return report.promised is not None and report.promised < today


def _nobody(officers: Sequence[Callee]) -> str:
    """Why nobody of the agency gets what is sent; "" when somebody does."""
    if not officers:
        return "chưa có đầu mối trong danh bạ"
    if any(person.reachable for person in officers):
        return ""
    return "; ".join(dict.fromkeys(person.fault for person in officers))


def _undelivered(report: OwedReport) -> str:
    what = "tin không gửi được" if report.delivery is NoticeState.FAILED else "không rõ tin đã đến chưa"
    return f"{what}: {report.delivery_why}" if report.delivery_why else what


def _owed(report: OwedReport, calendar: WorkCalendar, now: datetime) -> str:
    standing = {
        RequestState.INCOMPLETE: " (chờ hoàn thiện)",
        RequestState.PLANNED: " (yêu cầu chưa gửi tới được)",
    }.get(report.state, "")
    left = time_left(report.due, calendar, now)
    return f"{report.cycle}{standing}, hạn {vn_date(report.due)}, {left}"


def _assignments_owed(overdue: Sequence[OwedAssignment], calendar: WorkCalendar, now: datetime) -> list[str]:
    if not overdue:
        return []
    numbers = [assignment.number for assignment in overdue[:_NUMBERS_NAMED]]
    more = len(overdue) - len(numbers)
    listed = ", ".join(numbers) + (f" và {more:02d} nhiệm vụ khác" if more else "")
    first = overdue[0].due
    since = "hạn" if len({assignment.due for assignment in overdue}) == 1 else "hạn sớm nhất"
    said = f"{len(overdue):02d} nhiệm vụ chưa báo cáo hoàn thành ({listed}), {since} {vn_date(first)}"
    return [f"{said}, {time_left(first, calendar, now)}"]


def _promise(report: OwedReport, today: date) -> str:
    """What the agency said last of this report: a promised day, and an extension it waits for."""
    said = []
    if report.promised is not None:
        passed = " (đã qua)" if report.promised < today else ""
        said.append(f"hẹn nộp {vn_date(report.promised)}{passed}")
    if report.wanted is not None:
        said.append(f"đề nghị gia hạn đến {vn_date(report.wanted)}, chưa được trả lời")
    return "; ".join(said)


@dataclass(frozen=True)
class _Group:
    """Agencies that the post names together, and the words before them."""

    title: str
    names: tuple[str, ...]
    left_out: int = 0

    @property
    def text(self) -> str:
        more = f" và {self.left_out:02d} cơ quan, đơn vị, địa phương khác" if self.left_out else ""
        count = len(self.names) + self.left_out
        many = f"{count:02d} cơ quan, gồm " if count > 1 else ""
        return f"- {self.title}: {many}{_listed(self.names)}{more}."


def _listed(names: Sequence[str]) -> str:
    """The names in their order, the communes together: Sở Nội vụ; UBND các xã Nà Hỳ, Sín Thầu."""
    alone: list[str] = []
    together: dict[str, list[str]] = {}
    for name in names:
        commune = _COMMUNE.fullmatch(name)
        if commune is None:
            alone.append(name)
        else:
            together.setdefault(commune["kind"], []).append(commune["name"])
    communes = [
        f"UBND {'các ' if len(named) > 1 else ''}{kind} {', '.join(named)}"
        for kind, named in together.items()
    ]
    return "; ".join([*alone, *communes])


_AROUND = len("; UBND các phường ")
"""Letters that may go with a name that is left out, at most."""


def group_post(rows: Sequence[CallRow], calendar: WorkCalendar, now: datetime, contact: str) -> str:
    """The text to paste into the Zalo group: who owes what since when, and whom to ask; "" when nobody is overdue.

    Agencies by name, no person's; nothing of what was reported. At most `LONGEST_POST` letters: of a list that is
    too long the last names are counted instead.
    """
    groups = [_as_many_as_fit(group) for group in _groups(rows, calendar, now)]
    if not groups:
        return ""
    opening = f"ĐÔN ĐỐC BÁO CÁO ({vn_instant(now)})"
    closing = (
        "Đề nghị các cơ quan, đơn vị, địa phương gửi báo cáo hoặc hẹn ngày gửi trong hôm nay theo đường dẫn đã nhận. "
        "Cơ quan, đơn vị đã gửi mà còn tên trong danh sách, đề nghị báo lại ngay."
    )
    ending = f"{closing}\nLiên hệ: {contact}." if contact else closing
    while True:
        post = "\n".join([opening, *(group.text for group in groups), ending])
        if len(post) <= LONGEST_POST:
            return post
        longest = max(range(len(groups)), key=lambda i: len(groups[i].names))
        group = groups[longest]
        if len(group.names) == 1:  # nothing left to shorten
            return post[: LONGEST_POST - 1] + "…"
        # One after the other, of whichever is the longest; so many at once as must go in any case.
        beside = max((len(other.names) for other in groups if other is not group), default=1)
        most = max(map(len, group.names)) + _AROUND
        fewer = max(1, min((len(post) - LONGEST_POST) // most, len(group.names) - beside))
        groups[longest] = replace(group, names=group.names[:-fewer], left_out=group.left_out + fewer)


def _as_many_as_fit(group: _Group) -> _Group:
    """Without the names that no post has room for, be all others as short as can be ("A, "): of a country's thousands
    they need not be left out one by one."""
    most = LONGEST_POST // 3
    return replace(group, names=group.names[:most], left_out=max(0, len(group.names) - most))


def _groups(rows: Sequence[CallRow], calendar: WorkCalendar, now: datetime) -> list[_Group]:
    """The longest overdue first; reports before assignments."""
    reports: dict[tuple[date, str, str], list[str]] = {}
    for row in rows:
        for report in row.late_reports:
            what = "chưa hoàn thiện" if report.state is RequestState.INCOMPLETE else "chưa gửi"
            reports.setdefault((report.due, report.cycle, what), []).append(row.agency)
    groups = [
        _Group(f"{cycle}, hạn {vn_date(due)}, {what}, {time_left(due, calendar, now)}", tuple(names))
        for (due, cycle, what), names in sorted(reports.items())
    ]
    late = [row for row in rows if row.late_assignments]
    if late:
        names = tuple(f"{row.agency} ({len(row.late_assignments):02d})" for row in late)
        groups.append(_Group("Nhiệm vụ quá hạn, chưa báo cáo hoàn thành (số nhiệm vụ trong ngoặc)", names))
    return groups
