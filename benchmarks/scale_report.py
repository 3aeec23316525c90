"""The consolidated report of a cycle: the Word draft and its annex workbook, made and kept.

Measured (`dondoc`): `consolidate_step` of the newest quarter, as the command and the flow call it: the cycle is read
with all that counts in it (half of the agencies have reported), every assignment is classified on both bases, every
number is traced to the rows it was counted from, both documents are made (DOCX with its charts and footnotes, XLSX with
all its sheets and charts), stored in the database and written to the folder. An item is an agency with its ten
assignments. Not measured: start-up of the process, opening in Word or Excel, PDF.

`prepare` works on the country as `benchmarks.country:prepare` leaves it (twelve quarters); where there is none it makes
one of the last two quarters, which is enough: of earlier ones the report reads what was completed then. It adds what a
report is written from beside figures: of each agency that has reported prose under nine headings (most of it from a
few drafts that go round, a third of its own, difficulties and proposals as points), and points of the phiếu đối chiếu.

Baselines, on at most 300 agencies, both of tables alone, from the same view of the cycle (reading it, classifying it
and the country are ours and are not measured), with no prose, no footnotes, no charts and no document kept:
- `plain_sheets`: the annex workbook's tables by openpyxl as one uses it: `sheet.append`, then font, border, wrap and
  colour cell by cell; each number with the rows it was counted from.
- `plain_word`: the report's tables by python-docx as its manual shows: `add_table`, `add_row().cells[n].text`. All
  assignments, all agencies, whoever is late. That is quadratic in the rows of a table: what an agency costs there at
  300 is less than what it would at 4,000.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import sqlalchemy as sa
from docx.document import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from sqlmodel import Session, col, select

from benchmarks.apart import Measured, clocked
from benchmarks.country import NEWEST, QUARTERS, country, office_at, put, with_history
from models.codes import AssignmentClass, DiscrepancyKind, DiscrepancyState
from models.cycle import Cycle, Request
from models.discrepancy import Discrepancy
from models.rules.completion import Completion, completion_on_both
from models.rules.cycle_view import CycleView, LeadReport
from models.rules.registers.classes import deciding_report
from models.submission import Arrival, Narrative, NarrativePart
from models.time import at_hour
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import find_cycle
from tasks.office import Office
from tasks.steps import consolidate_step

NOW = at_hour(date(2026, 12, 27), 9)
MOST_BASELINE = 300
_HEADINGS = ("1", "1.I.1", "1.II", "1.III.1", "1.III.3", "1.VI", "1.VII", "1.VIII", "2")
_POINTS = ("1.VII", "1.VIII", "2")
_DRAFTS = 4  # that go round, of each heading
_OWN = 0.35  # of the paragraphs are of no draft
_WHO = (
    "UBND xã",
    "Phòng Văn hóa - Xã hội",
    "Tổ công nghệ số cộng đồng",
    "Đoàn Thanh niên",
    "Trung tâm hành chính công",
)
_DID = (
    "đã tham mưu ban hành",
    "tiếp tục triển khai",
    "phối hợp rà soát",
    "tổ chức tuyên truyền",
    "chủ động bố trí",
)
_WHAT = (
    "kế hoạch chuyển đổi số năm 2026 gắn với cải cách hành chính",
    "việc số hóa hồ sơ, kết quả giải quyết thủ tục hành chính còn hiệu lực",
    "các lớp bồi dưỡng kỹ năng số cho cán bộ, công chức và người dân",
    "hạ tầng mạng, thiết bị đầu cuối tại bộ phận một cửa",
    "các mô hình điểm về thanh toán không dùng tiền mặt ở chợ, trường học, trạm y tế",
    "cập nhật dữ liệu đất đai, hộ tịch lên cơ sở dữ liệu dùng chung",
)
_HOW = (
    "bảo đảm tiến độ theo kế hoạch đề ra",
    "tuy nhiên kinh phí còn hạn hẹp, nhân lực chuyên trách chưa có",
    "góp phần nâng cao hiệu lực, hiệu quả quản lý ở cơ sở",
    "đề nghị UBND tỉnh quan tâm hỗ trợ kinh phí và trang thiết bị",
    "đề nghị Bộ Khoa học và Công nghệ sớm ban hành hướng dẫn chi tiết",
    "một số thôn, bản vùng cao còn chưa có sóng di động",
)


def prepare(home: Path, url: str, size: int) -> Measured:
    """The country with a newest quarter that is half reported, and its prose."""
    office = office_at(home, url)
    with clocked(size) as found:
        if not sa.inspect(office.store.engine).has_table("cycle"):
            office = with_history(country(home, url, size), QUARTERS[-2:])
        with office.store.writing() as session:
            _put_prose(session, find_cycle(session, NEWEST))
            _put_points(session, find_cycle(session, NEWEST))
    office.store.engine.dispose()
    return found


def dondoc(home: Path, url: str, size: int) -> Measured:
    """Both documents of the newest quarter."""
    office = office_at(home, url)
    with clocked(size) as found:
        outcome = consolidate_step(office, NEWEST, NOW)
    found.said = {path.name: f"{path.stat().st_size / 1e6:.1f} MB" for path in outcome.paths}
    return found


def plain_sheets(home: Path, url: str, size: int) -> Measured:
    """The workbook's tables by pandas and openpyxl."""
    view, result = _read(office_at(home, url), size)
    with clocked(size) as found:
        _plain_workbook(_tables(view, result))
    return found


