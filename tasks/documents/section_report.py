"""The report of one section (lĩnh vực): its classes, who leads what in it, every task with its result."""

from datetime import date
from typing import Any

from models.codes import Basis
from models.rules.cycle_view import CycleView
from models.rules.levels.narrow import Section, of_section
from models.rules.policy import Letter
from models.time import vn_date
from tasks.documents.agency_report import indicator_rows
from tasks.documents.charts import completion_charts
from tasks.documents.level_rows import Level, level, section_agencies, section_facts, task_groups
from tasks.documents.level_sheet import write_facts_sheet
from tasks.documents.report_tables import (
    agencies_table,
    assignments_table,
    basis_note,
    details_table,
    indicators_table,
)
from tasks.documents.sheet_table import About, new_book, packed, write_table
from tasks.documents.table import Record
from tasks.documents.trace_sheet import write_trace
from tasks.documents.trace_sources import Sources
from tasks.documents.trace_table import Trace, figures_of
from tasks.documents.word_document import head, render

SUMMARY, TASKS, AGENCIES = "Tổng hợp", "Nhiệm vụ", "Theo cơ quan"
DETAILS, INDICATORS = "Chi tiết kê khai", "Chỉ tiêu"


def section_document(
    view: CycleView, code: str, day: date, letter: Letter, *, seen_on: date | None = None
) -> bytes:
    """The report in Word, its number and date left open; LevelFault when the cycle has no such section."""
    section, narrowed = of_section(view, code)
    of, seen_on = level(narrowed, day), seen_on or day
    truth = basis_note(of.both)
    note = f"(Tính đến ngày {vn_date(day)}; {truth[0].lower()}{truth[1:]})"
    body: list[dict[str, Any]] = [
        {
            "kind": "facts",
            "caption": "Biểu 1. Số nhiệm vụ theo xếp loại",
            "note": f"(Tính đến ngày {vn_date(day)}; xếp loại {Basis.DECLARED.label})",
            "rows": [{"name": name, "value": str(value)} for name, value in section_facts(of)],
        },
        {
            "kind": "agencies",
            "caption": "Biểu 2. Theo cơ quan chủ trì",
            "note": f"(Tính đến ngày {vn_date(day)}; {Basis.DECLARED.label}; nhiệm vụ do nhiều cơ quan chủ trì được "
            "tính cho từng cơ quan)",
            "rows": section_agencies(of),
        },
        *(
            {"kind": "picture", "caption": picture.title, "picture": picture}
            for picture in completion_charts(of.both.declared, Basis.DECLARED)
        ),
        {
            "kind": "tasks",
            "caption": "Biểu 3. Từng nhiệm vụ",
            "note": note,
            "role": "Cơ quan chủ trì",
            "groups": task_groups(of, _tasks(of), "Cơ quan chủ trì"),
        },
    ]
    if narrowed.indicators:
        body.append(
            {
                "kind": "indicators",
                "caption": "Biểu 4. Các chỉ tiêu của lĩnh vực",
                "note": note,
                "rows": indicator_rows(of),
            }
        )
    context = {
        **head(letter, letter.report_number_suffix, "", None, seen_on.year),
        "heading": "BÁO CÁO",
        "title": f"kết quả thực hiện nhiệm vụ thuộc lĩnh vực {_titled(section)}",
        "opening": (
            f"{view.name}: tổng hợp kết quả thực hiện nhiệm vụ thuộc lĩnh vực {section.section}. {section.name}, số "
            f"liệu từ ngày {vn_date(view.data_from)} đến hết ngày {vn_date(view.cut_off)}."
        ),
        "body": body,
        "closing": "Trên đây là tổng hợp kết quả thực hiện nhiệm vụ của lĩnh vực.",
        "copies": (
            ["Các thành viên Ban Chỉ đạo,", "Lưu Văn phòng."]
            if letter.layout == "party"
            else ["Các thành viên Ban Chỉ đạo;", "Lưu: VT."]
        ),
        "signer_name": "",
    }
    return render("ket-qua.docx", context, seen_on)


def section_workbook(
    view: CycleView, code: str, day: date, *, seen_on: date | None = None, sources: Sources | None = None
) -> bytes:
    """The same as a workbook, with who said what and where each number came from."""
    section, narrowed = of_section(view, code)
    of, seen_on = level(narrowed, day), seen_on or day
    result = of.both.on(of.both.basis)
    name = f"Lĩnh vực {section.section}. {section.name}"
    about = About(f"{name} – {view.name}", f"tính đến ngày {vn_date(day)}", basis_note(of.both))
    book = new_book()
    write_facts_sheet(
        book.create_sheet(SUMMARY),
        about,
        "KẾT QUẢ THỰC HIỆN NHIỆM VỤ CỦA LĨNH VỰC",
        ((f"SỐ NHIỆM VỤ THEO XẾP LOẠI ({Basis.DECLARED.label})", section_facts(of)),),
    )
    for title, heading, table in (
        (TASKS, "TỪNG NHIỆM VỤ", assignments_table(narrowed, result, of.both.basis)),
        (AGENCIES, "THEO CƠ QUAN CHỦ TRÌ", agencies_table(narrowed, result, seen_on)),
        (DETAILS, "CHI TIẾT KÊ KHAI CỦA TỪNG CƠ QUAN, ĐƠN VỊ", details_table(narrowed, day)),
        (INDICATORS, "CÁC CHỈ TIÊU CỦA LĨNH VỰC", indicators_table(narrowed)),
    ):
        write_table(book.create_sheet(title), about, heading, table)
    write_trace(
        book,
        about,
        Trace(narrowed, figures_of(narrowed, of.both, seen_on), sources or Sources()),
        to_print=True,
    )
    return packed(book, f"{name}: {view.name}", day)


def _tasks(of: Level) -> list[Record]:
    """The table of assignments with their keys."""
    rows = assignments_table(of.view, of.both.on(of.both.basis), of.both.basis).rows
    return [{**row, "Mã": one.row_key} for row, one in zip(rows, of.view.assignments, strict=True)]


def _titled(section: Section) -> str:
    """ "về hạ tầng số" of a section that is called "Về hạ tầng số"."""
    return f"“{section.name}”"
