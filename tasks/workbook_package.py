"""A received workbook as a package of parts: what it is, whether it may be opened, and its XML brought to one shape.

Everything here happens before any parser sees a byte. A parser is then given a package that was made here, of the
parts that were looked into, and never the bytes that came: an archive can say one thing to one reader and another
thing to the next (two parts of one name, sizes that lie), and what was not looked into may be a bomb.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from models.fault import Fault
from tasks.blobs import LARGEST

# What a form could never need, and a parser could choke on. A real form has 20 parts, 200 kB and 3,000 tags.
MOST_ROWS = 5_000
MOST_COLUMNS = 100
_MOST_PARTS = 2_000
_MOST_BYTES = 60 * 1024 * 1024  # unpacked, pictures and all
_MOST_XML = 30 * 1024 * 1024  # unpacked, of what is read
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

Parts = Mapping[str, bytes]
"""The XML parts of a workbook by name, each in UTF-8 and without a document type."""


class UnreadableForm(Fault):
    """The bytes are no workbook that can be read; the message says in Vietnamese what the sender can do."""


def not_well_made() -> UnreadableForm:
    """What to say of a workbook that a parser cannot follow."""
    return UnreadableForm(_NOT_WELL_MADE)


def parts_of(content: bytes) -> Parts:
    """The parts of a workbook that hold text; UnreadableForm when it is none, or none that may be opened."""
    _refuse_foreign(content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _look_into(archive)
    except UnreadableForm:
        raise
    except Exception as broken:  # an archive can be broken in as many ways as there are bytes
        raise UnreadableForm(
            "Tệp bị hỏng hoặc chưa tải lên hết, không mở được. Mở lại tệp gốc, lưu lại rồi gửi lại."
        ) from broken


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
    if len(content) > LARGEST:
        raise UnreadableForm(
            f"Tệp {len(content) / 1024 / 1024:.0f} MB, lớn hơn mức 25 MB. Bỏ ảnh và trang thừa rồi gửi lại."
        )
    if content.startswith(_COMPOUND):
        if _has_stream(content, "EncryptedPackage"):
            raise UnreadableForm("Tệp có mật khẩu, không mở được. Bỏ mật khẩu mở tệp, lưu lại rồi gửi lại.")
        if _has_stream(content, "WordDocument"):
            raise UnreadableForm(f"Tệp là văn bản Word (.doc), không phải biểu báo cáo. {USE_THE_FORM}")
        raise UnreadableForm(f"Tệp ở định dạng Excel cũ (.xls). {_SAVE_AS_XLSX}")
    if content.startswith(b"PK"):
        return
    if not content.strip(b"\0 \r\n\t"):
        raise UnreadableForm("Tệp rỗng, không có nội dung. Đề nghị kiểm tra và gửi lại.")
    opening = content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for mark, kind in _FOREIGN.items():
        if opening.startswith(mark):
            raise UnreadableForm(f"Tệp là {kind}, không phải biểu báo cáo. {USE_THE_FORM}")
    raise UnreadableForm(f"Tệp không phải bảng tính .xlsx. {USE_THE_FORM}")


_COMPOUND = b"\xd0\xcf\x11\xe0"  # Microsoft's files before 2007, and encrypted ones to this day
_FOREIGN = {
    b"%pdf": "tệp PDF",
    b"\x89png": "ảnh",
    b"\xff\xd8\xff": "ảnh",
    b"{\\rtf": "văn bản RTF",
    b"rar!": "tệp nén RAR",
    b"7z\xbc\xaf": "tệp nén 7z",
    b"<!doctype html": "trang web (HTML)",
    b"<html": "trang web (HTML)",
}


def _has_stream(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in content


def _look_into(archive: ZipFile) -> Parts:
    entries = archive.infolist()
    # The sizes bind: this reader gives out no more bytes of a part than are declared here.
    written = [entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))]
    if (
        len(entries) > _MOST_PARTS
        or sum(entry.file_size for entry in entries) > _MOST_BYTES
        or sum(entry.file_size for entry in written) > _MOST_XML
    ):
        raise UnreadableForm(
            "Tệp giải nén ra quá lớn so với một biểu báo cáo. Bỏ ảnh, trang và vùng định dạng thừa, hoặc "
            "điền lại vào biểu gốc rồi gửi lại."
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableForm("Tệp nén có mật khẩu, không mở được. Bỏ mật khẩu rồi gửi lại.")
    _refuse_other_office(set(archive.namelist()))
    parts: dict[str, bytes] = {}
    tags = 0
    for entry in written:
        xml = _as_utf8(archive.read(entry))
        tags += xml.count(b"<")
        if tags > _MOST_TAGS or (entry.filename == "xl/styles.xml" and xml.count(b"<") > _MOST_STYLES):
            raise UnreadableForm(
                "Tệp có quá nhiều ô so với một biểu báo cáo (thường do định dạng tràn xuống hết trang). Điền lại vào "
                "biểu gốc rồi gửi lại."
            )
        parts[entry.filename] = xml
    return parts


_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)[\"']")


def _as_utf8(xml: bytes) -> bytes:
    """A part in the one encoding in which it can be looked through; UTF-16, the other lawful one, is turned into it.

    A part with a document type is refused: no workbook has one, and entities are made there.
    """
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        xml = _DECLARATION.sub(b"", xml.decode("utf-16").encode(), count=1)
    elif xml.startswith(b"\xef\xbb\xbf"):
        xml = xml[3:]
    declared = _DECLARATION.match(xml)
    encoding = _ENCODING.search(declared[0]) if declared else None
    if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise not_well_made()
    try:
        xml.decode()
    except UnicodeDecodeError as wrong:
        raise not_well_made() from wrong
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise not_well_made()
    return xml


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
