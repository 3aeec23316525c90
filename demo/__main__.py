"""The tour: Quý I/2026 of Điện Biên, from the register in Word to the consolidated report, in virtual time.

Prefect's server is started once, first, in the background; every step is a flow run on it, in this process.
"""

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from demo.agencies import LATE, NEVER_MENDED, SILENT, WRONG_FIRST, Agency, agencies_of, luck
from demo.mail_server import MailServer
from flows.prefect_home import prefect_environment
from flows.prefect_server import free_port, start_server, stop, wait_ready
from models.time import VIETNAM, vn_instant

CYCLE = "bcd-quy-2026-Q1"
CONSOLE = Console(highlight=False)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An hour of March 2026 in Viet Nam."""
    return datetime(2026, 3, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


def main(home: Path) -> None:
    """Run the tour in this home folder, which is emptied first."""
    started = time.monotonic()
    _start_clean(home)
    shown, home = home, home.absolute()
    os.chdir(home)  # a .env in the caller's folder speaks of somebody's real database and mail server
    mail = MailServer(home / "thu", free_port())
    port = free_port()
    environment = {
        **prefect_environment(home, port),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "DONDOC_HOME": str(home),
        "DONDOC_MAIL_URL": mail.url,
        "DONDOC_ACTOR": "Thư ký Ban Chỉ đạo (diễn tập)",
    }
    for name in [name for name in os.environ if name.startswith("DONDOC_")]:
        del os.environ[name]  # the demo is the same whatever this machine is set up for
    os.environ.update(environment)
    mail.start()
    log = home / "nhat-ky" / "prefect-server.log"
    CONSOLE.print("Khởi động máy chủ Prefect (chạy nền)…")
    server = start_server(environment, port, log)
    try:
        _prepare()
        wait_ready(server, port, log)
        CONSOLE.print(f"Máy chủ Prefect sẵn sàng sau {time.monotonic() - started:.0f} giây.\n")
        paths = _quarter(home)
        _show(home, shown, paths, started)
    finally:
        stop(server)
        mail.stop()


def _start_clean(home: Path) -> None:
    """Empty the demo's home; a folder that is not one of ours is left alone."""
    if home.exists():
        if any(home.iterdir()) and not (home / ".dondoc-demo").exists():
            sys.exit(f"{home} không phải thư mục của bản chạy thử; hãy chọn thư mục khác.")
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / ".dondoc-demo").touch()


def _prepare() -> None:
    """Load the province's folder while the server starts."""
    from tasks.office import open_office
    from tasks.setup import set_up

    logging.getLogger("alembic").setLevel(logging.WARNING)
    for line in set_up(open_office(), at(1, 8), "Thư ký Ban Chỉ đạo (diễn tập)"):
        CONSOLE.print(f"  {line}")


