"""The phiếu đối chiếu of a cycle, or of one agency, for print (DOCX) and as a table (XLSX). Nothing of a withheld
assignment is in either."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlmodel import Session

from models.codes import DiscrepancyState
from models.cycle import Cycle
from models.rules.policy import Regime
from models.rules.sentences import prose
from models.time import local_day, vn_instant
from tasks.discrepancies.acts import DiscrepancyFault
from tasks.discrepancies.points import Point, outgoing, points_of
from tasks.documents.sheet_table import About, new_book, packed, write_table
from tasks.documents.table import GROUP, Table
from tasks.documents.word_document import render

TITLE = "PHIẾU ĐỐI CHIẾU SỐ LIỆU"
TO_ANSWER = (
    "Đề nghị giải trình từng điểm, hoặc gửi bản báo cáo đã sửa. Không ghi nội dung thuộc bí mật nhà nước vào giải "
    "trình."
)


@dataclass(frozen=True)
class Sheet:
    """What a sheet says, true of `now`. `agency`: whose own it is, "" of a whole cycle's."""

    unit: str
    cycle_code: str
    cycle_name: str
    agency: str
    points: tuple[Point, ...]
    now: datetime

    @property
    def name(self) -> str:
        """What its file is called, without the kind."""
        whose = f"-{self.points[0].agency_code}" if self.agency and self.points else ""
        return f"phieu-doi-chieu{whose}-{self.cycle_code}"


def sheet_of(session: Session, cycle: Cycle, now: datetime, agency_code: str = "") -> Sheet:
    """The sheet of a cycle, or of one agency. A draft has none, nor has an agency of which nothing was found."""
    points = tuple(outgoing(points_of(session, cycle, agency_code=agency_code)))
    if agency_code and not points:
        raise DiscrepancyFault(
            f"Kỳ {cycle.code} không có điểm chưa khớp nào của cơ quan mang mã {agency_code!r} để lập phiếu."
        )
    return Sheet(
        unit=Regime.model_validate(cycle.policy).letter.unit,
        cycle_code=cycle.code,
        cycle_name=cycle.name,
        agency=points[0].agency_name if agency_code else "",
        points=points,
        now=now,
    )


def sheet_document(sheet: Sheet) -> bytes:
    """The sheet for print (DOCX, A4 across); the same sheet gives the same bytes."""
    groups = [
        {"name": name, "rows": [_row(number, point) for number, point in rows]}
        for name, rows in _by_agency(sheet.points)
    ]
    context: dict[str, Any] = {
        "unit": sheet.unit,
        "cycle": sheet.cycle_name,
        "when": f"lập lúc {vn_instant(sheet.now)}",
        "agency": sheet.agency,
        "opening": f"{_opening(sheet)}.",
        "groups": groups,
        "notes": [TO_ANSWER] if sheet.agency else [],
    }
    return render("phieu-doi-chieu.docx", context, local_day(sheet.now))


def sheet_workbook(sheet: Sheet) -> bytes:
    """The sheet as a table (XLSX); the same sheet gives the same bytes."""
    table = Table(
        (GROUP, "TT", "Nội dung", "Nguồn số liệu", "Loại", "Trạng thái", "Giải trình"),
        (
            {
                GROUP: point.agency_name,
                "TT": number,
                "Nội dung": point.sentence,
                "Nguồn số liệu": point.source,
                "Loại": point.kind.label,
                "Trạng thái": _state(point),
                "Giải trình": _answer(point),
            }
            for number, point in enumerate(sheet.points, start=1)
        ),
    )
    about = About(sheet.cycle_name, f"lập lúc {vn_instant(sheet.now)}", _opening(sheet))
    book = new_book()
    title = f"{TITLE} CỦA {sheet.agency.upper()}" if sheet.agency else TITLE
    write_table(book.create_sheet("Phiếu đối chiếu"), about, title, table)
    return packed(book, TITLE.capitalize(), local_day(sheet.now))


def _by_agency(points: Sequence[Point]) -> list[tuple[str, list[tuple[int, Point]]]]:
    numbered = list(enumerate(points, start=1))
    return [(name, list(rows)) for name, rows in groupby(numbered, key=lambda pair: pair[1].agency_name)]


def _opening(sheet: Sheet) -> str:
    """How many points there are and how they stand: the parts add up to the whole."""
    if not sheet.points:
        return "Không có điểm nào chưa khớp"
    counts = Counter(point.state for point in sheet.points)
    parts = [
        f"{prose(counts[state])} {state.label[0].lower()}{state.label[1:]}"
        for state in DiscrepancyState
        if counts[state]
    ]
    return f"Có {prose(len(sheet.points))} điểm chưa khớp: {'; '.join(parts)}"


def _row(number: int, point: Point) -> dict[str, str]:
    return {
        "number": str(number),
        "sentence": point.sentence,
        "source": point.source.removeprefix(f"{point.agency_name}, "),
        "kind": point.kind.label,
        "state": _state(point),
        "answer": _answer(point),
    }


def _state(point: Point) -> str:
    asked = f" (lần {point.asked_no})" if point.state is DiscrepancyState.ASKED and point.asked_no > 1 else ""
    return f"{point.state.label}{asked}"


def _answer(point: Point) -> str:
    if not point.answer:
        return ""
    when = f", {vn_instant(point.answered_at)}" if point.answered_at else ""
    return f"{point.answer}\n({point.answered_by}{when})"
