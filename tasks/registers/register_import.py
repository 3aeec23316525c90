"""A file's list into the register: first a plan that changes nothing, then the plan as append-only revisions.

What a machine may not decide stays out of the plan's changes and is listed apart: a row whose name has
changed (the same task in other words, or another task under its number?), a deadline that a decision had
changed meanwhile, a row that may be missing only because the file could not be read. Each is applied when a
person accepts its `ref`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from models.fault import Fault
from models.register import Assignment, Indicator, Register, RegisterImport, RegisterProblem
from models.rules.registers.names import Bearer
from models.rules.registers.raw_register import ItemKind, RawProblem, RawRegister
from models.rules.registers.register_meaning import assignment_meaning, indicator_meaning
from models.rules.registers.register_merge import (
    NAME,
    AnyContent,
    AssignmentContent,
    Change,
    Merged,
    last_word_of_files,
    merge,
    place_rows,
)
from models.rules.text import fold
from tasks.blobs import digest, keep_bytes
from tasks.registers.register_rows import (
    Bearers,
    StoredRow,
    add_revisions,
    read_assignments,
    read_bearers,
    read_indicators,
)
from tasks.states import record_act

_NOUN = {ItemKind.ASSIGNMENT: "nhiệm vụ", ItemKind.INDICATOR: "chỉ tiêu"}
_PLACE_LONGEST = 200


class ImportRefused(Fault):
    """A file that does not belong in this register, or a plan that is out of date; says so in Vietnamese."""


@dataclass(frozen=True)
class Item:
    """One row of the register in a plan.

    `content` is what its next revision will say (None: no revision), `lead` its lead of record from then on.
    `question` is what a person must decide before it is applied, "" when nothing. `problems` come with it.
    """

    kind: ItemKind
    key: str
    name: str
    changes: tuple[Change, ...] = ()
    content: AnyContent | None = None
    lead: Bearer | None = None
    restores: bool = False
    drops: bool = False
    question: str = ""
    problems: tuple[RawProblem, ...] = ()

    @property
    def ref(self) -> str:
        """What names the row where keys of assignments and indicators meet: nhiem-vu:V.5.1, chi-tieu:V.45."""
        return f"{self.kind.value}:{self.key}"


@dataclass(frozen=True)
class ImportPlan:
    """What importing a file would do.

    `unchanged` holds refs; `restored` are dropped rows that come back as they were. `stands_on` is what the
    plan was made on: ref to revision in force and whether dropped.
    """

    register_code: str
    register_name: str
    year: int
    added: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()
    restored: tuple[Item, ...] = ()
    dropped: tuple[Item, ...] = ()
    needs_decision: tuple[Item, ...] = ()
    unchanged: tuple[str, ...] = ()
    problems: tuple[RawProblem, ...] = ()
    stands_on: Mapping[str, tuple[int, bool]] = field(default_factory=dict)

    def to_apply(self, accept: Collection[str] = ()) -> tuple[Item, ...]:
        """The rows that change when these refs are accepted."""
        accepted = (item for item in self.needs_decision if item.ref in accept)
        return (*self.added, *self.changed, *self.restored, *self.dropped, *accepted)

    def problems_left(self, accept: Collection[str] = ()) -> tuple[RawProblem, ...]:
        """What remains for a person when these refs are accepted: the problems, and every open decision."""
        problems = list(self.problems)
        for item in self.needs_decision:
            if item.ref in accept:
                problems += item.problems
            else:
                place = f"{_NOUN[item.kind].capitalize()} {item.key}"
                problems.append(RawProblem(place, _told(item), item.question, item.kind, item.key))
        return tuple(problems)


def plan_import(session: Session, raw: RawRegister, register_code: str, register_name: str) -> ImportPlan:
    """What this file changes in the register (which need not exist yet). Nothing is written."""
    if "/" in register_code or not register_code.strip():
        raise ImportRefused(f"Mã danh mục “{register_code}” không được trống và không được có dấu “/”.")
    bearers = read_bearers(session)
    register = _register(session, register_code)
    if register is not None and register.year != raw.year:
        raise ImportRefused(
            f"Tệp là danh mục năm {raw.year}, còn danh mục {register_code} là của năm {register.year}; "
            "kiểm tra lại tệp, hoặc nạp thành một danh mục mới với mã khác."
        )
    stored = _stored(session, register, bearers)
    problems = list(raw.problems)
    contents: dict[ItemKind, dict[str, AnyContent]] = {kind: {} for kind in ItemKind}
    positions = _positions(stored[ItemKind.ASSIGNMENT], [row.key for row in raw.assignments])
    for assignment in raw.assignments:
        meant, doubts = assignment_meaning(assignment, positions[assignment.key], raw.year, bearers.names)
        contents[ItemKind.ASSIGNMENT][assignment.key] = meant
        problems += doubts
    positions = _positions(stored[ItemKind.INDICATOR], [row.key for row in raw.indicators])
    for indicator in raw.indicators:
        figures, doubts = indicator_meaning(indicator, positions[indicator.key], raw.year)
        contents[ItemKind.INDICATOR][indicator.key] = figures
        problems += doubts
    draft = _Draft(problems)
    for kind in ItemKind:
        for key, content in contents[kind].items():
            _plan_row(kind, key, content, stored[kind].get(key), draft)
        _plan_missing(kind, set(contents[kind]), stored[kind], raw.problems, draft)
    return ImportPlan(
        register_code=register_code,
        register_name=register_name,
        year=raw.year,
        added=tuple(draft.added),
        changed=tuple(draft.changed),
        restored=tuple(draft.restored),
        dropped=tuple(draft.dropped),
        needs_decision=tuple(draft.needs_decision),
        unchanged=tuple(draft.unchanged),
        problems=tuple(draft.problems),
        stands_on=_standing(stored),
    )


def apply_import(
    session: Session,
    plan: ImportPlan,
    content: bytes,
    file_name: str,
    actor: str,
    now: datetime,
    accept: Collection[str] = frozenset(),
) -> RegisterImport | None:
    """Write the plan, with the decisions whose refs are in `accept`; `content` is the file it was made from.

    None, and nothing written, when there is nothing to change and nothing new to tell. ImportRefused when the
    register has changed since the plan was made. The caller commits.
    """
    bearers = read_bearers(session)
    register = _register(session, plan.register_code)
    stored = _stored(session, register, bearers)
    if _standing(stored) != plan.stands_on:
        raise ImportRefused("Danh mục đã thay đổi sau khi lập phương án nạp; xem lại phương án rồi nạp lại.")
    items = plan.to_apply(accept)
    problems = plan.problems_left(accept)
    if (
        register is not None
        and not items
        and register.name == plan.register_name
        and _already_told(session, register, digest(content), problems)
    ):
        return None
    name_before = register.name if register is not None else None
    if register is None:
        register = Register(code=plan.register_code, name=plan.register_name, year=plan.year)
    register.name = plan.register_name
    session.add(register)
    session.flush()
    made = RegisterImport(
        register_id=register.id or 0,
        sha256=keep_bytes(session, content, now),
        file_name=file_name,
        actor=actor,
        imported_at=now,
    )
    session.add(made)
    session.flush()
    _write(session, items, register.id or 0, stored, bearers, made.id or 0, now)
    for problem in problems:
        session.add(
            RegisterProblem(
                import_id=made.id or 0,
                place=problem.place[:_PLACE_LONGEST],
                text=problem.text,
                why=problem.why,
            )
        )
    record_act(
        session,
        "nap-danh-muc",
        "register",
        register.id,
        actor=actor,
        now=now,
        before=None if name_before is None else {"tên": name_before},
        after={
            "tên": plan.register_name,
            "tệp": file_name,
            "sha256": made.sha256,
            "thêm": [item.ref for item in plan.added],
            "sửa": [item.ref for item in plan.changed],
            "khôi phục": [item.ref for item in plan.restored],
            "bỏ": [item.ref for item in plan.dropped],
            "chấp nhận": [item.ref for item in plan.needs_decision if item.ref in accept],
            "chờ xem xét": len(problems),
        },
    )
    session.flush()
    return made


@dataclass
class _Draft:
    """A plan as it is being made."""

    problems: list[RawProblem]
    added: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    restored: list[Item] = field(default_factory=list)
    dropped: list[Item] = field(default_factory=list)
    needs_decision: list[Item] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def _plan_row(kind: ItemKind, key: str, content: AnyContent, stored: StoredRow | None, draft: _Draft) -> None:
    """A row that the file has."""
    if stored is None:
        lead = _first_lead(content)
        draft.added.append(Item(kind, key, content.name, content=content, lead=lead))
        return
    merged = merge(last_word_of_files(stored.revisions), stored.current, content)
    lead, doubts = _lead_of_record(key, stored, merged.content)
    item = Item(
        kind,
        key,
        stored.current.name,
        changes=merged.changes,
        content=merged.content if merged.changes else None,
        lead=lead,
        restores=stored.dropped,
        question=_question(kind, key, merged, stored.current),
        problems=doubts,
    )
    if item.question:
        draft.needs_decision.append(item)
    elif item.content is not None:
        draft.changed.append(item)
        draft.problems += item.problems
    elif item.restores:
        draft.restored.append(item)
    else:
        draft.unchanged.append(item.ref)


def _question(kind: ItemKind, key: str, merged: Merged[AnyContent], current: AnyContent) -> str:
    """What a person must decide before these changes may be made; "" when nothing."""
    noun = _NOUN[kind]
    questions = []
    if fold(merged.content.name) != fold(current.name):
        questions.append(
            f"Số {key} nay mang tên khác. Nếu vẫn là {noun} đó thì chấp nhận tên mới; "
            f"nếu là {noun} khác thì đánh số khác trong tệp rồi nạp lại."
        )
    if any(change.field != NAME.label for change in merged.overruled):
        said = "; ".join(
            f"{change.field}: đang là “{change.before}”, tệp ghi “{change.after}”"
            for change in merged.overruled
        )
        questions.append(
            f"Nội dung đã được điều chỉnh sau lần nạp trước, tệp lại ghi khác ({said}). "
            "Chấp nhận thì lấy theo tệp; nếu không, giữ theo điều chỉnh."
        )
    return " ".join(questions)


def _lead_of_record(
    key: str, stored: StoredRow, content: AnyContent
) -> tuple[Bearer | None, tuple[RawProblem, ...]]:
    """The lead of record under new leads: the same while it leads; else the first named, with a problem."""
    if not isinstance(content, AssignmentContent) or not isinstance(stored.current, AssignmentContent):
        return None, ()
    bearers = [named.bearer for named in content.leads]
    if stored.lead in bearers or content.leads == stored.current.leads:
        return stored.lead, ()
    first = _first_lead(content)
    if stored.lead is None:
        return first, ()
    instead = f"tạm lấy {first.code}" if first is not None else "chưa xác định được đơn vị thay"
    why = (
        f"Đơn vị đầu mối {stored.lead.code} không còn là cơ quan chủ trì; {instead}. "
        "Đề nghị xác định lại cơ quan đầu mối của nhiệm vụ."
    )
    return first, (RawProblem(f"Nhiệm vụ {key}", content.leads_raw, why, ItemKind.ASSIGNMENT, key),)


def _first_lead(content: AnyContent) -> Bearer | None:
    """The first-named lead; None when that name is not known, for the next one is not the first."""
    if not isinstance(content, AssignmentContent) or not content.leads:
        return None
    return content.leads[0].bearer


def _plan_missing(
    kind: ItemKind,
    there: set[str],
    stored: Mapping[str, StoredRow],
    unread: Collection[RawProblem],
    draft: _Draft,
) -> None:
    """The rows that the file has no more. They are dropped only when the file can be trusted to lack them."""
    noun = _NOUN[kind]
    missing = {key: row for key, row in stored.items() if key not in there and not row.dropped}
    if missing and not there:
        draft.problems.append(
            RawProblem(
                f"Phụ lục {noun}",
                "",
                f"Tệp không có {noun} nào đọc được; {len(missing)} {noun} của danh mục được giữ nguyên.",
                kind,
            )
        )
        return
    lost = [problem for problem in unread if problem.lost and problem.kind is kind]
    lost_keys = {problem.key for problem in lost}
    doubtful = any(not problem.key or problem.key in there for problem in lost)
    for key, row in missing.items():
        if key in lost_keys:
            continue  # it is in the file, unread: its problem says so
        item = Item(kind, key, row.current.name, drops=True)
        if doubtful:
            question = (
                f"Tệp không còn {noun} {key}, nhưng có dòng không đọc được nên chưa chắc là đã bỏ. "
                "Chấp nhận nếu đã bỏ; nếu không, sửa dòng đó trong tệp rồi nạp lại."
            )
            draft.needs_decision.append(replace(item, question=question))
        else:
            draft.dropped.append(item)


def _told(item: Item) -> str:
    changes = "; ".join(f"{change.field}: {change.before} → {change.after}" for change in item.changes)
    return changes or item.name


def _write(
    session: Session,
    items: Collection[Item],
    register_id: int,
    stored: Mapping[ItemKind, Mapping[str, StoredRow]],
    bearers: Bearers,
    import_id: int,
    now: datetime,
) -> None:
    revised: list[tuple[Assignment | Indicator, AnyContent]] = []
    for item in items:
        known = stored[item.kind].get(item.key)
        row: Assignment | Indicator
        if known is not None:
            row = known.row
        elif item.kind is ItemKind.ASSIGNMENT:
            row = Assignment(register_id=register_id, key=item.key)
        else:
            row = Indicator(register_id=register_id, key=item.key)
        if item.drops:
            row.dropped_at = now
        if item.restores:
            row.dropped_at = None
        if item.content is not None:
            if isinstance(row, Assignment):
                row.lead_agency_id, row.lead_group_id = bearers.columns(item.lead)
            revised.append((row, item.content))
        session.add(row)
    session.flush()
    add_revisions(session, revised, bearers, import_id, now)


def _register(session: Session, code: str) -> Register | None:
    return session.exec(select(Register).where(Register.code == code)).first()


def _stored(
    session: Session, register: Register | None, bearers: Bearers
) -> dict[ItemKind, dict[str, StoredRow]]:
    if register is None or register.id is None:
        return {kind: {} for kind in ItemKind}
    return {
        ItemKind.ASSIGNMENT: read_assignments(session, register.id, bearers),
        ItemKind.INDICATOR: read_indicators(session, register.id),
    }


def _standing(stored: Mapping[ItemKind, Mapping[str, StoredRow]]) -> dict[str, tuple[int, bool]]:
    return {
        f"{kind.value}:{key}": (row.row.revision_no, row.dropped)
        for kind, rows in stored.items()
        for key, row in rows.items()
    }


def _positions(stored: Mapping[str, StoredRow], keys: list[str]) -> dict[str, int]:
    placed = place_rows([stored[key].current.position if key in stored else None for key in keys])
    return dict(zip(keys, placed, strict=True))


def _already_told(
    session: Session, register: Register, sha256: str, problems: Collection[RawProblem]
) -> bool:
    """Whether this file, or one with the same problems, is the last one that was imported."""
    last = session.exec(
        select(RegisterImport)
        .where(RegisterImport.register_id == register.id)
        .order_by(col(RegisterImport.id).desc())
    ).first()
    if last is None:
        return False
    if last.sha256 == sha256:
        return True
    told = session.exec(select(RegisterProblem).where(RegisterProblem.import_id == last.id))
    return {(problem.place, problem.text, problem.why) for problem in told} == {
        (problem.place[:_PLACE_LONGEST], problem.text, problem.why) for problem in problems
    }
