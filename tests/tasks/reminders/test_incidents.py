"""A flow that failed or is late: one mail a day to the secretariat, in our own words, nothing that was reported."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.history import Audit
from models.notice import Notice
from models.time import VIETNAM
from tasks.console.incident_step import incident_step
from tasks.reminders.incidents import ACT, Incident, words_of

NOW = datetime(2026, 3, 4, 9, tzinfo=VIETNAM).astimezone(UTC)
FAILED = Incident(
    "lỗi",
    "Thu nhận",
    "Thu nhận báo cáo",
    "6b1c",
    "Flow run encountered an exception: MailboxFault: Không mở được hộp thư nhận báo cáo.",
)


def test_it_is_told_by_mail_once_a_day(few_both: Any, mailbox: Any) -> None:
    province = few_both.with_settings(mail_url=mailbox.url)
    told = incident_step(province.office, FAILED, NOW)
    assert "đã gửi" in told.sentence
    (subject,) = mailbox.subjects("to-giup-viec")
    assert subject == "Cảnh báo: 01 luồng việc của hệ thống đôn đốc gặp sự cố"
    text = mailbox.texts("to-giup-viec")[0]
    assert "Luồng việc “Thu nhận” chạy lỗi: Không mở được hộp thư nhận báo cáo" in text
    assert "Lượt chạy: Thu nhận báo cáo" in text
    assert "hôm nay đã báo" in incident_step(province.office, FAILED, NOW + timedelta(hours=1)).sentence
    incident_step(province.office, FAILED, NOW + timedelta(days=1))
    assert len(mailbox.subjects("to-giup-viec")) == 2
    (first, second) = [row for row in province.all(Audit) if row.act == ACT]
    assert first.after["luồng việc"] == second.after["luồng việc"] == "Thu nhận"


def test_another_kind_and_another_flow_are_told_apart(few_both: Any, mailbox: Any) -> None:
    province = few_both.with_settings(mail_url=mailbox.url)
    for incident in (FAILED, Incident("chậm", "Thu nhận"), Incident("lỗi", "Tổng hợp")):
        incident_step(province.office, incident, NOW)
    text = "\n".join(mailbox.texts("to-giup-viec"))
    assert "Luồng việc “Thu nhận” đến giờ mà chưa chạy" in text
    assert "Luồng việc “Tổng hợp” chạy lỗi" in text


def test_without_a_mail_server_it_is_kept(few: Any) -> None:
    assert "thư được giữ lại" in incident_step(few.office, FAILED, NOW).sentence
    assert [notice.step for notice in few.all(Notice)] == ["su-co"]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "Flow run encountered an exception: CycleFault: Không có kỳ báo cáo 'x'.",
            "Không có kỳ báo cáo 'x'.",
        ),
        (
            "Flow run encountered an exception: OperationalError: INSERT ... [parameters: ('số liệu mật',)]",
            "lỗi của chương trình (OperationalError)",
        ),
        ("Flow run encountered an exception: ValueError", "lỗi của chương trình (ValueError)"),
        ("Không còn dấu hiệu sống trong 90 giây.", "Không còn dấu hiệu sống trong 90 giây."),
        ("", ""),
    ],
)
def test_what_an_exception_quotes_stays_in_the_house(message: str, said: str) -> None:
    assert words_of(message) == said
