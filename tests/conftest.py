"""What every test may lean on: a store on each database, and a rule that CI skips nothing."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tasks.migrate import upgrade
from tasks.office import Office
from tasks.settings import CHECKOUT, Settings
from tasks.store import Store, open_store

pytest_plugins = ("province", "zalo_server", "browser")

POSTGRES = os.environ.get("DONDOC_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
NO_SKIP = bool(os.environ.get("DONDOC_TEST_NO_SKIP"))


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the settings of the machine it runs on, nor a .env beside it."""
    for name in [name for name in os.environ if name.startswith("DONDOC_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes name no test: a zip carries the time, and two processes that collect it in different seconds would not
    agree on what there is to run."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where everything is there (DONDOC_TEST_NO_SKIP), a test that skips has failed."""
    report = yield
    if NO_SKIP and report.skipped:
        report.outcome = "failed"
    return report


def _postgres_admin() -> sa.Engine:
    url = POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1)
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.Engine]:
    """The server's own connection; skips where no PostgreSQL answers."""
    admin = _postgres_admin()
    try:
        with admin.connect():
            pass
    except sa.exc.OperationalError:
        pytest.skip(f"không có PostgreSQL ở {POSTGRES}")
    yield admin
    admin.dispose()


@pytest.fixture
def postgres_url(postgres_server: sa.Engine) -> Iterator[str]:
    """An empty database of its own, dropped afterwards."""
    name = f"dondoc_test_{uuid.uuid4().hex[:12]}"
    with postgres_server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield f"{POSTGRES.rstrip('/')}/{name}"
    with postgres_server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the schema, to be copied: migrating anew for every test would cost minutes."""
    path = tmp_path_factory.mktemp("schema") / "empty.sqlite3"
    store = open_store(f"sqlite:///{path}")
    upgrade(store)
    store.engine.dispose()  # the last connection to close writes the log into the file
    return path


@pytest.fixture
def sqlite_store(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Store]:
    """A migrated SQLite database of its own."""
    path = tmp_path / "dondoc.sqlite3"
    shutil.copy(migrated_sqlite, path)
    store = open_store(f"sqlite:///{path}")
    yield store
    store.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A migrated database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    url: str = request.getfixturevalue("postgres_url")
    store = open_store(url.replace("postgresql://", "postgresql+psycopg://", 1))
    upgrade(store)
    yield store
    store.engine.dispose()


OfficeMaker = Callable[..., Office]


@pytest.fixture
def office_in() -> OfficeMaker:
    """Makes an office of the province's own folder: `office_in(home, store, mail_url=...)`."""

    def make(home: Path, store: Store, **settings: object) -> Office:
        home.mkdir(parents=True, exist_ok=True)
        profile = CHECKOUT / "deployments" / "dien-bien"
        made = Settings(home=home, profile=profile, actor="Thư ký", **settings)  # type: ignore[arg-type]
        made.inbox.mkdir(exist_ok=True)
        return Office(settings=made, store=store)

    return make


@pytest.fixture
def office(tmp_path: Path, store: Store, office_in: OfficeMaker) -> Office:
    """An office of Điện Biên on each database, with no mail server."""
    return office_in(tmp_path / "home", store)
