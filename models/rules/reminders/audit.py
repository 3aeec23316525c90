"""The auditor's questions: what should have gone out and has not, what is stuck, what did not move?

Silence is an alarm. Nothing here looks at a clock: `now` is an argument, and so is everything that is known.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.time import vn_instant

STEPS_EXPECTED = {
    "ra-soat": ("Rà soát và đôn đốc", timedelta(hours=2)),
    "thu-nhan": ("Thu nhận", timedelta(hours=1)),
}
"""Steps that run by themselves: what each is called, and how long it may be silent."""

STUCK_AFTER = timedelta(hours=1)
"""A message that is being sent, or ready to be sent, for longer than this does not move."""
UNREAD_FOR = timedelta(hours=1)
HELD_FOR = timedelta(days=1)
WAITS_FOR_A_PERSON = timedelta(days=2)
UNSENT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be: what, since when, what to do."""

    code: str
    what: str
    do: str
    since: datetime | None = None

    @property
    def when(self) -> str:
        """Since when, in words; "" where that is not known."""
        return f"từ {vn_instant(self.since)}" if self.since else ""


@dataclass(frozen=True)
class Backlog:
    """So many things of one kind, the oldest of them since then."""

    count: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class AuditFacts:
    """What the database says at one moment. An empty backlog has no oldest.

    `last_runs`: step -> when it last ran to its end. `missing`: (agency, step) that should have a notice for more
    than `STUCK_AFTER` and has none. `stopped`: channel -> why. `unconfirmed_year`: whose days off nobody confirmed.
    """

    started_at: datetime | None  # when the first cycle was opened; before that nothing is expected
    last_runs: Mapping[str, datetime] = field(default_factory=dict)
    sending: Backlog = Backlog()
    ready: Backlog = Backlog()
    unbundled: Backlog = Backlog()
    failed: Backlog = Backlog()
    unknown: Backlog = Backlog()
    held_for_release: Backlog = Backlog()
    unread: Backlog = Backlog()
    for_a_person: Backlog = Backlog()
    unsent: Backlog = Backlog()
    missing: tuple[tuple[str, str], ...] = ()
    stopped: Mapping[str, str] = field(default_factory=dict)
    mail_is_set: bool = True
    unconfirmed_year: int | None = None


def findings(facts: AuditFacts, now: datetime) -> tuple[Finding, ...]:
    """Everything that is not as it should be, what is lost soonest first."""
    return tuple(finding for question in _QUESTIONS for finding in question(facts, now))


def _silent_steps(facts: AuditFacts, now: datetime) -> Iterator[Finding]:
    if facts.started_at is None:
        return
    for step, (name, allowed) in STEPS_EXPECTED.items():
        last = facts.last_runs.get(step, facts.started_at)
        if now - last > allowed:
            yield Finding(
                "khong-chay",
                f"Việc “{name}” không chạy xong lần nào",
                "Kiểm tra máy chủ và tiến trình xử lý (dondoc up); xem lượt chạy lỗi trong giao diện Prefect.",
                last,
            )


def _missing_notices(facts: AuditFacts, _now: datetime) -> Iterator[Finding]:
    if facts.missing:
        listed = "; ".join(f"{agency} ({step})" for agency, step in facts.missing[:10])
        more = f" và {len(facts.missing) - 10} trường hợp khác" if len(facts.missing) > 10 else ""
        yield Finding(
            "thieu-thong-bao",
            f"{len(facts.missing):02d} thông báo đã đến lượt mà chưa được lập: {listed}{more}",
            "Chạy ngay “Rà soát và đôn đốc” (dondoc sweep) và xem lỗi của lượt chạy.",
        )


def _stopped_channels(facts: AuditFacts, _now: datetime) -> Iterator[Finding]:
    for channel, why in facts.stopped.items():
        yield Finding(
            "kenh-dung", f"Kênh {channel} đang dừng: {why}", "Sửa cấu hình rồi chạy: dondoc channel resume."
        )
    if not facts.mail_is_set and facts.started_at is not None:
        yield Finding(
            "chua-co-may-chu-thu",
            "Chưa đặt máy chủ gửi thư; mọi thư được giữ lại",
            "Đặt DONDOC_MAIL_URL (docs/operations.md).",
        )


