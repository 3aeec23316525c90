"""The steps of a cycle, each from top to bottom: what the flows and the command line both do.

`each` says how batches are run: one after another here, as Prefect tasks in a flow. Every step may be run again.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, TypeVar

from models.codes import Channel, CycleState
from models.fault import Fault
from models.rules.completion import completion_on_both, cycle_rates, is_received
from models.rules.periods import parse_period
from models.rules.policy import Regime
from models.rules.reporting_calendar import missed_until
from models.rules.sentences import submissions_sentence
from models.time import local_day, vn_date
from tasks.apart import apart
from tasks.channels.registry import usable
from tasks.cycle import dispatch
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import (
    CycleFault,
    DateOverrides,
    cycle_id_of,
    find_cycle,
    open_cycle,
)
from tasks.cycle.release import correct_letter, release_cycle
from tasks.directory.contact_rounds import look_after_rounds
from tasks.discrepancies.refresh import refresh_released
from tasks.documents.keeping import keep_made, keep_scan, made_report, write_letter
from tasks.intake import inbox, judge, mailbox
from tasks.office import Office
from tasks.reminders import sweep
from tasks.reminders.assignment_sweep import plan_assignments
from tasks.reminders.auditor import audit
from tasks.reminders.morning import Papers, morning_papers
from tasks.reminders.run_marks import COLLECT_RUN, SWEEP_RUN, mark_run
from tasks.sending.post import send_due
from tasks.sending.rounds import SendReport
from tasks.states import MACHINE, record_act

MANY = 500
"""From so many requests on, PostgreSQL is told of the rows that a release has put down."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class Each(Protocol):
    """Runs a piece of work on each batch; the name is what a person watching reads."""

    def __call__(
        self, work: Callable[[Sequence[Item]], Result], batches: Sequence[Sequence[Item]], name: str
    ) -> list[Result]: ...


def one_after_another(
    work: Callable[[Sequence[Item]], Result],
    batches: Sequence[Sequence[Item]],
    name: str,  # noqa: ARG001 - nobody is watching
) -> list[Result]:
    """The plain way to run batches."""
    return [work(batch) for batch in batches]


@dataclass(frozen=True)
class Outcome:
    """What a step did, in a sentence, with the files it wrote and the table it would show."""

    sentence: str
    cycle: str = ""
    paths: tuple[Path, ...] = ()
    table: tuple[dict[str, Any], ...] = ()


