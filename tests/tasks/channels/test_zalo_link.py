"""People make themselves known to the bot by a one-time code."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select
from zalo_server import BOT_TOKEN, Zalo

from models.channel import ZaloLinkCode
from models.codes import AgencyKind, PersonRole
from models.directory import Agency, Person
from models.history import Audit
from tasks.channels.zalo_bot import NotifyZaloBot, bot_of
from tasks.channels.zalo_link import (
    LETTERS,
    LIFE,
    NOT_KNOWN,
    Bound,
    bind,
    code_for,
    good_until,
    unbound_people,
)
from tasks.settings import Settings
from tasks.store import Store

NOW = datetime(2026, 3, 16, 2, 5, tzinfo=UTC)


class Desk:
    """Two people of an agency whom the bot does not know, and the bot."""

    def __init__(self, store: Store, folder: Path, zalo: Zalo) -> None:
        self.store, self.zalo, self.now = store, zalo, NOW
        (folder / "zalo").mkdir()
        (folder / "zalo" / "dien-bien.bot").write_text(BOT_TOKEN, encoding="utf-8")
        self.settings = Settings(
            home=folder, zalo_bot_url="zalobot://dien-bien", zalo_answer_seconds=0.5, **zalo.settings
        )  # type: ignore[arg-type]
        with store.writing() as session:
            session.add(Agency(id=1, code="SNV", name="Sở Nội vụ", kind=AgencyKind.DEPARTMENT))
            session.flush()
            for no, name in ((1, "Lò Văn A"), (2, "Cà Thị B")):
                session.add(
                    Person(id=no, agency_id=1, role=PersonRole.OFFICER, name=name, email=f"{no}@snv.example")
                )

    @property
    def bot(self) -> NotifyZaloBot:
        return bot_of(self.settings, lambda: self.now)

    def code(self, person_id: int) -> str:
        with self.store.writing() as session:
            return code_for(session, self.person(session, person_id), self.now).code

    def person(self, session: Session, person_id: int) -> Person:
        return session.get_one(Person, person_id)

    def chats(self) -> list[str | None]:
        with self.store.reading() as session:
            return [p.zalo_chat_id for p in session.exec(select(Person).order_by(Person.id))]  # type: ignore[arg-type]

    def bind(self) -> Bound:
        return bind(self.store, self.bot, "Thư ký", lambda: self.now)


@pytest.fixture
def desk(store: Store, tmp_path: Path, zalo: Zalo) -> Desk:
    return Desk(store, tmp_path, zalo)


def test_who_sends_the_code_is_known_from_then_on(desk: Desk) -> None:
    first, second = desk.code(1), desk.code(2)
    assert first != second
    desk.zalo.says("chat-b", f"  mã của tôi: {second.lower()}. ")
    desk.zalo.says("chat-a", first)
    assert desk.bind() == Bound(("Cà Thị B", "Lò Văn A"))
    assert desk.chats() == ["chat-a", "chat-b"]
    assert [call["chat_id"] for call in desk.zalo.taken] == ["chat-b", "chat-a"]
    assert "Cà Thị B" in desk.zalo.taken[0]["text"]
    with desk.store.reading() as session:
        assert [a.entity_id for a in session.exec(select(Audit))] == [2, 1]
        assert [code.used_at for code in session.exec(select(ZaloLinkCode))] == [NOW, NOW]
        assert unbound_people(session) == []


def test_a_code_works_once(desk: Desk) -> None:
    code = desk.code(1)
    desk.zalo.says("chat-a", code)
    desk.zalo.says("chat-la", code)
    assert desk.bind() == Bound(("Lò Văn A",), strangers=1)
    assert desk.chats() == ["chat-a", None]
    assert desk.zalo.taken[1]["text"] == NOT_KNOWN


def test_a_code_ends_and_until_then_is_the_same(desk: Desk) -> None:
    code = desk.code(1)
    assert desk.code(1) == code
    with desk.store.reading() as session:
        assert good_until(session.exec(select(ZaloLinkCode)).one()) == "15/4/2026"
    desk.now = NOW + LIFE
    assert desk.code(1) != code
    desk.zalo.says("chat-a", code)
    assert desk.bind() == Bound(strangers=1)
    assert desk.chats() == [None, None]


def test_who_has_left_is_not_bound(desk: Desk) -> None:
    code = desk.code(1)
    with desk.store.writing() as session:
        desk.person(session, 1).active = False
        session.flush()
        assert [person.id for person in unbound_people(session)] == [2]
    desk.zalo.says("chat-a", code)
    assert desk.bind() == Bound(strangers=1)


def test_what_is_no_private_text_is_passed_over(desk: Desk) -> None:
    code = desk.code(1)
    desk.zalo.says("nhom", code, chat_type="GROUP")
    desk.zalo.updates += [
        {"event_name": "message.sticker.received", "message": {"chat": {"id": "x", "chat_type": "PRIVATE"}}},
        {"event_name": "message.unsupported.received"},
        {"event_name": "message.text.received", "message": "lạ"},
    ]
    desk.zalo.says("chat-a", code)
    assert desk.bind() == Bound(("Lò Văn A",))
    assert desk.chats() == ["chat-a", None]


def test_nobody_has_written(desk: Desk) -> None:
    assert desk.bind() == Bound()
    desk.zalo.updates.append([])  # an answer without an event
    assert desk.bind() == Bound()


def test_a_bot_that_may_not_listen_says_why(desk: Desk) -> None:
    (desk.settings.home / "zalo" / "dien-bien.bot").write_text("sai", encoding="utf-8")
    assert "lỗi 401: Unauthorized" in desk.bind().fault
    (desk.settings.home / "zalo" / "dien-bien.bot").unlink()
    assert "dondoc channel token zalo_bot" in desk.bind().fault


def test_what_was_bound_before_the_connection_broke_stays(desk: Desk) -> None:
    code = desk.code(1)
    desk.zalo.says("chat-a", code)
    desk.zalo.orders.append("drop")  # the welcome's answer
    assert desk.bind() == Bound(("Lò Văn A",))
    desk.settings = desk.settings.model_copy(update={"zalo_bot_api": "http://127.0.0.1:1"})
    assert "không kết nối được" in desk.bind().fault
    assert desk.chats() == ["chat-a", None]


def test_codes_leave_out_letters_that_are_taken_for_others() -> None:
    assert not set(LETTERS) & set("IO01")
    assert len(set(LETTERS)) == len(LETTERS) == 32
