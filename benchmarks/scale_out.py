"""A trial of running on several machines, on this one: PostgreSQL, Redis, Prefect's API apart from its services, two
workers, two portals; a worker is killed in mid-dispatch.

Promised: the cycle completes, no agency is left out, none is asked twice but by the same Message-ID where the mail
server's answer had not been received. The files of deployments/compose are what is run. Ends with 1 when a promise
broke.

    python -m benchmarks.scale_out [--kill-at 20] [--output benchmarks/scale-out.md]
"""

import argparse
import signal
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks.chaos import POSTGRES
from benchmarks.machine import machine
from benchmarks.scale_out_count import Count, PostOffice, count
from benchmarks.scale_out_machines import (
    MachineFault,
    Machines,
    compose_command,
    fresh_databases,
    fresh_redis,
    machines,
)
from flows.prefect_server import free_port
from models.time import VIETNAM

REDIS = ("127.0.0.1", 6379)
WORKERS, PORTALS = 2, 2
DISPATCH, SWEEP = "Gửi yêu cầu", "Rà soát và đôn đốc"
RUN_SECONDS = 420
HELD = "Every promise held; /metrics says the same at both portals, and at the second one after the first was killed."
INCIDENT = "gặp sự cố"
"""In the subject of the mail that tells the secretariat of a run that broke off."""


