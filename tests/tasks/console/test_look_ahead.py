"""What would be done, told before it is done: nothing is written, nothing goes out."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, select

from models.codes import RequestState
from models.directory import Agency
from models.time import VIETNAM
from tasks.console.look_ahead import collect_ahead, dispatch_ahead, notices_ahead, sweep_ahead
from tasks.cycle.cycles import CycleFault
from tasks.steps import dispatch_step, one_after_another, open_step

NOW = datetime(2026, 3, 4, 9, tzinfo=VIETNAM).astimezone(UTC)
LATE = datetime(2026, 3, 23, 9, tzinfo=VIETNAM).astimezone(UTC)


def everything(province: Any) -> dict[str, int]:
    """How many rows each table has."""
    with province.store.reading() as session:
        return {
            table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }


@pytest.fixture
def wired(few: Any, mailbox: Any) -> Any:
    return few.with_settings(mail_url=mailbox.url)


def ids(province: Any, *codes: str) -> set[int]:
    with province.store.reading() as session:
        return {session.exec(select(Agency.id).where(Agency.code == code)).one() or 0 for code in codes}


def test_who_would_get_a_form(wired: Any, mailbox: Any) -> None:
    before = everything(wired)
    told = dispatch_ahead(wired.office, "")
    assert {row["Mã"] for row in told.table} == {"SNV", "STC", "SKHCN", "3127"}
    assert all(row["Đầu mối nhận"] and row["Hạn"] == "20/3/2026" for row in told.table)
    assert told.sentence == "Chỉ xem trước, chưa gửi gì: 04 cơ quan, đơn vị, địa phương sẽ nhận biểu mẫu."
    assert [row["Mã"] for row in dispatch_ahead(wired.office, "", ids(wired, "STC")).table] == ["STC"]
    assert everything(wired) == before
    assert not mailbox.received


def test_only_those_who_are_meant_are_written_to_and_the_rest_later(few_both: Any, mailbox: Any) -> None:
    wired = few_both.with_settings(mail_url=mailbox.url)
    dispatch_step(wired.office, "", NOW, one_after_another, only=ids(wired, "SNV", "STC"))
    sent = {
        code for code in ("SNV", "STC", "SKHCN", "3127") if wired.request(code).state == RequestState.SENT
    }
    assert sent == {"SNV", "STC"}
    assert {row["Mã"] for row in dispatch_ahead(wired.office, "").table} == {"SKHCN", "3127"}
    dispatch_step(wired.office, "", NOW, one_after_another)
    assert wired.request("3127").state == RequestState.SENT
    assert len({address for address, _ in mailbox.received}) == len(mailbox.received)  # nobody twice


def test_a_draft_cannot_be_looked_ahead_for(imported: Any) -> None:
    open_step(imported.office, "2026-Q1", NOW)
    with pytest.raises(CycleFault, match="còn là dự thảo"):
        dispatch_ahead(imported.office, "bcd-quy-2026-Q1")


def test_what_would_be_received(wired: Any) -> None:
    (wired.inbox / "SNV.xlsx").write_bytes(b"x")
    (wired.inbox / ".dang-ghi").write_bytes(b"x")
    before = everything(wired)
    told = collect_ahead(wired.office)
    assert told.table == ({"Tệp": "SNV.xlsx", "Ở đâu": "thư mục nhận"},)
    assert "01 tệp trong thư mục nhận" in told.sentence
    assert everything(wired) == before
    assert (wired.inbox / "SNV.xlsx").exists()


def test_what_a_sweep_would_do(wired: Any) -> None:
    wired.mark_sent(NOW)
    before = everything(wired)
    told = sweep_ahead(wired.office, LATE)
    assert "Ngày 23/3/2026" in told.sentence
    assert {row["Cơ quan"] for row in told.table} >= {"SNV", "STC"}
    assert everything(wired) == before


def test_which_cycle_a_sweep_would_open(imported: Any) -> None:
    opening = sweep_ahead(imported.office, datetime(2026, 3, 2, 9, tzinfo=VIETNAM).astimezone(UTC))
    assert "mở bcd-quy-2026-Q1" in opening.sentence


def test_notices_of_a_day_for_chosen_agencies(wired: Any) -> None:
    wired.mark_sent(NOW)
    told = notices_ahead(wired.office, date(2026, 3, 13), NOW, ["SNV"])
    assert {row["Cơ quan"] for row in told.table} == {"SNV"}
    assert told.sentence.startswith("Ngày 13/3/2026: ")
