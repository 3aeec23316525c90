"""A register from whichever kind of file it comes in."""

from collections.abc import Callable
from pathlib import Path

from models.rules.registers.raw_register import RawRegister, RegisterUnreadable
from tasks.registers import register_sheet, register_text, register_word

__all__ = ["RegisterUnreadable", "read_register"]

_READERS: dict[str, Callable[[Path], RawRegister]] = {
    ".docx": register_word.read,
    ".xlsx": register_sheet.read,
    ".txt": register_text.read,
}
_SAVE_AS = {
    ".doc": "mở bằng Word và lưu lại thành .docx",
    ".odt": "mở bằng Word hoặc LibreOffice và lưu lại thành .docx",
    ".rtf": "mở bằng Word và lưu lại thành .docx",
    ".pdf": "dùng tệp Word gốc (.docx)",
    ".xls": "mở bằng Excel và lưu lại thành .xlsx",
    ".xlsm": "mở bằng Excel và lưu lại thành .xlsx",
    ".ods": "mở bằng Excel hoặc LibreOffice và lưu lại thành .xlsx",
}


def read_register(path: Path) -> RawRegister:
    """The register in a .docx, .xlsx or .txt file; RegisterUnreadable, with what to do, for any other."""
    suffix = path.suffix.lower()
    reader = _READERS.get(suffix)
    if reader is None:
        instead = _SAVE_AS.get(suffix, "lưu phụ lục thành tệp Word (.docx) hoặc Excel (.xlsx)")
        raise RegisterUnreadable(f"Không đọc được danh mục từ tệp “{path.name}”: {instead} rồi nạp lại.")
    if not path.is_file():
        raise RegisterUnreadable(f"Không tìm thấy tệp “{path}”.")
    return reader(path)
