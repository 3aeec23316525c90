"""Starts the process that keeps the board's figures, and starts it again when it ends, while pages are served.

Nothing but the standard library is imported here: `portal.serve` needs it before anything.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic

SOCKET = "DONDOC_BOARD_SOCKET"
"""The variable that tells serving processes where to ask; set by who starts them, never by a person."""
_AGAIN_AFTER = (0.2, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds until it is started again, after the first end, the second, ...; one that lived for a while begins anew."""
_A_WHILE = 60.0


@contextmanager
def board_apart(command: Sequence[str]) -> Iterator[None]:
    """While the block runs, `command` (the path of its socket is added) keeps the figures, and whatever serving process
    is started asks it. The socket lies in a folder that only this account may open."""
    with tempfile.TemporaryDirectory(prefix="dondoc-bang-") as folder:
        address = os.environ[SOCKET] = str(Path(folder) / "s")
        stop = Event()
        watcher = Thread(target=_keep_running, args=([*command, address], stop), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            stop.set()
            watcher.join(10)
            os.environ.pop(SOCKET, None)


def _keep_running(command: Sequence[str], stop: Event) -> None:
    ends = 0
    while not stop.is_set():
        Path(command[-1]).unlink(missing_ok=True)  # of one that was killed
        began = monotonic()
        process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own interpreter and module
        while process.poll() is None and not stop.wait(0.2):
            pass
        if process.stdin is not None:
            process.stdin.close()
        if stop.is_set():
            process.terminate()
            process.wait()
        else:
            ends = 0 if monotonic() - began > _A_WHILE else ends
            stop.wait(_AGAIN_AFTER[min(ends, len(_AGAIN_AFTER) - 1)])
            ends += 1
