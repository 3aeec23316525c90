"""What waits for an officer of the secretariat today, in the order in which a morning is best spent on it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from models.codes import Code
from models.time import local_day

MOST_SHOWN = 12
"""Lines of one kind that are listed; the rest are counted."""


class WorkKind(Code):
    """A kind of work; the order is that of the list: what keeps an agency waiting or may be too late comes first."""

    FILE = "file", "Tệp đến chờ xem xét"
    EXTENSION = "extension", "Đề nghị gia hạn chờ quyết định"
    DRAFT = "draft", "Dự thảo kỳ báo cáo chờ phát hành"
    RELEASE = "release", "Bước nhắc, đôn đốc chờ duyệt gửi"
    PROMISE = "promise", "Hẹn nộp đến ngày hoặc đã lỡ hẹn"
    CALL = "call", "Cơ quan, đơn vị cần gọi điện hôm nay"
    FIGURES = "figures", "Đã nhận bằng đường khác, chờ nhập số liệu"
    CONFIRM = "confirm", "Trạng thái chờ xác nhận"
    ANSWERED = "answered", "Điểm chưa khớp đã có giải trình, chờ xem xét"
    DISCREPANCY = "discrepancy", "Điểm chưa khớp chưa hỏi cơ quan"
    RETURNED = "returned", "Đã đề nghị hoàn thiện, cơ quan chưa gửi lại"
    PROPOSAL = "proposal", "Đề xuất của cơ quan chờ Ban Chỉ đạo quyết định"
    CONTACT_ASK = "contact_ask", "Đề nghị sửa đầu mối chờ quyết định"
    CONTACT = "contact", "Thư đến đầu mối bị trả lại"


@dataclass(frozen=True)
class Work:
    """One line: what is to be done about whom, since when, and where (a path under the desk)."""

    kind: WorkKind
    what: str
    path: str
    since: datetime | date
    count: int = 1

    @property
    def since_day(self) -> date:
        return local_day(self.since) if isinstance(self.since, datetime) else self.since


@dataclass(frozen=True)
class WorkGroup:
    """All of one kind, the oldest first; `count` in pieces of work, not in lines."""

    kind: WorkKind
    path: str
    count: int
    oldest: date
    lines: tuple[Work, ...]

    @property
    def shown(self) -> tuple[Work, ...]:
        return self.lines[:MOST_SHOWN]

    @property
    def more(self) -> int:
        return len(self.lines) - len(self.shown)


LISTS = {
    WorkKind.FILE: "/tep-den",
    WorkKind.EXTENSION: "/gia-han",
    WorkKind.DRAFT: "/ky",
    WorkKind.RELEASE: "/ky",
    WorkKind.PROMISE: "/goi-dien",
    WorkKind.CALL: "/goi-dien",
    WorkKind.FIGURES: "/ky",
    WorkKind.CONFIRM: "/xac-nhan",
    WorkKind.ANSWERED: "/doi-chieu?muc=explained",
    WorkKind.DISCREPANCY: "/doi-chieu?muc=open",
    WorkKind.RETURNED: "/ky",
    WorkKind.PROPOSAL: "/nhiem-vu?loai=de-xuat",
    WorkKind.CONTACT_ASK: "/danh-ba/xac-nhan",
    WorkKind.CONTACT: "/danh-ba?loc=thu-loi",
}
"""Where all of a kind are listed."""


def work_groups(found: Iterable[Work], left_out: Collection[WorkKind] = ()) -> tuple[WorkGroup, ...]:
    """The list: by kind in their order, in a kind the oldest first."""
    by_kind: dict[WorkKind, list[Work]] = {}
    for work in found:
        if work.kind not in left_out:
            by_kind.setdefault(work.kind, []).append(work)
    groups = []
    for kind in WorkKind:
        if kind in by_kind:
            lines = tuple(sorted(by_kind[kind], key=lambda work: (work.since_day, work.what)))
            count = sum(work.count for work in lines)
            groups.append(WorkGroup(kind, LISTS[kind], count, lines[0].since_day, lines))
    return tuple(groups)
