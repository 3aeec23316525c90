"""The commands about reminders: pause and resume, let a held step go, send one now, look ahead, look back."""

from datetime import date
from typing import TYPE_CHECKING

import click

from flows import clock
from flows.command_line import DAY, command, office

if TYPE_CHECKING:
    from datetime import datetime

    from tasks.reminders.reminder_history import HistoryLine


@click.group("reminders", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def reminders_group() -> None:
    """Nhắc, đôn đốc: xem trước, tạm dừng, duyệt gửi, nhắc ngay, lịch sử (xem docs/reminders.md)."""


@command(reminders_group, "pause")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký và lịch sử nhắc.")
def reminders_pause(code: str, reason: str) -> None:
    """Tạm dừng nhắc trong kỳ MÃ_KỲ: tin đến lượt được giữ lại cho đến khi cho nhắc lại."""
    from models.time import local_day
    from tasks.channels.registry import usable
    from tasks.cycle.cycles import cycle_id_of, find_cycle
    from tasks.reminders.pauses import pause_cycle
    from tasks.reminders.sweep import plan_notices

    here, now = office(), clock.now()
    with here.store.writing() as session:
        changed = pause_cycle(session, code, reason=reason, actor=here.settings.actor, now=now)
        cycle_id = cycle_id_of(find_cycle(session, code))
    held = plan_notices(here.store, cycle_id, here.calendar(local_day(now)), now, usable(here.settings))
    click.echo(
        f"Kỳ {code} tạm dừng nhắc; giữ lại {held.kept_back} tin." if changed else "Không có gì thay đổi."
    )


@command(reminders_group, "resume")
@click.argument("code", metavar="MÃ_KỲ")
def reminders_resume(code: str) -> None:
    """Cho nhắc lại kỳ MÃ_KỲ đã tạm dừng; bước nào đã qua thời điểm thì không gửi bù."""
    from tasks.reminders.pauses import resume_cycle

    here = office()
    with here.store.writing() as session:
        changed = resume_cycle(session, code, actor=here.settings.actor, now=clock.now())
    click.echo(
        f"Kỳ {code} được nhắc lại từ lượt rà soát tới." if changed else f"Kỳ {code} không tạm dừng nhắc."
    )


@command(reminders_group, "release")
@click.argument("code", metavar="[MÃ_KỲ]", default="")
@click.argument("step", metavar="[BƯỚC]", default="")
def reminders_release(code: str, step: str) -> None:
    """Duyệt gửi các tin của BƯỚC đang chờ trong kỳ MÃ_KỲ; không có tham số: liệt kê những bước đang chờ duyệt."""
    from tasks.reminders.pauses import release_step, waiting_for_release

    here = office()
    if not (code and step):
        with here.store.reading() as session:
            waiting = waiting_for_release(session)
        for cycle, waiting_step, count in waiting:
            click.echo(f"{cycle} {waiting_step}: {count} tin chờ duyệt")
        if not waiting:
            click.echo("Không có bước nào chờ duyệt.")
        return
    with here.store.writing() as session:
        count = release_step(session, code, step, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã duyệt {count} tin của bước {step}; tin đi trong lượt rà soát tới.")


@command(reminders_group, "send-now")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option("--reason", metavar="LÝ DO", default="", help="Lý do, ghi vào nhật ký.")
def reminders_send_now(code: str, agency: str, reason: str) -> None:
    """Nhắc ngay một cơ quan, ngoài các bước đã định; đi trong lượt rà soát tới, kể cả khi kỳ đang tạm dừng nhắc."""
    from tasks.channels.registry import usable
    from tasks.reminders.pauses import send_now

    here = office()
    actor, channels = here.settings.actor, usable(here.settings)
    with here.store.writing() as session:
        sent = send_now(session, code, agency, reason=reason, actor=actor, now=clock.now(), usable=channels)
    click.echo(f"Đã đặt tin nhắc {agency} ({sent.step}) tới: {', '.join(sent.people)}.")


@command(reminders_group, "preview")
@click.option("--on", "day", metavar="NGÀY", type=DAY, help="Ngày muốn xem; trống: hôm nay.")
def reminders_preview(day: date | None) -> None:
    """Xem trước: ngày NGÀY tin nào sẽ đi, tới ai, qua kênh nào, về việc gì; tin nào giữ lại và vì sao. Không ghi gì."""
    from models.time import local_day, vn_date, vn_instant
    from tasks.channels.registry import usable
    from tasks.reminders.reminder_preview import preview

    here, now = office(), clock.now()
    day = day or local_day(now)
    with here.store.reading() as session:
        steps, channels = here.profile.assignment_steps, usable(here.settings)
        lines = preview(session, steps, here.calendar, day, now, channels)
    going = [line for line in lines if line.goes_at is not None]
    click.echo(f"Ngày {vn_date(day)}: {len(going)} tin sẽ đi, {len(lines) - len(going)} tin giữ lại.")
    for line in lines:
        fate = f"gửi lúc {vn_instant(line.goes_at)}" if line.goes_at else f"giữ lại: {line.why}"
        click.echo(f"{line.agency or 'Cả kỳ'} → {line.whom}, {line.channel.label}: {line.step}")
        click.echo(f"  {line.about}\n  {fate}")


@command(reminders_group, "history")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option("--cycle", "cycle_code", metavar="MÃ_KỲ", default="", help="Chỉ xem một kỳ.")
def reminders_history(agency: str, cycle_code: str) -> None:
    """Lịch sử nhắc của một cơ quan: đã gửi, giữ lại, không gửi được, không cần gửi nữa, vì sao; và các bước sắp tới."""
    from models.time import local_day, vn_date
    from tasks.reminders.reminder_history import coming_steps, history

    here, now = office(), clock.now()
    steps = here.profile.assignment_steps
    with here.store.reading() as session:
        lines = history(session, agency, cycle_code, steps=steps)
        ahead = coming_steps(session, agency, steps, here.calendar(local_day(now)), now, cycle_code)
    for line in lines:
        _print_line(line)
    if not lines:
        click.echo("Chưa có tin nào.")
    click.echo("Sắp tới:" if ahead else "Không có bước nào sắp tới.")
    for one in ahead:
        click.echo(f"  {vn_date(one.day)}  {one.step} → {one.whom}\n    {one.about}")


def _print_line(line: "HistoryLine") -> None:
    address = f" <{line.address}>" if line.address else ""
    click.echo(f"{_when(line.put_down)}  {line.step} → {line.whom}{address}, {line.channel.label}")
    if line.about:
        click.echo(f"  {line.about}")
    sent = f" lúc {_when(line.sent_at)}" if line.sent_at is not None else ""
    click.echo(f"  {line.state.label}{sent}{f': {line.why}' if line.why else ''}")
    for change in line.changes:
        why = f" ({change.why})" if change.why else ""
        click.echo(
            f"    {_when(change.at)}  {change.before.label} → {change.after.label}{why}, bởi {change.actor}"
        )
    for tried in line.tries:
        click.echo(
            f"    {_when(tried.at)}  lần gửi {tried.no}: {tried.outcome.label}. {tried.answer}".rstrip()
        )


def _when(instant: "datetime") -> str:
    from models.time import vn_instant

    return vn_instant(instant)
