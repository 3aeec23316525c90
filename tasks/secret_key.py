"""The key that signs forms. Made once, readable by its owner only, part of the backup."""

import os
import secrets
from pathlib import Path

from models.fault import Fault

SHORTEST = 16
"""Bytes of a key; those made here have 32."""


class KeyFault(Fault):
    """The key file is damaged or cannot be read."""


def secret_key(path: Path) -> bytes:
    """The key in this file, made at the first call. Two processes that both find none agree on one key."""
    try:
        return _read(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # whole or not at all, and never over another's key
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise KeyFault(f"Không đọc được tệp khóa {path}: {error.strerror}.") from error
    except ValueError:
        key = b""
    if len(key) < SHORTEST:
        raise KeyFault(f"Khóa trong {path} quá ngắn hoặc hỏng; hãy khôi phục từ bản sao lưu.")
    return key
