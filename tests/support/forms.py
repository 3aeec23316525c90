"""A form with annexes, an outline and last period's answers; and workbooks as people open, fill in and save them."""

from dataclasses import replace
from datetime import date
from io import BytesIO

from annexes import ANNEX_V, ANNEX_VII, ANNEX_VIII, OUTLINE
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from models.codes import DeadlineKind
from models.rules.form import AssignmentLine, Form, IndicatorLine, Last

KEY = b"mot khoa bi mat chi dung de thu!"
ANNEXED = Form(
    request_id=7,
    version=1,
    cycle_code="NQ57-1N6T",
    cycle_name="1 năm 6 tháng",
    agency_code="SNV",
    agency_name="Sở Nội vụ",
    data_from=date(2024, 12, 22),
    as_of=date(2026, 6, 14),
    due=date(2026, 6, 20),
    contact="Tổ giúp việc, 0215.000.0000",
    assignments=(
        AssignmentLine(
            "KH57-2026/I.5", "Truyền thông", "Chủ trì", "Kế hoạch", "Quý I/2026", DeadlineKind.DATE, None
        ),
        AssignmentLine(
            "KH57-2026/I.1", "Chỉ đạo", "Chủ trì", "Văn bản", "Thường xuyên", DeadlineKind.RECURRING, None
        ),
    ),
    indicators=(
        IndicatorLine("KH57-2026/II.3", "Chi ngân sách", "%", "1,08", "≥ 3"),
        IndicatorLine("KH57-2026/II.4", "Nhân lực", "người", "", "12"),
    ),
    annexes=(ANNEX_V, ANNEX_VII, ANNEX_VIII),
    outline=OUTLINE,
)
LAST = Last(
    "Quý IV/2025",
    {
        "KH57-2026/I.5:status": "Đang thực hiện",
        "KH57-2026/I.5:product": "- Kế hoạch số 45\n- Công văn số 6",
        "KH57-2026/II.3:value": "1,08",
        "PL-V/6:B": "40",
        "PL-V/6:D": "106",
        "PL-VII/5.2:B": "=CSDL cán bộ",
        "PL-VIII/3:C": "27",  # of an annex that is not to be carried over
        "PL-X/1:A": "của phụ lục không còn hỏi",
    },
)
CARRIED = replace(ANNEXED, last=LAST)


def opened(content: bytes) -> Workbook:
    """The workbook as openpyxl sees it."""
    return load_workbook(BytesIO(content))


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def put(sheet: Worksheet, texts: dict[str, str]) -> None:
    """Types texts into cells; never a formula."""
    for ref, text in texts.items():
        sheet[ref].value = text
        sheet[ref].data_type = "s"