def batches_of(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """These items in batches of a size, in order."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def open_step(
    office: Office,
    period_code: str,
    now: datetime,
    *,
    regime_code: str = "",
    as_of: date | None = None,
    due: date | None = None,
    urgent: bool = False,
    actor: str = "",
) -> Outcome:
    """Open a cycle as a draft and write its công văn. The regime is the one in use for such a period, or the named."""
    try:
        period = parse_period(period_code)
    except ValueError as error:
        raise CycleFault(str(error)) from error
    regime = office.profile.regime(regime_code) if regime_code else _regime_for(office, period.kind)
    actor = actor or office.settings.actor
    calendar = office.calendar(period.last_day)
    with office.store.writing() as session:
        cycle, is_new = open_cycle(
            session,
            regime,
            period,
            calendar,
            actor=actor,
            now=now,
            overrides=DateOverrides(as_of=as_of, due=due),
            urgent=urgent,
        )
        path = write_letter(session, cycle, office.settings.reports, actor=actor, now=now)
        opened = "Đã mở dự thảo kỳ" if is_new else "Kỳ đã mở từ trước:"
        sentence = (
            f"{opened} {cycle.code}: số liệu chốt ngày {vn_date(cycle.as_of)}, cơ quan báo cáo chậm nhất hết ngày "
            f"{vn_date(cycle.due)}, tỉnh gửi chậm nhất hết ngày {vn_date(cycle.province_due)}."
        )
        return Outcome(sentence, cycle.code, (path,))


def _regime_for(office: Office, kind: str) -> Regime:
    found = [regime for regime in office.profile.regimes if regime.active and kind in regime.period_kinds]
    if len(found) != 1:
        names = ", ".join(regime.code for regime in found) or "không có"
        raise CycleFault(
            f"Không xác định được chế độ báo cáo cho kỳ này (đang dùng: {names}); hãy nêu rõ chế độ."
        )
    return found[0]


def release_step(
    office: Office,
    code: str,
    number: str,
    signed_on: date,
    now: datetime,
    actor: str = "",
    *,
    leave_out: Collection[str] = (),
    also: Collection[str] = (),
    urgent: bool | None = None,
    scan: bytes | None = None,
) -> Outcome:
    """Release a draft with the number and date of its signed công văn, and with its scan (PDF) where there is one.
    `leave_out` and `also` are the names taken off the Kính gửi list and put on it."""
    actor = actor or office.settings.actor
    with office.store.writing() as session:
        cycle = find_cycle(session, code)
        count = release_cycle(
            session,
            cycle,
            number=number,
            signed_on=signed_on,
            actor=actor,
            now=now,
            leave_out=leave_out,
            also=also,
            urgent=urgent,
        )
        path = write_letter(session, cycle, office.settings.reports, actor=actor, now=now)
        if scan is not None:
            keep_scan(session, cycle, scan, actor=actor, now=now)
        sentence = (
            f"Kỳ {code} phát hành theo công văn số {cycle.document_number} ngày {vn_date(signed_on)}: "
            f"{count:02d} cơ quan, đơn vị, địa phương phải báo cáo."
        )
    if count >= MANY:
        office.store.take_stock()
    return Outcome(sentence, code, (path,))


def correct_step(
    office: Office,
    code: str,
    number: str,
    signed_on: date,
    reason: str,
    now: datetime,
    actor: str = "",
    *,
    scan: bytes | None = None,
) -> Outcome:
    """Put number or date of a released cycle's công văn right, and write the letter anew; `scan` is kept with it."""
    actor = actor or office.settings.actor
    with office.store.writing() as session:
        cycle = find_cycle(session, code)
        changed = correct_letter(
            session, cycle, number=number, signed_on=signed_on, reason=reason, actor=actor, now=now
        )
        path = write_letter(session, cycle, office.settings.reports, actor=actor, now=now)
        if scan is not None:
            keep_scan(session, cycle, scan, actor=actor, now=now)
        sentence = f"Kỳ {code}: công văn số {cycle.document_number} ngày {vn_date(signed_on)}."
        return Outcome(sentence if changed else f"Không có gì thay đổi. {sentence}", code, (path,))


def dispatch_step(
    office: Office,
    code: str,
    now: datetime,
    each: Each,
    *,
    again: bool = True,
    only: Collection[int] = (),
    actor: str = "",
) -> Outcome:
    """Write and send the forms of one released cycle, or of all (""). With `again` (a person asks for it), what a
    mail server refused before is tried once more; `actor` is that person. `only`: ids of the agencies that are
    meant; none: all."""
    with office.store.reading() as session:
        cycles = [find_cycle(session, code)] if code else sweep.released_cycles(session)
        for cycle in cycles:
            if cycle.state == CycleState.DRAFT:
                raise CycleFault(
                    f"Kỳ {cycle.code} còn là dự thảo. Phát hành trước: dondoc cycle release {cycle.code} "
                    "--number SỐ --date NGÀY"
                )
        waiting = [
            request_id
            for cycle in cycles
            for request_id in dispatch.to_prepare(session, cycle, again=again, only=only)
        ]
        cycle_ids = [cycle_id_of(cycle) for cycle in cycles]
    if actor and waiting:
        with office.store.writing() as session:
            for cycle_id in cycle_ids:
                record_act(session, "gui-yeu-cau", "cycle", cycle_id, actor=actor, now=now)
    preparing = partial(
        dispatch.prepare_batch,
        key=office.key,
        now=now,
        again=again,
        actor=actor or office.settings.actor,
    )
    with apart(office, len(waiting), preparing) as (work, size):
        results = each(work, batches_of(waiting, size), "Lập biểu mẫu")
    sent = send_due(office, now)
    settled = dispatch.settle_sent(office.store, now)
    unreachable = [agency for result in results for agency in result.unreachable]
    sentence = (
        f"Lập {sum(result.prepared for result in results)} biểu mẫu; đã gửi yêu cầu tới {settled} cơ quan"
    )
    if unreachable:
        sentence += f"; chưa có đầu mối nhận: {', '.join(unreachable)}"
    with office.store.reading() as session:
        failed = dispatch.undelivered(session, cycle_ids)
    if failed:
        sentence += f"; không gửi được tới: {', '.join(failed)}"
    return Outcome(f"{sentence}. {_post_sentence(sent)}".strip(), code)


def _take_in(
    office: Office, now: datetime, each: Each
) -> tuple[inbox.Received, mailbox.Collected | None, judge.Verdicts]:
    """Receive what lies in the drop folder and in the mailbox, and judge whatever has not been judged."""
    began = monotonic()
    received = inbox.receive_folder(office.store, office.settings.inbox, now)
    mails = mailbox.collect_mailbox(office, now) if office.settings.imap_url else None
    with office.store.reading() as session:
        waiting = judge.to_judge(session)
    verdicts = judge.Verdicts()
    judging = partial(judge.judge_batch, key=office.key, now=now)
    with apart(office, len(waiting), judging) as (work, size):
        for result in each(work, batches_of(waiting, size), "Đọc và kiểm tra"):
            verdicts = verdicts.plus(result)
    with office.store.writing() as session:
        mark_run(session, COLLECT_RUN, now, _since(began))
    return received, mails, verdicts


def collect_step(office: Office, now: datetime, each: Each) -> Outcome:
    """Receive what lies in the drop folder and in the mailbox, judge it, answer the senders."""
    received, mails, verdicts = _take_in(office, now, each)
    sent = send_due(office, now)
    files = received.arrivals + (mails.arrivals if mails is not None else 0)
    sentence = (
        f"Nhận {files} tệp: {verdicts.accepted} báo cáo đạt yêu cầu, {verdicts.faulty} cần hoàn thiện, "
        f"{verdicts.duplicate} trùng, {verdicts.person} chờ thư ký xem xét{_beside(verdicts)}."
    )
    if mails is not None:
        sentence += f" {mails.sentence}"
    if received.too_large:
        sentence += f" Quá 25 MB, để ở thư mục {inbox.ASIDE}: {', '.join(received.too_large)}."
    if received.waiting:
        sentence += f" Đang được ghi hoặc đang mở, để lượt sau: {', '.join(received.waiting)}."
    if received.refused:
        sentence += (
            f" Không đọc được (thư mục con hoặc tệp không có quyền đọc): {', '.join(received.refused)}."
        )
    return Outcome(f"{sentence} {_post_sentence(sent)}".strip())


def _since(began: float) -> int:
    """Milliseconds since a moment of the monotonic clock."""
    return round((monotonic() - began) * 1000)


def _beside(verdicts: judge.Verdicts) -> str:
    """What came beside the figures, in words; "" when nothing did."""
    parts = [f"{verdicts.prose} lời văn"] if verdicts.prose else []
    parts += [f"{verdicts.signed} báo cáo đã ký"] if verdicts.signed else []
    return f", {', '.join(parts)}" if parts else ""


def sweep_step(office: Office, now: datetime, each: Each) -> Outcome:
    """Open what should be open, say what is due to be said, lay out the morning's papers, close what is over.

    What has been handed in is taken in first: nobody is chased, and no cycle closed, over a report that lies in the
    drop folder. One cycle that cannot be opened stops no other.
    """
    began = monotonic()
    today = local_day(now)
    _received, mails, _verdicts = _take_in(office, now, each)
    opened, faults = _open_missed(office, now, each)
    dispatch.settle_sent(office.store, now)
    closed = sweep.close_finished(office.store, now)
    refresh_released(office.store, now)
    with office.store.reading() as session:
        ids = sweep.cycle_ids(session)
    calendar = office.calendar(today)
    channels = usable(office.settings)
    planned = each(
        lambda batch: [
            sweep.plan_notices(office.store, cycle_id, calendar, now, channels) for cycle_id in batch
        ],
        batches_of(ids, 1),
        "Xét nhắc, đôn đốc",
    )
    steps = office.profile.assignment_steps
    planned.append([plan_assignments(office.store, steps, calendar, now, channels)])
    look_after_rounds(office, now)
    papers: Papers | None = None

    def lay_out() -> bool:
        nonlocal papers
        papers = morning_papers(office, now)
        return papers is not None

    sent = send_due(office, now, lay_out)
    dispatch.settle_sent(office.store, now)
    looks = [look for batch in planned for look in batch]
    sentence = (
        f"Mở {opened} kỳ; thêm {sum(look.new for look in looks)} thông báo đến lượt, "
        f"bỏ qua {sum(look.skipped for look in looks)} thông báo đã quá thời điểm; đóng {len(closed)} kỳ."
    )
    nobody = sorted({who for look in looks for who in look.nobody})
    if nobody:
        sentence += f" Không có người nhận: {', '.join(nobody)}."
    if mails is not None and mails.fault:
        faults.append(mails.fault)
    sentence += "".join(f" {fault}" for fault in faults)
    if papers is not None:
        sentence += (
            f" Danh sách gọi điện sáng nay: {papers.to_call:02d} cơ quan, đơn vị."
            if papers.to_call
            else " Sáng nay không phải gọi cơ quan, đơn vị nào."
        )
    with office.store.writing() as session:
        mark_run(session, SWEEP_RUN, now, _since(began))
    paths = papers.paths if papers is not None else ()
    return Outcome(f"{sentence} {_post_sentence(sent)}".strip(), paths=paths)


def audit_step(office: Office, now: datetime) -> Outcome:
    """Ask what should have gone out and has not; tell the secretariat, or give the sign of life."""
    audited = audit(office, now)
    if not audited.findings:
        heartbeat = {True: " Đã báo tín hiệu sống.", False: " Không báo được tín hiệu sống.", None: ""}
        return Outcome(f"Mọi việc đang chạy đúng.{heartbeat[audited.heartbeat]}")
    sent = send_due(office, now)
    table = tuple(
        {"Việc": finding.what, "Từ": finding.when, "Cách xử lý": finding.do} for finding in audited.findings
    )
    told = "; ".join(f"{finding.what} {finding.when}".strip() for finding in audited.findings)
    return Outcome(f"Có {len(table):02d} việc cần xử lý: {told}. {_post_sentence(sent)}".strip(), table=table)


def _open_missed(office: Office, now: datetime, each: Each) -> tuple[int, list[str]]:
    """Open what should be open; release and dispatch what its regime releases by itself, also where a run died
    between the two. Returns how many were opened, and what could not be done."""
    today = local_day(now)
    faults: list[str] = []
    opened = 0
    with office.store.reading() as session:
        missed = sweep.missed_openings(
            session, office.profile.regimes, office.calendar(today), missed_until(now)
        )
    for regime, period in missed:
        try:
            open_step(office, period.code, now, regime_code=regime.code, actor=MACHINE)
            opened += 1
        except Fault as fault:
            faults.append(f"Chưa mở được kỳ {period.code} của {regime.code}: {fault}")
    with office.store.reading() as session:
        drafts = sweep.automatic(session, CycleState.DRAFT)
    for code in drafts:
        try:
            release_step(office, code, "theo chế độ báo cáo định kỳ", today, now, actor=MACHINE)
        except Fault as fault:
            faults.append(f"Chưa phát hành được kỳ {code}: {fault}")
    with office.store.reading() as session:
        released = sweep.automatic(session, CycleState.RELEASED)
    for code in released:
        dispatch_step(office, code, now, each, again=False)
    return opened, faults


def consolidate_step(
    office: Office, code: str, now: datetime, *, day: date | None = None, actor: str = ""
) -> Outcome:
    """Compute completion, write the annexes and the report of a cycle: from one look that keeps no writer waiting."""
    actor = actor or office.settings.actor
    with office.store.reading() as session:
        cycle = find_cycle(session, code)
        if cycle.state == CycleState.DRAFT:
            raise CycleFault(f"Kỳ {code} còn là dự thảo, chưa có gì để tổng hợp.")
        view = read_cycle(session, cycle)
        told = day or cycle.as_of
        both = completion_on_both(view, told)
        made = made_report(session, cycle, view, told, now, both)
    with office.store.writing() as session:
        cycle = find_cycle(session, code)
        paths = keep_made(session, cycle, made, office.settings.reports, actor=actor, now=now)
    rates = cycle_rates(view, local_day(now))
    names = {agency.code: agency.name for agency in view.agencies}
    overall = both.on(both.basis).overall
    table = tuple(
        {
            "Cơ quan": names[request.agency_code],
            "Trạng thái": request.state.label,
            "Đã nhận": "có" if is_received(request) else "chưa",
        }
        for request in view.requests
    )
    sentence = (
        f"{submissions_sentence(rates)}. Nhiệm vụ có thời hạn đã hoàn thành {overall.completed.text}; "
        f"bảo đảm tiến độ trên tổng số {overall.on_schedule.text} (tính đến ngày {vn_date(told)}, {both.basis.label})."
    )
    return Outcome(sentence, code, paths, table)


def _post_sentence(report: SendReport | None) -> str:
    """What the post room did, in words."""
    if report is None:
        return "Chưa đặt máy chủ gửi thư (DONDOC_MAIL_URL): các thư được giữ lại, chờ gửi."
    if report.busy:
        return "Một tiến trình khác đang gửi thư; thư chờ sẽ đi trong lượt đó."
    parts = [f"Gửi {report.sent} thư"] if report.sent else []
    if report.retried:
        parts.append(f"{report.retried} thư sẽ thử lại")
    if report.failed:
        parts.append(f"{report.failed} thư không gửi được")
    if report.unknown:
        parts.append(f"{report.unknown} tin không rõ đã đến chưa (không tự gửi lại)")
    if report.instead:
        parts.append(f"{report.instead} thông báo chuyển sang thư điện tử")
    if report.dropped:
        parts.append(f"{report.dropped} thư không còn cần gửi")
    sentence = "; ".join(parts) + "." if parts else ""
    if report.errors:
        sentence += f" Chưa soạn được {len(report.errors)} thư: {'; '.join(report.errors)}."
    for channel in report.down:
        server = "máy chủ thư" if channel is Channel.EMAIL else f"máy chủ của kênh {channel.label}"
        sentence += f" Không kết nối được {server}; các thư còn lại chờ lượt sau."
    return " ".join([sentence, *report.stopped]).strip()
