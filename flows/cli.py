"""The command line. Every command works against a fresh DONDOC_HOME and may be run again.

Nothing heavy is imported here: a command imports what it needs when it runs, so that help answers at once.
Only `up` imports Prefect.
"""

import gettext
import os
import sys
from datetime import date
from pathlib import Path

import click

from flows import clock
from flows.account_commands import account_group
from flows.annex_commands import annex_group
from flows.arrival_commands import arrival_group
from flows.assignment_commands import assignment_group, worklist_command
from flows.audit_commands import audit_group
from flows.board_commands import board_group
from flows.calendar_commands import calendar_group
from flows.call_commands import call_group
from flows.central_commands import central_group
from flows.channel_commands import channel_group
from flows.command_line import DAY, command, office, tell
from flows.cycle_commands import cycle_group
from flows.directory_commands import directory_group
from flows.discrepancy_commands import discrepancy_group
from flows.portal_process import PORT, portal_command
from flows.publication_commands import publication_group
from flows.reminder_commands import reminders_group
from flows.report_commands import report_group
from flows.request_act_commands import request_group
from flows.upkeep_commands import add_upkeep

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


@click.group(context_settings=CONTEXT, subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
@click.version_option(package_name="dondoc", prog_name="dondoc", help="Hiện phiên bản rồi thoát.")
def cli() -> None:
    """Đôn đốc: điều hành các kỳ báo cáo định kỳ, từ danh mục nhiệm vụ đến báo cáo tổng hợp.

    Cấu hình bằng biến môi trường DONDOC_… hoặc tệp .env (xem docs/operations.md).
    """


@command(cli, "setup")
def setup() -> None:
    """Nạp thư mục của tỉnh: danh bạ, nhóm, người liên hệ, danh mục nhiệm vụ, phân công chỉ tiêu."""
    from tasks.setup import set_up

    here = office()
    for line in set_up(here, clock.now(), here.settings.actor):
        click.echo(line)


@cli.group("register", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def register_group() -> None:
    """Danh mục nhiệm vụ và chỉ tiêu: nạp, xuất, xem."""


@command(register_group, "import")
@click.argument("file", metavar="TỆP", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--register",
    "register_code",
    metavar="MÃ",
    default="",
    help="Mã danh mục; trống: danh mục đầu tiên của tỉnh.",
)
@click.option("--dry-run", is_flag=True, help="Chỉ xem sẽ thêm, sửa, bỏ gì; không ghi.")
@click.option(
    "--accept", metavar="KHÓA", multiple=True, help="Đồng ý đổi tên dòng mang khóa này (lặp lại được)."
)
def register_import(file: Path, register_code: str, dry_run: bool, accept: tuple[str, ...]) -> None:
    """Nạp danh mục từ TỆP (.docx, .xlsx hoặc .txt). Nạp lại cùng tệp không thay đổi gì."""
    from tasks.setup import import_register

    here = office()
    for line in import_register(
        here,
        file,
        register_code,
        clock.now(),
        here.settings.actor,
        dry_run=dry_run,
        accept=frozenset(accept),
    ):
        click.echo(line)


@command(register_group, "export")
@click.argument("register_code", metavar="MÃ")
@click.argument("file", metavar="TỆP", type=click.Path(dir_okay=False, path_type=Path))
def register_export(register_code: str, file: Path) -> None:
    """Xuất danh mục MÃ ra TỆP Excel; tệp này nạp lại được."""
    from tasks.registers.register_export import export_register

    with office().store.reading() as session:
        file.write_bytes(export_register(session, register_code))
    click.echo(f"Đã xuất danh mục {register_code} ra {file}")


@command(register_group, "show")
@click.argument("register_code", metavar="[MÃ]", default="")
def register_show(register_code: str) -> None:
    """Liệt kê các danh mục, hoặc các dòng và những chỗ chưa hiểu được của danh mục MÃ."""
    from flows.tables import print_registers

    with office().store.reading() as session:
        print_registers(session, register_code)


@command(register_group, "withhold")
@click.argument("row_key", metavar="KHÓA")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
@click.option("--undo", is_flag=True, help="Bỏ đánh dấu.")
def register_withhold(row_key: str, reason: str, undo: bool) -> None:
    """Đánh dấu nhiệm vụ KHÓA (ví dụ KH57-2026/V.5.1) không đưa lên hệ thống: không biểu mẫu, thư nào có nó."""
    from tasks.registers.register_acts import find_assignment, set_withheld

    here = office()
    with here.store.writing() as session:
        changed = set_withheld(
            session,
            find_assignment(session, row_key),
            withheld=not undo,
            reason=reason,
            actor=here.settings.actor,
            now=clock.now(),
        )
    click.echo("Đã ghi." if changed else "Không có gì thay đổi.")


add_upkeep(cli)
cli.add_command(account_group)
cli.add_command(annex_group)
cli.add_command(assignment_group)
cli.add_command(worklist_command)
cli.add_command(board_group)
cli.add_command(calendar_group)
cli.add_command(central_group)
cli.add_command(channel_group)
cli.add_command(reminders_group)
cli.add_command(report_group)
cli.add_command(discrepancy_group)
cli.add_command(publication_group)


cli.add_command(cycle_group)
cli.add_command(request_group)
cli.add_command(directory_group)
cli.add_command(call_group)
cli.add_command(arrival_group)


@command(cli, "dispatch")
@click.argument("code", metavar="[MÃ_KỲ]", default="")
def dispatch(code: str) -> None:
    """Gửi biểu mẫu điền sẵn cho từng cơ quan của kỳ đã phát hành (trống: mọi kỳ)."""
    from tasks.steps import dispatch_step, one_after_another

    here = office()
    tell(dispatch_step(here, code, clock.now(), one_after_another, actor=here.settings.actor))


@command(cli, "collect")
def collect() -> None:
    """Thu nhận, kiểm tra mọi tệp trong thư mục nhận; gửi biên nhận hoặc danh sách cần hoàn thiện."""
    from tasks.steps import collect_step, one_after_another

    tell(collect_step(office(), clock.now(), one_after_another))


@command(cli, "sweep")
def sweep() -> None:
    """Rà soát: mở kỳ đến ngày, nhắc trước hạn, đôn đốc sau hạn, đóng kỳ hết thời gian thu."""
    from tasks.steps import one_after_another, sweep_step

    tell(sweep_step(office(), clock.now(), one_after_another))


cli.add_command(audit_group)


@command(cli, "completion")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--day", metavar="NGÀY", type=DAY, help="Tính đến ngày; trống: ngày chốt số liệu của kỳ.")
def completion(code: str, day: date | None) -> None:
    """Kết quả thực hiện: theo cơ quan, lĩnh vực, quý, danh mục và chung, mỗi tỷ lệ kèm tử số và mẫu số."""
    from flows.tables import print_completion
    from tasks.cycle.cycle_view import read_cycle
    from tasks.cycle.cycles import find_cycle

    with office().store.reading() as session:
        cycle = find_cycle(session, code)
        view = read_cycle(session, cycle)
    print_completion(view, day or view.as_of, clock.now())


@command(cli, "consolidate")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--day", metavar="NGÀY", type=DAY, help="Tính đến ngày; trống: ngày chốt số liệu của kỳ.")
def consolidate(code: str, day: date | None) -> None:
    """Lập phụ lục tổng hợp (XLSX) và dự thảo báo cáo (DOCX) của kỳ."""
    from tasks.steps import consolidate_step

    tell(consolidate_step(office(), code, clock.now(), day=day))


@command(cli, "status")
@click.argument("code", metavar="[MÃ_KỲ]", default="")
def status(code: str) -> None:
    """Các kỳ đang có; với MÃ_KỲ: ai đã báo cáo, ai chưa."""
    from flows.tables import print_status

    with office().store.reading() as session:
        print_status(session, code, clock.now())


@cli.group("db", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def db_group() -> None:
    """Cơ sở dữ liệu."""


@command(db_group, "upgrade")
def db_upgrade() -> None:
    """Nâng cấp cấu trúc cơ sở dữ liệu lên phiên bản của chương trình. Hãy sao lưu trước."""
    from tasks.migrate import newest_version, schema_version, upgrade
    from tasks.settings import load_settings
    from tasks.store import open_store

    settings = load_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.engine_url)
    before = schema_version(store)
    upgrade(store)
    click.echo(f"Cơ sở dữ liệu: {before or 'trống'} → {newest_version()}")


@command(cli, "portal")
@click.option("--host", metavar="ĐỊA CHỈ", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe.")
@click.option(
    "--port", metavar="CỔNG", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="Cổng."
)
@click.option(
    "--workers",
    metavar="SỐ",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help="Số tiến trình phục vụ.",
)
@click.option(
    "--proxies",
    metavar="ĐỊA CHỈ",
    default="127.0.0.1",
    show_default=True,
    help="Máy chủ web đứng trước, được tin khi báo địa chỉ người truy cập.",
)
def portal(host: str, port: int, workers: int, proxies: str) -> None:
    """Chạy các trang web: bàn làm việc của thư ký, trang nộp báo cáo, bảng theo dõi. Dừng bằng Ctrl+C."""
    office()  # a fault of the settings is told here, before any process is started
    os.execv(sys.executable, portal_command(host, port, workers, proxies))  # noqa: S606 - our own interpreter


@command(cli, "up")
@click.option(
    "--port",
    metavar="CỔNG",
    type=click.IntRange(1, 65535),
    default=4200,
    show_default=True,
    help="Cổng của giao diện.",
)
@click.option(
    "--portal-port",
    metavar="CỔNG",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    help="Cổng của các trang web: bàn làm việc, trang nộp báo cáo.",
)
def up(port: int, portal_port: int) -> None:
    """Chạy tất cả trên máy này: máy chủ Prefect, các luồng việc, bộ thực hiện, các trang web. Dừng bằng Ctrl+C."""
    from flows.up import run_until_stopped

    sys.exit(run_until_stopped(office().settings, port, portal_port))


@command(cli, "deploy")
def deploy() -> None:
    """Đưa các luồng việc, lịch báo cáo, quy tắc tự động lên máy chủ Prefect đang chạy (PREFECT_API_URL); dùng khi có
    nhiều máy.

    Chờ máy chủ trả lời rồi mới làm. dondoc up tự làm việc này. Chạy lại không thay đổi gì.
    """
    from flows.up import deploy_there

    settings = office().settings
    api_url = os.environ.get("PREFECT_API_URL")
    if not api_url:
        raise click.ClickException("Chưa đặt PREFECT_API_URL, ví dụ http://prefect-server:4200/api.")
    log = settings.home / "nhat-ky" / "deploy.log"
    deploy_there(api_url, log)
    click.echo(f"Đã đưa các luồng việc lên {api_url} (nhật ký: {log}).")


def main() -> None:
    """Entry point: texts of the library are Vietnamese, too."""
    os.environ["LANGUAGE"] = "vi"
    gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))
    cli(prog_name="dondoc")
