"""The commands of whoever marks up annexes: load, list, export, preview."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import clock
from flows.command_line import command, office

if TYPE_CHECKING:
    from models.rules.annexes.annex import Annex, AskedCell
    from tasks.profile import Profile

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("annex", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def annex_group() -> None:
    """Phụ lục: xem trước, nạp, liệt kê, xuất lại tệp đã soạn (xem docs/phu-luc.md)."""


@command(annex_group, "load")
@click.argument("files", metavar="TỆP...", nargs=-1, required=True, type=FILE)
def annex_load(files: tuple[Path, ...]) -> None:
    """Nạp phụ lục đã soạn; kỳ phát hành từ đây hỏi theo bản này. Nạp lại cùng tệp không thay đổi gì."""
    from tasks.annexes.versions import load_annexes, told_of

    here = office()
    with here.store.writing() as session:
        loaded = load_annexes(session, files, actor=here.settings.actor, now=clock.now())
        lines = [(version.code, told_of(version, new=new)) for version, new in loaded]
    for code, line in lines:
        click.echo(line)
        click.echo(f"  {_asked_by(code, here.profile)}")


@command(annex_group, "list")
def annex_list() -> None:
    """Các phụ lục đã nạp: phiên bản đang dùng, số ô cần điền, số quy tắc, chế độ báo cáo nào hỏi."""
    from models.time import vn_instant
    from tasks.annexes.versions import annex_of, newest_annexes

    here = office()
    with here.store.reading() as session:
        newest = newest_annexes(session)
        for code, version in newest.items():
            annex = annex_of(version)
            click.echo(f"{code}  {version.title}")
            click.echo(
                f"  Phiên bản {version.no}, nạp lúc {vn_instant(version.made_at)} từ tệp {version.file_name}; "
                f"trang “{annex.sheet}”, {len(annex.asked)} ô cần điền, {len(annex.rules)} quy tắc."
            )
            click.echo(f"  {_asked_by(code, here.profile)}")
    if not newest:
        click.echo("Chưa nạp phụ lục nào. Soạn như docs/phu-luc.md rồi nạp: dondoc annex load TỆP.")


@command(annex_group, "export")
@click.argument("code", metavar="MÃ")
@click.argument("file", metavar="TỆP", type=click.Path(dir_okay=False, path_type=Path))
def annex_export(code: str, file: Path) -> None:
    """Xuất tệp đã soạn của phụ lục MÃ ra TỆP, để sửa rồi nạp lại."""
    from tasks.annexes.versions import workbook_of

    with office().store.reading() as session:
        version, content = workbook_of(session, code)
        told = f"Đã xuất phụ lục {version.code} (phiên bản {version.no}) ra {file}"
    file.write_bytes(content)
    click.echo(told)


@command(annex_group, "preview")
@click.argument("file", metavar="TỆP", type=FILE)
@click.option(
    "--output",
    "folder",
    metavar="THƯ_MỤC",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help="Nơi ghi biểu xem trước (.xlsx) và trang xem trước (.html).",
)
def annex_preview(file: Path, folder: Path) -> None:
    """Xem trước phụ lục trong TỆP, chưa nạp: các ô đã hiểu, biểu gửi cơ quan, trang điền trực tuyến."""
    from portal.preview import annex_page
    from tasks.annexes.markup import read_annex
    from tasks.annexes.preview import preview_form

    annex = read_annex(file.read_bytes(), file.name)
    form = preview_form(annex, office().profile, clock.now())
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"xem-truoc-{annex.code}.{ending}" for ending in ("xlsx", "html")]
    paths[0].write_bytes(form)
    paths[1].write_text(annex_page(annex), encoding="utf-8")
    for line in _understood(annex):
        click.echo(line)
    click.echo("Biểu và trang xem trước (không nộp được):")
    for path in paths:
        click.echo(f"  {path}")


def _understood(annex: "Annex") -> Iterator[str]:
    """What has been made of a workbook, cell by cell and rule by rule."""
    from models.rules.annexes.annex_rule_row import SEVERITIES

    levels = {severity: word for word, severity in SEVERITIES.items()}
    yield f"Phụ lục {annex.code}: {annex.title}. {len(annex.asked)} ô cần điền:"
    times = {repeat.row: repeat.times for repeat in annex.repeats}
    for cell in annex.asked:
        repeated = f", lặp {times[cell.row]} dòng" if cell.row in times else ""
        yield f"  {cell.column}{cell.row}  {cell.label}: {_kind(cell)}{repeated}"
    if annex.rules:
        yield f"{len(annex.rules)} quy tắc:"
    for rule in annex.rules:
        against = f" {rule.against}" if rule.against else ""
        yield f"  {rule.code}  {levels[rule.severity]}: {'; '.join(rule.cells)} {rule.relation.label.lower()}{against}"


def _kind(cell: "AskedCell") -> str:
    from models.rules.numbers import write_number

    parts = [cell.kind.label + (f" ({'; '.join(cell.options)})" if cell.options else "")]
    parts += ["bắt buộc"] if cell.required else []
    parts += [f"từ {write_number(cell.least)}"] if cell.least is not None else []
    parts += [f"đến {write_number(cell.most)}"] if cell.most is not None else []
    parts += ["cho phép ghi chữ"] if cell.text_allowed else []
    return ", ".join(parts)


def _asked_by(code: str, profile: "Profile") -> str:
    """Which regimes ask for an annex, or how to make one ask."""
    regimes = [
        regime.code for regime in profile.regimes if any(whom.annex == code for whom in regime.annexes)
    ]
    if regimes:
        return f"Chế độ báo cáo hỏi phụ lục này: {', '.join(regimes)}."
    return (
        "Chưa chế độ báo cáo nào hỏi phụ lục này: thêm dòng "
        f"“- {{annex: {code}, kinds: [department]}}” vào mục annexes trong regimes.yaml."
    )
