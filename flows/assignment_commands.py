"""The commands about single assignments: statuses confirmed, leads, links, deadlines, proposals, who follows what."""

from datetime import date
from typing import TYPE_CHECKING

import click

from flows import clock
from flows.command_line import DAY, command, office

if TYPE_CHECKING:
    from sqlmodel import Session

    from models.codes import ReportStatus


@click.group("assignment", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def assignment_group() -> None:
    """Nhiệm vụ: xác nhận trạng thái, cơ quan đầu mối, thời hạn, nối nhiệm vụ trùng, đề xuất, phân công theo dõi."""


@command(assignment_group, "unconfirmed")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="[MÃ_CƠ_QUAN]", default="")
def assignment_unconfirmed(code: str, agency: str) -> None:
    """Các trạng thái cơ quan đã khai mà thư ký chưa xác nhận."""
    from models.rules.registers.confirmed import word_count
    from tasks.cycle.cycle_view import read_cycle
    from tasks.cycle.cycles import find_cycle
    from tasks.statuses.unconfirmed import unconfirmed_lines

    with office().store.reading() as session:
        view = read_cycle(session, find_cycle(session, code))
    for line in unconfirmed_lines(view, agency):
        click.echo(line)
    count = word_count(view)
    click.echo(
        f"Đã xác nhận {count.confirmed}/{count.declared} trạng thái; còn {count.unconfirmed} chưa xác nhận."
    )


@command(assignment_group, "confirm")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.argument("row_keys", metavar="[KHÓA]...", nargs=-1)
@click.option("--document", metavar="VĂN_BẢN", default="", help="Số, ngày văn bản, sản phẩm đã đối chiếu.")
@click.option("--note", metavar="GHI_CHÚ", default="", help="Ghi chú.")
def assignment_confirm(code: str, agency: str, row_keys: tuple[str, ...], document: str, note: str) -> None:
    """Xác nhận trạng thái đúng như cơ quan đã khai: các nhiệm vụ KHÓA, hoặc (không ghi KHÓA) tất cả chưa xác nhận."""
    from dataclasses import replace

    from tasks.cycle.cycles import find_cycle
    from tasks.registers.register_acts import find_assignment
    from tasks.statuses.confirming import Look, all_unconfirmed, confirm
    from tasks.statuses.words import read_words

    here = office()
    with here.store.writing() as session:
        cycle, agency_id = find_cycle(session, code), _agency_id(session, agency)
        looks = [Look(find_assignment(session, key).id or 0, agency_id) for key in row_keys]
        if not row_keys:
            looks = all_unconfirmed(read_words(session, cycle), agency_id)
        looks = [replace(look, document=document, note=note) for look in looks]
        changed = confirm(session, cycle, looks, actor=here.settings.actor, now=clock.now())
    click.echo(f"Đã xác nhận {changed:02d} trạng thái của {agency}." if changed else "Không có gì thay đổi.")


@command(assignment_group, "correct")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
@click.argument("row_key", metavar="KHÓA")
@click.option("--status", metavar="TRẠNG_THÁI", required=True, help="Ví dụ: Hoàn thành, Đang thực hiện.")
@click.option("--completed-on", metavar="NGÀY", type=DAY, help="Ngày hoàn thành.")
@click.option("--note", metavar="LÝ DO", required=True, help="Vì sao khác với báo cáo.")
@click.option("--document", metavar="VĂN_BẢN", default="", help="Số, ngày văn bản đã đối chiếu.")
def assignment_correct(
    code: str, agency: str, row_key: str, status: str, completed_on: date | None, note: str, document: str
) -> None:
    """Xác nhận trạng thái khác với báo cáo của cơ quan, kèm lý do; báo cáo của cơ quan vẫn được giữ và nêu bên cạnh."""
    from tasks.cycle.cycles import find_cycle
    from tasks.registers.register_acts import find_assignment
    from tasks.statuses.confirming import Look, correct

    here = office()
    with here.store.writing() as session:
        assignment = find_assignment(session, row_key)
        changed = correct(
            session,
            find_cycle(session, code),
            Look(assignment.id or 0, _agency_id(session, agency), document=document, note=note),
            _status(status),
            completed_on,
            actor=here.settings.actor,
            now=clock.now(),
        )
    _tell(changed)