@dataclass
class Trial:
    """The trial under way: what took how long, what was said, what broke."""

    here: Machines
    post: PostOffice
    kill_at: int
    steps: list[tuple[str, float]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    cycle: str = ""
    killed: str = ""
    unanswered: set[str] = field(default_factory=set)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = monotonic()
        print(f"{name} …", file=sys.stderr, flush=True)  # noqa: T201 - the whole takes minutes
        yield
        self.steps.append((name, monotonic() - began))

    # --- the machines, in the order of docs/operations.md

    def bring_up(self) -> None:
        here = self.here
        with self.step("prepare: both schemas, the province's folder"):
            here.run("prepare", compose_command("prepare"))
        with self.step("prefect-server (API, 2 processes) and prefect-services"):
            here.start("prefect-server", compose_command("prefect-server", here.api_port))
            here.start("prefect-services", compose_command("prefect-services"))
            here.wait_for("máy chủ Prefect", here.answers(f"{here.api_url}/health"))
        with self.step("deploy: work pool, deployments, calendar, automations"):
            here.run("deploy", compose_command("deploy"))
        with self.step(f"{WORKERS} workers and {PORTALS} portals"):
            for number in range(1, WORKERS + 1):
                here.start(f"worker-{number}", compose_command("worker"))
            for number in range(1, PORTALS + 1):
                self.ports.append(free_port())
                here.start(f"portal-{number}", compose_command("portal", self.ports[-1]))
            here.wait_for("hai bộ thực hiện", lambda: self._living() == WORKERS or None)
            for port in self.ports:
                here.wait_for(f"cổng {port}", here.answers(f"http://127.0.0.1:{port}/robots.txt"))

        try:
            urllib.request.urlopen(f"{here.api_url}/admin/version", timeout=60).close()  # noqa: S310
            self.broken.append("Prefect's API opens without its login")
        except urllib.error.HTTPError as refused:
            self.said.append(f"Prefect's API without its login: {refused.code}")

    def _living(self) -> int:
        workers = self.here.api("/work_pools/dondoc/workers/filter", {})
        return sum(worker["status"] == "ONLINE" for worker in workers)

    # --- the cycle

    def release(self) -> None:
        """This quarter's cycle of the committee, released to every agency; nothing runs but what is started here."""
        today = datetime.now(VIETNAM)
        period = f"{today:%Y}-Q{(today.month + 2) // 3}"
        self.cycle = f"bcd-quy-{period}"
        with self.step("cycle open, cycle release"):
            self.here.dondoc("cycle", "open", period)
            self.here.dondoc(
                "cycle", "release", self.cycle, "--number", "12-CV/BCĐ", "--date", f"{today:%Y-%m-%d}"
            )
        for deployment in self.here.api("/deployments/filter", {}):
            self.here.api(f"/deployments/{deployment['id']}", {"paused": True}, "PATCH")

    def start_run(self, name: str) -> str:
        """Start a deployment for real, as the form in the UI does; the run's id."""
        found = next(one for one in self.here.api("/deployments/filter", {}) if one["name"] == name)
        form = {"parameters": {"parameters": {"dry_run": False}}}
        run: str = self.here.api(f"/deployments/{found['id']}/create_flow_run", form)["id"]
        return run

    def state(self, run: str, *kinds: str) -> dict[str, Any] | None:
        state: dict[str, Any] = self.here.api(f"/flow_runs/{run}")["state"]
        return state if state["type"] in kinds else None

    def ended(self, run: str) -> dict[str, Any]:
        ends = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
        return self.here.wait_for(f"lượt chạy {run}", partial(self.state, run, *ends), RUN_SECONDS)

    def dispatch_and_die(self) -> str:
        """Start the dispatch; once the server has so many mails, its worker and its own process are killed: the last
        of them is accepted, and nobody is there to read the answer. The run's id."""
        run = ""

        def trap(_address: str, _asked: int) -> str:
            if not self.killed and run and len(self.post.copies) + 1 >= self.kill_at:
                self.killed, processes = self.here.kill_run_and_worker(run)
                self.said.append(
                    f"{self.killed} and its run ({processes} process) were killed while mail {self.kill_at} was "
                    "being accepted: its answer was read by nobody"
                )
            return ""

        self.post.on_data = trap
        with self.step(f"“{DISPATCH}” started, its worker killed at mail {self.kill_at}"):
            run = self.start_run(DISPATCH)
            self.here.wait_for("dừng đột ngột giữa chừng", lambda: self.killed or None, RUN_SECONDS)
            self.post.settle()
        self.unanswered = {self.post.copies[-1].message_id}
        if len(self.post.copies) != self.kill_at:
            self.broken.append(f"{len(self.post.copies)} mails at the kill, not {self.kill_at}")
        return run

    def complete(self, dead: str) -> None:
        """The other worker sweeps: the rest goes out. Prefect sees that the first run is dead; another dispatch finds
        nothing left to do."""
        with self.step(f"“{SWEEP}” by the other worker"):
            swept = self.ended(self.start_run(SWEEP))
        self._must_complete(SWEEP, swept)
        with self.step("until Prefect shows the killed run as CRASHED"):
            crashed = self.here.wait_for("lượt treo", partial(self.state, dead, "CRASHED"), RUN_SECONDS)
        self.said.append(f"the killed run stands as {crashed['type']}: {crashed['message']}")
        with self.step("until the secretariat has the mail about it"):
            told = self.here.wait_for("thư báo sự cố", self._told, RUN_SECONDS)
        self.said.append(f"the secretariat was told: {told}")
        with self.step(f"“{DISPATCH}” again"):
            again = self.ended(self.start_run(DISPATCH))
        self._must_complete(DISPATCH, again)

    def _told(self) -> str | None:
        return next((letter.subject for letter in self.post.letters if INCIDENT in letter.subject), None)

    def _must_complete(self, name: str, state: dict[str, Any]) -> None:
        self.said.append(f"“{name}”: {state['type']}, {state['message']}")
        if state["type"] != "COMPLETED":
            self.broken.append(f"{name} ended as {state['type']}")

    # --- what came of it

    def counted(self) -> Count:
        """One portal is killed, too, after its figures were read; the other one goes on. Then the count."""
        self.here.wait_for("các lượt chạy đã xong", self._quiet, RUN_SECONDS)
        link = self.here.dondoc("board", "link", "Giám sát", "--kind", "api")
        key = max(link.split(), key=len)
        pages = [self._metrics(port, key) for port in self.ports]
        self.here.kill("portal-1")
        pages.append(self._metrics(self.ports[1], key))
        try:
            doctor = self.here.dondoc("doctor")
        except MachineFault as fault:
            doctor = str(fault)
        self.said += [f"{name} ended by itself and was started again" for name in self.here.restarts]
        self.said += [
            f"`dondoc doctor` {line.strip()}"
            for line in doctor.splitlines()
            if "Prefect:" in line or "Bộ thực hiện" in line
        ]
        database = self.here.environment["DONDOC_DATABASE_URL"]
        return count(database, self.cycle, self.post.letters, self.unanswered, pages)

    def _quiet(self) -> bool | None:
        running = {"flow_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}}}
        return not self.here.api("/flow_runs/filter", running) or None

    def _metrics(self, port: int, key: str) -> str:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {key}"}
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            text: str = answer.read().decode()
            return text


def tried(kill_at: int) -> tuple[Trial, Count]:
    """The whole trial; whatever was started is stopped, and what was made is dropped."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dondoc-scale-")))
        databases = stack.enter_context(fresh_databases(POSTGRES, ["dondoc", "prefect"]))
        numbers = stack.enter_context(fresh_redis(*REDIS))
        post = stack.enter_context(PostOffice())
        here = stack.enter_context(machines(home, databases, REDIS, numbers, post.url))
        trial = Trial(here, post, kill_at)
        try:
            trial.bring_up()
            trial.release()
            trial.complete(trial.dispatch_and_die())
            return trial, trial.counted()
        except MachineFault:
            for log in sorted((home / "nhat-ky").glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}", file=sys.stderr)  # noqa: T201
            raise


def text_of(trial: Trial, counted: Count, minutes: float) -> str:
    """What ran, how long each step took, the count, the verdict."""
    broken = (*trial.broken, *counted.broken)
    lines = [
        "# Several machines, a worker killed in mid-dispatch",
        "",
        "Written by `make scale-out` (benchmarks/scale_out.py): deployments/compose/prefect.env and the command lines",
        "of compose.yaml on PostgreSQL and Redis, every part a process of its own, all on one machine; hosts, ports",
        f"and numbers of Redis databases replaced. Parts: {', '.join(sorted(trial.here.parts.keys() - {'lenh'}))}.",
        "",
        f"Machine: {machine()}. {minutes:.0f} minutes.",
        "",
        "| step | seconds |",
        "| --- | ---: |",
        *(f"| {name} | {seconds:.0f} |" for name, seconds in trial.steps),
        "",
        "| counted at the mail server and in PostgreSQL | |",
        "| --- | ---: |",
        f"| agencies of the cycle {trial.cycle} | {counted.agencies} |",
        f"| of these reached by a mail with their own form | {counted.reached} |",
        f"| lost | {counted.agencies - counted.reached} |",
        f"| mails repeated (same Message-ID, the answer to the first had not been received) | {counted.repeats} |",
        f"| tries that the database shows for these | {counted.tries} |",
        f"| other mails (to the secretariat) | {counted.others} |",
        "",
        *(f"- {sentence.removesuffix('.')}." for sentence in trial.said),
        "",
        *(f"BROKEN: {sentence}" for sentence in broken),
        *([] if broken else [HELD]),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Thử chạy trên nhiều máy: một bộ thực hiện bị dừng đột ngột khi đang gửi"
    )
    parser.add_argument(
        "--kill-at", type=int, default=20, help="dừng đột ngột khi máy chủ thư nhận thư thứ mấy"
    )
    parser.add_argument("--output", type=Path, help="tệp kết quả (Markdown)")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped then, too
    began = monotonic()
    trial, counted = tried(asked.kill_at)
    text = text_of(trial, counted, (monotonic() - began) / 60)
    if asked.output:
        asked.output.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - what one runs it for
    sys.exit(bool(trial.broken or counted.broken))


if __name__ == "__main__":
    main()
