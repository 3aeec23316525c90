"""Rounds of the sender over Zalo and mail together: what is promised when Zalo refuses, falls silent, or we die."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select
from zalo_server import APP_ID, BOT_TOKEN, SECRET_KEY, Zalo

from models.channel import ChannelState
from models.codes import AttemptOutcome, Channel, MessageState, NoticeState, PersonRole
from models.directory import Agency, Person
from models.history import Audit
from models.notice import Attempt, Message, Notice
from models.time import VIETNAM
from tasks.channels.acts import ChannelFault, overview, resume
from tasks.cycle import dispatch
from tasks.reminders.notices import put_notice
from tasks.sending.post import send_due
from tasks.sending.rounds import DIED, NO_ADDRESS, SendReport, wait_before

OA, ZBS, BOT, MAIL = Channel.ZALO_OA, Channel.ZALO_ZBS, Channel.ZALO_BOT, Channel.EMAIL


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


NOW = at(4, 10)
SNV, STC, SKHCN = (
    "dau-moi@snv.dien-bien.example",
    "dau-moi@stc.dien-bien.example",
    "dau-moi@skhcn.dien-bien.example",
)
SECRETARIAT = "to-giup-viec@bcd57.dien-bien.example"


class Wired:
    """A province with mail and Zalo, whose officers can be reached on each channel."""

    def __init__(self, province: Any, mailbox: Any, zalo: Zalo) -> None:
        secrets = province.office.settings.home / "zalo"
        secrets.mkdir()
        keys = {
            "app_id": APP_ID,
            "secret_key": SECRET_KEY,
            "refresh_token": zalo.refresh_token,
            "access_token": zalo.access_token,
            "expires_at": "2026-12-31T00:00:00Z",
        }
        (secrets / "dien-bien.json").write_text(json.dumps(keys), encoding="utf-8")
        (secrets / "dien-bien.bot").write_text(BOT_TOKEN, encoding="utf-8")
        self.zalo, self.mailbox = zalo, mailbox
        self.province = province.with_settings(
            mail_url=mailbox.url,
            zalo_oa_url="zalooa://dien-bien",
            zalo_bot_url="zalobot://dien-bien",
            zalo_answer_seconds=0.5,
            **zalo.settings,
        )
        with self.store.writing() as session:
            for person in session.exec(select(Person).where(Person.role == PersonRole.OFFICER)):
                person.zalo_user_id = f"oa-{person.email}"
                person.zalo_chat_id = f"bot-{person.email}"

    @property
    def store(self) -> Any:
        return self.province.store

    def ask(self, agency: str, channel: Channel, now: datetime = NOW) -> None:
        """The request goes to the agency's officer on a channel."""
        with self.store.writing() as session:
            person = session.exec(
                select(Person)
                .join(Agency, col(Person.agency_id) == Agency.id)
                .where(Agency.code == agency, Person.role == PersonRole.OFFICER)
            ).one()
            request_id = self.province.request_id(agency)
            assert put_notice(
                session,
                subject=f"request:{request_id}",
                step=dispatch.STEP,
                person=person,
                now=now,
                request_id=request_id,
                channel=channel,
            )

    def send(self, now: datetime = NOW) -> SendReport:
        report = send_due(self.province.office, now)
        assert report is not None
        return report

    def notices(self, *channels: Channel) -> list[tuple[Channel, NoticeState]]:
        told = self.province.all(Notice, Notice.step == dispatch.STEP)
        return [(n.channel, n.state) for n in told if not channels or n.channel in channels]

    def message(self, channel: Channel) -> Message:
        found: list[Message] = self.province.all(Message, Message.channel == channel)
        return found[-1]

    def outcomes(self) -> list[AttemptOutcome]:
        return [attempt.outcome for attempt in self.province.all(Attempt)]


@pytest.fixture
def wired(few: Any, mailbox: Any, zalo: Zalo) -> Wired:
    return Wired(few, mailbox, zalo)


@pytest.fixture
def wired_both(few_both: Any, mailbox: Any, zalo: Zalo) -> Wired:
    return Wired(few_both, mailbox, zalo)


# All goes well


