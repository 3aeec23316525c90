"""Who is behind a chat with our bot: a person sends the one-time code that the secretariat has given them.

getUpdates hands over one event a call and knows no offset (Zalo's documents name none): what is handed over is gone. A
code whose event we lost is simply sent again.
"""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.channel import ZaloLinkCode
from models.directory import Person
from models.time import vn_date
from tasks.channels.base import Clock
from tasks.channels.zalo_bot import TIMED_OUT, NotifyZaloBot, bot_error
from tasks.channels.zalo_http import NoAnswer, NotSent, ZaloHttp, without_token
from tasks.channels.zalo_plugin import ZaloFault
from tasks.states import record_act
from tasks.store import Store

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another
LENGTH = 8
LIFE = timedelta(days=30)
LONG_POLL_SECONDS = 20
MOST_EVENTS = 1000
"""Events taken in one go: an end even when people keep writing."""

WELCOME = "Đã ghi nhận: {name} sẽ nhận tin nhắc báo cáo của Ban Chỉ đạo qua cuộc trò chuyện này."
NOT_KNOWN = "Mã không đúng, đã dùng hoặc đã hết hạn. Đề nghị liên hệ Tổ giúp việc Ban Chỉ đạo để nhận mã mới."


@dataclass(frozen=True)
class Bound:
    """What came of listening: who is known now, how many texts were no code of ours, and why it ended early."""

    names: tuple[str, ...] = ()
    strangers: int = 0
    fault: str = ""


def unbound_people(session: Session) -> Sequence[Person]:
    """The active people whom the bot does not know yet."""
    return session.exec(
        select(Person)
        .where(col(Person.active).is_(True), col(Person.zalo_chat_id).is_(None))
        .order_by(col(Person.id))
    ).all()


def code_for(session: Session, person: Person, now: datetime) -> ZaloLinkCode:
    """The person's code: the one that still stands, else a new one."""
    standing = session.exec(
        select(ZaloLinkCode)
        .where(
            ZaloLinkCode.person_id == person.id,
            col(ZaloLinkCode.used_at).is_(None),
            ZaloLinkCode.made_at > now - LIFE,
        )
        .order_by(col(ZaloLinkCode.id).desc())
    ).first()
    if standing is not None:
        return standing
    code = ZaloLinkCode(
        code="".join(secrets.choice(LETTERS) for _ in range(LENGTH)), person_id=person.id or 0, made_at=now
    )
    session.add(code)
    session.flush()
    return code


def good_until(code: ZaloLinkCode) -> str:
    """The day until which a code can be used."""
    return vn_date((code.made_at + LIFE).date())


def bind(store: Store, bot: NotifyZaloBot, actor: str, clock: Clock) -> Bound:
    """Listen to the bot until nobody has written for a while; whoever sent a code is known from now on."""
    names: list[str] = []
    strangers = 0
    fault = ""
    with closing(bot.open_http()) as http:
        for _ in range(MOST_EVENTS):
            try:
                event = _next_event(bot, http)
            except (NotSent, NoAnswer, ZaloFault) as error:
                fault = str(error)
                break
            if event is None:
                break
            chat_id, text = _said(event)
            if not chat_id:
                continue
            with store.writing() as session:
                name = _take(session, chat_id, text, actor, clock())
            bot.write_to(http, chat_id, WELCOME.format(name=name) if name else NOT_KNOWN)
            if name:
                names.append(name)
            else:
                strangers += 1
    return Bound(tuple(names), strangers, fault)


def _next_event(bot: NotifyZaloBot, http: ZaloHttp) -> Mapping[str, Any] | None:
    """The next event, None when there was none in the time given. ZaloFault when Zalo refuses to tell."""
    reply = bot.call(http, "getUpdates", {"timeout": str(LONG_POLL_SECONDS)}, LONG_POLL_SECONDS)
    result = reply.body.get("result")
    if reply.body.get("ok") is True:
        return result if isinstance(result, Mapping) and result else None
    error = bot_error(reply)
    if error == TIMED_OUT:
        return None
    words = without_token(str(reply.body.get("description", "")))
    raise ZaloFault(
        f"Zalo không cho đọc tin gửi tới bot (lỗi {error}: {words}). Kiểm tra token của bot; nếu bot đang đặt webhook "
        "thì phải gỡ webhook trước khi dùng lệnh này."
    )


def _said(event: Mapping[str, Any]) -> tuple[str, str]:
    """Chat and text of a private message; ("", "") for anything else."""
    message = event.get("message")
    chat = message.get("chat") if isinstance(message, Mapping) else None
    if not isinstance(message, Mapping) or not isinstance(chat, Mapping):
        return "", ""
    if chat.get("chat_type", "PRIVATE") != "PRIVATE" or not isinstance(message.get("text"), str):
        return "", ""
    return str(chat.get("id") or ""), message["text"]


def _take(session: Session, chat_id: str, text: str, actor: str, now: datetime) -> str:
    """Bind the chat to whoever the code in the text belongs to; their name, "" when it is no code that stands."""
    words = {word.strip(".,;:!?\"'").upper() for word in text.split()[:20]}
    code = session.exec(
        select(ZaloLinkCode)
        .where(
            col(ZaloLinkCode.code).in_(words),
            col(ZaloLinkCode.used_at).is_(None),
            ZaloLinkCode.made_at > now - LIFE,
        )
        .order_by(col(ZaloLinkCode.id))
    ).first()
    if code is None:
        return ""
    used = session.execute(
        sa.update(ZaloLinkCode)
        .where(col(ZaloLinkCode.id) == code.id, col(ZaloLinkCode.used_at).is_(None))
        .values(used_at=now)
        .returning(col(ZaloLinkCode.id))
    ).all()
    person = session.get_one(Person, code.person_id)
    if not used or not person.active:
        return ""
    person.zalo_chat_id = chat_id
    record_act(session, "gắn Zalo của người nhận", "person", person.id, actor=actor, now=now)
    return person.name
