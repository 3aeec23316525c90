"""`dondoc doctor`: looks at everything that an installation needs, changes nothing, and says what to do."""

from collections.abc import Iterator

import sqlalchemy as sa

from tasks.channels.base import Clock
from tasks.office import Office
from tasks.settings import Settings
from tasks.store import open_store
from tasks.upkeep.check import Check, Standing
from tasks.upkeep.checks_here import (
    look_at_clock,
    look_at_files,
    look_at_people,
    look_at_schema,
    look_at_time,
    look_at_work,
)
from tasks.upkeep.checks_outside import (
    look_at_mail,
    look_at_mailbox,
    look_at_portal,
    look_at_prefect,
    look_at_zalo,
)


def examine(settings: Settings, prefect_api: str, clock: Clock, prefect_login: str = "") -> Iterator[Check]:
    """Everything, one thing after another; what is wrong with one stops no other. Nothing is written or sent.
    `prefect_login`: name:password, where Prefect's server asks for it."""
    yield from look_at_files(settings)
    yield look_at_time(clock())
    store = open_store(settings.engine_url)
    try:
        schema = look_at_schema(store)
        yield schema
        yield look_at_mail(settings, clock)
        yield look_at_mailbox(settings)
        if schema.standing is Standing.WELL:
            yield from _look_inside(Office(settings=settings, store=store), clock)
        yield look_at_portal(settings)
        yield from look_at_prefect(prefect_api, clock(), prefect_login)
    finally:
        store.engine.dispose()


def _look_inside(office: Office, clock: Clock) -> Iterator[Check]:
    try:
        with office.store.reading() as session:
            yield look_at_clock(session, office.store, clock())
            yield from look_at_people(session)
            yield from look_at_work(session, office, clock())
        yield from look_at_zalo(office, clock)
    except (
        sa.exc.SQLAlchemyError,
        ValueError,
    ) as error:  # a province's folder that cannot be read was told before
        yield Check(
            "Dữ liệu", Standing.WRONG, " ".join(str(error).split())[:300], "Sửa các mục báo lỗi ở trên trước."
        )
