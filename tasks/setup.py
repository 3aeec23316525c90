"""Loading the province's folder: directory, registers, owners, annexes. Each part idempotent, each said in a line."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from models.directory import Agency
from models.fault import Fault
from models.register import Register
from models.rules.registers.raw_register import ItemKind
from models.time import local_day
from tasks.annexes.versions import FOLDER, load_annexes, told_of
from tasks.office import Office
from tasks.profile import apply_directory, apply_owners, refuse_coming_faults
from tasks.registers.register_file import read_register
from tasks.registers.register_import import ImportPlan, Item, apply_import, plan_import


class SetupFault(Fault):
    """The folder does not fit together; the message says how."""


def set_up(office: Office, now: datetime, actor: str) -> Iterator[str]:
    """Load everything of the province's folder."""
    profile = office.profile
    refuse_coming_faults(profile, office.calendar(local_day(now)), local_day(now))
    with office.store.writing() as session:
        changed = apply_directory(session, profile, actor=actor, now=now)
    communes = sum(entry.kind == "commune" for entry in profile.agencies)
    yield (
        f"Danh bạ: {len(profile.agencies)} cơ quan ({communes} xã, phường), {len(profile.groups)} nhóm, "
        f"{len(profile.people)} người liên hệ; {changed} thay đổi."
    )
    for register in profile.registers:
        yield from import_register(office, profile.folder / register.file, register.code, now, actor)
    with office.store.writing() as session:
        owners = apply_owners(session, profile)
    provisional = (
        " (tạm giao, chờ phân công)" if profile.default_owner and profile.default_owner.provisional else ""
    )
    yield f"Phân công chỉ tiêu: {owners} thay đổi{provisional}."
    with office.store.writing() as session:
        files = workbooks_in(profile.folder / FOLDER)
        loaded = load_annexes(session, files, actor=actor, now=now, again=False)
        lines = [told_of(version, new=new) for version, new in loaded]
    yield from lines


def workbooks_in(folder: Path) -> list[Path]:
    """The workbooks of a folder by name, without what Excel and LibreOffice leave beside an open one."""
    return sorted(file for file in folder.glob("*.xlsx") if not file.name.startswith(("~$", ".")))


def import_register(
    office: Office,
    file: Path,
    register_code: str,
    now: datetime,
    actor: str,
    *,
    dry_run: bool = False,
    accept: Collection[str] = (),
) -> Iterator[str]:
    """Read a register's file and apply it, or only say what it would do. Yields lines for a person."""
    profile = office.profile
    code = register_code or profile.registers[0].code
    raw = read_register(file)
    store = office.store
    with store.reading() if dry_run else store.writing() as session:
        if session.exec(select(Agency.id)).first() is None:
            apply_directory(session, profile, actor=actor, now=now)  # names are recognised by the directory
        known = session.exec(select(Register).where(Register.code == code)).first()
        listed = next((entry.name for entry in profile.registers if entry.code == code), code)
        plan = plan_import(session, raw, code, listed if known is None else known.name)
        unknown = sorted(set(accept) - {item.ref for item in plan.needs_decision})
        if unknown:
            raise SetupFault(f"Không có thay đổi nào chờ quyết định mang khóa: {', '.join(unknown)}.")
        if not dry_run:
            apply_import(session, plan, file.read_bytes(), file.name, actor, now, accept=accept)
    yield from told(plan, accept, dry_run=dry_run)


def told(plan: ImportPlan, accept: Collection[str], *, dry_run: bool) -> Iterator[str]:
    """A plan in lines: counts first, then every change, then what waits for a person."""
    counts = {kind: sum(ref.startswith(f"{kind.value}:") for ref in _refs(plan)) for kind in ItemKind}
    would = "Sẽ" if dry_run else "Đã"
    yield (
        f"Danh mục {plan.register_code} (năm {plan.year}): {counts[ItemKind.ASSIGNMENT]} nhiệm vụ, "
        f"{counts[ItemKind.INDICATOR]} chỉ tiêu. {would} thêm {len(plan.added)}, sửa {len(plan.changed)}, "
        f"khôi phục {len(plan.restored)}, bỏ {len(plan.dropped)}; giữ nguyên {len(plan.unchanged)}."
    )
    if dry_run:
        for item in plan.added:
            yield f"  + {item.ref}  {_short(item.name)}"
    for item in plan.changed:
        yield f"  ~ {item.ref}  {_changes(item)}"
    for item in plan.restored:
        yield f"  ↺ {item.ref}  {_short(item.name)}"
    for item in plan.dropped:
        yield f"  - {item.ref}  {_short(item.name)}"
    problems = plan.problems_left(accept)
    if problems:
        yield f"{len(problems)} chỗ chờ người quyết định:"
    for problem in problems:
        yield f"  ! {problem.place}: “{_short(problem.text)}”. {problem.why}"


def _refs(plan: ImportPlan) -> list[str]:
    items = (*plan.added, *plan.changed, *plan.restored, *plan.needs_decision)
    return [*(item.ref for item in items if not item.drops), *plan.unchanged]


def _changes(item: Item) -> str:
    return "; ".join(
        f"{change.field}: {_short(change.before)} → {_short(change.after)}" for change in item.changes
    )


def _short(text: str, length: int = 90) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