def _quarter(home: Path) -> tuple[Path, ...]:
    """The quarter, day by day."""
    from flows.audit import AuditRun, audit
    from flows.collect import Collect, collect
    from flows.consolidate import Consolidate, consolidate
    from flows.dispatch import Dispatch, dispatch
    from flows.open_cycle import CyclePart, OpenCycle, open_cycle
    from flows.sweep import Sweep, sweep
    from tasks.office import open_office
    from tasks.reminders.pauses import release_step as release_slip
    from tasks.steps import release_step

    def run(now: datetime, flow: Callable[..., Any], parameters: Any) -> None:
        state = flow(parameters, return_state=True)
        CONSOLE.print(f"[bold]{vn_instant(now)}[/] · {getattr(flow, 'name', '')}")
        CONSOLE.print(f"  {state.message}")
        if not state.is_completed():
            sys.exit(f"Luồng việc kết thúc ở trạng thái {state.name}.")

    def hand_in(*agencies: Agency, mended: bool = False) -> None:
        for agency in agencies:
            name, content = agency.answer(mended=mended)
            (home / "hop-nhan" / name).write_bytes(content)
        CONSOLE.print(f"  … {len(agencies)} cơ quan chép báo cáo vào thư mục nhận", style="dim")

    now = at(2, 8)
    run(now, open_cycle, OpenCycle(part=CyclePart.Q1, year=2026, now=now))
    now = at(4, 9)
    released = release_step(open_office(), CYCLE, "12-CV/BCĐ", date(2026, 3, 4), now)
    CONSOLE.print(f"[bold]{vn_instant(now)}[/] · Phát hành theo công văn đã ký\n  {released.sentence}")
    run(now, dispatch, Dispatch(cycle=CYCLE, now=now, dry_run=False))

    everyone = agencies_of(home / "thu")
    prompt = [a for a in everyone if a.code not in (*SILENT, *LATE)]
    early = [a for a in prompt if luck(a.code) < 35]
    rest = [a for a in prompt if a not in early]

    hand_in(*early)
    run(at(12, 16), collect, Collect(now=at(12, 16), dry_run=False))
    run(at(13, 8), sweep, Sweep(now=at(13, 8), dry_run=False))
    hand_in(*rest[: len(rest) * 2 // 3])
    (home / "hop-nhan" / "bao cao quy I.xlsx").write_bytes(b"khong phai bang tinh")
    run(at(17, 16), collect, Collect(now=at(17, 16), dry_run=False))
    run(at(19, 8), sweep, Sweep(now=at(19, 8), dry_run=False))
    prose = [written for agency in everyone if (written := agency.prose()) is not None]
    for name, content in prose:
        (home / "hop-nhan" / name).write_bytes(content)
    CONSOLE.print(f"  … {len(prose)} cơ quan gửi lời văn theo đề cương Word", style="dim")
    to_mend = [a for a in everyone if a.code in WRONG_FIRST and a.was_asked_to_mend()]
    hand_in(*to_mend, mended=True)
    hand_in(*rest[len(rest) * 2 // 3 :])
    run(at(20, 16), collect, Collect(now=at(20, 16), dry_run=False))
    run(at(23, 8), sweep, Sweep(now=at(23, 8), dry_run=False))
    run(at(24, 8), sweep, Sweep(now=at(24, 8), dry_run=False))
    still_to_mend = [a for a in everyone if a.was_asked_to_mend() and a.code != NEVER_MENDED]
    hand_in(*still_to_mend, mended=True)
    hand_in(*(a for a in everyone if a.code in LATE))
    run(at(24, 16), collect, Collect(now=at(24, 16), dry_run=False))
    run(at(25, 8), sweep, Sweep(now=at(25, 8), dry_run=False))
    now = at(25, 8, 20)
    with open_office().store.writing() as session:
        released_slips = release_slip(session, CYCLE, "sau-3-lanh-dao", actor="Thư ký Ban Chỉ đạo", now=now)
    CONSOLE.print(
        f"[bold]{vn_instant(now)}[/] · Thư ký duyệt gửi phiếu báo cáo lãnh đạo\n  {released_slips} thông báo"
    )
    run(at(25, 8, 30), sweep, Sweep(now=at(25, 8, 30), dry_run=False))
    run(at(25, 8, 45), audit, AuditRun(now=at(25, 8, 45)))
    run(at(25, 9), consolidate, Consolidate(cycle=CYCLE, now=at(25, 9)))
    return tuple(sorted((home / "bao-cao" / CYCLE).iterdir()))


def _show(home: Path, shown: Path, paths: tuple[Path, ...], started: float) -> None:
    from flows.tables import print_completion, print_status
    from tasks.cycle.cycle_view import read_cycle
    from tasks.cycle.cycles import find_cycle
    from tasks.office import open_office

    now = at(25, 9)
    with open_office().store.reading() as session:
        view = read_cycle(session, find_cycle(session, CYCLE))
        CONSOLE.print()
        print_completion(view, view.as_of, now)
        print_status(session, "", now)
    mails = len(list((home / "thu").rglob("*.eml")))
    CONSOLE.print("Đã lập:")
    for path in paths:
        CONSOLE.print(f"  {shown / path.relative_to(home)}", soft_wrap=True)
    CONSOLE.print(f"  {shown / 'thu'}  ({mails} thư đã gửi, dạng .eml)", soft_wrap=True)
    CONSOLE.print(f"  {shown / 'dondoc.sqlite3'}  (cơ sở dữ liệu)", soft_wrap=True)
    CONSOLE.print(f"Xong trong {time.monotonic() - started:.0f} giây.")
    CONSOLE.print(f"Xem lại: DONDOC_HOME={shown} .venv/bin/dondoc status {CYCLE}", soft_wrap=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".demo"))
