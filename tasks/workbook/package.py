"""A received workbook as a package of parts: what it is, and whether it may be opened (tasks.office_package)."""

from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from tasks.blobs import LARGEST
from tasks.office_package import (
    Kind,
    Parts,
    UnreadableForm,
    foreign_name,
    has_stream,
    is_compound,
    open_package,
)

__all__ = ["LARGEST", "Parts", "UnreadableForm"]

# What a form could never need, and a parser could choke on. A real form has 20 parts, 200 kB and 3,000 tags.
MOST_ROWS = 5_000
MOST_COLUMNS = 100
_MOST_TAGS = 300_000  # in the whole workbook
_MOST_STYLES = 60_000  # tags in the styles: each becomes an object

_SAVE_AS_XLSX = (
    "Mở tệp bằng Excel, LibreOffice hoặc WPS, chọn Lưu thành (Save As) định dạng .xlsx rồi gửi lại."
)
USE_THE_FORM = "Đề nghị điền vào biểu .xlsx kèm theo yêu cầu báo cáo và gửi lại chính tệp đó."
_NOT_WELL_MADE = (
    "Tệp .xlsx bị hỏng hoặc không đúng cấu trúc, không đọc được. Mở lại tệp gốc, lưu lại ở định dạng .xlsx rồi gửi "
    "lại."
)


def not_well_made() -> UnreadableForm:
    """What to say of a workbook that a parser cannot follow."""
    return UnreadableForm(_NOT_WELL_MADE)


def parts_of(content: bytes) -> Parts:
    """The parts of a workbook that hold text; UnreadableForm when it is none, or none that may be opened."""
    return open_package(content, _WORKBOOK)


def packed(parts: Parts) -> BytesIO:
    """These parts as a package that holds nothing else."""
    package = BytesIO()
    with ZipFile(package, "w", ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    package.seek(0)
    return package


def _refuse_foreign(content: bytes) -> None:
    """Says what a file is, when it is not a workbook of today's format."""
    if is_compound(content):
        if has_stream(content, "WordDocument"):
            raise UnreadableForm(f"Tệp là văn bản Word (.doc), không phải biểu báo cáo. {USE_THE_FORM}")
        raise UnreadableForm(f"Tệp ở định dạng Excel cũ (.xls). {_SAVE_AS_XLSX}")
    if name := foreign_name(content):
        raise UnreadableForm(f"Tệp là {name}, không phải biểu báo cáo. {USE_THE_FORM}")
    raise UnreadableForm(f"Tệp không phải bảng tính .xlsx. {USE_THE_FORM}")


def _refuse_other_office(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "word/document.xml" in names:
        raise UnreadableForm(f"Tệp là văn bản Word (.docx), không phải biểu báo cáo. {USE_THE_FORM}")
    if "ppt/presentation.xml" in names:
        raise UnreadableForm(f"Tệp là bản trình chiếu, không phải biểu báo cáo. {USE_THE_FORM}")
    if "xl/workbook.bin" in names:
        raise UnreadableForm(f"Tệp ở định dạng Excel nhị phân (.xlsb). {_SAVE_AS_XLSX}")
    if "mimetype" in names and "content.xml" in names:
        raise UnreadableForm(f"Tệp ở định dạng OpenDocument (.ods hoặc .odt). {_SAVE_AS_XLSX}")
    if any(name.lower().endswith((".xlsx", ".xls")) for name in names):
        raise UnreadableForm("Tệp là tệp nén (.zip). Giải nén và gửi trực tiếp tệp .xlsx bên trong.")
    if "[Content_Types].xml" not in names:
        raise UnreadableForm(f"Tệp là tệp nén (.zip), không phải bảng tính .xlsx. {USE_THE_FORM}")


_WORKBOOK = Kind(
    refuse_foreign=_refuse_foreign,
    refuse_other=_refuse_other_office,
    most_tags=_MOST_TAGS,
    most_tags_of={"xl/styles.xml": _MOST_STYLES},
    too_large=(
        "Tệp giải nén ra quá lớn so với một biểu báo cáo. Bỏ ảnh, trang và vùng định dạng thừa, hoặc "
        "điền lại vào biểu gốc rồi gửi lại."
    ),
    too_many_tags=(
        "Tệp có quá nhiều ô so với một biểu báo cáo (thường do định dạng tràn xuống hết trang). Điền lại vào "
        "biểu gốc rồi gửi lại."
    ),
    not_well_made=_NOT_WELL_MADE,
)
