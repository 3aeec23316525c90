"""The commands of a cycle's publication: record it, show it, hold a Word file against our report."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import clock
from flows.command_line import DAY, command, office

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.publication import PublicationDifference
    from models.rules.publication.compare import Difference

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("publication", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def publication_group() -> None:
    """Công bố: ghi báo cáo đã ký, ban hành của một kỳ; số liệu nào đã sửa tay trong tệp Word ký."""


@command(publication_group, "record")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--number", metavar="SỐ", required=True, help="Số, ký hiệu của báo cáo, ví dụ 125-BC/BCĐ.")
@click.option("--date", "signed_on", metavar="NGÀY", type=DAY, required=True, help="Ngày ký.")
@click.option("--signer", metavar="NGƯỜI_KÝ", required=True, help="Họ tên, chức vụ người ký.")
@click.option("--pdf", metavar="TỆP", type=FILE, help="Bản ký (PDF); trống: giữ bản đã ghi trước.")
@click.option(
    "--word", metavar="TỆP", type=FILE, help="Tệp Word của bản ký, để đối chiếu với báo cáo đã lập."
)
@click.option(
    "--against", metavar="SỐ", type=int, help="Bản báo cáo đã lập để đối chiếu; trống: bản mới nhất."
)
@click.option("--note", metavar="GHI CHÚ", default="", help="Ghi chú; khi đính chính thì ghi lý do.")
def publication_record(
    code: str,
    number: str,
    signed_on: date,
    signer: str,
    pdf: Path | None,
    word: Path | None,
    against: int | None,
    note: str,
) -> None:
    """Ghi nhận báo cáo đã ký, ban hành của kỳ. Ghi lại với nội dung khác là đính chính; bản ghi trước vẫn được giữ."""
    from tasks.publication.publish import File, Issued, published_sentence, record_publication

    here = office()
    files = {
        name: File(path.name, path.read_bytes()) for name, path in (("pdf", pdf), ("word", word)) if path
    }
    with here.store.writing() as session:
        made = record_publication(
            session,
            code,
            Issued(number, signed_on, signer, note=note, **files),
            actor=here.settings.actor,
            now=clock.now(),
            compared_id=against,
        )
    click.echo(f"{'Đã ghi' if made.is_new else 'Đã ghi từ trước'}: {published_sentence(made.publication)}.")
    if made.publication.compared_id is not None:
        _tell(made.differences)


@command(publication_group, "show")
@click.argument("code", metavar="MÃ_KỲ")
def publication_show(code: str) -> None:
    """Báo cáo đã công bố của kỳ, các lần ghi, và những chỗ tệp Word ký khác báo cáo đã lập."""
    from models.time import vn_instant
    from tasks.cycle.cycles import find_cycle
    from tasks.publication.publish import all_publications, differences_of, published_sentence

    with office().store.reading() as session:
        records = all_publications(session, find_cycle(session, code))
        differences = differences_of(session, records[0]) if records else []
    if not records:
        click.echo(f"Kỳ {code} chưa ghi công bố.")
        return
    for place, record in enumerate(records):
        click.echo(
            f"{'Đang dùng' if place == 0 else 'Đã thay'}: {published_sentence(record)}; {record.actor} ghi lúc "
            f"{vn_instant(record.at)}.{f' {record.note}' if record.note else ''}"
        )
    if records[0].compared_id is not None:
        _tell(differences)


@command(publication_group, "compare")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("file", metavar="TỆP", type=FILE)
@click.option(
    "--against", metavar="SỐ", type=int, help="Bản báo cáo đã lập để đối chiếu; trống: bản mới nhất."
)
def publication_compare(code: str, file: Path, against: int | None) -> None:
    """Đối chiếu một TỆP Word với báo cáo đã lập của kỳ, không ghi gì."""
    from models.time import vn_instant
    from tasks.publication.publish import File, compare_with_ours

    with office().store.reading() as session:
        comparison, ours = compare_with_ours(session, code, File(file.name, file.read_bytes()), against)
    click.echo(f"Đối chiếu với {ours.file_name} lập lúc {vn_instant(ours.made_at)} (bản số {ours.id}).")
    _tell(comparison.differences)


def _tell(differences: "Iterable[Difference | PublicationDifference]") -> None:
    """Changed figures one by one, reworded passages after them."""
    every = list(differences)
    figures = [one for one in every if one.figures]
    words = [one for one in every if not one.figures]
    click.echo(
        f"Số liệu sửa tay: {len(figures):02d} chỗ."
        if figures
        else "Không có số liệu nào bị sửa tay trong tệp Word."
    )
    for one in figures:
        click.echo(f"  {one.place}: {one.ours} → {one.theirs}")
    if words:
        click.echo(f"Chỉ đổi lời văn hoặc điền chỗ để trống: {len(words):02d} chỗ.")
        for one in words:
            click.echo(f"  {one.place}: {one.ours} → {one.theirs}")
