"""The commands about accounts of the desk. The first account is made here: the desk itself has none to begin with."""

import click

from flows import clock
from flows.command_line import command, office

ROLES = ("reader", "officer", "leader")
ROLE_HELP = "Vai trò: reader (người xem), officer (cán bộ Tổ Giúp việc), leader (lãnh đạo Tổ Giúp việc)."


@click.group("account", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def account_group() -> None:
    """Tài khoản của bàn làm việc: thêm, sửa, khóa, mở, cấp lại mật khẩu."""


@command(account_group, "add")
@click.argument("login", metavar="TÊN_ĐĂNG_NHẬP")
@click.option("--name", metavar="HỌ_TÊN", required=True, help="Họ tên, ghi vào nhật ký với mỗi thao tác.")
@click.option(
    "--role",
    metavar="VAI_TRÒ",
    type=click.Choice(ROLES),
    default="officer",
    show_default=True,
    help=ROLE_HELP,
)
@click.option("--email", metavar="ĐỊA_CHỈ", default="", help="Thư điện tử (không bắt buộc).")
def account_add(login: str, name: str, role: str, email: str) -> None:
    """Thêm tài khoản và in mật khẩu lần đầu; người dùng phải đổi khi đăng nhập."""
    from models.codes import DeskRole
    from tasks.desk.accounts import add_account

    here = office()
    with here.store.writing() as session:
        made = add_account(
            session, login, name, DeskRole(role), email=email, actor=here.settings.actor, now=clock.now()
        )
    click.echo(f"Đã thêm tài khoản {made.account.login} ({made.account.role.label}).")
    click.echo(f"Mật khẩu lần đầu, chỉ hiện một lần: {made.password}")


@command(account_group, "list")
def account_list() -> None:
    """Các tài khoản, vai trò và tình trạng."""
    from models.time import vn_instant
    from tasks.desk.accounts import all_accounts

    with office().store.reading() as session:
        accounts = all_accounts(session)
    for account in accounts:
        state = "đang dùng" if account.active else "đã khóa"
        if account.active and account.locked_until and account.locked_until > clock.now():
            state = f"tạm khóa đến {vn_instant(account.locked_until)}"
        elif account.active and account.must_change:
            state = "chờ đổi mật khẩu lần đầu"
        click.echo(f"{account.login}: {account.name}, {account.role.label}, {state}")
    if not accounts:
        click.echo("Chưa có tài khoản nào (dondoc account add).")


@command(account_group, "change")
@click.argument("login", metavar="TÊN_ĐĂNG_NHẬP")
@click.option("--name", metavar="HỌ_TÊN", help="Họ tên mới; trống: giữ nguyên.")
@click.option("--role", metavar="VAI_TRÒ", type=click.Choice(ROLES), help=ROLE_HELP)
@click.option("--email", metavar="ĐỊA_CHỈ", help="Thư điện tử mới; trống: giữ nguyên.")
def account_change(login: str, name: str | None, role: str | None, email: str | None) -> None:
    """Sửa họ tên, vai trò, thư điện tử của một tài khoản."""
    from models.codes import DeskRole
    from tasks.desk.accounts import change_account, find_account

    here = office()
    with here.store.writing() as session:
        account = find_account(session, login)
        changed = change_account(
            session,
            account,
            name=account.name if name is None else name,
            role=DeskRole(role) if role else account.role,
            email=account.email if email is None else email,
            actor=here.settings.actor,
            now=clock.now(),
        )
    click.echo("Đã sửa." if changed else "Không có gì thay đổi.")


@command(account_group, "disable")
@click.argument("login", metavar="TÊN_ĐĂNG_NHẬP")
@click.option("--reason", metavar="LÝ DO", required=True, help="Lý do, ghi vào nhật ký.")
def account_disable(login: str, reason: str) -> None:
    """Khóa một tài khoản; ai đang đăng nhập bằng tài khoản ấy bị đăng xuất ngay."""
    from tasks.desk.accounts import disable_account, find_account

    here = office()
    with here.store.writing() as session:
        account = find_account(session, login)
        disable_account(session, account, reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Tài khoản {account.login} đã khóa.")


@command(account_group, "enable")
@click.argument("login", metavar="TÊN_ĐĂNG_NHẬP")
def account_enable(login: str) -> None:
    """Mở lại một tài khoản đã khóa, hoặc đang tạm khóa vì sai mật khẩu."""
    from tasks.desk.accounts import enable_account, find_account

    here = office()
    with here.store.writing() as session:
        account = find_account(session, login)
        enable_account(session, account, actor=here.settings.actor, now=clock.now())
    click.echo(f"Tài khoản {account.login} đang dùng được.")


@command(account_group, "password")
@click.argument("login", metavar="TÊN_ĐĂNG_NHẬP")
def account_password(login: str) -> None:
    """Cấp lại mật khẩu cho một tài khoản và in ra một lần; người dùng phải đổi khi đăng nhập."""
    from tasks.desk.accounts import find_account, reset_password

    here = office()
    with here.store.writing() as session:
        made = reset_password(
            session, find_account(session, login), actor=here.settings.actor, now=clock.now()
        )
    click.echo(f"Mật khẩu mới của {made.account.login}, chỉ hiện một lần: {made.password}")