def test_one_round_carries_every_channel_s_messages(wired_both: Wired) -> None:
    wired = wired_both
    wired.ask("SNV", OA)
    wired.ask("STC", MAIL)
    wired.ask("SKHCN", BOT)
    assert wired.send() == SendReport(sent=3)
    assert {state for _, state in wired.notices()} == {NoticeState.SENT}
    assert [to for to, _ in wired.mailbox.received] == [STC]
    oa, bot = sorted(wired.zalo.taken, key=lambda call: call["path"], reverse=True)
    assert oa["recipient"]["user_id"] == f"oa-{SNV}"
    assert bot["chat_id"] == f"bot-{SKHCN}"
    for text in (oa["message"]["text"], bot["text"]):
        assert text.startswith("Đề nghị gửi Báo cáo Quý I/2026")
        assert "Tệp kèm theo không gửi được qua Zalo" in text
    assert wired.send(NOW + timedelta(hours=1)) == SendReport()


def test_a_template_is_filled_from_the_letter(wired: Wired) -> None:
    folder = wired.province.office.settings.home / "tinh"
    folder.mkdir()
    parameters = "{ten: agency, ky: cycle, han: due, so: count, trang: page}"
    (folder / "zalo.yaml").write_text(
        f"templates: {{request: {{template_id: '301', parameters: {parameters}}}}}", encoding="utf-8"
    )
    wired.province = wired.province.with_settings(
        zalo_zbs_url="zalozns://dien-bien", profile=folder, portal_url="https://baocao.example/nop"
    )
    with wired.store.writing() as session:
        session.exec(select(Person).where(Person.email == SNV)).one().phone = "0912 345 678"
    wired.ask("SNV", ZBS)
    wired.ask("STC", ZBS)
    report = wired.send()
    (call,) = wired.zalo.taken
    assert (call["phone"], call["template_id"]) == ("84912345678", "301")
    data = call["template_data"]
    assert (data["ten"], data["han"], data["so"]) == ("Sở Nội vụ", "20/3/2026", "1")
    assert data["ky"].startswith("Báo cáo Quý I/2026")
    assert data["trang"].startswith("nop/")
    assert (report.sent, report.failed, report.instead) == (3, 1, 1)  # the form, and the secretariat's letter
    assert sorted({to for to, _ in wired.mailbox.received}) == sorted({STC, SECRETARIAT})


# Nothing is known


@pytest.mark.parametrize("order", ["slow", "drop"])
def test_a_call_without_an_answer_is_shown_and_not_repeated(wired: Wired, order: str) -> None:
    wired.ask("SNV", OA)
    wired.zalo.orders.append(order)
    assert wired.send() == SendReport(unknown=1, down=(OA,))
    for hours in (1, 24):
        assert wired.send(NOW + timedelta(hours=hours)) == SendReport()
    assert len(wired.zalo.taken) == 1
    assert wired.notices() == [(OA, NoticeState.UNKNOWN)]
    assert wired.message(OA).state is MessageState.UNKNOWN
    assert wired.outcomes() == [AttemptOutcome.UNKNOWN]
    (notice,) = wired.province.all(Notice)
    assert notice.why.startswith("không có trả lời")
    (view,) = [view for view in overview(wired.province.office, lambda: NOW) if view.channel is OA]
    assert view.unknown == 1


def test_a_service_that_falls_silent_costs_two_messages_and_no_more(wired: Wired) -> None:
    for agency in ("SNV", "STC", "SKHCN"):
        wired.ask(agency, OA)
    wired.zalo.orders += ["slow", "slow", "slow"]
    assert wired.send() == SendReport(unknown=2, down=(OA,))
    assert sorted(state for _, state in wired.notices()) == ["due", "unknown", "unknown"]
    wired.zalo.orders.clear()
    assert wired.send(NOW + timedelta(hours=1)) == SendReport(sent=1)


def test_a_dead_sender_s_call_is_not_repeated(wired_both: Wired) -> None:
    wired = wired_both
    wired.ask("SNV", OA)
    wired.ask("STC", MAIL)
    opened = 0

    class Killed(BaseException):
        """The process is gone."""

    store = wired.store
    writing = store.writing

    @contextmanager
    def until_the_call_is_out() -> Iterator[Session]:
        nonlocal opened
        if wired.zalo.taken:
            raise Killed
        with writing() as session:
            yield session

    store.writing = until_the_call_is_out
    with pytest.raises(Killed):
        # mail is first in the registry; its message goes, then the OA's call is out and we are gone
        wired.send()
    del store.writing
    assert wired.message(OA).state is MessageState.SENDING
    assert wired.send(NOW + timedelta(minutes=1)) == SendReport(unknown=1)
    assert len(wired.zalo.taken) == 1
    assert wired.notices(OA) == [(OA, NoticeState.UNKNOWN)]
    (attempt,) = wired.province.all(Attempt, Attempt.message_id == wired.message(OA).id)
    assert (attempt.outcome, attempt.answer) == (AttemptOutcome.UNKNOWN, DIED)


