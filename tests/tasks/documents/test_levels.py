"""Reports on other levels, from the database: made, kept once, found again; the same for a closed cycle for ever."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from openpyxl import load_workbook
from sqlmodel import col

from models.annex import RequestAnnex
from models.codes import DocumentKind
from models.cycle import CycleDocument
from models.history import Audit
from models.rules.levels.narrow import LevelFault
from models.time import VIETNAM
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import CycleFault, close_cycle, find_cycle
from tasks.documents.keeping import keep_made, made_report
from tasks.documents.kept import NotKept, content_of, documents_of
from tasks.documents.levels import (
    comparison_of,
    cycle_before,
    earlier_cycles,
    write_agency_report,
    write_comparison,
    write_section_report,
)
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.steps import collect_step, one_after_another, open_step, release_step

Q1 = "bcd-quy-2026-Q1"
H1 = "bcd-6-thang-2026-H1"
T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
HOUR = timedelta(hours=1)
LATER = datetime(2026, 5, 4, 8, tzinfo=VIETNAM).astimezone(UTC)
KEEP: dict[str, Any] = {"actor": "Lò Thị Mai (mai.lt)", "now": T0 + HOUR}


@pytest.fixture
def handed_in(few_both: Any) -> Any:
    few_both.mark_sent(T0 - HOUR)
    for agency in ("SNV", "STC", "3127"):
        (few_both.inbox / f"{agency}.xlsx").write_bytes(few_both.filled(agency))
    collect_step(few_both.office, T0, one_after_another)
    return few_both


def folder(province: Any) -> Path:
    return Path(province.office.settings.reports)


def agency_of(province: Any, code: str = "SNV", **how: Any) -> tuple[Path, ...]:
    return write_agency_report(province.store, Q1, code, folder(province), **{**KEEP, **how})


def test_an_agency_sheet_is_kept_and_written_once(handed_in: Any) -> None:
    paths = agency_of(handed_in)
    assert [path.name for path in paths] == [f"ket-qua-SNV-{Q1}.docx", f"ket-qua-SNV-{Q1}.xlsx"]
    assert "của Sở Nội vụ" in "\n".join(p.text for p in Document(str(paths[0])).paragraphs)
    assert agency_of(handed_in) == paths
    kept = handed_in.all(CycleDocument, CycleDocument.kind == DocumentKind.AGENCY_RESULT)
    assert [(one.file_name, one.actor) for one in kept] == [(path.name, KEEP["actor"]) for path in paths]
    assert handed_in.count(Audit, Audit.act == "lap-van-ban", col(Audit.actor) == KEEP["actor"]) == 2
    with handed_in.store.reading() as session:
        cycle = find_cycle(session, Q1)
        found = documents_of(session, cycle)
        assert [content_of(session, cycle, one.id)[1] for one in found] == [p.read_bytes() for p in paths]
        with pytest.raises(NotKept, match="không có văn bản số 999"):
            content_of(session, cycle, 999)


def test_its_workbook_leads_to_the_version_it_rests_on(handed_in: Any) -> None:
    book = load_workbook(agency_of(handed_in)[1])
    rows = [[cell.value for cell in row] for row in book["Nguồn số liệu"].iter_rows(min_row=6)]
    assert {row[9] for row in rows if row[5]} == {f"Lần 1, kỳ {Q1}"}


def test_a_section(handed_in: Any) -> None:
    paths = write_section_report(handed_in.store, Q1, "V", folder(handed_in), **KEEP)
    assert [path.name for path in paths] == [f"linh-vuc-V-{Q1}.docx", f"linh-vuc-V-{Q1}.xlsx"]
    texts = [
        str(cell.value)
        for row in load_workbook(paths[1])["Nguồn số liệu"].iter_rows(min_row=6)
        for cell in row
    ]
    keys = {text for text in texts if text.startswith("KH57-2026/") and " " not in text}
    assert keys
    assert all(key.startswith("KH57-2026/V.") for key in keys)
    assert len(keys) == 17


def test_a_closed_cycle_gives_the_same_files_whenever_it_is_asked(handed_in: Any) -> None:
    with handed_in.store.writing() as session:
        close_cycle(session, find_cycle(session, Q1), reason="Hết kỳ", actor="Thư ký", now=T0 + 2 * HOUR)
    first = [path.read_bytes() for path in agency_of(handed_in, now=T0 + 3 * HOUR)]
    store = handed_in.open_again()
    again = write_agency_report(store, Q1, "SNV", folder(handed_in), actor="Thư ký", now=LATER)
    whole = []
    for now in (T0 + 3 * HOUR, LATER):
        with store.writing() as session:
            cycle = find_cycle(session, Q1)
            view = read_cycle(session, cycle)
            made = made_report(session, cycle, view, cycle.as_of, now)
            keep_made(session, cycle, made, folder(handed_in), actor="Thư ký", now=now)
        whole += [one.content for one in made]
    assert [path.read_bytes() for path in again] == first
    assert whole[:2] == whole[2:]
    assert handed_in.count(CycleDocument, CycleDocument.kind == DocumentKind.AGENCY_RESULT) == 2
    assert handed_in.count(CycleDocument, CycleDocument.kind == DocumentKind.ANNEXES) == 1


def test_a_draft_has_nothing_to_report(imported_both: Any) -> None:
    open_step(imported_both.office, "2026-Q1", T0)
    with pytest.raises(CycleFault, match="còn là dự thảo"):
        agency_of(imported_both)


def test_a_withheld_assignment_is_in_no_file(handed_in: Any) -> None:
    line = handed_in.form("SNV").assignments[0]
    with handed_in.store.writing() as session:
        assignment = find_assignment(session, line.row_key)
        set_withheld(session, assignment, withheld=True, reason="Mật", actor="Thư ký", now=T0 + HOUR)
    word, sheet = agency_of(handed_in)
    assert line.name not in "\n".join(
        c.text for t in Document(str(word)).tables for row in t.rows for c in row.cells
    )
    book = load_workbook(sheet)
    assert not any(line.row_key in str(c.value) for page in book for row in page.iter_rows() for c in row)


def test_two_cycles_held_against_each_other(handed_in: Any) -> None:
    """STC completes in the half-year what was under way in the quarter; the others are silent."""
    office = handed_in.office
    opened = datetime(2026, 6, 2, 8, tzinfo=VIETNAM).astimezone(UTC)
    open_step(office, "2026-H1", opened)
    release_step(office, H1, "40-CV/BCĐ", date(2026, 6, 2), opened + HOUR)
    handed_in.mark_sent(opened + 2 * HOUR)
    with handed_in.store.writing() as session:  # its annexes are another matter
        session.execute(
            sa.delete(RequestAnnex).where(col(RequestAnnex.request_id) == handed_in.request_id("STC", H1))
        )
    key = next(line.row_key for line in handed_in.form("STC").assignments if line.kind == "date")
    content = handed_in.filled("STC", cycle=H1, status={key.partition("/")[2]: "Hoàn thành"})
    (handed_in.inbox / "STC-H1.xlsx").write_bytes(content)
    collect_step(office, opened + 3 * HOUR, one_after_another)
    now = opened + 4 * HOUR
    before, paths = write_comparison(handed_in.store, H1, "", folder(handed_in), actor="Thư ký", now=now)
    with handed_in.store.reading() as session:
        cycle, earlier = find_cycle(session, H1), find_cycle(session, before)
        assert [one.code for one in earlier_cycles(session, cycle)] == [Q1] == [earlier.code]
        found = comparison_of(session, cycle, earlier, now)
        with pytest.raises(CycleFault, match="Chưa có kỳ nào trước kỳ"):
            cycle_before(session, earlier)
    with pytest.raises(CycleFault, match="không trước kỳ"):
        write_comparison(handed_in.store, Q1, H1, folder(handed_in), actor="Thư ký", now=now)
    moves = {one.assignment.row_key: one.move.name for one in found.assignments}
    assert moves[key] == "FINISHED"
    assert [path.name for path in paths] == [f"so-sanh-{H1}-voi-{Q1}.docx", f"so-sanh-{H1}-voi-{Q1}.xlsx"]
    text = "\n".join(p.text for p in Document(str(paths[0])).paragraphs)
    assert "hoàn thành trong kỳ" in text


def test_who_is_not_there(handed_in: Any) -> None:
    with pytest.raises(LevelFault, match="không có cơ quan mang mã 'ABC'"):
        agency_of(handed_in, "ABC")
    assert handed_in.count(CycleDocument, CycleDocument.kind == DocumentKind.AGENCY_RESULT) == 0
