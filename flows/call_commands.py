"""The commands of the phone log."""

from datetime import date, datetime

import click

from flows import clock
from flows.command_line import DAY, command, office


@click.group("call", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def call_group() -> None:
    """Nhật ký gọi điện: đã gọi ai, lúc nào, nói gì, hẹn ngày nào."""


@command(call_group, "log")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option(
    "--person", metavar="SỐ", type=int, help="Số của người trong danh bạ (dondoc directory show MÃ)."
)
@click.option("--to", "whom", metavar="HỌ_TÊN", default="", help="Gọi cho ai, nếu không có trong danh bạ.")
@click.option("--phone", metavar="SỐ_MÁY", default="", help="Số đã gọi; trống: số trong danh bạ.")
@click.option(
    "--at", "moment", metavar="GIỜ", default="", help="8:15 hoặc “8:15 23/3/2026”; trống: vừa gọi xong."
)
@click.option("--said", metavar="NỘI_DUNG", default="", help="Nội dung trao đổi.")
@click.option("--promised", metavar="NGÀY", type=DAY, help="Ngày hẹn nộp báo cáo.")
@click.option("--cycle", metavar="MÃ_KỲ", default="", help="Kỳ được nói đến; trống: báo cáo duy nhất còn nợ.")
@click.option("--no-answer", is_flag=True, help="Không liên lạc được.")
def call_log(
    agency: str,
    person: int | None,
    whom: str,
    phone: str,
    moment: str,
    said: str,
    promised: date | None,
    cycle: str,
    no_answer: bool,
) -> None:
    """Ghi một cuộc gọi tới cơ quan MÃ_CƠ_QUAN; ngày hẹn vào danh sách gọi điện và giữ các bước nhắc."""
    from tasks.cycle.request_acts import find_request
    from tasks.directory.calls import CallNote, log_call
    from tasks.directory.contacts import find_agency

    here = office()
    now = clock.now()
    note = CallNote(said, not no_answer, promised, _moment(moment, now), person, whom, phone)
    with here.store.writing() as session:
        found = find_agency(session, agency)
        request_id = find_request(session, cycle, found.code).id if cycle else None
        call = log_call(session, found, note, request_id=request_id, actor=here.settings.actor, now=now)
    click.echo(f"Đã ghi cuộc gọi số {call.id} tới {found.name} ({call.whom}).")


@command(call_group, "list")
@click.argument("agency", metavar="[MÃ_CƠ_QUAN]", default="")
@click.option("--on", "day", metavar="NGÀY", type=DAY, help="Các cuộc gọi trong ngày; trống: hôm nay.")
def call_list(agency: str, day: date | None) -> None:
    """Các cuộc gọi trong một ngày, hoặc những cuộc gần đây tới một cơ quan."""
    from models.time import local_day, vn_date, vn_instant
    from tasks.directory.calls import calls_of, calls_on
    from tasks.directory.contacts import find_agency

    with office().store.reading() as session:
        if agency:
            calls = calls_of(session, find_agency(session, agency).id or 0)
        else:
            calls = calls_on(session, day or local_day(clock.now()))
    for one in calls:
        call = one.call
        said = call.said.replace("\n", " ") if call.answered else "không liên lạc được"
        promise = f" Hẹn {vn_date(call.promised)}." if call.promised else ""
        corrected = f" (đã đính chính bằng số {one.corrected_by})" if one.corrected_by else ""
        click.echo(
            f"{call.id}. {vn_instant(call.called_at)}, {one.agency.code}, {call.whom}: {said}.{promise}{corrected}"
        )
    if not calls:
        click.echo("Không có cuộc gọi nào.")


@command(call_group, "correct")
@click.argument("number", metavar="SỐ_CUỘC_GỌI", type=int)
@click.option("--to", "whom", metavar="HỌ_TÊN", default="", help="Gọi cho ai; trống: như cuộc gọi cũ.")
@click.option("--said", metavar="NỘI_DUNG", default="", help="Nội dung đúng.")
@click.option("--promised", metavar="NGÀY", type=DAY, help="Ngày hẹn đúng; không ghi là không có lời hẹn.")
@click.option("--no-answer", is_flag=True, help="Không liên lạc được.")
@click.option("--reason", metavar="LÝ DO", default="", help="Vì sao đính chính, ghi vào nhật ký.")
def call_correct(
    number: int, whom: str, said: str, promised: date | None, no_answer: bool, reason: str
) -> None:
    """Đính chính một cuộc gọi đã ghi: cuộc cũ vẫn lưu, cuộc mới thay; không ghi --promised là rút lời hẹn."""
    from models.desk_act import PhoneCall
    from tasks.directory.calls import CallNote, correct_call

    here = office()
    with here.store.writing() as session:
        wrong = session.get(PhoneCall, number)
        same_person = wrong is not None and not whom
        note = CallNote(
            said=said,
            answered=not no_answer,
            promised=promised,
            person_id=wrong.person_id if wrong is not None and same_person else None,
            whom=whom or (wrong.whom if wrong is not None else ""),
            phone=wrong.phone if wrong is not None and same_person else "",
        )
        call = correct_call(session, number, note, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã đính chính cuộc gọi số {number} bằng cuộc gọi số {call.id}.")


def _moment(written: str, now: datetime) -> datetime | None:
    from models.rules.directory.moments import read_moment
    from models.time import local_day

    if not written:
        return None
    moment = read_moment(written, local_day(now))
    if moment is None:
        raise click.ClickException(f"{written!r} không phải là giờ; viết như 8:15 hoặc “8:15 23/3/2026”.")
    return moment