# Refusals


def test_who_cannot_be_reached_on_zalo_is_written_to_and_the_secretariat_is_told(wired_both: Wired) -> None:
    wired = wired_both
    wired.ask("SNV", OA)
    wired.zalo.orders.append(-118)
    assert wired.send() == SendReport(sent=2, failed=1, instead=1)
    assert wired.notices() == [(OA, NoticeState.FAILED), (MAIL, NoticeState.SENT)]
    first, second = wired.province.all(Notice, Notice.step == dispatch.STEP)
    assert first.why == "lỗi -118: loi -118"
    assert second.why == "Thay cho Zalo (tài khoản OA): lỗi -118: loi -118"
    assert (first.subject, first.plan_no, first.step, first.person_id, first.request_id) == (
        second.subject,
        second.plan_no,
        second.step,
        second.person_id,
        second.request_id,
    )
    assert sorted(to for to, _ in wired.mailbox.received) == sorted([SNV, SECRETARIAT])
    (letter,) = wired.mailbox.texts(SECRETARIAT)
    assert "Không tới được 01 người qua Zalo" in letter
    assert "Sở Nội vụ" in letter
    assert "lỗi -118" in letter
    assert wired.send(NOW + timedelta(hours=1)) == SendReport()


def test_who_is_already_written_to_is_not_written_to_twice(wired: Wired) -> None:
    wired.ask("SNV", OA)
    wired.ask("SNV", MAIL)
    wired.zalo.orders.append(-139)
    assert wired.send() == SendReport(sent=1, failed=1)
    assert [to for to, _ in wired.mailbox.received] == [SNV]


def test_who_has_no_zalo_is_written_to(wired: Wired) -> None:
    with wired.store.writing() as session:
        session.execute(sa.update(Person).values(zalo_user_id=None))
    wired.ask("SNV", OA)
    assert wired.send().instead == 1
    assert wired.province.all(Notice, Notice.channel == OA)[0].why == NO_ADDRESS
    assert (MAIL, NoticeState.SENT) in wired.notices()
    assert wired.zalo.taken == []


def test_what_zalo_puts_off_is_tried_again_and_in_the_end_goes_by_mail(wired: Wired) -> None:
    wired.province = wired.province.with_settings(mail_max_tries=2)
    wired.ask("SNV", OA)
    wired.zalo.orders += ["429", -32]
    assert wired.send() == SendReport(retried=1)
    waiting = wired.message(OA)
    assert timedelta() <= waiting.not_before - NOW - wait_before(1, waiting.message_id) < timedelta(seconds=5)
    assert wired.send(NOW + timedelta(hours=1)) == SendReport(sent=2, failed=1, instead=1)
    assert wired.notices() == [(OA, NoticeState.FAILED), (MAIL, NoticeState.SENT)]


@pytest.mark.parametrize(
    ("now", "morning"), [(at(4, 22), at(5, 7, 30)), (at(6, 22), at(9, 7, 30)), (at(5, 5), at(5, 7, 30))]
)
def test_night_hours_hold_a_message_till_the_next_working_morning(
    wired: Wired, now: datetime, morning: datetime
) -> None:
    wired.ask("SNV", OA, now)
    wired.zalo.orders.append(-133)
    assert wired.send(now) == SendReport(retried=1)
    assert wired.message(OA).not_before == morning
    assert wired.send(morning - timedelta(minutes=1)) == SendReport()
    assert wired.send(morning) == SendReport(sent=1)


def test_a_channel_that_is_set_up_wrongly_stops_says_so_and_keeps_its_messages(wired_both: Wired) -> None:
    wired = wired_both
    for agency in ("SNV", "STC"):
        wired.ask(agency, OA)
    wired.ask("SKHCN", BOT)
    wired.zalo.orders += ["", -135]  # the bot goes first
    report = wired.send()
    (alarm,) = report.stopped
    assert "Zalo (tài khoản OA) đã dừng" in alarm
    assert "dondoc channel resume zalo_oa" in alarm
    assert report == SendReport(sent=2, stopped=(alarm,))  # the bot's, and the letter to the secretariat
    assert wired.notices(OA) == [(OA, NoticeState.DUE)] * 2
    assert wired.outcomes().count(AttemptOutcome.MISCONFIGURED) == 1
    (letter,) = wired.mailbox.texts(SECRETARIAT)
    assert "Kênh gửi tin đã dừng, cần xử lý: Zalo (tài khoản OA)" in letter
    assert "account.zalo.cloud" in letter

    for hours in range(1, 10):  # longer than there are tries
        assert wired.send(NOW + timedelta(hours=hours)) == SendReport(stopped=(alarm,))
    assert len(wired.mailbox.texts(SECRETARIAT)) == 1
    (view,) = [view for view in overview(wired.province.office, lambda: NOW) if view.channel is OA]
    assert (view.waiting, view.why, view.missing) == (2, alarm, "")
    assert view.stopped_at is not None

    with wired.store.writing() as session:
        assert resume(session, OA, reason="đã cấp quyền", actor="Thư ký", now=NOW + timedelta(hours=10)) == 2
    assert wired.send(NOW + timedelta(hours=10)) == SendReport(sent=2)
    assert [a.reason for a in wired.province.all(Audit) if a.act == "chạy lại kênh"] == ["đã cấp quyền"]
    with pytest.raises(ChannelFault, match="đang chạy"), wired.store.writing() as session:
        resume(session, OA, reason="", actor="Thư ký", now=NOW)


