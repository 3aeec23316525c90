"""One measurement in a process of its own, so that its memory is its own and nothing before it has warmed anything up.

`apart("benchmarks.scale_sweep:idle", home, url, 4000)` starts a new interpreter, calls the function there and returns
what it measured. The function wraps the part that counts in `clocked()`; all before it is preparation.
"""

import gc
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from tasks.settings import CHECKOUT

LONGEST = 3_600


@dataclass
class Measured:
    """What one measurement found. Seconds are of the wall clock; `cpu` is the processor's, of the process and of the
    children it has waited for; `peak_mb` is the most memory that one of its processes held during the measured part
    (`before_mb` at its beginning). `queries`: statements sent to the database, where they were counted."""

    items: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    peak_mb: float = 0.0
    before_mb: float = 0.0
    queries: int = 0
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def each_ms(self) -> float:
        """Milliseconds of the wall clock for each item."""
        return self.seconds / self.items * 1000 if self.items else 0.0


@contextmanager
def clocked(items: int = 0) -> Iterator[Measured]:
    """Measures its block; the block may put items, queries and what else is to be told into what it is given."""
    found = Measured(items=items)
    gc.collect()
    _forget_the_peak()
    found.before_mb = memory_mb()
    cpu, began = _cpu(), perf_counter()
    yield found
    found.seconds, found.cpu = perf_counter() - began, _cpu() - cpu
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    found.peak_mb = max(_peak_mb(), children)


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def memory_mb() -> float:
    """What this process holds now."""
    return _status("VmRSS")


def _peak_mb() -> float:
    return _status("VmHWM")


def _status(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _forget_the_peak() -> None:
    """From now on the peak is that of what follows (Linux: proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


def apart(function: str, home: Path, url: str, size: int, **options: Any) -> Measured:
    """Calls `module:function(home, url, size, **options)` in a new interpreter; options are JSON. What the child says
    on its standard error is shown; it ends with an error where the child did."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DONDOC_")}
    environment |= {"PYTHONPATH": str(CHECKOUT), "PYTHONWARNINGS": "ignore"}
    asked = json.dumps([function, str(home), url, size, options])
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.apart"],
        input=asked,
        stdout=subprocess.PIPE,
        env=environment,
        cwd=home if home.is_dir() else None,
        text=True,
        check=True,
        timeout=LONGEST,
    )
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """The child's side."""
    named, home, url, size, options = json.loads(sys.stdin.read())
    module, _, function = named.partition(":")
    work: Callable[..., Measured] = getattr(import_module(module), function)
    answer = json.dumps(asdict(work(Path(home), url, size, **options)))
    print(f"\n{answer}")  # noqa: T201 - what its parent reads


if __name__ == "__main__":
    main()
