"""The commands about the reporting calendar: show it, put it on the Prefect server, write it as a calendar file."""

import os
from pathlib import Path

import click

from flows import clock
from flows.command_line import command, office


@click.group("calendar", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def calendar_group() -> None:
    """Lịch báo cáo: xem, đưa lên giao diện Prefect, xuất tệp lịch (.ics)."""


@command(calendar_group, "show")
def calendar_show() -> None:
    """Các kỳ báo cáo từ nay đến hết năm sau: ngày mở dự thảo, ngày chốt số liệu, hạn cơ quan, hạn tỉnh."""
    from flows.calendar_table import print_calendar
    from models.time import local_day
    from tasks.console.calendar_days import calendar_entries

    print_calendar(calendar_entries(office(), local_day(clock.now())))


@command(calendar_group, "apply")
@click.option("--dry-run", is_flag=True, help="Chỉ xem sẽ thêm, sửa, bỏ lịch nào; không ghi.")
@click.option(
    "--port",
    metavar="CỔNG",
    type=click.IntRange(1, 65535),
    help="Cổng của giao diện Prefect trên máy này; không ghi: máy chủ ở PREFECT_API_URL, không có thì cổng 4200.",
)
def calendar_apply(dry_run: bool, port: int | None) -> None:
    """Đưa lịch báo cáo lên giao diện Prefect: mỗi kỳ một lịch mở kỳ. Chạy lại không thay đổi gì."""
    from flows.prefect_home import use_prefect_here

    here = office()
    if port is not None or "PREFECT_API_URL" not in os.environ:
        use_prefect_here(here.settings.home, port or 4200)
    from flows.prefect_calendar import apply_calendar

    for line in apply_calendar(here, clock.now(), dry_run=dry_run):
        click.echo(line)


@command(calendar_group, "export")
@click.argument("file", metavar="TỆP", type=click.Path(dir_okay=False, path_type=Path))
def calendar_export(file: Path) -> None:
    """Xuất lịch báo cáo ra TỆP .ics để mở bằng Outlook, Google Calendar, điện thoại."""
    from tasks.console.calendar_days import calendar_as_file

    file.write_bytes(calendar_as_file(office(), clock.now()))
    click.echo(f"Đã xuất lịch báo cáo ra {file}")