@command(assignment_group, "confirm-whole")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("row_key", metavar="KHÓA")
@click.option(
    "--status", metavar="TRẠNG_THÁI", default="Hoàn thành", show_default=True, help="Trạng thái chung."
)
@click.option("--completed-on", metavar="NGÀY", type=DAY, help="Ngày hoàn thành.")
@click.option("--document", metavar="VĂN_BẢN", default="", help="Số, ngày văn bản làm căn cứ.")
@click.option("--note", metavar="GHI_CHÚ", default="", help="Căn cứ khác.")
def assignment_confirm_whole(
    code: str, row_key: str, status: str, completed_on: date | None, document: str, note: str
) -> None:
    """Xác nhận chung một nhiệm vụ do nhóm cơ quan chủ trì, không chờ đủ báo cáo của mọi thành viên."""
    from tasks.cycle.cycles import find_cycle
    from tasks.registers.register_acts import find_assignment
    from tasks.statuses.confirming import say_of_whole

    here = office()
    with here.store.writing() as session:
        changed = say_of_whole(
            session,
            find_cycle(session, code),
            find_assignment(session, row_key),
            _status(status),
            completed_on,
            document=document,
            note=note,
            actor=here.settings.actor,
            now=clock.now(),
        )
    _tell(changed)


@command(assignment_group, "withdraw")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("row_key", metavar="KHÓA")
@click.argument("agency", metavar="[MÃ_CƠ_QUAN]", default="")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def assignment_withdraw(code: str, row_key: str, agency: str, reason: str) -> None:
    """Rút xác nhận trạng thái của một cơ quan (không ghi cơ quan: xác nhận chung cả nhóm)."""
    from tasks.cycle.cycles import find_cycle
    from tasks.registers.register_acts import find_assignment
    from tasks.statuses.confirming import withdraw

    here = office()
    with here.store.writing() as session:
        changed = withdraw(
            session,
            find_cycle(session, code),
            find_assignment(session, row_key),
            _agency_id(session, agency) if agency else None,
            reason=reason,
            actor=here.settings.actor,
            now=clock.now(),
        )
    _tell(changed)


@command(assignment_group, "lead")
@click.argument("row_key", metavar="KHÓA")
@click.argument("lead", metavar="MÃ_CƠ_QUAN_HOẶC_NHÓM")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def assignment_lead(row_key: str, lead: str, reason: str) -> None:
    """Chọn cơ quan đầu mối trong số các cơ quan, nhóm chủ trì; trạng thái nhiệm vụ theo báo cáo của đầu mối."""
    from tasks.registers.register_acts import find_assignment, set_lead

    here = office()
    with here.store.writing() as session:
        assignment = find_assignment(session, row_key)
        changed = set_lead(
            session, assignment, lead, reason=reason, actor=here.settings.actor, now=clock.now()
        )
    _tell(changed)


@command(assignment_group, "links")
@click.option("--suggest", is_flag=True, help="Gợi ý các cặp có tên gần giống, chưa nối.")
def assignment_links(suggest: bool) -> None:
    """Các nhiệm vụ trùng giữa hai danh mục đã nối, hoặc gợi ý để nối (không tự nối)."""
    from tasks.registers.link_acts import suggested_links
    from tasks.registers.linked_lines import linked_lines

    with office().store.reading() as session:
        if suggest:
            lines = [
                f"{like.one.row_key} ~ {like.other.row_key} (giống {like.share:.0%})\n  {like.one.name}\n  "
                f"{like.other.name}"
                for like in suggested_links(session)
            ]
        else:
            lines = linked_lines(session)
    click.echo("\n".join(lines) or ("Không có gợi ý nào." if suggest else "Chưa nối nhiệm vụ nào."))


