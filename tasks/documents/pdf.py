"""A document as PDF, by LibreOffice where it is installed: without it, everything else works as before."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from threading import BoundedSemaphore

from models.fault import Fault
from tasks.settings import Settings

SECONDS = 120  # a report of a hundred pages takes a few; whatever hangs is ended
KINDS = (".docx", ".xlsx")
AT_ONCE = 2
"""LibreOffice takes a processor and half a gigabyte: whoever presses often must not stop the agencies' pages."""
_TURNS = BoundedSemaphore(AT_ONCE)
_MISSING = (
    "Máy này chưa có LibreOffice nên chưa chuyển được sang PDF. Cài LibreOffice, hoặc đặt DONDOC_SOFFICE là đường dẫn "
    "tới chương trình soffice; hoặc mở tệp bằng Word, WPS rồi chọn “Lưu thành PDF”."
)


class PdfFault(Fault):
    """A document that could not be made into PDF; the message says why and what to do instead."""


def office_program(settings: Settings) -> str | None:
    """LibreOffice's program: the one of the setting, else the one on PATH; None where there is none."""
    if settings.soffice:
        return shutil.which(settings.soffice)
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_pdf(settings: Settings, name: str, content: bytes) -> bytes:
    """The document as PDF. `name` tells its kind (.docx, .xlsx). PdfFault where it cannot be made.

    LibreOffice runs with a profile folder of its own, which is thrown away: it neither waits for a window that
    somebody has open nor leaves anything behind.
    """
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        raise PdfFault(f"Không chuyển được “{name}” sang PDF: chỉ chuyển tệp Word (.docx) và Excel (.xlsx).")
    program = office_program(settings)
    if program is None:
        raise PdfFault(_MISSING)
    if not _TURNS.acquire(blocking=False):
        raise PdfFault(f"Máy đang chuyển {AT_ONCE:02d} văn bản khác sang PDF. Đề nghị thử lại sau ít phút.")
    try:
        return _made(program, name, kind, content)
    finally:
        _TURNS.release()


def _made(program: str, name: str, kind: str, content: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="dondoc-pdf-") as folder:
        given, made = Path(folder) / f"van-ban{kind}", Path(folder) / "van-ban.pdf"
        given.write_bytes(content)
        if not _run(program, given, Path(folder)) or not made.exists():
            raise PdfFault(
                f"LibreOffice không chuyển được “{name}” sang PDF trong {SECONDS} giây. Thử lại; nếu vẫn không được, "
                "mở tệp bằng Word rồi chọn “Lưu thành PDF”."
            )
        return made.read_bytes()


def _run(program: str, given: Path, folder: Path) -> bool:
    """Whether it ended well; it and what it started are ended when it takes too long."""
    command = [
        program,
        f"-env:UserInstallation={(folder / 'ho-so').as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(given),
    ]
    quiet = subprocess.DEVNULL
    try:
        running = subprocess.Popen(  # noqa: S603 - the administrator's own program, no shell
            command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, env=_environment(folder)
        )
    except OSError:
        return False
    try:
        return running.wait(SECONDS) == 0
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        return False


def _environment(folder: Path) -> dict[str, str]:
    """What it needs to run, and nothing of ours: no address, no key, no password."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
    return {**kept, "HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
