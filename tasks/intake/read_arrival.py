"""What an arrival is, before anybody says whose: a workbook, a typed report, a Word outline, a zip of files, or nothing
that can be read. Nothing is written here."""

from dataclasses import dataclass

from sqlmodel import col, select

from models.rules.stamp import Stamp, is_genuine
from models.submission import Arrival, Blob
from tasks.intake.packages import files_of
from tasks.intake.typed_report import is_typed, read_typed
from tasks.intake.zip_files import Unpacked
from tasks.office_package import unpacked_size
from tasks.prose.outline_read import ReadOutline, is_word, read_outline
from tasks.store import Store
from tasks.workbook.package import UnreadableForm
from tasks.workbook.read import ReadForm, read_form

NO_STAMP = (
    "Tệp không có dấu nhận dạng của biểu mẫu dondoc (phần ẩn đã mất hoặc không phải biểu, đề cương đã gửi)."
)
PDF_ALONE = (
    "Tệp PDF: bản báo cáo đã ký được nộp ở mục “Báo cáo đã ký” của trang nộp báo cáo (số, ngày, người ký), hoặc gửi "
    "cùng biểu .xlsx trong một tệp .zip; số liệu phải gửi bằng biểu .xlsx hoặc điền trên trang."
)


@dataclass(frozen=True)
class Arrived:
    """One arrival as read. `fault` says why nothing could be read; `files` are those of a zip."""

    arrival_id: int
    form: ReadForm | None = None
    outline: ReadOutline | None = None
    files: tuple[Unpacked, ...] = ()
    fault: str = ""

    @property
    def stamp(self) -> Stamp | None:
        """Which request it says it answers."""
        read = self.form or self.outline
        return read.stamp if read else None

    def genuine(self, key: bytes) -> Stamp | None:
        """The stamp, when we have made it."""
        return self.stamp if self.stamp and is_genuine(self.stamp, key) else None


def read_arrival(store: Store, arrival_id: int, content: bytes | None = None) -> Arrived:
    """Read one arrival's bytes; no transaction is open while they are parsed. `content` are those bytes, from who has
    just stored them."""
    content = _bytes_of(store, arrival_id) if content is None else content
    files = files_of(content)
    if files:
        return Arrived(arrival_id, files=files)
    if is_pdf(content):
        return Arrived(arrival_id, fault=PDF_ALONE)
    try:
        if is_word(content):
            return Arrived(arrival_id, outline=read_outline(content, None))
        return Arrived(arrival_id, form=(read_typed if is_typed(content) else read_form)(content))
    except UnreadableForm as error:
        return Arrived(arrival_id, fault=str(error))


def reads_quickly(content: bytes) -> bool:
    """Whether these bytes are read within a fraction of a second: a typed report, or a workbook no larger than a form
    may become. Its directory says how large; no more of a part than it says is ever read."""
    if len(content) > QUICK_BYTES:
        return False
    return is_typed(content) or 0 < unpacked_size(content, "xl/workbook.xml") <= _QUICK_UNPACKED


QUICK_BYTES = 256 * 1024
_QUICK_UNPACKED = 2 * 1024 * 1024
"""A real form unpacks to 200 kB; of this, openpyxl reads some 3 MB a second."""


def _bytes_of(store: Store, arrival_id: int) -> bytes:
    with store.reading() as session:
        return session.exec(
            select(Blob.content)
            .join(Arrival, col(Arrival.sha256) == col(Blob.sha256))
            .where(Arrival.id == arrival_id)
        ).one()


def is_pdf(content: bytes) -> bool:
    """Whether these bytes are a PDF: its mark stands within the first kilobyte."""
    return b"%PDF-" in content[:1024]
