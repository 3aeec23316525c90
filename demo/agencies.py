"""The agencies, played: each knows only the mail it got, fills in the workbook attached, and hands it back.

Nothing here looks into the database or imports a reader of ours: a form is opened with openpyxl as anybody would,
and its cells are found by their headers. What an agency answers depends on its code alone, so that two runs agree.
"""

import email
import zlib
from dataclasses import dataclass
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import docx
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from demo.mail_server import POLICY, messages
from demo.prose import own_heading, text_of

SILENT = ("3160", "3158", "STP", "3385")  # Mường Nhé, Sín Thầu, Sở Tư pháp, Tìa Dình: far away, or busy
LATE = ("SNNMT", "3253", "3166", "3208")
WRONG_FIRST = ("SKHCN", "CAT", "SYT", "3127", "3334")
NEVER_MENDED = "3352"  # Thanh An: sent in time, with faults, and then on leave
NOTHING = "3151"  # Mường Lay


@dataclass(frozen=True)
class Agency:
    """An agency as its own officer knows it: a mailbox, and from the form's name the code it goes by."""

    code: str
    mailbox: Path

    @property
    def first_try_is_wrong(self) -> bool:
        return self.code in WRONG_FIRST or self.code == NEVER_MENDED

    def was_asked_to_mend(self) -> bool:
        """Whether the latest answer in the mailbox is a list of faults."""
        answers = [subject_of(path) for path in messages(self.mailbox)]
        said = [s for s in answers if s.startswith(("Đề nghị hoàn thiện", "Đã nhận"))]
        return bool(said) and said[-1].startswith("Đề nghị hoàn thiện")

    def form(self) -> tuple[str, bytes]:
        """The attached workbook of the latest mail that brought one, with its name."""
        for path in reversed(messages(self.mailbox)):
            for part in read_mail(path).iter_attachments():
                name = part.get_filename() or ""
                if name.endswith(".xlsx"):
                    return name, part.get_content()
        raise LookupError(f"không có biểu mẫu nào trong {self.mailbox}")

    def answer(self, *, mended: bool = False) -> tuple[str, bytes]:
        """The filled form: file name and bytes."""
        name, content = self.form()
        workbook = load_workbook(BytesIO(content))
        if self.code == NOTHING:
            say_nothing(workbook["Thông tin chung"])
        else:
            fill_assignments(workbook["Nhiệm vụ"], self.code)
            if "Chỉ tiêu" in workbook.sheetnames:
                fill_indicators(workbook["Chỉ tiêu"], self.code)
            if "Phụ lục V" in workbook.sheetnames:
                fill_procedures(workbook["Phụ lục V"], self.code)
            if self.first_try_is_wrong and not mended:
                spoil(workbook["Nhiệm vụ"])
        filled = BytesIO()
        workbook.save(filled)
        return (name.replace(".xlsx", " - hoan thien.xlsx") if mended else name), filled.getvalue()

    def prose(self) -> tuple[str, bytes] | None:
        """The Word outline that came with the form, filled in; None where none came, or it has nothing to say."""
        if not text_of(self.code):
            return None
        for path in reversed(messages(self.mailbox)):
            for part in read_mail(path).iter_attachments():
                name = part.get_filename() or ""
                if name.endswith(".docx"):
                    return name, write_prose(part.get_content(), self.code)
        return None


def agencies_of(mail_folder: Path) -> list[Agency]:
    """Every mailbox that has been sent a form."""
    found = []
    for box in sorted(mail_folder.iterdir()):
        for path in messages(box):
            names = [part.get_filename() or "" for part in read_mail(path).iter_attachments()]
            forms = [name for name in names if name.startswith("bieu-bao-cao-")]
            if forms:
                found.append(Agency(code=forms[0].split("-")[3], mailbox=box))
                break
    return found


def read_mail(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=POLICY)


def subject_of(path: Path) -> str:
    return str(read_mail(path)["Subject"])


def luck(*words: str) -> int:
    """A number from 0 to 99 that depends on the words alone."""
    return zlib.crc32("/".join(words).encode()) % 100


def columns_of(sheet: Worksheet, key: str = "Mã") -> tuple[int, dict[str, int]]:
    """The header row, and its columns by name."""
    for row in sheet.iter_rows(max_row=40):
        names = {str(cell.value).strip(): cell.column for cell in row if cell.value}
        if key in names and len(names) > 3:
            return cast(int, row[0].row), names
    raise LookupError(f"không thấy dòng tiêu đề trong trang {sheet.title}")


