"""The commands about channels: look, try, put secrets in place, bind people to the bot, start one again."""

import click

from flows import clock
from flows.command_line import command, office

CHANNEL_CODES = ["email", "zalo_zbs", "zalo_bot", "zalo_oa"]
"""As models.codes.Channel has them (held to it by a test): reading them there would slow every help text down."""

ONE_CHANNEL = click.argument("code", metavar="KÊNH", type=click.Choice(CHANNEL_CODES))


@click.group("channel", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def channel_group() -> None:
    """Kênh gửi tin: thư điện tử và Zalo (xem docs/channels.md)."""


@command(channel_group, "list")
def channel_list() -> None:
    """Các kênh: đã cấu hình chưa, đang chạy hay đã dừng và vì sao, số người tới được, tin chờ và tin không rõ."""
    from models.time import vn_instant
    from tasks.channels.acts import overview

    for view in overview(office(), clock.now):
        if view.stopped_at is not None:
            state = f"ĐÃ DỪNG lúc {vn_instant(view.stopped_at)}"
        else:
            state = f"chưa dùng được: {view.missing}" if view.missing else "đang chạy"
        click.echo(f"{view.channel.value} – {view.channel.label}: {state}")
        if view.why:
            click.echo(f"  {view.why}")
        click.echo(
            f"  {view.people} người tới được; {view.waiting} thông báo chờ gửi; "
            f"{view.unknown} thông báo không rõ đã đến chưa"
        )


@command(channel_group, "test")
@ONE_CHANNEL
@click.option("--to", "email", metavar="THƯ", required=True, help="Địa chỉ thư của người nhận trong danh bạ.")
def channel_test(code: str, email: str) -> None:
    """Gửi một tin thử qua KÊNH tới một người trong danh bạ và in trả lời. Tin mẫu của Zalo tính phí như tin thật."""
    from models.codes import AttemptOutcome, Channel
    from tasks.channels.acts import find_person, try_out

    here = office()
    with here.store.reading() as session:
        person = find_person(session, email)
    answer = try_out(here, Channel(code), person, clock.now)
    click.echo(f"{answer.outcome.label}: {answer.text}")
    if answer.outcome is not AttemptOutcome.ACCEPTED:
        raise click.exceptions.Exit(1)


@command(channel_group, "token")
@click.argument("code", metavar="KÊNH", type=click.Choice(CHANNEL_CODES[1:]))
def channel_token(code: str) -> None:
    """Ghi khóa của KÊNH vào thư mục khóa (hỏi từng khóa, không hiện ra màn hình)."""
    from models.codes import Channel
    from tasks.channels.acts import keep_app_keys, keep_bot_token, profile_name

    here = office()
    channel = Channel(code)
    profile = profile_name(getattr(here.settings, f"{code}_url"), channel)
    if channel is Channel.ZALO_BOT:
        path = keep_bot_token(here, profile, _secret("Token của bot"))
    else:
        app_id = click.prompt("App ID", type=str).strip()
        path = keep_app_keys(
            here, profile, app_id, _secret("Khóa bí mật của ứng dụng"), _secret("Refresh token")
        )
    click.echo(f"Đã ghi vào {path}. Nếu kênh đang dừng, chạy: dondoc channel resume {code} --reason LÝ_DO")


def _secret(what: str) -> str:
    answer: str = click.prompt(what, hide_input=True, type=str)
    return answer.strip()


@command(channel_group, "bot-codes")
@click.argument("email", metavar="[THƯ]", default="")
def channel_bot_codes(email: str) -> None:
    """Mã một lần để gửi cho bot: của người có địa chỉ THƯ, hoặc của mọi người bot chưa biết. Gọi lại in cùng mã."""
    from tasks.channels.acts import find_person
    from tasks.channels.zalo_link import code_for, good_until, unbound_people

    with office().store.writing() as session:
        people = [find_person(session, email)] if email else unbound_people(session)
        lines = []
        for person in people:
            made = code_for(session, person, clock.now())
            lines.append(f"{made.code}  {person.name} <{person.email}>, dùng được đến {good_until(made)}")
    click.echo("\n".join(lines) or "Bot đã biết tất cả mọi người trong danh bạ.")


@command(channel_group, "bind")
def channel_bind() -> None:
    """Đọc tin gửi tới bot; ai gửi đúng mã một lần thì từ nay nhận tin qua bot. Chạy lại được bất cứ lúc nào."""
    from tasks.channels.zalo_bot import bot_of
    from tasks.channels.zalo_link import bind

    here = office()
    bound = bind(here.store, bot_of(here.settings, clock.now), here.settings.actor, clock.now)
    for name in bound.names:
        click.echo(f"Đã gắn: {name}")
    click.echo(f"Gắn {len(bound.names)} người; {bound.strangers} tin không phải mã còn hiệu lực.")
    if bound.fault:
        raise click.ClickException(bound.fault)


@command(channel_group, "oa-user")
@click.argument("email", metavar="THƯ")
@click.argument("user_id", metavar="MÃ_ZALO")
def channel_oa_user(email: str, user_id: str) -> None:
    """Ghi mã người quan tâm OA (xem ở oa.zalo.me) của người có địa chỉ THƯ trong danh bạ; mã là 0 thì xóa."""
    from tasks.channels.acts import find_person
    from tasks.states import record_act

    here = office()
    with here.store.writing() as session:
        person = find_person(session, email)
        person.zalo_user_id = None if user_id == "0" else user_id
        record_act(
            session,
            "ghi mã Zalo OA của người nhận",
            "person",
            person.id,
            actor=here.settings.actor,
            now=clock.now(),
        )
        name = person.name
    click.echo(f"Đã ghi cho {name}.")


@command(channel_group, "resume")
@ONE_CHANNEL
@click.option("--reason", metavar="LÝ DO", required=True, help="Đã xử lý thế nào; ghi vào nhật ký.")
def channel_resume(code: str, reason: str) -> None:
    """Cho KÊNH đã dừng chạy lại; tin đang chờ của kênh đi trong lượt gửi sau."""
    from models.codes import Channel
    from tasks.channels.acts import resume

    here = office()
    with here.store.writing() as session:
        waiting = resume(session, Channel(code), reason=reason, actor=here.settings.actor, now=clock.now())
    click.echo(f"Kênh {code} chạy lại; {waiting} tin đang chờ đi trong lượt gửi sau.")