def plain_word(home: Path, url: str, size: int) -> Measured:
    """The report's tables by python-docx."""
    view, result = _read(office_at(home, url), size)
    with clocked(size) as found:
        document = docx.Document()
        for name, rows in _tables(view, result).items():
            if name != "Nguồn số liệu":
                _plain_table(document, name, rows)
        document.save(BytesIO())
    return found


Rows = list[list[Any]]
_RED = (AssignmentClass.BEHIND, AssignmentClass.RECURRING_OFF, AssignmentClass.NO_REPORT)
_TRACED = "Nguồn số liệu"


def _read(office: Office, size: int) -> tuple[CycleView, Completion]:
    if size > MOST_BASELINE:
        raise ValueError(f"measure the baseline at {MOST_BASELINE} agencies, not {size}")
    with office.store.reading() as session:
        view = read_cycle(session, find_cycle(session, NEWEST))
    return view, completion_on_both(view, view.as_of).declared


def _tables(view: CycleView, result: Completion) -> dict[str, Rows]:
    """The tables as lists of rows, the heading first."""
    names = {agency.code: agency.name for agency in view.agencies}
    tasks: Rows = [
        [
            "Mã",
            "Nhiệm vụ",
            "Chủ trì",
            "Kết quả",
            "Thời hạn",
            "Xếp loại",
            "Kê khai",
            "%",
            "Ngày",
            "Sản phẩm",
            "Lý do",
        ]
    ]
    details: Rows = [["Mã", "Nhiệm vụ", "Cơ quan", "Kê khai", "%", "Ngày", "Sản phẩm", "Lý do", "Đề xuất"]]
    traced: Rows = [["Số liệu", "Giá trị", "Mã", "Cơ quan", "Kê khai"]]
    numbers: dict[tuple[str, str], Rows] = {}
    for one in view.assignments:
        report = deciding_report(one)
        of_class = result.classes[one.row_key]
        status = (
            report.status.label if report is not None and report.status is not None else "Chưa có báo cáo"
        )
        tasks.append(
            [
                *(one.row_key, one.name, one.leads_raw, one.result, one.deadline_raw, of_class.label, status),
                *(_shown(value) for value in _said(report)[:4]),
            ]
        )
        for word in one.reports:
            label = word.status.label if word.status is not None else "Chưa có báo cáo"
            details.append(
                [
                    one.row_key,
                    one.name,
                    names[word.agency_code],
                    label,
                    *(_shown(value) for value in _said(word)),
                ]
            )
        who = report.agency_code if report is not None else ""
        quarter = f"{one.due:%m/%Y}" if one.due is not None else one.deadline_raw
        for line in ("Toàn bộ", one.section_name, quarter, names.get(who, who)):
            for number in ("Tổng số", of_class.label):
                numbers.setdefault((line, number), []).append([one.row_key, names.get(who, who), status])
    for (line, number), rows in numbers.items():
        traced += [[f"{line}: {number}", len(rows), *row] for row in rows]
    agencies: Rows = [["Cơ quan", "Tổng số", *(of_class.label for of_class in AssignmentClass), "Hoàn thành"]]
    agencies += [
        [cut.agency.name, cut.tally.total, *cut.tally.by_class.values(), cut.tally.completed.text]
        for cut in result.by_agency
    ]
    requests: Rows = [["Cơ quan", "Trạng thái", "Hạn", "Nhận"]]
    requests += [
        [names[one.agency_code], one.state.label, f"{one.due:%d/%m/%Y}", _shown(one.complete_at)]
        for one in view.requests
    ]
    return {
        "Phụ lục II": tasks,
        "Theo cơ quan": agencies,
        "Tình hình nộp": requests,
        "Chi tiết kê khai": details,
        _TRACED: traced,
    }


