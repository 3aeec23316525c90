"""The commands about files that wait for a person: list them, say what they are, or that they are no report."""

from datetime import date

import click

from flows import clock
from flows.command_line import DAY, command, office


@click.group("arrival", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def arrival_group() -> None:
    """Tệp đã nhận, chờ thư ký xem xét: xem, xếp cho cơ quan, bỏ qua."""


@command(arrival_group, "list")
@click.option("--dismissed", is_flag=True, help="Các tệp đã bỏ qua, thay vì các tệp đang chờ.")
def arrival_list(dismissed: bool) -> None:
    """Các tệp đang chờ, cũ nhất trước: số của tệp, tên, người gửi, vì sao phải xem."""
    from models.codes import ArrivalVerdict
    from models.time import vn_instant
    from tasks.intake.settle import waiting_files

    verdict = ArrivalVerdict.DISMISSED if dismissed else ArrivalVerdict.PERSON
    with office().store.reading() as session:
        files = waiting_files(session, verdict)
        for file in files:
            one = file.arrival
            whose = f" [{file.cycle.code} {file.agency.code}]" if file.agency and file.cycle else ""
            click.echo(
                f"{one.id}: {one.file_name}{whose}, nhận lúc {vn_instant(one.received_at)}"
                f"{f', từ {one.sender}' if one.sender else ''}.\n  {file.why or one.note}"
            )
    if not files:
        click.echo("Không có tệp nào." if dismissed else "Không có tệp nào đang chờ xem xét.")


@command(arrival_group, "settle")
@click.argument("number", metavar="SỐ_TỆP", type=int)
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option(
    "--as",
    "kind",
    metavar="LOẠI",
    type=click.Choice(["report", "recorded", "signed"]),
    required=True,
    help="report: biểu số liệu hoặc lời văn; recorded: bản quét kèm ghi nhận thay; signed: báo cáo đã ký.",
)
@click.option("--number", "paper", metavar="SỐ", default="", help="Số, ký hiệu văn bản.")
@click.option("--date", "dated", metavar="NGÀY", type=DAY, help="Ngày ký văn bản.")
@click.option("--signer", metavar="NGƯỜI_KÝ", default="", help="Người ký.")
@click.option("--note", metavar="GHI CHÚ", default="", help="Ghi chú.")
def arrival_settle(
    number: int,
    code: str,
    agency: str,
    kind: str,
    paper: str,
    dated: date | None,
    signer: str,
    note: str,
) -> None:
    """Xếp tệp đang chờ cho một cơ quan: là bản báo cáo, bản quét kèm ghi nhận thay, hay báo cáo đã ký."""
    from tasks.cycle.request_acts import find_request
    from tasks.intake.settle import (
        held_waiting,
        recording_of,
        settle_as_recorded,
        settle_as_report,
        settle_as_signed,
    )

    here, now = office(), clock.now()
    if kind == "report":
        with here.store.writing() as session:
            request_id = find_request(session, code, agency).id or 0
        became = settle_as_report(here.store, number, request_id, actor=here.settings.actor, now=now)
        click.echo(f"{agency}: {became}.")
        return
    settle = settle_as_signed if kind == "signed" else settle_as_recorded
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        said = recording_of(
            held_waiting(session, number), number=paper, dated=dated, signer=signer, note=note
        )
        settle(session, number, request, said, actor=here.settings.actor, now=now)
    click.echo(f"{agency}: đã ghi {'báo cáo đã ký' if kind == 'signed' else 'nhận thay, kèm bản quét'}.")


@command(arrival_group, "dismiss")
@click.argument("number", metavar="SỐ_TỆP", type=int)
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def arrival_dismiss(number: int, reason: str) -> None:
    """Không tính tệp là báo cáo; tệp vẫn được lưu."""
    from tasks.intake.settle import dismiss

    here = office()
    with here.store.writing() as session:
        changed = dismiss(session, number, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo("Đã ghi." if changed else "Không có gì thay đổi.")


@command(arrival_group, "undismiss")
@click.argument("number", metavar="SỐ_TỆP", type=int)
def arrival_undismiss(number: int) -> None:
    """Đưa tệp đã bỏ qua trở lại danh sách chờ xem xét."""
    from tasks.intake.settle import undismiss

    here = office()
    with here.store.writing() as session:
        changed = undismiss(session, number, actor=here.settings.actor, now=clock.now())
    click.echo("Đã ghi." if changed else "Không có gì thay đổi.")
