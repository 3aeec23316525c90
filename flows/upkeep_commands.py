"""The commands that keep dondoc itself in order: backup, restore, what is wrong with the installation."""

import os
from pathlib import Path

import click

from flows import clock
from flows.command_line import command, office


def add_upkeep(cli: click.Group) -> None:
    """Put them on the command line."""
    command(cli, "doctor")(doctor)
    command(cli, "backup")(backup)
    command(cli, "restore")(restore)


@click.option(
    "--prefect",
    "api",
    metavar="ĐỊA_CHỈ",
    default="",
    envvar="PREFECT_API_URL",
    help="Địa chỉ máy chủ Prefect; trống: máy chủ của dondoc up trên máy này.",
)
def doctor(api: str) -> None:
    """Kiểm tra cài đặt: cấu hình, cơ sở dữ liệu, thư, Zalo, đồng hồ, múi giờ, ổ đĩa, Prefect; nói rõ phải làm gì.

    Không ghi, không gửi gì. Mã thoát 1 khi có mục sai (✗).
    """
    from tasks.settings import load_settings
    from tasks.upkeep.check import Standing
    from tasks.upkeep.doctor import examine

    settings = load_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    bad = 0
    login = os.environ.get("PREFECT_API_AUTH_STRING", "")  # as Prefect's own programs read it
    for check in examine(settings, api or "http://127.0.0.1:4200/api", clock.now, login):
        click.echo(f"{check.standing.value} {check.name}: {check.seen}")
        if check.do:
            click.echo(f"    → {check.do}")
        bad += check.standing is Standing.WRONG
    if bad:
        raise click.ClickException(f"Có {bad:02d} mục phải sửa.")


@click.argument("file", metavar="TỆP", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Sao lưu tất cả ra một TỆP: mọi dòng dữ liệu, mọi tệp đã nhận và đã lập, khóa ký biểu mẫu.

    Chạy được khi dondoc đang hoạt động. Tệp không mã hóa và có khóa trong đó: cất ở nơi chỉ người phụ trách mở được.
    """
    from tasks.upkeep.backup import back_up

    contents = back_up(office(), file, clock.now())
    click.echo(
        f"Đã sao lưu {contents.total} dòng, {contents.rows['blob']} tệp "
        f"({contents.blob_bytes / 1024 / 1024:.1f} MB) ra {file}; đã đọc lại để kiểm tra."
    )


@click.argument("file", metavar="TỆP", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Chỉ kiểm tra tệp sao lưu, không ghi gì.")
def restore(file: Path, check: bool) -> None:
    """Phục hồi TỆP sao lưu vào cơ sở dữ liệu trống (SQLite hoặc PostgreSQL, không cần cùng loại với nơi sao lưu)."""
    from models.time import vn_instant
    from tasks.settings import load_settings
    from tasks.store import open_store
    from tasks.upkeep.backup import contents_of
    from tasks.upkeep.restore import restore as put_back

    if check:
        contents = contents_of(file)
    else:
        settings = load_settings()
        settings.home.mkdir(parents=True, exist_ok=True)
        contents = put_back(settings, open_store(settings.engine_url), file)
    click.echo(
        f"{'Tệp sao lưu đọc được' if check else 'Đã phục hồi'}: {contents.total} dòng, {contents.rows['blob']} tệp, "
        f"sao lưu lúc {vn_instant(contents.made_at)}."
    )
