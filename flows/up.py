"""`dondoc up`: Prefect's server with its UI, the deployments, a worker, the pages: here, until stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click

from flows.portal_process import start_portal
from flows.prefect_home import prefect_environment
from flows.prefect_server import (
    ServerFault,
    is_taken,
    prefect,
    python,
    start_server,
    stop,
    wait_answering,
    wait_ready,
)
from tasks.settings import CHECKOUT, Settings

POOL = "dondoc"
CHECK_SECONDS = 2
TRIES = 3
AGAIN_SECONDS = 5
TAKEN = (
    "Cổng {port} đã có chương trình khác dùng: một dondoc up đang chạy, hoặc những phần còn lại của một dondoc up bị "
    "dừng đột ngột (kill -9). Xem chúng: pgrep -af 'prefect server start|prefect worker start|portal.serve'. "
    "Dừng chúng: kill SỐ_TIẾN_TRÌNH …, rồi chạy lại. Nếu là chương trình khác, chọn cổng khác: dondoc up {option} …"
)


def run_until_stopped(settings: Settings, port: int, portal_port: int) -> int:
    """Run server, worker and pages, starting again what dies, until SIGINT or SIGTERM; returns the exit code."""
    for taken, option in ((port, "--port"), (portal_port, "--portal-port")):
        if is_taken(taken):
            raise ServerFault(TAKEN.format(port=taken, option=option))
    environment = {
        **prefect_environment(settings.home, port),
        "DONDOC_HOME": str(settings.home.absolute()),
        "DONDOC_PROFILE": str(settings.profile.absolute()),
    }
    logs = settings.home / "nhat-ky"
    stopping: list[int] = []

    def ask_to_stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)

    click.echo("Khởi động máy chủ Prefect…")
    server = start_server(environment, port, logs / "prefect-server.log")
    worker: subprocess.Popen[bytes] | None = None
    portal: subprocess.Popen[bytes] | None = None
    try:
        wait_ready(server, port, logs / "prefect-server.log")
        deploy(environment, logs / "deploy.log")
        worker = _start_worker(environment, logs)
        portal = start_portal(environment, portal_port, logs / "portal.log")
        click.echo(f"Bàn làm việc: {settings.portal_url or f'http://127.0.0.1:{portal_port}'}/thu-ky")
        if settings.portal_url:
            click.echo(
                f"Trang nộp báo cáo: {settings.portal_url} (máy chủ web chuyển tiếp tới 127.0.0.1:{portal_port})"
            )
        else:
            click.echo("Chưa đặt DONDOC_PORTAL_URL: thư gửi đơn vị không có đường dẫn tới trang nộp báo cáo.")
        click.echo(f"Giao diện: http://127.0.0.1:{port}  (Ctrl+C để dừng; nhật ký ở {logs})")
        sys.stdout.flush()
        while not stopping:
            time.sleep(CHECK_SECONDS)
            if server.poll() is not None:
                click.echo("Máy chủ Prefect đã dừng, khởi động lại…")
                server = start_server(environment, port, logs / "prefect-server.log")
                wait_ready(server, port, logs / "prefect-server.log")
            if worker.poll() is not None:
                click.echo("Bộ thực hiện đã dừng, khởi động lại…")
                worker = _start_worker(environment, logs)
            if portal.poll() is not None:
                click.echo("Các trang web đã dừng, khởi động lại…")
                portal = start_portal(environment, portal_port, logs / "portal.log")
    finally:
        click.echo("Đang dừng…")
        for process in (worker, portal):
            if process is not None:
                stop(process)
        stop(server)
    return 0


def _start_worker(environment: dict[str, str], logs: Path) -> subprocess.Popen[bytes]:
    return prefect(["worker", "start", "--pool", POOL, "--type", "process"], environment, logs / "worker.log")


def deploy(environment: dict[str, str], log: Path) -> None:
    """Create the work pool and the deployments of deployments/prefect.yaml, and all that goes with them (calendar,
    lists of the forms, automations); all of it may be there already."""
    file = str(CHECKOUT / "deployments" / "prefect.yaml")
    for arguments in (
        ["work-pool", "create", POOL, "--type", "process", "--overwrite"],
        ["--no-prompt", "deploy", "--all", "--prefect-file", file],
    ):
        process = prefect(arguments, {**environment, "PWD": os.fspath(CHECKOUT)}, log)
        if process.wait(180) != 0:
            raise ServerFault(f"Lệnh prefect {' '.join(arguments[:2])} không thành công; xem {log}.")
    if python(["-m", "flows.prefect_apply"], environment, log).wait(180) != 0:
        raise ServerFault(
            f"Không đưa được lịch báo cáo và các quy tắc tự động lên máy chủ Prefect; xem {log}."
        )


def deploy_there(api_url: str, log: Path) -> None:
    """The same on a server that somebody else starts, as soon as it answers; again when it went away meanwhile.

    On an empty database it does: its API processes all put down the same kinds of blocks when they start, the one that
    comes second fails, and the server with it. Whoever runs it starts it again.
    """
    for left in reversed(range(TRIES)):
        wait_answering(api_url)
        try:
            deploy(dict(os.environ), log)
        except ServerFault as fault:
            if not left:
                raise
            click.echo(f"{fault} Làm lại khi máy chủ trả lời…")
            time.sleep(AGAIN_SECONDS)
        else:
            return