def test_stops_that_come_again_use_up_no_tries(wired: Wired) -> None:
    wired.ask("SNV", OA)
    for no in range(8):
        now = NOW + timedelta(hours=no)
        wired.zalo.orders.append(-115)
        assert wired.send(now).failed == 0
        with wired.store.writing() as session:
            assert resume(session, OA, reason="nạp tiền", actor="Thư ký", now=now) == 1
    assert wired.send(NOW + timedelta(hours=9)) == SendReport(sent=1)
    assert [a.no for a in wired.province.all(Attempt, Attempt.message_id == wired.message(OA).id)] == list(
        range(1, 10)
    )


def test_an_alarm_that_is_settled_before_it_goes_out_is_not_sent(wired: Wired) -> None:
    mailed = wired.province
    wired.province = mailed.with_settings(mail_url="")
    wired.ask("SNV", OA)
    wired.zalo.orders.append(-115)
    wired.send()
    with wired.store.writing() as session:
        resume(session, OA, reason="nạp tiền", actor="Thư ký", now=NOW)
    wired.province = mailed
    assert wired.send(NOW + timedelta(hours=1)) == SendReport(sent=1, dropped=1)
    assert wired.mailbox.received == []


def test_a_refresh_token_that_is_used_up_stops_the_channel_with_what_to_do(wired: Wired) -> None:
    wired.ask("SNV", OA)
    wired.zalo.expire()
    wired.zalo.refresh_token = "của người khác"
    (alarm,) = wired.send().stopped
    assert "developers.zalo.me" in alarm
    assert "dondoc channel token zalo_oa" in alarm
    with wired.store.reading() as session:
        assert session.get_one(ChannelState, OA).why == alarm
    assert wired.notices(OA) == [(OA, NoticeState.DUE)]


# One channel's trouble is no other's


def test_without_a_mail_server_zalo_goes_out_and_mail_is_said_to_wait(wired: Wired) -> None:
    wired.province = wired.province.with_settings(mail_url="")
    wired.ask("SNV", OA)
    wired.ask("STC", MAIL)
    assert wired.send() == SendReport(
        sent=1,
        stopped=("Thư điện tử: chưa đặt máy chủ gửi thư (DONDOC_MAIL_URL); 01 thông báo được giữ lại.",),
    )
    assert wired.notices(MAIL) == [(MAIL, NoticeState.DUE)]


def test_a_zalo_address_that_is_wrong_does_not_hold_up_the_mail(wired: Wired) -> None:
    wired.province = wired.province.with_settings(zalo_oa_url="zalooa://Sai Ten")
    wired.ask("SNV", OA)
    wired.ask("STC", MAIL)
    report = wired.send()
    assert report.sent == 1
    assert any("DONDOC_ZALO_OA_URL" in sentence for sentence in report.stopped)
    assert wired.notices(OA) == [(OA, NoticeState.DUE)]


def test_a_zalo_that_is_down_is_named(wired: Wired) -> None:
    wired.province = wired.province.with_settings(zalo_oa_api="http://127.0.0.1:1")
    for agency in ("SNV", "STC", "SKHCN"):
        wired.ask(agency, OA)
    assert wired.send() == SendReport(retried=2, down=(OA,))
    assert wired.outcomes() == [AttemptOutcome.UNREACHABLE] * 2


def test_who_has_left_hears_nothing_on_zalo_either(wired: Wired) -> None:
    wired.ask("SNV", BOT)
    with wired.store.writing() as session:
        session.exec(select(Person).where(Person.email == SNV)).one().active = False
    assert wired.send() == SendReport(dropped=1)
    assert wired.zalo.taken == []
