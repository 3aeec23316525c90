"""A register out to Excel and back: laid out like the annexes, safe to open, the same when read again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from sqlmodel import Session, create_engine

from models.codes import AgencyKind
from models.directory import Agency, Alias
from models.rules.registers.raw_register import RawIndicator, RawRegister
from models.rules.text import fold
from models.tables import METADATA
from tasks.registers.register_export import UnknownRegister, export_register
from tasks.registers.register_file import read_register
from tasks.registers.register_import import apply_import, plan_import

DATA = Path(__file__).parents[2] / "data"
CODE, NAME = "KH57-2026", "Danh mục của Ban Chỉ đạo, kèm Báo cáo năm 2025"
NOW = datetime(2026, 1, 15, 8, tzinfo=UTC)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with Session(engine) as session:
        session.add(Agency(code="SNV", name="Sở Nội vụ", kind=AgencyKind.DEPARTMENT))
        session.flush()
        session.add(Alias(folded=fold("Sở Nội vụ"), written="Sở Nội vụ", agency_id=1))
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def raw() -> RawRegister:
    return read_register(DATA / "bao-cao-bcd-2025.txt")


def load(session: Session, raw: RawRegister) -> None:
    plan = plan_import(session, raw, CODE, NAME)
    apply_import(session, plan, b"tep", "a.docx", "thu-ky", NOW, {item.ref for item in plan.needs_decision})


def exported(session: Session) -> Workbook:
    return openpyxl.load_workbook(BytesIO(export_register(session, CODE)))


def read_back(session: Session, folder: Path) -> RawRegister:
    path = folder / "danh-muc.xlsx"
    path.write_bytes(export_register(session, CODE))
    return read_register(path)


def test_out_and_back_is_the_very_same_register(session: Session, raw: RawRegister, tmp_path: Path) -> None:
    load(session, raw)
    back = read_back(session, tmp_path)
    assert back == raw
    plan = plan_import(session, back, CODE, NAME)
    assert (plan.to_apply(), plan.needs_decision, len(plan.unchanged)) == ((), (), 83)


def test_a_row_that_leaves_its_subsection(session: Session, raw: RawRegister, tmp_path: Path) -> None:
    first = replace(raw.assignments[0], key="I.1.1", subsection="1", subsection_name="A", number="1.1")
    second = replace(raw.assignments[0], key="I.2", number="2")
    register = replace(raw, assignments=(first, second))
    load(session, register)
    assert read_back(session, tmp_path) == register


def test_what_was_dropped_does_not_come_out(session: Session, raw: RawRegister, tmp_path: Path) -> None:
    load(session, raw)
    shorter = replace(raw, assignments=raw.assignments[1:], indicators=raw.indicators[:-1])
    load(session, shorter)
    assert read_back(session, tmp_path) == shorter


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+84 215", "-5 điểm", "@tên", '=HYPERLINK("http://x.example")', "'trích", "1.10", "00123"],
)
def test_texts_that_programs_would_calculate(
    session: Session, raw: RawRegister, tmp_path: Path, text: str
) -> None:
    hostile = replace(raw.assignments[0], name=text, leads=text, result=text)
    figure = RawIndicator("I.1", "I", "Hạ tầng", "1", text, "%", "≥ 1", "2", text)
    register = replace(raw, assignments=(hostile,), indicators=(figure,))
    load(session, register)
    sheet = exported(session)["Phụ lục II"]
    cell = sheet["B7"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert cell.quotePrefix is (text[0] in "=+-@")
    assert read_back(session, tmp_path) == register


def test_layout(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    workbook = exported(session)
    assert workbook.sheetnames == ["Phụ lục I", "Phụ lục II"]
    targets, tasks = workbook.worksheets
    assert [targets.cell(row, 1).value for row in (1, 2, 3)] == [
        "Phụ lục I",
        "DANH MỤC CÁC CHỈ TIÊU CỤ THỂ",
        f"({NAME})",
    ]
    assert [cell.value for cell in targets[5]] == [
        "STT",
        "Mục tiêu",
        "Đơn vị tính",
        "Kết quả năm 2025",
        "Mục tiêu năm 2026",
        "Ghi chú",
    ]
    assert tasks["A2"].value == "DANH MỤC CÁC NHIỆM VỤ, GIẢI PHÁP TRỌNG TÂM NĂM 2026"
    assert [cell.value for cell in tasks[5]] == [
        "STT",
        "Tên nhiệm vụ",
        "Cơ quan chủ trì",
        "Cơ quan phối hợp",
        "Kết quả",
        "Thời gian hoàn thành",
    ]
    assert (targets.max_row, tasks.max_row) == (5 + 5 + 46, 5 + 8 + 5 + 37)
    numbers = [tasks.cell(row, 1).value for row in range(6, tasks.max_row + 1)]
    assert numbers[16:26] == ["2", "V", "1", "1.1", "1.2", "1.3", "1.4", "2", None, "3"]
    for sheet in (targets, tasks):
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
        assert (sheet.print_title_rows, sheet.freeze_panes) == ("$5:$5", "A6")
        assert sheet["B7"].alignment.wrap_text is True
        assert sheet["A6"].font.bold is True


def test_an_unknown_register(session: Session) -> None:
    with pytest.raises(UnknownRegister, match="Không có danh mục nào mang mã “KH57-2026”"):
        export_register(session, CODE)
