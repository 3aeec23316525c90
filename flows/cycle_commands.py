"""The commands about a whole cycle: open, release, whom it asks, corrections, urgent, closed and reopened."""

from datetime import date
from pathlib import Path

import click

from flows import clock
from flows.command_line import DAY, command, office, tell

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("cycle", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def cycle_group() -> None:
    """Kỳ báo cáo: mở, phát hành, thêm cơ quan, đính chính, đóng, mở lại."""


@command(cycle_group, "open")
@click.argument("period", metavar="KỲ")
@click.option(
    "--regime", metavar="CHẾ ĐỘ", default="", help="Mã chế độ báo cáo; trống: chế độ đang dùng cho loại kỳ."
)
@click.option("--as-of", metavar="NGÀY", type=DAY, help="Ngày chốt số liệu khác với chế độ.")
@click.option("--due", metavar="NGÀY", type=DAY, help="Hạn của cơ quan, đơn vị khác với chế độ.")
@click.option("--urgent", is_flag=True, help="Kỳ khẩn: nhắc cả ngày nghỉ.")
def cycle_open(period: str, regime: str, as_of: date | None, due: date | None, urgent: bool) -> None:
    """Mở dự thảo kỳ báo cáo KỲ (2026-Q1, 2026-H1, 2026) và soạn công văn."""
    from tasks.steps import open_step

    tell(open_step(office(), period, clock.now(), regime_code=regime, as_of=as_of, due=due, urgent=urgent))


@command(cycle_group, "release")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--number", metavar="SỐ", required=True, help="Số của công văn đã ký, ví dụ 12-CV/BCĐ.")
@click.option("--date", "signed_on", metavar="NGÀY", type=DAY, required=True, help="Ngày ký công văn.")
@click.option("--scan", metavar="TỆP", type=FILE, help="Bản quét công văn đã ký (PDF), lưu cùng kỳ.")
@click.option(
    "--except",
    "leave_out",
    metavar="MÃ_CƠ_QUAN",
    multiple=True,
    help="Cơ quan không có trong danh sách Kính gửi (lặp lại được).",
)
@click.option(
    "--also",
    metavar="MÃ_CƠ_QUAN",
    multiple=True,
    help="Cơ quan không có nhiệm vụ nhưng phải trả lời phụ lục, lời văn (lặp lại được).",
)
@click.option("--urgent", is_flag=True, help="Kỳ khẩn: nhắc cả ngày nghỉ.")
def cycle_release(
    code: str,
    number: str,
    signed_on: date,
    scan: Path | None,
    leave_out: tuple[str, ...],
    also: tuple[str, ...],
    urgent: bool,
) -> None:
    """Phát hành kỳ MÃ_KỲ theo công văn đã ký; từ đây các cơ quan phải báo cáo."""
    from tasks.steps import release_step

    tell(
        release_step(
            office(),
            code,
            number,
            signed_on,
            clock.now(),
            leave_out=leave_out,
            also=also,
            urgent=urgent or None,
            scan=scan.read_bytes() if scan else None,
        )
    )


@command(cycle_group, "add")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
@click.option("--due", metavar="NGÀY", type=DAY, help="Hạn của cơ quan này, khi khác với hạn của kỳ.")
def cycle_add(code: str, agency: str, reason: str, due: date | None) -> None:
    """Thêm một cơ quan vào kỳ MÃ_KỲ đã phát hành; yêu cầu đi trong lần gửi tới (dondoc dispatch)."""
    from models.time import vn_date
    from tasks.cycle.cycles import find_cycle
    from tasks.cycle.release import add_agency

    here = office()
    with here.store.writing() as session:
        cycle = find_cycle(session, code)
        request, is_new = add_agency(
            session, cycle, agency, reason=reason, actor=here.settings.actor, now=clock.now(), due=due
        )
        day = vn_date(request.due)
    click.echo(
        f"Đã thêm {agency} vào kỳ {code}, hạn {day}. Gửi yêu cầu: dondoc dispatch {code}"
        if is_new
        else f"{agency} đã có trong kỳ {code}."
    )


@command(cycle_group, "correct")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--number", metavar="SỐ", required=True, help="Số đúng của công văn.")
@click.option("--date", "signed_on", metavar="NGÀY", type=DAY, required=True, help="Ngày ký đúng.")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
@click.option("--scan", metavar="TỆP", type=FILE, help="Bản quét công văn đã ký (PDF), lưu cùng kỳ.")
def cycle_correct(code: str, number: str, signed_on: date, reason: str, scan: Path | None) -> None:
    """Đính chính số, ngày công văn của kỳ MÃ_KỲ đã phát hành."""
    from tasks.steps import correct_step

    content = scan.read_bytes() if scan else None
    tell(correct_step(office(), code, number, signed_on, reason, clock.now(), scan=content))


@command(cycle_group, "urgent")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--off", is_flag=True, help="Thôi khẩn.")
def cycle_urgent(code: str, off: bool) -> None:
    """Đặt kỳ MÃ_KỲ là kỳ khẩn: nhắc cả ngày nghỉ, ngoài giờ."""
    from tasks.cycle.cycle_acts import set_urgent
    from tasks.cycle.cycles import find_cycle

    here = office()
    with here.store.writing() as session:
        cycle = find_cycle(session, code)
        changed = set_urgent(session, cycle, urgent=not off, actor=here.settings.actor, now=clock.now())
    click.echo(f"Kỳ {code}: {'thôi khẩn' if off else 'khẩn'}." if changed else "Không có gì thay đổi.")


@command(cycle_group, "close")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def cycle_close(code: str, reason: str) -> None:
    """Đóng kỳ MÃ_KỲ: báo cáo đến sau vẫn được lưu và đánh dấu."""
    from tasks.cycle.cycles import close_cycle, find_cycle

    here = office()
    with here.store.writing() as session:
        cycle = find_cycle(session, code)
        close_cycle(session, cycle, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Kỳ {code} đã đóng.")


@command(cycle_group, "reopen")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--until", metavar="NGÀY", type=DAY, required=True, help="Thu báo cáo đến hết ngày này.")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def cycle_reopen(code: str, until: date, reason: str) -> None:
    """Mở lại kỳ MÃ_KỲ đã đóng; cơ quan còn nợ báo cáo được nhắc lại từ đầu."""
    from models.time import vn_date
    from tasks.cycle.cycle_acts import reopen_cycle
    from tasks.cycle.cycles import find_cycle

    here = office()
    with here.store.writing() as session:
        cycle = find_cycle(session, code)
        changed = reopen_cycle(
            session, cycle, until, reason=reason, actor=here.settings.actor, now=clock.now()
        )
    click.echo(
        f"Kỳ {code} thu báo cáo lại đến hết ngày {vn_date(until)}."
        if changed
        else f"Kỳ {code} đang thu báo cáo, không có gì thay đổi."
    )
