"""The boards of the console: where a cycle stands by agency, who is missing, what is held or failed, the days of its
submissions. Rows and words alone; nothing of what was reported is in them."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.codes import AgencyKind, NoticeState
from models.cycle import Cycle, Request
from models.directory import Agency, Person
from models.notice import Notice
from models.rules.board.glance import AgencyLine, Glance, time_left
from models.rules.board.lamps import Lamp
from models.rules.sentences import submissions_sentence
from models.time import local_day, vn_date, vn_instant
from tasks.board.reading import read_glance
from tasks.console.lights_picture import lights_picture
from tasks.console.submission_chart import submission_chart
from tasks.office import Office
from tasks.reminders.sweep import released_cycles

WORST_FIRST = (
    Lamp.OVERDUE,
    Lamp.MENDING,
    Lamp.RECORDED,
    Lamp.WAITING,
    Lamp.NOT_ASKED,
    Lamp.LATE,
    Lamp.ON_TIME,
    Lamp.EXEMPT,
)
FAILED_BACK = timedelta(days=14)
"""So long a notice that could not be delivered stays on the board."""
TABLE_LINES = 500
MOST_LIGHTS = 180
"""So many agencies are in the picture, the worst first; the table has all of them."""
Row = dict[str, str]


@dataclass(frozen=True)
class CycleBoard:
    """What the console shows of one cycle. `headline` is one line; `words` are in Markdown, with the pictures (the
    agencies' lights, submissions by day) in them."""

    code: str
    headline: str
    words: str
    agencies: tuple[Row, ...]
    missing: tuple[Row, ...]


def cycle_boards(office: Office, now: datetime) -> list[CycleBoard]:
    """The boards of the cycles in which reports are being collected, oldest first."""
    with office.store.reading() as session:
        return [_board(session, office, cycle, now) for cycle in released_cycles(session)]


def standing_sentence(office: Office, now: datetime) -> str:
    """How the open cycles stand: "Đã nhận 56/60 báo cáo; còn 04 cơ quan, đơn vị chưa gửi." With several, each by its
    code; "" without one."""
    with office.store.reading() as session:
        told = [(cycle.code, read_glance(session, cycle, now).rates) for cycle in released_cycles(session)]
    if len(told) == 1:
        return f"{submissions_sentence(told[0][1])}."
    return " ".join(f"{code}: {submissions_sentence(rates)}." for code, rates in told)


def _board(session: Session, office: Office, cycle: Cycle, now: datetime) -> CycleBoard:
    shown = read_glance(session, cycle, now)
    lines = sorted(
        (line for line in shown.agencies if line.lamp is not None and line.request is not None),
        key=lambda line: (WORST_FIRST.index(line.lamp or Lamp.EXEMPT), line.agency.position),
    )
    left = time_left(office.calendar(local_day(now)), shown.seen, cycle.due)
    headline = f"{submissions_sentence(shown.rates)}. Hạn {vn_date(cycle.due)}: {left.text}."
    return CycleBoard(
        code=cycle.code,
        headline=headline,
        words=_words(shown, lines, cycle, office.settings.portal_url, now),
        agencies=tuple(_row(line) for line in lines),
        missing=_missing(lines, shown),
    )


def _row(line: AgencyLine) -> Row:
    assert line.lamp is not None  # noqa: S101 - picked above
    assert line.request is not None  # noqa: S101
    arrived = line.request.first_received_at
    return {
        "Tình trạng": f"{line.lamp.sign} {line.lamp.label}",
        "Cơ quan, đơn vị, địa phương": line.agency.name,
        "Khối": "Xã, phường" if line.agency.kind is AgencyKind.COMMUNE else "Cấp tỉnh",
        "Hạn": vn_date(line.request.due),
        "Nhận lúc": vn_instant(arrived) if arrived else "",
        "Chậm (ngày)": str(line.days_late) if line.days_late else "",
    }


def _missing(lines: Sequence[AgencyLine], shown: Glance) -> tuple[Row, ...]:
    return tuple(
        {
            "Cơ quan, đơn vị, địa phương": line.agency.name,
            "Mã": line.agency.code,
            "Hạn": vn_date(line.request.due),
            "Còn / quá hạn": _distance((line.request.due - shown.seen).days),
        }
        for line in lines
        if line.lamp in (Lamp.OVERDUE, Lamp.WAITING) and line.request is not None
    )


def _distance(days: int) -> str:
    if days == 0:
        return "hết hạn hôm nay"
    return f"còn {days:02d} ngày" if days > 0 else f"quá hạn {-days:02d} ngày"


def _words(
    shown: Glance,
    lines: Sequence[AgencyLine],
    cycle: Cycle,
    portal_url: str,
    now: datetime,
) -> str:
    rates = shown.rates
    counts = "\n".join(
        f"| {lamp.sign} {lamp.label} | {shown.lamps[lamp]} |" for lamp in WORST_FIRST if shown.lamps[lamp]
    )
    told = [
        f"**{cycle.name}** ({cycle.code})",
        (
            f"Đạt yêu cầu {rates.completeness.text}; đúng hạn {rates.timeliness.text}. "
            f"Số liệu xem lúc {vn_instant(now)}."
        ),
    ]
    if portal_url:
        desk = f"{portal_url.rstrip('/')}/thu-ky"
        told.append(
            f"[Bảng theo dõi]({desk}/bang/{cycle.code}) · [Kỳ báo cáo]({desk}/ky/{cycle.code}) · "
            f"[Báo cáo tổng hợp]({desk}/bao-cao/{cycle.code}) · [Gọi điện sáng nay]({desk}/goi-dien)"
        )
    told.append(f"| Tình trạng | Số cơ quan |\n| --- | ---: |\n{counts}")
    lights = [(line.agency.name, line.lamp) for line in lines if line.lamp is not None]
    told.append(_picture("Tình trạng từng cơ quan, đơn vị, địa phương", lights_picture(lights[:MOST_LIGHTS])))
    if len(lights) > MOST_LIGHTS:
        told.append(f"Còn {len(lights) - MOST_LIGHTS} nơi khác: xem bảng `bang-…` của kỳ.")
    received = [(point.day, point.received) for point in shown.received_by_day]
    chart = submission_chart(received, expected=rates.expected, due=cycle.due, seen=shown.seen)
    told.append(_picture("Số báo cáo đã nhận theo ngày so với hạn", chart))
    return "\n\n".join(part for part in told if part)


def _picture(said: str, svg: str) -> str:
    """A picture in Markdown that carries its own content: the UI fetches nothing. "" without one."""
    return f"![{said}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})" if svg else ""


def held_and_failed(office: Office, now: datetime) -> tuple[Row, ...]:
    """Notices that are held back, failed of late, or are not known to have arrived: to whom, what, why."""
    stuck = (NoticeState.HELD, NoticeState.FAILED, NoticeState.UNKNOWN)
    with office.store.reading() as session:
        rows = session.exec(
            select(Notice, Person, Agency)
            .join(Person, col(Person.id) == col(Notice.person_id))
            .join(Agency, col(Agency.id) == col(Person.agency_id), isouter=True)
            .where(
                col(Notice.state).in_(stuck),
                (col(Notice.state) == NoticeState.HELD) | (col(Notice.created_at) > now - FAILED_BACK),
            )
            .order_by(col(Notice.state), col(Notice.id).desc())
            .limit(TABLE_LINES)
        ).all()
        ids = {notice.request_id for notice, _, _ in rows if notice.request_id is not None}
        codes: dict[int | None, str] = dict(
            session.exec(
                select(Request.id, Cycle.code)
                .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
                .where(col(Request.id).in_(ids))
            ).all()
        )
        return tuple(
            {
                "Tình trạng": notice.state.label,
                "Nơi nhận": agency.name if agency is not None else person.role.label,
                "Người nhận": person.name,
                "Kênh": notice.channel.label,
                "Bước": notice.step,
                "Kỳ": codes.get(notice.request_id, ""),
                "Từ": vn_instant(notice.created_at),
                "Vì sao": notice.why,
            }
            for notice, person, agency in rows
        )