@command(assignment_group, "link")
@click.argument("one", metavar="KHÓA")
@click.argument("other", metavar="KHÓA_KHÁC")
@click.option("--why", metavar="CĂN_CỨ", default="", help="Căn cứ coi là cùng một nhiệm vụ.")
def assignment_link(one: str, other: str, why: str) -> None:
    """Nối hai nhiệm vụ thuộc hai danh mục là cùng một nhiệm vụ: số chung chỉ tính một lần."""
    from tasks.registers.link_acts import link
    from tasks.registers.register_acts import find_assignment

    here = office()
    with here.store.writing() as session:
        changed = link(
            session,
            find_assignment(session, one),
            find_assignment(session, other),
            why=why,
            actor=here.settings.actor,
            now=clock.now(),
        )
    _tell(changed)


@command(assignment_group, "unlink")
@click.argument("one", metavar="KHÓA")
@click.argument("other", metavar="KHÓA_KHÁC")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def assignment_unlink(one: str, other: str, reason: str) -> None:
    """Bỏ nối hai nhiệm vụ."""
    from tasks.registers.link_acts import unlink
    from tasks.registers.register_acts import find_assignment

    here = office()
    with here.store.writing() as session:
        changed = unlink(
            session,
            find_assignment(session, one),
            find_assignment(session, other),
            reason=reason,
            actor=here.settings.actor,
            now=clock.now(),
        )
    _tell(changed)


@command(assignment_group, "deadline")
@click.argument("row_key", metavar="KHÓA")
@click.argument("due", metavar="[NGÀY]", type=DAY, required=False)
@click.option("--number", metavar="SỐ", default="", help="Số, ký hiệu văn bản cho phép, ví dụ 85/QĐ-UBND.")
@click.option("--date", "signed_on", metavar="NGÀY", type=DAY, help="Ngày văn bản.")
@click.option("--undo", is_flag=True, help="Hủy lần điều chỉnh gần nhất.")
@click.option("--reason", metavar="LÝ DO", default="", help="Lý do; bắt buộc khi hủy.")
def assignment_deadline(
    row_key: str, due: date | None, number: str, signed_on: date | None, undo: bool, reason: str
) -> None:
    """Điều chỉnh thời hạn nhiệm vụ đến hết NGÀY theo văn bản; thời hạn ban đầu vẫn được giữ và nêu bên cạnh."""
    from tasks.registers.deadline_acts import change_deadline, undo_deadline
    from tasks.registers.register_acts import find_assignment

    here = office()
    if not undo and (due is None or signed_on is None):
        raise click.UsageError("Cần NGÀY, --number và --date; hoặc --undo.")
    with here.store.writing() as session:
        assignment, now = find_assignment(session, row_key), clock.now()
        if due is None or signed_on is None or undo:
            changed = undo_deadline(session, assignment, reason=reason, actor=here.settings.actor, now=now)
        else:
            changed = change_deadline(
                session,
                assignment,
                due,
                number=number,
                signed_on=signed_on,
                reason=reason,
                actor=here.settings.actor,
                now=now,
            )
    _tell(changed)


@command(assignment_group, "proposal")
@click.argument("row_key", metavar="KHÓA")
@click.option(
    "--accept/--refuse", "accepted", required=True, help="Ban Chỉ đạo chấp thuận, hoặc không (nữa)."
)
@click.option("--document", metavar="VĂN_BẢN", default="", help="Số, ngày văn bản chấp thuận.")
@click.option("--reason", metavar="LÝ DO", default="", help="Lý do; bắt buộc khi không chấp thuận.")
def assignment_proposal(row_key: str, accepted: bool, document: str, reason: str) -> None:
    """Ghi quyết định của Ban Chỉ đạo về đề xuất không thực hiện hoặc phối hợp."""
    from tasks.registers.proposal_acts import decide_proposal
    from tasks.registers.register_acts import find_assignment

    here = office()
    with here.store.writing() as session:
        changed = decide_proposal(
            session,
            find_assignment(session, row_key),
            accepted=accepted,
            document=document,
            why=reason,
            actor=here.settings.actor,
            now=clock.now(),
        )
    _tell(changed)


