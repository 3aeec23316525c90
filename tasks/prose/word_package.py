"""A received Word document as a package of parts: what it is, and whether it may be opened (tasks.office_package)."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from tasks.office_package import (
    Kind,
    Parts,
    UnreadableForm,
    foreign_name,
    has_stream,
    is_compound,
    open_package,
)

MAIN = "word/document.xml"

_SAVE_AS_DOCX = (
    "Mở tệp bằng Word, LibreOffice hoặc WPS, chọn Lưu thành (Save As) định dạng .docx rồi gửi lại."
)
USE_THE_OUTLINE = "Đề nghị viết vào tệp đề cương .docx kèm theo yêu cầu báo cáo và gửi lại chính tệp đó."


def is_word(content: bytes) -> bool:
    """Whether these bytes are a .docx file, by the names in the package; nothing is unpacked."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            return MAIN in archive.namelist()
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def word_parts(content: bytes) -> Parts:
    """The parts of a document that hold text; UnreadableForm when it is none, or none that may be opened."""
    return open_package(content, _WORD)


def not_well_made() -> UnreadableForm:
    """What to say of a document that a parser cannot follow."""
    return UnreadableForm(_NOT_WELL_MADE)


_NOT_WELL_MADE = (
    "Tệp .docx bị hỏng hoặc không đúng cấu trúc, không đọc được. Mở lại tệp gốc, lưu lại ở định dạng .docx rồi "
    "gửi lại."
)


def _refuse_foreign(content: bytes) -> None:
    if is_compound(content):
        if has_stream(content, "WordDocument"):
            raise UnreadableForm(f"Tệp ở định dạng Word cũ (.doc). {_SAVE_AS_DOCX}")
        raise UnreadableForm(f"Tệp không phải văn bản Word .docx. {USE_THE_OUTLINE}")
    name = foreign_name(content)
    if name == "văn bản RTF":
        raise UnreadableForm(f"Tệp là {name}. {_SAVE_AS_DOCX}")
    if name:
        raise UnreadableForm(
            f"Tệp là {name}, không đọc được lời văn. Gửi kèm bản .docx của chính văn bản đó. {USE_THE_OUTLINE}"
        )
    raise UnreadableForm(f"Tệp không phải văn bản Word .docx. {USE_THE_OUTLINE}")


def _refuse_other(names: set[str]) -> None:
    if MAIN in names:
        return
    if "mimetype" in names and "content.xml" in names:
        raise UnreadableForm(f"Tệp ở định dạng OpenDocument (.odt). {_SAVE_AS_DOCX}")
    if any(name.lower().endswith((".docx", ".doc")) for name in names):
        raise UnreadableForm("Tệp là tệp nén (.zip). Giải nén và gửi trực tiếp tệp .docx bên trong.")
    raise UnreadableForm(f"Tệp không phải văn bản Word .docx. {USE_THE_OUTLINE}")


_WORD = Kind(
    refuse_foreign=_refuse_foreign,
    refuse_other=_refuse_other,
    most_tags=600_000,  # a report of 100 pages with its annexes as tables has some 200,000
    most_tags_of={"word/styles.xml": 60_000},
    too_large="Tệp giải nén ra quá lớn so với một báo cáo. Bỏ ảnh, giảm dung lượng ảnh rồi gửi lại.",
    too_many_tags=(
        "Tệp có quá nhiều định dạng so với một báo cáo. Chép nội dung sang tệp đề cương .docx (dán chỉ giữ chữ) rồi "
        "gửi lại."
    ),
    not_well_made=_NOT_WELL_MADE,
)
