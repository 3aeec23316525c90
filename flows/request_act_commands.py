"""The commands of what the secretariat decides about one report: recorded on behalf, sent back, let off, moved back."""

from datetime import date
from pathlib import Path

import click

from flows import clock
from flows.command_line import DAY, command, office
from flows.request_commands import request_group

__all__ = ["request_group"]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REASON = click.option(
    "--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký; cơ quan đọc được khi có thư."
)
WAYS = ("paper", "document_system", "email", "phone", "other")


@command(request_group, "record")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option(
    "--way",
    metavar="ĐƯỜNG",
    type=click.Choice(WAYS),
    required=True,
    help="Đến bằng đường nào: paper (giấy), document_system (hệ thống văn bản), email, phone, other.",
)
@click.option("--received", "received_on", metavar="NGÀY", type=DAY, required=True, help="Ngày đến.")
@click.option("--number", metavar="SỐ", default="", help="Số, ký hiệu văn bản, ví dụ 125/BC-SNV.")
@click.option("--date", "dated", metavar="NGÀY", type=DAY, help="Ngày ký văn bản.")
@click.option("--signer", metavar="NGƯỜI_KÝ", default="", help="Họ tên, chức vụ người ký.")
@click.option("--note", metavar="GHI CHÚ", default="", help="Ghi chú.")
@click.option("--scan", metavar="TỆP", type=FILE, help="Bản quét, bản chụp.")
@click.option("--signed", is_flag=True, help="Bản quét (PDF) là báo cáo đã ký.")
@click.option("--figures", metavar="TỆP", type=FILE, help="Biểu số liệu đã điền thay (.xlsx).")
def request_record(
    code: str,
    agency: str,
    way: str,
    received_on: date,
    number: str,
    dated: date | None,
    signer: str,
    note: str,
    scan: Path | None,
    signed: bool,
    figures: Path | None,
) -> None:
    """Ghi nhận thay báo cáo đến bằng đường khác; thôi nhắc ngay. Số liệu nhập sau tính theo ngày đến."""
    from models.codes import ReportWay
    from tasks.cycle.recorded import Recording, SentFile, record_report
    from tasks.cycle.request_acts import find_request
    from tasks.intake.on_behalf import hand_in_for

    here, now = office(), clock.now()
    said = Recording(ReportWay(way), received_on, number, dated, signer, note, signed)
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        file = SentFile(scan.name, scan.read_bytes()) if scan else None
        is_new = record_report(session, request, said, scan=file, actor=here.settings.actor, now=now)
        request_id = request.id or 0
    click.echo(f"Đã ghi nhận báo cáo của {agency}." if is_new else "Đã ghi nhận từ trước.")
    if figures is not None:
        table = SentFile(figures.name, figures.read_bytes())
        arrival = hand_in_for(here.store, request_id, table, here.key, actor=here.settings.actor, now=now)
        click.echo(f"Số liệu: {arrival.verdict.label.lower()}. {arrival.note}".strip())


@command(request_group, "unrecord")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@REASON
def request_unrecord(code: str, agency: str, reason: str) -> None:
    """Hủy ghi nhận thay; cơ quan còn nợ báo cáo thì được nhắc lại."""
    from tasks.cycle.recorded import unrecord_report
    from tasks.cycle.request_acts import find_request

    here = office()
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        changed = unrecord_report(session, request, reason=reason, actor=here.settings.actor, now=clock.now())
        state = request.state.label
    click.echo(f"{agency}: {state}." if changed else "Không có ghi nhận thay nào để hủy.")


@command(request_group, "return")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option("--comment", metavar="NỘI DUNG", required=True, help="Nội dung cần hoàn thiện, gửi cơ quan.")
@click.option("--due", metavar="NGÀY", type=DAY, help="Hạn hoàn thiện; trống: 03 ngày làm việc.")
def request_return(code: str, agency: str, comment: str, due: date | None) -> None:
    """Đề nghị hoàn thiện, bổ sung báo cáo đã nhận; cơ quan nhận thư và được nhắc theo hạn mới."""
    from models.time import local_day, vn_date
    from tasks.cycle.request_acts import find_request
    from tasks.cycle.returns import return_report, usual_day

    here, now = office(), clock.now()
    day = due or usual_day(here.calendar(local_day(now)), now)
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        changed = return_report(session, request, comment, day, actor=here.settings.actor, now=now)
    click.echo(
        f"Đã đề nghị {agency} hoàn thiện chậm nhất hết ngày {vn_date(day)}."
        if changed
        else "Đã đề nghị như vậy từ trước."
    )


@command(request_group, "unreturn")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@REASON
def request_unreturn(code: str, agency: str, reason: str) -> None:
    """Rút đề nghị hoàn thiện; báo cáo đã gửi được tính như trước."""
    from tasks.cycle.request_acts import find_request
    from tasks.cycle.returns import take_back_return

    here = office()
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        changed = take_back_return(
            session, request, reason=reason, actor=here.settings.actor, now=clock.now()
        )
        state = request.state.label
    click.echo(f"{agency}: {state}." if changed else "Không có đề nghị hoàn thiện nào đang chờ.")


@command(request_group, "exempt")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@REASON
def request_exempt(code: str, agency: str, reason: str) -> None:
    """Không yêu cầu báo cáo kỳ này; thôi nhắc và báo cơ quan bằng thư."""
    from tasks.cycle.exemptions import exempt_request
    from tasks.cycle.request_acts import find_request

    here = office()
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        changed = exempt_request(session, request, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"{agency}: không yêu cầu báo cáo kỳ này." if changed else "Không có gì thay đổi.")


@command(request_group, "unexempt")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@REASON
@click.option("--until", metavar="NGÀY", type=DAY, help="Hạn mới; bắt buộc khi hạn cũ đã qua.")
def request_unexempt(code: str, agency: str, reason: str, until: date | None) -> None:
    """Yêu cầu báo cáo trở lại; các bước nhắc tính lại từ đầu."""
    from models.time import vn_date
    from tasks.cycle.exemptions import ask_again
    from tasks.cycle.request_acts import find_request

    here = office()
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        changed = ask_again(
            session, request, reason=reason, actor=here.settings.actor, now=clock.now(), until=until
        )
        day = vn_date(request.due)
    click.echo(f"{agency}: phải báo cáo, hạn {day}." if changed else "Không có gì thay đổi.")


@command(request_group, "reset-due")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option("--until", metavar="NGÀY", type=DAY, required=True, help="Hạn đặt lại, sớm hơn hạn hiện nay.")
@REASON
def request_reset_due(code: str, agency: str, until: date, reason: str) -> None:
    """Đặt lại hạn đã gia hạn về ngày sớm hơn; cơ quan được báo bằng thư."""
    from models.time import vn_date
    from tasks.cycle.request_acts import find_request, reset_due

    here = office()
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        reset_due(session, request, until, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã đặt lại hạn của {agency}: hết ngày {vn_date(until)}.")
