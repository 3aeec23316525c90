"""The databases of the soak: a PostgreSQL cluster of its own that can be stopped hard, or SQLite in the folder.

The cluster is made with initdb in the soak's folder and listens on a free port of 127.0.0.1; fsync is on, as it is
where reports are kept. A hard stop is `pg_ctl -m immediate`: no process of it says good-bye, and the next start
recovers from the log.
"""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from flows.prefect_server import free_port

_WAIT = 120


class Database(Protocol):
    """Where the country's database is (`url`, "" is SQLite in the home), and how it falls."""

    url: str
    name: str

    def fall(self) -> None:
        """Stop hard, in the midst of whatever it does."""

    def rise(self) -> None:
        """Run again."""


class Sqlite:
    """A file: that it "restarts" means that whoever has it open dies, which is the caller's to do."""

    url = ""
    name = "SQLite"

    def fall(self) -> None:
        """Nothing of it runs by itself."""

    def rise(self) -> None:
        """Nothing of it runs by itself."""


class Cluster:
    """A PostgreSQL cluster in a folder."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder, self._binaries = folder, binaries
        self._data, self._log = folder / "data", folder / "log"
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/soak"

    def make(self) -> None:
        """initdb, start, and the empty database."""
        self._folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._do("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-D", str(self._data))
        self.rise()
        self._do("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "soak")

    def rise(self) -> None:
        """Start, and wait until it has recovered."""
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder} -c fsync=on "
            "-c max_connections=30 -c shared_buffers=128MB"
        )
        self._do(
            "pg_ctl",
            "-D",
            str(self._data),
            "-l",
            str(self._log),
            "-o",
            options,
            "-t",
            str(_WAIT),
            "-w",
            "start",
        )

    def fall(self) -> None:
        """Stop without a good-bye."""
        self._do("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def _do(self, *command: str) -> None:
        words: Sequence[str] = [str(self._binaries / command[0]), *command[1:]]
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            words = ["runuser", "-u", "postgres", "--", *words]
        done = subprocess.run(  # noqa: S603 - our own commands
            words, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{' '.join(command)}: {done.stderr}")


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that is there while the block runs."""
    made = Cluster(folder, _binaries())
    try:
        made.make()
        yield made
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            made.fall()


def _binaries() -> Path:
    """Where initdb is: on the path, or where Debian puts it, the newest."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    several = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not several:
        sys.exit("Không tìm thấy initdb: cài PostgreSQL, hoặc chọn --database sqlite.")
    return several[-1].parent