def _stuck(
    code: str, of: Callable[[AuditFacts], Backlog], after: timedelta, what: str, do: str
) -> Callable[[AuditFacts, datetime], Iterator[Finding]]:
    def question(facts: AuditFacts, now: datetime) -> Iterator[Finding]:
        backlog = of(facts)
        if backlog.count and backlog.oldest is not None and now - backlog.oldest > after:
            yield Finding(code, what.format(count=f"{backlog.count:02d}"), do, backlog.oldest)

    return question


def _days_off(facts: AuditFacts, _now: datetime) -> Iterator[Finding]:
    if facts.unconfirmed_year is not None:
        yield Finding(
            "ngay-nghi-chua-xac-nhan",
            f"Ngày nghỉ năm {facts.unconfirmed_year} chưa được xác nhận theo thông báo chính thức",
            "Đối chiếu, sửa days-off.yaml và ghi năm vào confirmed_years.",
        )


_QUESTIONS: tuple[Callable[[AuditFacts, datetime], Iterator[Finding]], ...] = (
    _silent_steps,
    _missing_notices,
    _stuck(
        "dang-gui-qua-lau",
        lambda facts: facts.sending,
        STUCK_AFTER,
        "{count} thư ở trạng thái đang gửi quá lâu",
        "Một lượt gửi đã dừng giữa chừng; lượt “Rà soát và đôn đốc” sau sẽ nhận lại. Nếu vẫn còn, xem lỗi của "
        "lượt chạy.",
    ),
    _stuck(
        "cho-gui-qua-lau",
        lambda facts: facts.ready,
        STUCK_AFTER,
        "{count} thư đến giờ mà chưa gửi được",
        "Kiểm tra máy chủ thư; câu trả lời của máy chủ có trong lịch sử gửi (dondoc reminders history).",
    ),
    _stuck(
        "chua-thanh-thu",
        lambda facts: facts.unbundled,
        STUCK_AFTER,
        "{count} thông báo đến lượt mà chưa thành thư",
        "Chạy “Rà soát và đôn đốc” (dondoc sweep).",
    ),
    _stopped_channels,
    _stuck(
        "khong-gui-duoc",
        lambda facts: facts.failed,
        timedelta(0),
        "{count} thư không gửi được, không thử lại nữa",
        "Kiểm tra địa chỉ trong danh bạ, gọi điện cho đơn vị; gửi lại: dondoc dispatch --again, "
        "dondoc reminders send-now.",
    ),
    _stuck(
        "khong-ro-da-den",
        lambda facts: facts.unknown,
        timedelta(0),
        "{count} tin không rõ đã đến hay chưa (không có trả lời)",
        "Gọi điện hỏi đơn vị; hệ thống không tự gửi lại.",
    ),
    _stuck(
        "cho-duyet-gui",
        lambda facts: facts.held_for_release,
        HELD_FOR,
        "{count} thông báo chờ thư ký duyệt gửi",
        "Xem và duyệt: dondoc reminders release.",
    ),
    _stuck(
        "tep-chua-doc",
        lambda facts: facts.unread,
        UNREAD_FOR,
        "{count} tệp đã nhận mà chưa được đọc",
        "Chạy “Thu nhận” (dondoc collect) và xem lỗi của lượt chạy.",
    ),
    _stuck(
        "tep-cho-nguoi-xem",
        lambda facts: facts.for_a_person,
        WAITS_FOR_A_PERSON,
        "{count} tệp đã nhận đang chờ thư ký xem xét",
        "Xem danh sách: dondoc status.",
    ),
    _stuck(
        "yeu-cau-chua-gui",
        lambda facts: facts.unsent,
        UNSENT_FOR,
        "{count} cơ quan của kỳ đã phát hành chưa nhận được yêu cầu",
        "Bổ sung địa chỉ thư trong danh bạ rồi chạy: dondoc dispatch --again.",
    ),
    _days_off,
)