@command(assignment_group, "follow")
@click.argument("login", metavar="TÀI_KHOẢN")
@click.argument("what", metavar="MÃ_CƠ_QUAN_HOẶC_KHÓA...", nargs=-1, required=True)
def assignment_follow(login: str, what: tuple[str, ...]) -> None:
    """Phân công tài khoản theo dõi các cơ quan (mã) hoặc nhiệm vụ (khóa có dấu /)."""
    _click_follow(login, what, ends=False)


@command(assignment_group, "unfollow")
@click.argument("login", metavar="TÀI_KHOẢN")
@click.argument("what", metavar="MÃ_CƠ_QUAN_HOẶC_KHÓA...", nargs=-1, required=True)
def assignment_unfollow(login: str, what: tuple[str, ...]) -> None:
    """Thôi phân công theo dõi."""
    _click_follow(login, what, ends=True)


@click.command("worklist", options_metavar="[TÙY CHỌN]")
@click.option("--account", metavar="TÀI_KHOẢN", default="", help="Việc của một tài khoản; trống: mọi việc.")
def worklist_command(account: str) -> None:
    """Việc đang chờ thư ký: xác nhận, gia hạn, tệp đến, đối chiếu, gọi điện, phát hành."""
    from models.codes import DeskRole
    from models.time import vn_date
    from tasks.desk.accounts import find_account
    from tasks.desk.worklist import worklist

    here = office()
    with here.store.reading() as session:
        found = find_account(session, account) if account else None
        leads = found is None or found.role is DeskRole.LEADER
        groups = worklist(session, here, clock.now(), found.id if found else None, leads=leads)
    for group in groups:
        click.echo(f"{group.kind.label}: {group.count:02d} (cũ nhất {vn_date(group.oldest)})")
        for work in group.shown:
            click.echo(f"  {work.what}")
        if group.more:
            click.echo(f"  … và {group.more} dòng khác")
    if not groups:
        click.echo("Không có việc nào đang chờ.")


def _click_follow(login: str, what: tuple[str, ...], *, ends: bool) -> None:
    from tasks.desk.accounts import find_account
    from tasks.desk.following import follow, subjects_named, unfollow

    here = office()
    agencies = [one for one in what if "/" not in one]
    assignments = [one for one in what if "/" in one]
    act = unfollow if ends else follow
    with here.store.writing() as session:
        account = find_account(session, login)
        subjects = subjects_named(session, agencies, assignments)
        changed = act(session, account, subjects, actor=here.settings.actor, now=clock.now())
    done = "Thôi theo dõi" if ends else "Phân công theo dõi"
    click.echo(f"{done}: {changed:02d} cơ quan, nhiệm vụ." if changed else "Không có gì thay đổi.")


def _agency_id(session: "Session", code: str) -> int:
    from tasks.desk.following import subjects_named

    return subjects_named(session, [code], []).agency_ids[0]


def _status(written: str) -> "ReportStatus":
    """A status by its Vietnamese label or its code."""
    from models.codes import ReportStatus
    from models.rules.text import fold

    for status in ReportStatus:
        if fold(written) in (fold(status.label), status.value):
            return status
    listed = "; ".join(status.label for status in ReportStatus)
    raise click.UsageError(f"Không có trạng thái {written!r}. Chọn: {listed}.")


def _tell(changed: bool) -> None:
    click.echo("Đã ghi." if changed else "Không có gì thay đổi.")