def _said(report: LeadReport | None) -> Sequence[object]:
    if report is None:
        return ("", "", "", "", "")
    return report.percent, report.completed_on, report.product, report.reason, report.proposal


def _shown(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else "" if value is None else str(value)


def _plain_workbook(tables: dict[str, Rows]) -> None:
    book = Workbook()
    side = Side(style="thin")
    red = {of_class.label for of_class in _RED}
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in sheet.iter_rows():
            for cell in cells:
                cell.font = Font("Times New Roman", 12, bold=cell.row == 1)
                cell.border = Border(left=side, right=side, top=side, bottom=side)
                cell.alignment = Alignment(vertical="top", wrap_text=True)
                if cell.value in red:
                    cell.fill = PatternFill("solid", fgColor="FFFF9B9B")
        sheet.freeze_panes = "A2"
    book.save(BytesIO())


def _plain_table(document: Document, name: str, rows: Rows) -> None:
    document.add_heading(name)
    table = document.add_table(rows=0, cols=len(rows[0]))
    table.style = "Table Grid"
    for row in rows:
        cells = table.add_row().cells
        for cell, value in zip(cells, row, strict=True):
            cell.text = str(value)


def _put_prose(session: Session, cycle: Cycle) -> None:
    """Prose of every agency that has reported, as collecting its Word outline would have put it down."""
    chance = random.Random(7)  # noqa: S311 - the same prose every time
    drafts = {code: [_paragraph(chance) for _ in range(_DRAFTS)] for code in _HEADINGS}
    arrivals = session.exec(
        select(Arrival.id, Arrival.request_id, Arrival.received_at)
        .join(Request, col(Request.id) == col(Arrival.request_id))
        .where(Request.cycle_id == cycle.id)
        .order_by(col(Arrival.id))
    ).all()
    put(
        session,
        Narrative,
        (
            {"request_id": request_id, "arrival_id": arrival_id, "received_at": at, "note": ""}
            for arrival_id, request_id, at in arrivals
        ),
    )
    narratives = session.exec(
        select(Narrative.id)
        .join(Request, col(Request.id) == col(Narrative.request_id))
        .where(Request.cycle_id == cycle.id)
        .order_by(col(Narrative.id))
    ).all()
    put(session, NarrativePart, (part for one in narratives for part in _parts(one or 0, drafts, chance)))


def _parts(
    narrative_id: int, drafts: dict[str, list[str]], chance: random.Random
) -> Iterator[dict[str, Any]]:
    for position, code in enumerate(_HEADINGS):
        lines = []
        for draft in chance.sample(drafts[code], 2):
            if chance.random() < _OWN:
                lines.append(_paragraph(chance))
            elif chance.random() < 0.5:
                lines.append(f"{draft} Đến nay đạt {chance.randint(40, 99)}%.")
            else:
                lines.append(draft)
        mark = "- " if code in _POINTS else ""
        yield {
            "narrative_id": narrative_id,
            "position": position,
            "code": code,
            "heading": code,
            "text": "\n".join(f"{mark}{line}" for line in lines),
            "notes": "",
        }


def _paragraph(chance: random.Random) -> str:
    sentences = [
        f"{chance.choice(_WHO)} {chance.choice(_DID)} {chance.choice(_WHAT)}, {chance.choice(_HOW)}"
        for _ in range(chance.randint(1, 3))
    ]
    return ". ".join(sentences) + f" ({chance.randint(1, 400)} lượt)."


def _put_points(session: Session, cycle: Cycle) -> None:
    """A point of the phiếu đối chiếu for one in five of the agencies that have reported."""
    at: datetime = NOW
    put(
        session,
        Discrepancy,
        (
            {
                "cycle_id": cycle.id,
                "key": f"do/{one.id}",
                "kind": DiscrepancyKind.PROSE,
                "agency_id": one.agency_id,
                "request_id": one.id,
                "source": "Lời văn, mục 1.III.1",
                "sentence": "Lời văn ghi 149 hồ sơ nhưng biểu ghi 166 hồ sơ, đề nghị rà soát, thống nhất số liệu.",
                "state": DiscrepancyState.OPEN,
                "found_at": at,
            }
            for one in session.exec(
                select(Request).where(Request.cycle_id == cycle.id, col(Request.complete_at).is_not(None))
            )
            if (one.id or 0) % 5 == 0
        ),
    )
