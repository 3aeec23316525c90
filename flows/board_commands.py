"""The commands of the board: look at it on the terminal, take it as a file, give and revoke links for looking."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import clock
from flows.command_line import DAY, command, office

if TYPE_CHECKING:
    from models.rules.board.board_filter import BoardFilter
    from tasks.board.tables import BoardTable


@click.group("board", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def board_group() -> None:
    """Bảng theo dõi: xem, xuất tệp, cấp và thu hồi đường dẫn chỉ để xem."""


def _filtered(function: click.decorators.FC) -> click.decorators.FC:
    """The filters of the page, as options."""
    for option in (
        click.option("--basis", metavar="CÁCH_TÍNH", default="", help="confirmed: theo số đã xác nhận."),
        click.option("--q", metavar="CHỮ", default="", help="Tìm trong tên, mã; không cần dấu."),
        click.option("--state", metavar="MÃ", default="", help="Tình hình gửi báo cáo, ví dụ overdue."),
        click.option(
            "--class", "of_class", metavar="MÃ", default="", help="Xếp loại nhiệm vụ, ví dụ behind."
        ),
        click.option("--section", metavar="MÃ", default="", help="Lĩnh vực, ví dụ KH57-2026/V."),
        click.option("--kind", metavar="MÃ", default="", help="Khối cơ quan, ví dụ commune."),
    ):
        function = option(function)
    return function


def _tables(
    code: str, kind: str, section: str, of_class: str, state: str, q: str, basis: str
) -> "tuple[str, dict[str, BoardTable]]":
    from tasks.board.reading import Board, shown_cycle
    from tasks.board.tables import board_tables

    said = {"kind": kind, "section": section, "class": of_class, "state": state, "q": q, "basis": basis}
    asked = _filter(said)
    here = office()
    with here.store.reading() as session:
        cycle = shown_cycle(session, code)
        board = Board(here.store, session, clock.now())
        return cycle.code, board_tables(board.glance(cycle), board.trend(cycle), asked)


def _filter(said: dict[str, str]) -> "BoardFilter":
    """The filter; a code that there is not is told, since nobody sees on a terminal what restricts what."""
    from models.fault import Fault
    from models.rules.board.board_filter import read_filter

    asked = read_filter(said)
    unknown = [
        f"--{name} {said[name]}"
        for name in ("kind", "class", "state")
        if said[name] and name not in asked.query
    ]
    if unknown:
        raise Fault(f"Không có mã nào như {', '.join(unknown)}; các mã ở docs/api.md.")
    return asked


@command(board_group, "show")
@click.argument("code", metavar="[MÃ_KỲ]", default="")
@click.option("--table", "name", metavar="BẢNG", default="tong-hop", show_default=True, help="Tên bảng.")
@_filtered
def board_show(
    code: str, name: str, kind: str, section: str, of_class: str, state: str, q: str, basis: str
) -> None:
    """Một bảng của bảng theo dõi kỳ MÃ_KỲ (trống: kỳ phát hành gần nhất).

    Các bảng: tong-hop, linh-vuc, co-quan, nhiem-vu, chi-tieu, tien-do-nop, xu-huong.
    """
    from flows.board_table import print_board_table
    from models.fault import Fault

    _, tables = _tables(code, kind, section, of_class, state, q, basis)
    if name not in tables:
        raise Fault(f"Không có bảng nào tên {name!r}. Các bảng: {', '.join(tables)}.")
    print_board_table(tables[name])


@command(board_group, "export")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("file", metavar="TỆP", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--table", "name", metavar="BẢNG", default="", help="Tên bảng, khi TỆP là .csv.")
@_filtered
def board_export(
    code: str, file: Path, name: str, kind: str, section: str, of_class: str, state: str, q: str, basis: str
) -> None:
    """Xuất bảng theo dõi kỳ MÃ_KỲ ra TỆP: .xlsx (mọi bảng) hoặc .csv (một bảng)."""
    from models.fault import Fault
    from tasks.board.export import as_csv, as_workbook

    _, tables = _tables(code, kind, section, of_class, state, q, basis)
    if file.suffix == ".xlsx":
        content = as_workbook(tables.values())
    elif file.suffix == ".csv" and name in tables:
        content = as_csv(tables[name])
    else:
        raise Fault(f"TỆP phải là .xlsx, hoặc .csv kèm --table ({', '.join(tables)}).")
    file.write_bytes(content)
    click.echo(f"Đã xuất ra {file}")


@command(board_group, "link")
@click.argument("label", metavar="CẤP_CHO")
@click.option(
    "--kind",
    type=click.Choice(["page", "api"]),
    default="page",
    show_default=True,
    help="page: trang xem; api: khóa kết nối số liệu.",
)
@click.option(
    "--until", "last_day", metavar="NGÀY", type=DAY, help="Ngày cuối còn hiệu lực; trống: đến khi thu hồi."
)
def board_link(label: str, kind: str, last_day: date | None) -> None:
    """Cấp đường dẫn xem bảng theo dõi, hoặc khóa kết nối số liệu, cho CẤP_CHO."""
    from models.codes import BoardLinkKind
    from tasks.board.links import given, make_link

    here = office()
    with here.store.writing() as session:
        link = make_link(
            session, BoardLinkKind(kind), label, last_day, actor=here.settings.actor, now=clock.now()
        )
        made = given(link, here, clock.now())
    if made.link.kind is BoardLinkKind.PAGE and not made.address:
        click.echo("Chưa đặt địa chỉ công khai của trang (DONDOC_PORTAL_URL); phần sau của đường dẫn:")
        click.echo(f"/xem/{made.token}")
    else:
        click.echo(made.address or made.token)


@command(board_group, "links")
def board_links() -> None:
    """Các đường dẫn, khóa đã cấp: cho ai, đến bao giờ, còn hiệu lực không (không in đường dẫn)."""
    from models.time import vn_date, vn_instant
    from tasks.board.links import links_given

    here = office()
    with here.store.reading() as session:
        found = links_given(session, here, clock.now())
    for one in found:
        link = one.link
        if link.revoked_at is not None:
            force = f"đã thu hồi lúc {vn_instant(link.revoked_at)}"
        elif link.last_day is not None:
            force = f"{'đến hết' if one.opens else 'hết hiệu lực sau'} ngày {vn_date(link.last_day)}"
        else:
            force = "đến khi thu hồi"
        click.echo(f"{link.id} {link.label} ({link.kind.label}): {force}; {link.actor} cấp.")
    if not found:
        click.echo("Chưa cấp đường dẫn nào.")


@command(board_group, "revoke")
@click.argument("number", metavar="SỐ", type=int)
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def board_revoke(number: int, reason: str) -> None:
    """Thu hồi đường dẫn hoặc khóa mang SỐ (xem dondoc board links)."""
    from tasks.board.links import revoke_board_link

    here = office()
    with here.store.writing() as session:
        link = revoke_board_link(session, number, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã thu hồi: {link.label}.")
