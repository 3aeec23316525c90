"""One agency's own sheet: how its report stands, what it leads and what it said of each, its indicators.

Only what this agency leads, and its own words: nothing of what others report stands in it. Word and Excel say the same.
"""

from datetime import date
from typing import Any

from models.codes import Basis
from models.rules.cycle_view import CycleView
from models.rules.levels.narrow import of_agency
from models.rules.policy import Letter
from models.rules.trace.figure import Figure
from models.time import vn_date
from tasks.documents.level_rows import (
    Level,
    agency_facts,
    indicator_facts,
    level,
    own_tasks,
    request_facts,
    task_groups,
)
from tasks.documents.level_sheet import write_facts_sheet
from tasks.documents.report_tables import PRELIMINARY, indicators_table
from tasks.documents.sheet_table import About, new_book, packed, write_table
from tasks.documents.trace_sheet import write_trace
from tasks.documents.trace_sources import Sources
from tasks.documents.trace_table import Trace, figures_of
from tasks.documents.word_document import head, render

SUMMARY, TASKS, INDICATORS = "Tổng hợp", "Nhiệm vụ", "Chỉ tiêu"


def agency_document(
    view: CycleView, code: str, day: date, letter: Letter, *, seen_on: date | None = None
) -> bytes:
    """The sheet in Word, its number and date left open. The same arguments give the same bytes.

    LevelFault when the cycle knows no such agency.
    """
    of, seen_on = level(of_agency(view, code), day), seen_on or day
    name = view.agency(code).name
    note = f"(Tính đến ngày {vn_date(day)}; {_truth(of)})"
    body: list[dict[str, Any]] = [
        {"kind": "h2", "number": _number("I", letter), "title": "TÌNH HÌNH GỬI BÁO CÁO"},
        {
            "kind": "facts",
            "caption": "Biểu 1. Tình hình gửi báo cáo",
            "note": f"(Tính đến ngày {vn_date(seen_on)})",
            "rows": _rows(request_facts(of, seen_on)),
        },
        {"kind": "h2", "number": _number("II", letter), "title": "KẾT QUẢ THỰC HIỆN NHIỆM VỤ"},
        {
            "kind": "facts",
            "caption": "Biểu 2. Số nhiệm vụ theo xếp loại",
            "note": note,
            "rows": _rows(agency_facts(of, code)),
        },
    ]
    tasks = own_tasks(of, code)
    if tasks.rows:
        body.append(
            {
                "kind": "tasks",
                "caption": "Biểu 3. Từng nhiệm vụ theo kê khai của cơ quan, đơn vị",
                "note": note,
                "role": "Vai trò",
                "groups": task_groups(of, tasks.rows, "Vai trò"),
            }
        )
    if of.view.indicators:
        body += [
            {"kind": "h2", "number": _number("III", letter), "title": "KẾT QUẢ THỰC HIỆN CHỈ TIÊU"},
            {
                "kind": "indicators",
                "caption": "Biểu 4. Các chỉ tiêu do cơ quan, đơn vị báo cáo",
                "note": note,
                "rows": indicator_rows(of),
            },
        ]
    context = {
        **head(letter, letter.report_number_suffix, "", None, seen_on.year),
        "heading": "PHIẾU KẾT QUẢ",
        "title": f"thực hiện nhiệm vụ, chỉ tiêu được giao của {name}",
        "opening": (
            f"{view.name}: {letter.unit} tổng hợp kết quả thực hiện nhiệm vụ, chỉ tiêu được giao của {name} theo báo "
            f"cáo đã nhận, số liệu từ ngày {vn_date(view.data_from)} đến hết ngày {vn_date(view.cut_off)}."
        ),
        "body": body,
        "closing": f"Đề nghị {name} rà soát; nếu có nội dung chưa đúng thì báo cáo bổ sung về {letter.unit}.",
        "copies": [f"{name}{_stop(letter)}", "Lưu Văn phòng." if letter.layout == "party" else "Lưu: VT."],
        "signer_name": "",
    }
    return render("ket-qua.docx", context, seen_on)


def agency_workbook(
    view: CycleView, code: str, day: date, *, seen_on: date | None = None, sources: Sources | None = None
) -> bytes:
    """The same as a workbook, with where each number came from."""
    of, seen_on = level(of_agency(view, code), day), seen_on or day
    name = view.agency(code).name
    about = About(f"{name} – {view.name}", f"tính đến ngày {vn_date(day)}", _truth(of, capital=True))
    book = new_book()
    write_facts_sheet(
        book.create_sheet(SUMMARY),
        about,
        "KẾT QUẢ THỰC HIỆN NHIỆM VỤ, CHỈ TIÊU CỦA CƠ QUAN, ĐƠN VỊ",
        (
            (
                f"I. TÌNH HÌNH GỬI BÁO CÁO (tính đến ngày {vn_date(seen_on)})",
                request_facts(of, seen_on),
            ),
            ("II. NHIỆM VỤ", agency_facts(of, code)),
            ("III. CHỈ TIÊU", indicator_facts(of.view)),
        ),
    )
    write_table(
        book.create_sheet(TASKS), about, "TỪNG NHIỆM VỤ THEO KÊ KHAI CỦA CƠ QUAN, ĐƠN VỊ", own_tasks(of, code)
    )
    write_table(
        book.create_sheet(INDICATORS),
        about,
        "CÁC CHỈ TIÊU DO CƠ QUAN, ĐƠN VỊ BÁO CÁO",
        indicators_table(of.view),
    )
    write_trace(
        book,
        about,
        Trace(of.view, _own_figures(of, name, seen_on), sources or Sources()),
        to_print=True,
    )
    return packed(book, f"{name}: {view.name}", day)


def indicator_rows(of: Level) -> list[dict[str, Any]]:
    """The indicators of a level for Word."""
    return [
        {
            "number": record["TT"],
            "name": record["Chỉ tiêu"],
            "unit": record["Đơn vị tính"],
            "target": indicator.target_raw,
            "reported": record["Số liệu báo cáo"],
            "as_of": record["Tính đến ngày"],
            "standing": record["So với mục tiêu"],
        }
        for indicator, record in zip(of.view.indicators, indicators_table(of.view).rows, strict=True)
    ]


def _own_figures(of: Level, name: str, seen_on: date) -> list[Figure]:
    """Of all numbers those of this agency: its own line, its request, its indicators."""
    return [
        figure
        for figure in figures_of(of.view, of.both, seen_on)
        if figure.place in ("Phụ lục I", "Tổng hợp, mục I", "Tổng hợp, mục III")
        or (figure.place == "Theo cơ quan" and figure.line == name)
    ]


def _truth(of: Level, *, capital: bool = False) -> str:
    """How sure the figures are."""
    signed = any(request.signed for request in of.view.requests)
    confirmed = of.both.basis is Basis.CONFIRMED
    told = f"số liệu {Basis.DECLARED.label}"
    if confirmed:
        told += f", số liệu {Basis.CONFIRMED.label} nêu riêng"
    if not signed:
        told += "; sơ bộ, chưa có báo cáo đã ký" if confirmed else "; sơ bộ, chưa xác nhận"
    told = told if confirmed or signed else PRELIMINARY[0].lower() + PRELIMINARY[1:]
    return told[0].upper() + told[1:] if capital else told


def _rows(facts: list[tuple[str, int | str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": str(value)} for name, value in facts]


def _number(number: str, letter: Letter) -> str:
    return f"{number}{'-' if letter.layout == 'party' else '.'}"


def _stop(letter: Letter) -> str:
    return "," if letter.layout == "party" else ";"
