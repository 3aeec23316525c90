"""What the measurements ran on."""

import os
import platform
import re
import sqlite3
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """Processor, cores, system, and the libraries that the figures depend on most."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = re.search(r"model name\s*:\s*(.+)", info.read_text(encoding="utf-8"))
        cpu = named[1] if named else cpu
    return (
        f"{cpu}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, openpyxl {version('openpyxl')}, python-calamine {version('python-calamine')}"
    )
