"""The commands about one agency's request: extension, link, the zip for machines without a web page, signed reports."""

from datetime import date
from pathlib import Path

import click

from flows import clock
from flows.command_line import DAY, command, office


@click.group("request", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def request_group() -> None:
    """Yêu cầu báo cáo của một cơ quan: gia hạn, đường dẫn."""


@command(request_group, "extend")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option("--until", metavar="NGÀY", type=DAY, required=True, help="Hạn mới.")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do; cơ quan đọc được trên trang của mình.")
def request_extend(code: str, agency: str, until: date, reason: str) -> None:
    """Gia hạn cho một cơ quan; các bước nhắc tính lại theo hạn mới, hạn cũ vẫn được giữ trong lịch sử."""
    from models.time import vn_date
    from tasks.cycle.request_acts import extend_request, find_request

    here = office()
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        extend_request(session, request, until, reason=reason, actor=here.settings.actor, now=clock.now())
    why = here.calendar(until).name_of(until)
    off = f" Lưu ý: ngày này là ngày nghỉ ({why})." if why else ""
    click.echo(f"Đã gia hạn cho {agency} đến hết ngày {vn_date(until)}.{off}")


@command(request_group, "decline")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do; cơ quan đọc được trên trang của mình.")
def request_decline(code: str, agency: str, reason: str) -> None:
    """Không chấp thuận đề nghị gia hạn đang chờ của một cơ quan."""
    from tasks.cycle.request_acts import decline_extension, find_request

    here = office()
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        decline_extension(session, request, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã ghi: không gia hạn cho {agency}.")


@command(request_group, "asks")
def request_asks() -> None:
    """Các đề nghị gia hạn đang chờ thư ký quyết định, kèm lý do."""
    from models.time import vn_date, vn_instant
    from tasks.cycle.agency_acts import open_asks

    with office().store.reading() as session:
        asks = open_asks(session)
        for ask, request, cycle, agency in asks:
            click.echo(
                f"{cycle.code} {agency.code} ({agency.name}): hạn {vn_date(request.due)}, đề nghị đến "
                f"{vn_date(ask.wanted)}; gửi lúc {vn_instant(ask.asked_at)}.\n  Lý do: {ask.reason}"
            )
    if not asks:
        click.echo("Không có đề nghị gia hạn nào đang chờ.")


@command(request_group, "link")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
def request_link(code: str, agency: str) -> None:
    """In đường dẫn trang nộp báo cáo của một cơ quan, để gửi qua kênh khác."""
    from tasks.cycle.request_acts import find_request, link_of

    here = office()
    with here.store.reading() as session:
        link = link_of(here, find_request(session, code, agency))
    click.echo(link or "Chưa đặt địa chỉ công khai của trang nộp báo cáo (DONDOC_PORTAL_URL).")


@command(request_group, "revoke-link")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def request_revoke_link(code: str, agency: str, reason: str) -> None:
    """Thu hồi mọi đường dẫn đã phát của một cơ quan; thư sau mang đường dẫn mới."""
    from tasks.cycle.request_acts import find_request, revoke_link

    here = office()
    with here.store.writing() as session:
        request = find_request(session, code, agency)
        revoke_link(session, request, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã thu hồi đường dẫn của {agency}; đường dẫn cũ không mở được nữa.")


@command(request_group, "package")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="[MÃ_CƠ_QUAN]", default="")
@click.option(
    "--output",
    metavar="THƯ_MỤC",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Nơi ghi các tệp nén; tạo nếu chưa có.",
)
def request_package(code: str, agency: str, output: Path) -> None:
    """Xuất tệp nén (biểu, đề cương, hướng dẫn) của một cơ quan, hoặc của mọi cơ quan trong kỳ, để gửi nơi không vào
    được trang web."""
    from tasks.cycle.request_acts import requests_of
    from tasks.intake.package_out import package_of

    here = office()
    output.mkdir(parents=True, exist_ok=True)
    with here.store.reading() as session:
        request_ids = requests_of(session, code, agency)
        for request_id in request_ids:
            name, content = package_of(session, here, request_id, clock.now())
            (output / name).write_bytes(content)
    click.echo(f"Đã ghi {len(request_ids)} tệp nén vào {output}")


@command(request_group, "signed")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.argument("file", metavar="TỆP", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--number", metavar="SỐ", required=True, help="Số, ký hiệu báo cáo, ví dụ 125/BC-SNV.")
@click.option("--date", "signed_on", metavar="NGÀY", type=DAY, required=True, help="Ngày ký.")
@click.option("--signer", metavar="NGƯỜI_KÝ", required=True, help="Họ tên, chức vụ người ký.")
def request_signed(code: str, agency: str, file: Path, number: str, signed_on: date, signer: str) -> None:
    """Ghi nhận báo cáo đã ký (PDF) của một cơ quan gửi qua văn bản hoặc thư."""
    from tasks.intake.signed_reports import record_signed

    here = office()
    record_signed(
        here.store,
        code,
        agency,
        file.name,
        file.read_bytes(),
        number=number,
        signed_on=signed_on,
        signer=signer,
        actor=here.settings.actor,
        now=clock.now(),
    )
    click.echo(f"Đã ghi nhận báo cáo số {number} của {agency}.")
