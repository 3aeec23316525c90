"""The commands about the central monitoring systems: a workbook out, their workbook back, what differs."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import clock
from flows.command_line import command, office

if TYPE_CHECKING:
    from models.rules.central.central_match import Comparison


@click.group("central", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def central_group() -> None:
    """Hệ thống theo dõi của Trung ương: xuất tệp để nhập lên, nạp tệp tải về để so sánh."""


@command(central_group, "systems")
def central_systems_command() -> None:
    """Các hệ thống đã khai báo trong thư mục của tỉnh, số mã đã ghi, các tệp đã nạp."""
    from models.time import vn_instant
    from tasks.central.central_import import taken_files
    from tasks.central.rows import codes_in_force
    from tasks.central.systems import central_systems

    here = office()
    systems = central_systems(here.settings.profile)
    with here.store.reading() as session:
        for system in systems:
            codes = codes_in_force(session, system.system)
            click.echo(f"{system.system}: {system.name}; đã ghi {len(codes):02d} mã.")
            for taken in taken_files(session, system.system):
                click.echo(f"  {taken.name}: {taken.rows} dòng, {taken.actor} nạp lúc {vn_instant(taken.at)}")
    if not systems:
        click.echo("Thư mục của tỉnh chưa khai hệ thống nào (central/*.yaml).")


@command(central_group, "export")
@click.argument("system", metavar="HỆ_THỐNG")
@click.argument("file", metavar="TỆP", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--cycle", "code", metavar="MÃ_KỲ", default="", help="Kỳ lấy số liệu; trống: kỳ phát hành gần nhất."
)
@click.option("--register", metavar="MÃ", default="", help="Chỉ một danh mục; trống: mọi danh mục của kỳ.")
def central_export_command(system: str, file: Path, code: str, register: str) -> None:
    """Xuất TỆP Excel theo biểu của HỆ_THỐNG: trạng thái đã xác nhận được dùng trước, có cột căn cứ."""
    from tasks.board.reading import Board, shown_cycle
    from tasks.central.central_export import export_central
    from tasks.central.rows import codes_in_force
    from tasks.central.systems import central_system

    here = office()
    of = central_system(here.settings.profile, system)
    with here.store.reading() as session:
        cycle = shown_cycle(session, code)
        told = Board(here.store, session, clock.now()).glance(cycle)
        file.write_bytes(export_central(told, of, codes_in_force(session, of.system), register))
    click.echo(f"Đã xuất số liệu kỳ {cycle.code} ra {file}")


@command(central_group, "import")
@click.argument("system", metavar="HỆ_THỐNG")
@click.argument("file", metavar="TỆP", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def central_import_command(system: str, file: Path) -> None:
    """Nạp TỆP Excel tải từ HỆ_THỐNG: ghi mã của dòng khớp chắc chắn, liệt kê điểm khác; không tự đổi thời hạn nào."""
    from tasks.board.reading import Board, shown_cycle
    from tasks.central.central_import import compare_taken, read_their_rows, take_workbook
    from tasks.central.systems import central_system

    here = office()
    of = central_system(here.settings.profile, system)
    content = file.read_bytes()
    with here.store.reading() as session:
        told = Board(here.store, session, clock.now()).glance(shown_cycle(session))
    rows = read_their_rows(content, of, told.day.year)
    with here.store.writing() as session:
        sha256 = take_workbook(
            session, of, told, file.name, content, rows, actor=here.settings.actor, now=clock.now()
        )
    with here.store.reading() as session:
        _tell(compare_taken(session, of, told, sha256))


def _tell(compared: "Comparison") -> None:
    click.echo(
        f"Khớp {len(compared.pairs)} dòng, {len(compared.differing)} dòng có điểm khác; chưa khớp "
        f"{len(compared.unmatched)} dòng; {len(compared.missing)} nhiệm vụ của tỉnh không có trong tệp."
    )
    for pair in compared.differing:
        for one in pair.differences:
            click.echo(f"  {pair.ours.row_key}, {one.what.label.lower()}: {one.ours} → {one.theirs}")
    for row in compared.unmatched:
        like = "; gần giống: " + ", ".join(one.row_key for one in row.suggestions) if row.suggestions else ""
        click.echo(f"  dòng {row.theirs.row} “{row.theirs.name}”: {row.why}{like}")


@command(central_group, "code")
@click.argument("system", metavar="HỆ_THỐNG")
@click.argument("row_key", metavar="KHÓA")
@click.argument("code", metavar="MÃ")
def central_code(system: str, row_key: str, code: str) -> None:
    """Ghi nhiệm vụ KHÓA (ví dụ KH57-2026/V.5.1) mang MÃ trên HỆ_THỐNG."""
    from tasks.central.central_import import keep_code
    from tasks.central.systems import central_system
    from tasks.registers.register_acts import find_assignment

    here = office()
    of = central_system(here.settings.profile, system)
    with here.store.writing() as session:
        assignment = find_assignment(session, row_key)
        changed = keep_code(session, of.system, assignment, code, actor=here.settings.actor, now=clock.now())
    click.echo("Đã ghi." if changed else "Không có gì thay đổi.")


@command(central_group, "uncode")
@click.argument("system", metavar="HỆ_THỐNG")
@click.argument("row_key", metavar="KHÓA")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def central_uncode(system: str, row_key: str, reason: str) -> None:
    """Bỏ mã đã ghi của nhiệm vụ KHÓA trên HỆ_THỐNG."""
    from tasks.central.central_import import drop_code
    from tasks.central.systems import central_system
    from tasks.registers.register_acts import find_assignment

    here = office()
    of = central_system(here.settings.profile, system)
    with here.store.writing() as session:
        assignment = find_assignment(session, row_key)
        changed = drop_code(
            session, of.system, assignment, reason=reason, actor=here.settings.actor, now=clock.now()
        )
    click.echo("Đã bỏ mã." if changed else "Nhiệm vụ này chưa ghi mã nào.")
