"""The commands of the phiếu đối chiếu: find, list, ask, explain, mark as mended, take up again, print."""

from pathlib import Path

import click

from flows import clock
from flows.command_line import command, office


@click.group("discrepancy", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def discrepancy_group() -> None:
    """Phiếu đối chiếu: các điểm chưa khớp trong báo cáo, hỏi cơ quan, ghi giải trình, in phiếu."""


@command(discrepancy_group, "refresh")
@click.argument("code", metavar="MÃ_KỲ")
def discrepancy_refresh(code: str) -> None:
    """Tìm lại mọi điểm chưa khớp của kỳ; điểm không còn được ghi là đã sửa. Lượt rà soát cũng tự làm việc này."""
    from tasks.discrepancies.refresh import refresh

    here = office()
    with here.store.writing() as session:
        done = refresh(session, code, clock.now(), actor=here.settings.actor)
    click.echo(done.sentence)


@command(discrepancy_group, "list")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--agency", metavar="MÃ_CƠ_QUAN", default="", help="Chỉ của một cơ quan.")
@click.option("--all", "everything", is_flag=True, help="Cả những điểm đã sửa.")
def discrepancy_list(code: str, agency: str, everything: bool) -> None:
    """Các điểm chưa khớp của kỳ theo cơ quan, kèm số để dùng ở các lệnh khác."""
    from models.codes import DiscrepancyState
    from tasks.cycle.cycles import find_cycle
    from tasks.discrepancies.points import points_of

    states = [state for state in DiscrepancyState if everything or state is not DiscrepancyState.MENDED]
    with office().store.reading() as session:
        points = points_of(session, find_cycle(session, code), agency_code=agency, states=states)
    for point in points:
        click.echo(f"{point.id:>5}  {point.agency_code}  {point.kind.label}  [{point.state.label}]")
        click.echo(f"       {point.sentence}\n       {point.source}")
        if point.answer:
            click.echo(f"       Giải trình ({point.answered_by}): {point.answer}")
    click.echo(f"{len(points):02d} điểm." if points else "Không có điểm nào chưa khớp.")


@command(discrepancy_group, "ask")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("numbers", metavar="[SỐ]...", type=int, nargs=-1)
@click.option("--agency", metavar="MÃ_CƠ_QUAN", default="", help="Mọi điểm chưa hỏi của một cơ quan.")
@click.option("--again", is_flag=True, help="Hỏi lại cả những điểm đã hỏi hoặc đã giải trình.")
def discrepancy_ask(code: str, numbers: tuple[int, ...], agency: str, again: bool) -> None:
    """Hỏi các cơ quan về những điểm mang SỐ này (hoặc của một cơ quan): mỗi cơ quan một thư, nội dung trên trang của
    cơ quan. Điểm đã hỏi không hỏi lại, trừ khi ghi --again."""
    from tasks.cycle.cycles import find_cycle
    from tasks.discrepancies.acts import DiscrepancyFault, ask
    from tasks.discrepancies.points import points_of

    here = office()
    if bool(numbers) == bool(agency):
        raise click.UsageError("Nêu SỐ của các điểm, hoặc --agency MÃ_CƠ_QUAN.")
    with here.store.writing() as session:
        points = points_of(session, find_cycle(session, code), agency_code=agency)
        chosen = [point for point in points if not numbers or point.id in numbers]
        unknown = sorted(set(numbers) - {point.id for point in chosen})
        if unknown:
            raise DiscrepancyFault(f"Kỳ {code} không có điểm số {', '.join(map(str, unknown))}.")
        seen = {point.id: point.asked_no for point in chosen if again or not point.asked_no}
        if chosen and not seen:
            raise DiscrepancyFault("Các điểm này đã được hỏi. Hỏi lại: thêm --again.")
        done = ask(session, seen, actor=here.settings.actor, now=clock.now())
    click.echo(done.sentence)


@command(discrepancy_group, "explain")
@click.argument("number", metavar="SỐ", type=int)
@click.option("--answer", metavar="NỘI DUNG", required=True, help="Nội dung giải trình.")
@click.option(
    "--by",
    metavar="AI",
    required=True,
    help="Ai giải trình, bằng cách nào: “Lò Văn A, Sở Nội vụ, qua điện thoại”.",
)
def discrepancy_explain(number: int, answer: str, by: str) -> None:
    """Ghi giải trình đến qua điện thoại hoặc văn bản cho điểm mang SỐ này."""
    from tasks.discrepancies.acts import explain

    here = office()
    with here.store.writing() as session:
        new = explain(session, number, answer, by=by, actor=here.settings.actor, now=clock.now())
    click.echo("Đã ghi giải trình." if new else "Không có gì thay đổi.")


@command(discrepancy_group, "mend")
@click.argument("number", metavar="SỐ", type=int)
@click.option("--reason", metavar="LÝ DO", required=True, help="Sửa ở đâu; ghi vào nhật ký.")
def discrepancy_mend(number: int, reason: str) -> None:
    """Đánh dấu điểm mang SỐ này là đã sửa (ví dụ sửa trong bản ký)."""
    from tasks.discrepancies.acts import mend

    here = office()
    with here.store.writing() as session:
        changed = mend(session, number, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo("Đã ghi là đã sửa." if changed else "Không có gì thay đổi.")


@command(discrepancy_group, "reopen")
@click.argument("number", metavar="SỐ", type=int)
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def discrepancy_reopen(number: int, reason: str) -> None:
    """Mở lại điểm mang SỐ này: rút câu hỏi, chưa chấp nhận giải trình, hoặc chưa sửa."""
    from tasks.discrepancies.acts import reopen

    here = office()
    with here.store.writing() as session:
        changed = reopen(session, number, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo("Đã mở lại." if changed else "Không có gì thay đổi.")


@command(discrepancy_group, "sheet")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="[MÃ_CƠ_QUAN]", default="")
@click.option(
    "--output",
    metavar="THƯ_MỤC",
    type=click.Path(file_okay=False, path_type=Path),
    help="Nơi ghi; trống: cạnh dự thảo báo cáo của kỳ.",
)
def discrepancy_sheet(code: str, agency: str, output: Path | None) -> None:
    """Lập phiếu đối chiếu của kỳ, hoặc của một cơ quan: tệp Word để in và bảng Excel."""
    from tasks.cycle.cycles import find_cycle
    from tasks.discrepancies.sheets import sheet_document, sheet_of, sheet_workbook

    here = office()
    with here.store.reading() as session:
        sheet = sheet_of(session, find_cycle(session, code), clock.now(), agency)
    folder = output or here.settings.reports / code
    folder.mkdir(parents=True, exist_ok=True)
    for kind, write in (("docx", sheet_document), ("xlsx", sheet_workbook)):
        path = folder / f"{sheet.name}.{kind}"
        path.write_bytes(write(sheet))
        click.echo(f"Đã ghi {path}")
