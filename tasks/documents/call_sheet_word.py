"""The call sheet for print (DOCX): one line an agency, worst first, with room for what was said on the telephone."""

from models.rules.reminders.call_sheet import CallRow
from models.time import vn_date, vn_instant
from tasks.documents.word_document import render
from tasks.reminders.call_sheet import CallSheet

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def write_call_sheet(sheet: CallSheet) -> bytes:
    """The document of a sheet; the same sheet gives the same bytes. An empty sheet says that nobody is to be called."""
    time = vn_instant(sheet.made_at).partition(" ")[0]
    context = {
        "unit": sheet.unit,
        "when": f"{WEEKDAYS[sheet.day.weekday()]}, ngày {vn_date(sheet.day)}; lập lúc {time}",
        "rows": [_row(row) for row in sheet.rows],
        "notes": list(sheet.notes),
    }
    return render("danh-sach-goi.docx", context, sheet.day)


def _row(row: CallRow) -> dict[str, str]:
    return {
        "agency": row.agency,
        "people": "\n".join(
            [
                *(row.officers or ("Chưa có đầu mối trong danh bạ",)),
                *(f"Thủ trưởng: {head}" for head in row.heads),
            ]
        ),
        "owed": "\n".join(row.owed),
        "said": "\n".join(_sentence(text) for text in (*row.promises, row.called, *row.faults) if text),
        "last_told": row.last_told.rpartition(" ")[2] or "Chưa gửi",  # the day is enough on paper
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
