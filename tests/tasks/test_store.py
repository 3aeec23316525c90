"""The store's own promises: time zones, exact numbers, codes, and writers that wait instead of failing."""

import threading
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from models.codes import AgencyKind, AttemptOutcome, Comparator
from models.columns import ExactDecimal, UTCDateTime
from models.directory import Agency, Person
from models.history import Audit
from models.time import VIETNAM
from tasks.migrate import upgrade
from tasks.store import Store, open_store


def test_an_instant_comes_back_in_utc_whatever_zone_it_went_in_with(store: Store) -> None:
    local = datetime(2026, 3, 31, 23, 59, 59, 123456, tzinfo=VIETNAM)
    with store.writing() as session:
        session.add(Audit(actor="a", act="b", entity="c", at=local))
    with store.reading() as session:
        at = session.exec(select(Audit.at)).one()
    assert at == local
    assert at.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(store: Store) -> None:
    with pytest.raises(sa.exc.StatementError, match="thiếu múi giờ"), store.writing() as session:
        session.add(Audit(actor="a", act="b", entity="c", at=datetime(2026, 3, 31)))  # noqa: DTZ001


@pytest.mark.parametrize(
    "number", ["1.078", "40665", "0.1", "215657000", "12345678901234567890.123456789", "-3.50"]
)
def test_numbers_are_exact(store: Store, number: str) -> None:
    table = sa.Table("try_numbers", sa.MetaData(), sa.Column("value", ExactDecimal()))
    with store.engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert().values(value=Decimal(number)))
    with store.engine.connect() as connection:
        assert str(connection.execute(sa.select(table.c.value)).scalar_one()) == number


def test_a_code_that_is_none_is_refused_by_the_database_itself(store: Store) -> None:
    with store.writing() as session:
        session.add(Agency(code="SNV", name="Sở Nội vụ", kind=AgencyKind.DEPARTMENT))
    with pytest.raises(sa.exc.IntegrityError), store.writing() as session:
        session.execute(sa.text("UPDATE agency SET kind = 'ministry'"))


def test_codes_come_back_with_their_labels(store: Store) -> None:
    with store.writing() as session:
        session.add(Agency(code="SNV", name="Sở Nội vụ", kind=AgencyKind.DEPARTMENT))
    with store.reading() as session:
        kind = session.exec(select(Agency.kind)).one()
    assert kind is AgencyKind.DEPARTMENT
    assert kind.label == "Sở, ban, ngành"
    assert (Comparator.GE.value, AttemptOutcome.RETRY.label) == (">=", "Máy chủ hẹn gửi lại")


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.writing() as session:
        session.add(Person(agency_id=999, role="officer", name="A", email="a@b.example"))  # type: ignore[arg-type]


def test_a_failed_block_leaves_nothing(store: Store) -> None:
    def add_and_fail() -> None:
        with store.writing() as session:
            session.add(Agency(code="SNV", name="Sở Nội vụ", kind=AgencyKind.DEPARTMENT))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    with store.reading() as session:
        assert session.exec(select(Agency)).all() == []


def test_eight_writers_at_once_all_get_through(store: Store) -> None:
    with store.writing() as session:
        session.add(Agency(code="SNV", name="0", kind=AgencyKind.DEPARTMENT))
    failures: list[Exception] = []

    def add_one(times: int) -> None:
        for _ in range(times):
            try:
                with store.writing() as session:
                    agency = session.exec(select(Agency).with_for_update()).one()
                    agency.name = str(int(agency.name) + 1)
                    session.add(agency)
            except Exception as error:
                failures.append(error)

    writers = [threading.Thread(target=add_one, args=(10,)) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    with store.reading() as session:
        assert session.exec(select(Agency.name)).one() == "80"


def test_readers_do_not_wait_for_a_writer(sqlite_store: Store) -> None:
    with sqlite_store.writing() as writing:
        writing.add(Agency(code="SNV", name="Sở Nội vụ", kind=AgencyKind.DEPARTMENT))
        writing.flush()
        with sqlite_store.reading() as reading:
            assert reading.exec(select(Agency)).all() == []


def test_types_know_nothing_of_none() -> None:
    dialect: Any = None
    assert UTCDateTime().process_bind_param(None, dialect) is None
    assert UTCDateTime().process_result_value(None, dialect) is None
    assert ExactDecimal().process_bind_param(None, dialect) is None


@pytest.mark.postgres
def test_after_many_rows_the_planner_is_told_of_them(postgres_url: str) -> None:
    store = open_store(postgres_url.replace("postgresql://", "postgresql+psycopg://", 1))
    upgrade(store)
    with store.writing() as session:
        session.add_all(Agency(code=f"A{n}", name=f"Sở {n}", kind=AgencyKind.DEPARTMENT) for n in range(300))
    store.take_stock()
    with store.engine.connect() as connection:
        counted = connection.exec_driver_sql(
            "SELECT reltuples FROM pg_class WHERE relname = 'agency'"
        ).scalar_one()
    store.engine.dispose()
    assert counted == 300