def fill_assignments(sheet: Worksheet, code: str) -> None:
    """One answer a row: recurring ones on schedule, those due this quarter mostly done, the rest under way."""
    header, columns = columns_of(sheet)
    for row in range(header + 1, sheet.max_row + 1):
        key = sheet.cell(row, columns["Mã"]).value
        if not key:
            continue
        deadline = str(sheet.cell(row, columns["Thời hạn"]).value)
        chance = luck(code, str(key))

        def put(column: str, value: Any, at: int = row) -> None:
            sheet.cell(at, columns[column]).value = value

        if deadline == "Thường xuyên":
            put("Trạng thái", "Thường xuyên, bảo đảm tiến độ")
            put("Sản phẩm/minh chứng", "Công văn triển khai, báo cáo kết quả hằng tháng")
        elif deadline.startswith("Quý I/2026") and chance < 80:
            put("Trạng thái", "Hoàn thành")
            put("Tỷ lệ hoàn thành (%)", 100)
            put("Ngày hoàn thành", f"{chance % 12 + 1:02d}/3/2026")
            put("Sản phẩm/minh chứng", f"Văn bản số {chance + 100}/UBND-KGVX")
        elif chance < 8:
            put("Trạng thái", "Chậm tiến độ")
            put("Tỷ lệ hoàn thành (%)", 10)
            put("Lý do chậm/vướng mắc", "Chưa được bố trí kinh phí; đang đề nghị Sở Tài chính xem xét")
        elif chance < 25:
            put("Trạng thái", "Chưa triển khai")
            put("Tỷ lệ hoàn thành (%)", 0)
        else:
            put("Trạng thái", "Đang thực hiện")
            put("Tỷ lệ hoàn thành (%)", 20 + chance // 2)
            put("Sản phẩm/minh chứng", "Đã ban hành kế hoạch, đang triển khai")


def fill_indicators(sheet: Worksheet, code: str) -> None:
    """The latest figure of each: the baseline as it stands, "chưa có số liệu" where there was none."""
    header, columns = columns_of(sheet)
    for row in range(header + 1, sheet.max_row + 1):
        key = sheet.cell(row, columns["Mã"]).value
        if not key:
            continue
        baseline = str(sheet.cell(row, columns["Kết quả kỳ gốc"]).value or "")
        figure = baseline.replace("≥", "").split("(")[0].strip()
        sheet.cell(row, columns["Giá trị thực hiện"]).value = figure or "chưa có số liệu"
        sheet.cell(row, columns["Tính đến ngày"]).value = "14/3/2026"
        sheet.cell(row, columns["Nguồn số liệu"]).value = f"Báo cáo chuyên ngành, {code}"


def fill_procedures(sheet: Worksheet, code: str) -> None:
    """Phụ lục V, read as a person reads it: by the words before the open cells of a row. The last row of each of its
    two tables is the sum. Sở Nội vụ reports the figures of its own report, in which the levels overlap."""
    tables: dict[int, list[list[Any]]] = {}
    for row in sheet.iter_rows():
        cells = [cell for cell in row if not cell.protection.locked]
        if len(cells) > 1:
            tables.setdefault(len(cells), []).append(cells)
    for width, rows in tables.items():
        sums = [0] * width
        for number, cells in enumerate(rows):
            figures = sums if number == len(rows) - 1 else _figures(code, width, number)
            for place, (cell, figure) in enumerate(zip(cells, figures, strict=True)):
                cell.value = figure
                sums[place] += figure if number < len(rows) - 1 else 0
        if code == "SNV" and width == PROCEDURES:
            rows[-1][0].value = 149


PROCEDURES, FILES = 3, 5
"""How many figures a row of the two tables has: procedures, services; files by how they came, and in all."""


def _figures(code: str, width: int, level: int) -> list[int]:
    if width == PROCEDURES:
        if code == "SNV":
            return [[40, 19, 17], [106, 62, 42], [20, 4, 11]][level]
        count = luck(code, "tthc", str(level)) + 3
        return [count, count // 2, count // 3]
    online, direct = (luck(code, how, str(level)) * 3 for how in ("online", "direct"))
    return [online, online + 40, direct, direct + 25, online + direct]


def write_prose(outline: bytes, code: str) -> bytes:
    """The outline with what this agency has to say typed where its guides stand, a paragraph a line."""
    said = text_of(code)
    document = docx.Document(BytesIO(outline))
    wanted, last_heading = "", document.paragraphs[0]
    for paragraph in list(document.paragraphs):
        if str(getattr(paragraph.style, "name", "")).startswith("Heading"):
            wanted = next(
                (text for title, text in said.items() if title.lower() in paragraph.text.lower()), ""
            )
            last_heading = paragraph
        elif wanted and not paragraph.text:
            *before, paragraph.text = wanted.split("\n")
            for line in before:
                paragraph.insert_paragraph_before(line, paragraph.style)
            wanted = ""
    if own := own_heading(code):
        last_heading.insert_paragraph_before(own[0], "Heading 2")
        last_heading.insert_paragraph_before(own[1])
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def spoil(sheet: Worksheet) -> None:
    """The slips officers make: complete without a day, a percentage beyond reason, a row left out."""
    header, columns = columns_of(sheet)
    first = header + 1
    sheet.cell(first, columns["Trạng thái"]).value = None
    if sheet.cell(first + 1, columns["Mã"]).value:
        sheet.cell(first + 1, columns["Tỷ lệ hoàn thành (%)"]).value = "150%"


def say_nothing(sheet: Worksheet) -> None:
    """Mark "Không phát sinh" and give the reason, in the cells beside their labels."""
    for row in sheet.iter_rows():
        for cell in row:
            text = str(cell.value or "")
            beside = sheet.cell(cast(int, cell.row), cast(int, cell.column) + 1)
            if text.startswith("Không phát sinh"):
                beside.value = "x"
            elif text.startswith("Lý do không phát sinh"):
                beside.value = (
                    "Địa bàn chưa có nội dung thuộc diện báo cáo trong quý, đang kiện toàn tổ chức bộ máy"
                )
