"""A central system's workbook brought back: its codes are kept, what it says otherwise is listed, nothing decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.desk_act import CentralCode
from models.fault import Fault
from models.history import Audit
from models.register import Assignment
from models.rules.board.glance import Glance
from models.rules.central.central_file import CentralColumn, CentralField, CentralSystem
from models.rules.central.central_match import Comparison, TheirRow, compare
from models.rules.deadlines import read_deadline
from models.rules.text import clean, fold
from tasks.blobs import bytes_of, keep_bytes
from tasks.central.rows import codes_in_force, our_rows
from tasks.states import record_act
from tasks.workbook.cells import Sheet, sheets_of
from tasks.workbook.package import UnreadableForm, parts_of

TAKEN = "nhap-trung-uong"
ENTITY = "central_system"
LONGEST_CODE = 100
MOST_ROWS = 5_000


class CentralFault(Fault):
    """A workbook or a code of a central system that cannot be taken; the message says why."""


@dataclass(frozen=True)
class TakenFile:
    """One workbook that was brought in."""

    sha256: str
    name: str
    rows: int
    actor: str
    at: datetime


def read_their_rows(content: bytes, system: CentralSystem, year: int) -> list[TheirRow]:
    """The rows of their workbook; `year` is that of a deadline written without one.

    CentralFault names the headings that were looked for.
    """
    try:
        sheets = sheets_of(parts_of(content), MOST_ROWS)
    except UnreadableForm as fault:
        raise CentralFault(
            f"Không đọc được tệp: phải là bảng tính .xlsx tải từ {system.name}. Nếu là .xls, mở bằng Excel rồi lưu "
            "thành .xlsx."
        ) from fault
    for sheet in sheets:
        found = _columns(sheet, system)
        if found is not None:
            return _rows(sheet, *found, year)
    code, name = system.column_of(CentralField.THEIR_CODE), system.column_of(CentralField.NAME)
    wanted = " và ".join(f"“{column.header}”" for column in (code, name) if column is not None)
    raise CentralFault(
        f"Tệp không có trang nào có các cột {wanted} của {system.name}. Nếu hệ thống đã đổi biểu, sửa tệp "
        f"central/{system.system}.yaml trong thư mục của tỉnh."
    )


def take_workbook(
    session: Session,
    system: CentralSystem,
    told: Glance,
    name: str,
    content: bytes,
    rows: Sequence[TheirRow],
    *,
    actor: str,
    now: datetime,
) -> str:
    """Keep their workbook (`rows` is what was read in it), and the codes of the rows that are surely ours; its SHA-256.
    The same file again does it once."""
    sha256 = keep_bytes(session, content, now)
    compared = compare(rows, our_rows(told, codes_in_force(session, system.system)), system)
    for pair in compared.pairs:
        if pair.new_code:
            session.add(
                CentralCode(
                    system=system.system, assignment_id=pair.ours.id, code=pair.new_code, actor=actor, at=now
                )
            )
    if not any(taken.sha256 == sha256 for taken in taken_files(session, system.system)):
        record_act(
            session,
            TAKEN,
            ENTITY,
            None,
            actor=actor,
            now=now,
            after={
                "hệ thống": system.system,
                "tệp": clean(name)[:200],
                "sha256": sha256,
                "số dòng": len(rows),
                "mã mới": sum(bool(pair.new_code) for pair in compared.pairs),
            },
        )
    session.flush()
    return sha256


def taken_files(session: Session, system: str) -> list[TakenFile]:
    """The workbooks of a system that were brought in, the latest first."""
    acts = session.exec(
        select(Audit).where(Audit.act == TAKEN, Audit.entity == ENTITY).order_by(col(Audit.id).desc())
    )
    return [
        TakenFile(said["sha256"], said["tệp"], said["số dòng"], act.actor, act.at)
        for act in acts
        if (said := act.after or {}).get("hệ thống") == system
    ]


def compare_taken(session: Session, system: CentralSystem, told: Glance, sha256: str) -> Comparison:
    """One of their workbooks held against what stands now. CentralFault when it was not brought in."""
    if not any(taken.sha256 == sha256 for taken in taken_files(session, system.system)):
        raise CentralFault(f"Chưa nạp tệp nào như thế của {system.name}.")
    rows = read_their_rows(bytes_of(session, sha256), system, told.day.year)
    return compare(rows, our_rows(told, codes_in_force(session, system.system)), system)


def keep_code(
    session: Session, system: str, assignment: Assignment, code: str, *, actor: str, now: datetime
) -> bool:
    """A person says what the system calls an assignment. Another code ends the one before. Returns whether that
    changed anything."""
    code = clean(code)
    if not code or len(code) > LONGEST_CODE:
        raise CentralFault("Mã trên hệ thống của Trung ương để trống hoặc quá dài.")
    standing = session.exec(
        select(CentralCode)
        .where(
            CentralCode.system == system,
            col(CentralCode.ended_at).is_(None),
            (col(CentralCode.assignment_id) == assignment.id) | (col(CentralCode.code) == code),
        )
        .with_for_update()
    ).all()
    mine = next((row for row in standing if row.assignment_id == assignment.id), None)
    if mine is not None and mine.code == code:
        return False
    if any(row.code == code for row in standing):
        raise CentralFault(f"Mã {code} đang dùng cho nhiệm vụ khác; bỏ mã ở nhiệm vụ ấy trước.")
    if mine is not None:
        _end(session, mine, actor, now)
    session.add(CentralCode(system=system, assignment_id=assignment.id or 0, code=code, actor=actor, at=now))
    record_act(
        session,
        "ghi-ma-trung-uong",
        "assignment",
        assignment.id,
        actor=actor,
        now=now,
        before={"mã": mine.code} if mine is not None else None,
        after={"hệ thống": system, "mã": code},
    )
    session.flush()
    return True


def drop_code(
    session: Session, system: str, assignment: Assignment, *, reason: str, actor: str, now: datetime
) -> bool:
    """A code that was wrong is ended. Returns whether there was one."""
    if not clean(reason):
        raise CentralFault("Ghi lý do bỏ mã.")
    standing = session.exec(
        select(CentralCode)
        .where(
            CentralCode.system == system,
            CentralCode.assignment_id == assignment.id,
            col(CentralCode.ended_at).is_(None),
        )
        .with_for_update()
    ).first()
    if standing is None:
        return False
    _end(session, standing, actor, now)
    record_act(
        session,
        "bo-ma-trung-uong",
        "assignment",
        assignment.id,
        actor=actor,
        now=now,
        reason=clean(reason),
        before={"hệ thống": system, "mã": standing.code},
    )
    return True


def _end(session: Session, row: CentralCode, actor: str, now: datetime) -> None:
    row.ended_at, row.ended_by = now, actor
    session.add(row)
    session.flush()


def _columns(sheet: Sheet, system: CentralSystem) -> tuple[int, dict[CentralField, int]] | None:
    """The row of the headings and the columns of our fields; None where code and name are not both there."""
    for row in list(sheet.rows)[:30]:
        headings = {fold(sheet.text(row, column)): column for column in reversed(list(sheet.rows[row]))}
        found: dict[CentralField, int] = {}
        for column in system.columns:
            place = _place(column, headings)
            if column.field is not None and place is not None:
                found[column.field] = place
        if CentralField.THEIR_CODE in found and CentralField.NAME in found:
            return row, found
    return None


def _place(column: CentralColumn, headings: dict[str, int]) -> int | None:
    return next((headings[fold(h)] for h in (column.header, *column.also) if fold(h) in headings), None)


def _rows(sheet: Sheet, header: int, columns: dict[CentralField, int], year: int) -> list[TheirRow]:
    rows = []
    for row in sheet.rows:
        if row <= header:
            continue

        def said(field: CentralField, row: int = row) -> str:
            return clean(sheet.text(row, columns[field])) if field in columns else ""

        name = said(CentralField.NAME)
        if not name:
            continue
        due_raw = said(CentralField.DUE)
        rows.append(
            TheirRow(
                row=row,
                code=said(CentralField.THEIR_CODE)[:LONGEST_CODE],
                name=name,
                due_raw=due_raw,
                due=read_deadline(due_raw, year).due if due_raw else None,
                status=said(CentralField.STATUS),
            )
        )
    return rows
