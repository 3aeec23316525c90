"""The commands of the directory: the workbook, contacts by hand, rounds of confirming contacts."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import clock
from flows.command_line import DAY, command, office
from models.codes import PersonRole

if TYPE_CHECKING:
    from sqlmodel import Session

    from models.directory import Agency

ROLES = click.Choice([role.value for role in PersonRole])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("directory", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def directory_group() -> None:
    """Danh bạ: nạp, xuất bằng Excel, sửa người liên hệ, đợt xác nhận đầu mối."""


@command(directory_group, "import")
@click.argument("file", metavar="TỆP", type=FILE)
@click.option("--accept", metavar="MÃ", default="", help="Mã hiện ra khi xem trước; không ghi: chỉ xem.")
@click.option("--drop-missing", is_flag=True, help="Ngừng dùng cả những cơ quan, người không có trong tệp.")
def directory_import(file: Path, accept: str, drop_missing: bool) -> None:
    """Nạp danh bạ từ TỆP Excel: lần đầu xem trước sẽ thêm, sửa ai; ghi lại lệnh với mã để nạp đúng như đã xem."""
    from tasks.directory.directory_import import apply_import, plan_import, told

    here = office()
    content = file.read_bytes()
    if accept:
        with here.store.writing() as session:
            plan = apply_import(
                session,
                here.profile,
                content,
                file.name,
                code=accept,
                drop_missing=drop_missing,
                actor=here.settings.actor,
                now=clock.now(),
            )
    else:
        with here.store.reading() as session:
            plan = plan_import(session, content, drop_missing=drop_missing)
    for line in told(plan, done=bool(accept)):
        click.echo(line)
    if not accept and not plan.empty:
        more = " --drop-missing" if drop_missing else ""
        click.echo(
            f"Chưa ghi gì. Để nạp đúng như trên: dondoc directory import {file} --accept {plan.code}{more}"
        )


@command(directory_group, "export")
@click.argument("file", metavar="TỆP", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--template", is_flag=True, help="Tệp mẫu trống, có hướng dẫn.")
def directory_export(file: Path, template: bool) -> None:
    """Xuất danh bạ đang dùng ra TỆP Excel; tệp này nạp lại được."""
    from tasks.directory.directory_export import directory_template, export_directory

    if template:
        file.write_bytes(directory_template())
    else:
        with office().store.reading() as session:
            file.write_bytes(export_directory(session))
    click.echo(f"Đã ghi {file}")


@command(directory_group, "show")
@click.argument("agency", metavar="[MÃ_CƠ_QUAN]", default="")
@click.option("--above", is_flag=True, help="Thư ký và lãnh đạo Ban Chỉ đạo.")
def directory_show(agency: str, above: bool) -> None:
    """Người liên hệ của một cơ quan kèm số; hoặc các cơ quan cần xem lại (thiếu đầu mối, thư bị trả lại)."""
    from tasks.directory.contacts import people_at_place
    from tasks.directory.directory_view import read_entries

    with office().store.reading() as session:
        if agency or above:
            found = _place(session, agency)
            for person in people_at_place(session, found.id if found else None):
                facts = [person.role.label.lower(), person.title, person.email, person.phone]
                said = ", ".join(fact for fact in facts if fact)
                state = "" if person.active else " [đã ngừng dùng]"
                fault = f" Thư bị trả lại: {person.bounced_why}" if person.bounced_at else ""
                click.echo(f"{person.id}. {person.name} ({said}){state}{fault}")
            return
        for entry in read_entries(session):
            if entry.troubles:
                click.echo(f"{entry.agency.code} {entry.agency.name}: {'; '.join(entry.troubles)}")


@command(directory_group, "add")
@click.argument("agency", metavar="[MÃ_CƠ_QUAN]", default="")
@click.option(
    "--role", metavar="VAI_TRÒ", type=ROLES, default="officer", help="officer, head, secretariat, leadership."
)
@click.option("--name", metavar="HỌ_TÊN", required=True, help="Họ tên.")
@click.option("--title", metavar="CHỨC_VỤ", default="", help="Chức vụ.")
@click.option("--email", metavar="THƯ", default="", help="Thư điện tử; trống: chỉ liên hệ bằng điện thoại.")
@click.option("--phone", metavar="SỐ_MÁY", default="", help="Điện thoại.")
def directory_add(agency: str, role: str, name: str, title: str, email: str, phone: str) -> None:
    """Thêm người liên hệ của một cơ quan (thư ký, lãnh đạo Ban Chỉ đạo: không ghi mã cơ quan)."""
    from models.rules.directory.contact_fields import ContactFields
    from tasks.directory.contacts import add_contact

    here = office()
    fields = ContactFields(PersonRole(role), name, title, email, phone)
    with here.store.writing() as session:
        found = _place(session, agency)
        person = add_contact(session, found, fields, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã có {person.name} trong danh bạ, số {person.id}.")


@command(directory_group, "change")
@click.argument("number", metavar="SỐ", type=int)
@click.option("--role", metavar="VAI_TRÒ", type=ROLES, help="officer, head, secretariat, leadership.")
@click.option("--name", metavar="HỌ_TÊN", help="Họ tên.")
@click.option("--title", metavar="CHỨC_VỤ", help="Chức vụ.")
@click.option("--email", metavar="THƯ", help='Thư điện tử; "" là không có.')
@click.option("--phone", metavar="SỐ_MÁY", help='Điện thoại; "" là không có.')
def directory_change(
    number: int, role: str | None, name: str | None, title: str | None, email: str | None, phone: str | None
) -> None:
    """Sửa người liên hệ số SỐ; điều không ghi thì giữ nguyên. Đổi địa chỉ thư: dòng cũ ngừng dùng, dòng mới thay."""
    from dataclasses import replace

    from tasks.directory.contacts import change_contact, fields_of, find_person

    here = office()
    typed = {
        "role": PersonRole(role) if role else None,
        "name": name,
        "title": title,
        "email": email,
        "phone": phone,
    }
    with here.store.writing() as session:
        person = find_person(session, number)
        fields = replace(fields_of(person), **{k: v for k, v in typed.items() if v is not None})  # type: ignore[arg-type]
        stands = change_contact(session, person, fields, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã ghi {stands.name}, số {stands.id}.")


@command(directory_group, "remove")
@click.argument("number", metavar="SỐ", type=int)
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def directory_remove(number: int, reason: str) -> None:
    """Ngừng dùng người liên hệ số SỐ: không gửi gì tới nữa; tin chưa gửi chuyển sang người còn lại."""
    from tasks.directory.contacts import find_person, remove_contact

    here = office()
    with here.store.writing() as session:
        person = find_person(session, number)
        remove_contact(session, person, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã ngừng dùng {person.name}.")


@command(directory_group, "restore")
@click.argument("number", metavar="SỐ", type=int)
def directory_restore(number: int) -> None:
    """Dùng lại người liên hệ số SỐ."""
    from tasks.directory.contacts import find_person, restore_contact

    here = office()
    with here.store.writing() as session:
        person = find_person(session, number)
        restore_contact(session, person, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã dùng lại {person.name}.")


@command(directory_group, "mend-address")
@click.argument("number", metavar="SỐ", type=int)
@click.option("--reason", metavar="LÝ DO", default="", help="Căn cứ xác định địa chỉ dùng được.")
def directory_mend_address(number: int, reason: str) -> None:
    """Ghi rằng địa chỉ thư của người liên hệ số SỐ dùng được, dù thư từng bị trả lại."""
    from tasks.directory.contacts import find_person, mend_address

    here = office()
    with here.store.writing() as session:
        person = find_person(session, number)
        mend_address(session, person, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã ghi: địa chỉ của {person.name} dùng được.")


@directory_group.group("round", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def round_group() -> None:
    """Đợt xác nhận đầu mối: hỏi mọi cơ quan xem thông tin đầu mối còn đúng không."""


@command(round_group, "start")
@click.option("--answer-by", metavar="NGÀY", type=DAY, required=True, help="Hạn trả lời, hết ngày.")
def round_start(answer_by: date) -> None:
    """Mở đợt: gửi mỗi cơ quan một thư kèm đường dẫn; ai chưa trả lời được nhắc một lần trước hạn."""
    from models.time import vn_date
    from tasks.directory.contact_rounds import standings, start_round
    from tasks.sending.post import send_due

    here = office()
    now = clock.now()
    with here.store.writing() as session:
        started = start_round(session, answer_by, actor=here.settings.actor, now=now)
    send_due(here, now)
    with here.store.reading() as session:
        rows = standings(session, started)
    unasked = [row.agency.code for row in rows if not row.asked]
    click.echo(f"Đợt {started.id}: hỏi {len(rows) - len(unasked)} cơ quan, hạn trả lời {vn_date(answer_by)}.")
    if unasked:
        click.echo(f"Chưa có địa chỉ thư để hỏi: {', '.join(unasked)}.")


@command(round_group, "status")
@click.argument("number", metavar="[SỐ_ĐỢT]", type=int, required=False)
def round_status(number: int | None) -> None:
    """Từng cơ quan đang ở đâu trong đợt, và các đề nghị sửa chờ quyết định."""
    from models.time import vn_date
    from tasks.directory.contact_answers import proposals_waiting
    from tasks.directory.contact_rounds import find_round, standings
    from tasks.directory.directory_import import changes_in_words
    from tasks.directory.proposal_words import proposal_lines

    with office().store.reading() as session:
        found = find_round(session, number)
        ended = "đã kết thúc" if found.ended_at else "đang chờ trả lời"
        click.echo(f"Đợt {found.id}, hạn trả lời {vn_date(found.answer_by)}: {ended}.")
        for row in standings(session, found):
            whom = "" if row.asked else " (chưa có địa chỉ thư để hỏi)"
            click.echo(f"  {row.agency.code} {row.agency.name}: {row.check.state.label.lower()}{whom}")
        for waiting in proposals_waiting(session):
            if waiting.check.round_id != found.id:
                continue
            click.echo(f"Đề nghị của {waiting.agency.code} (người trả lời: {waiting.check.answered_by}):")
            for line in proposal_lines(waiting):
                click.echo(f"  {line.what}: {line.who}{changes_in_words(line.changes)}")
            if waiting.note:
                click.echo(f"  Ghi chú: {waiting.note}")


@command(round_group, "accept")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option("--round", "number", metavar="SỐ_ĐỢT", type=int, help="Đợt; trống: đợt mới nhất.")
def round_accept(agency: str, number: int | None) -> None:
    """Ghi vào danh bạ điều cơ quan đề nghị sửa."""
    from tasks.directory.contact_answers import accept_proposal, find_check
    from tasks.directory.contact_rounds import find_round

    here = office()
    with here.store.writing() as session:
        check = find_check(session, find_round(session, number).id or 0, agency)
        accept_proposal(session, check.id or 0, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã sửa danh bạ theo đề nghị của {agency}.")


@command(round_group, "decline")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do; cơ quan đọc được trên trang của mình.")
@click.option("--round", "number", metavar="SỐ_ĐỢT", type=int, help="Đợt; trống: đợt mới nhất.")
def round_decline(agency: str, reason: str, number: int | None) -> None:
    """Không sửa theo đề nghị; danh bạ giữ nguyên."""
    from tasks.directory.contact_answers import decline_proposal, find_check
    from tasks.directory.contact_rounds import find_round

    here = office()
    with here.store.writing() as session:
        check = find_check(session, find_round(session, number).id or 0, agency)
        decline_proposal(session, check.id or 0, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã ghi: không sửa theo đề nghị của {agency}.")


@command(round_group, "end")
def round_end() -> None:
    """Kết thúc đợt đang chạy; đường dẫn đã gửi không nhận trả lời nữa."""
    from tasks.directory.contact_rounds import end_round, find_round

    here = office()
    with here.store.writing() as session:
        found = find_round(session)
        end_round(session, found, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đợt {found.id} đã kết thúc.")


def _place(session: "Session", code: str) -> "Agency | None":
    """The agency with this code; None (the secretariat and the leadership) without a code."""
    from tasks.directory.contacts import find_agency

    return find_agency(session, code) if code else None
