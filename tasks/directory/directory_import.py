"""A directory workbook, shown first and applied when a person says so: just what was shown, or nothing."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from models.codes import Origin
from models.directory import Agency, Alias, Person
from models.rules.directory.directory_known import AgencyChange, FieldChange, KnownAgency
from models.rules.directory.directory_plan import DirectoryPlan, directory_plan
from models.rules.text import clean, fold
from tasks.blobs import keep_bytes
from tasks.directory.contacts import Done, put_contact, record_done, refuse_last_of_the_house, retire
from tasks.directory.directory_book import Book, read_book
from tasks.directory.directory_sheet import DirectoryFault, read_directory
from tasks.profile import Profile, apply_memberships
from tasks.states import record_act

CHANGED_MEANWHILE = "Danh bạ hoặc tệp đã khác lúc xem trước nên chưa ghi gì. Xem lại rồi đồng ý lần nữa."
MISSING = "không có trong tệp danh bạ"


def plan_import(session: Session, content: bytes, *, drop_missing: bool = False) -> DirectoryPlan:
    """What a workbook would change. DirectoryFault when it is no directory."""
    return _plan(read_book(session), content, drop_missing=drop_missing)


def apply_import(
    session: Session,
    profile: Profile,
    content: bytes,
    file_name: str,
    *,
    code: str,
    drop_missing: bool = False,
    actor: str,
    now: datetime,
) -> DirectoryPlan:
    """Do what the plan with this code was shown to do; returns the plan. DirectoryFault when it is another by now.

    What is applied already changes nothing: pressing twice does it once.
    """
    book = read_book(session, held=True)
    plan = _plan(book, content, drop_missing=drop_missing)
    if plan.empty:
        return plan
    if plan.code != code.strip():
        raise DirectoryFault(CHANGED_MEANWHILE)
    _apply_agencies(session, book, plan, actor, now)
    apply_memberships(session, profile, now)
    _apply_people(session, book, plan, actor, now)
    record_act(
        session,
        "nap-danh-ba-excel",
        "directory",
        None,
        actor=actor,
        now=now,
        after={
            "tệp": file_name,
            "sha256": keep_bytes(session, content, now),
            "cơ quan": len(plan.agencies) + len(plan.dropped_agencies),
            "người": len(plan.people) + len(plan.dropped_people),
            "dòng lỗi": len({(fault.sheet, fault.row) for fault in plan.faults}),
        },
    )
    return plan


def told(plan: DirectoryPlan, *, done: bool) -> Iterator[str]:
    """A plan in lines: counts first, then every change, what is missing, what could not be read."""
    new = sum(change.known is None for change in plan.agencies)
    people_new = sum(change.known is None for change in plan.people)
    leaving = sum(change.leaves for change in plan.people)
    yield (
        f"{'Đã' if done else 'Sẽ'} thêm {new} và sửa {len(plan.agencies) - new} cơ quan; thêm {people_new}, sửa "
        f"{len(plan.people) - people_new - leaving}, ngừng dùng {leaving + len(plan.dropped_people)} người liên hệ; "
        f"{plan.same} dòng giữ nguyên."
    )
    for agency in plan.agencies:
        sign = "+" if agency.known is None else "↺" if agency.back else "~"
        yield f"  {sign} {agency.after.code} {agency.after.name}{changes_in_words(agency.changes)}"
    for person in plan.people:
        sign = "+" if person.known is None else "-" if person.leaves else "↺" if person.back else "~"
        who = f"{person.agency or 'Ban Chỉ đạo'}: {person.fields.name} ({person.fields.role.label.lower()})"
        yield f"  {sign} {who}{changes_in_words(person.changes)}"
    verb = (
        ("Đã ngừng dùng" if done else "Sẽ ngừng dùng")
        if plan.drop_missing
        else "Không có trong tệp, giữ nguyên"
    )
    for agency_left in plan.missing_agencies:
        kept = f"; còn trong kỳ: {', '.join(agency_left.owes)}, giữ nguyên" if agency_left.owes else ""
        yield f"  ? {verb if not kept else 'Không có trong tệp'}: {agency_left.code} {agency_left.name}{kept}"
    for left in plan.missing_people:
        yield f"  ? {verb}: {left.agency or 'Ban Chỉ đạo'}: {left.fields.name}"
    for note in plan.notes:
        yield f"  {note}"
    if plan.faults:
        yield f"{len(plan.faults)} chỗ phải sửa; dòng có lỗi không được nạp:"
    for fault in plan.faults:
        yield f"  ! {fault.place}: {fault.sentence}"


def changes_in_words(changes: tuple[FieldChange, ...]) -> str:
    """: họ tên: Trần Văn B → Trần Văn C; "" when nothing differs."""
    said = "; ".join(f"{c.label}: {c.before or '(trống)'} → {c.after or '(trống)'}" for c in changes)
    return f": {said}" if said else ""


def _plan(book: Book, content: bytes, *, drop_missing: bool) -> DirectoryPlan:
    read = read_directory(content)
    return directory_plan(
        book.known,
        read.agencies,
        read.people,
        read.faults,
        sha256=hashlib.sha256(content).hexdigest(),
        drop_missing=drop_missing,
        notes=read.notes,
    )


def _apply_agencies(session: Session, book: Book, plan: DirectoryPlan, actor: str, now: datetime) -> None:
    last = max((agency.position for agency in book.agencies.values()), default=-1)
    for change in plan.agencies:
        agency = book.agencies.get(change.after.code)
        if agency is None:
            last += 1
            agency = Agency(code=change.after.code, name="", kind=change.after.kind, position=last)
            book.agencies[agency.code] = agency
        agency.name, agency.kind = clean(change.after.name), change.after.kind
        agency.locality, agency.active, agency.origin = change.after.locality, True, Origin.DESK
        session.add(agency)
    for left in plan.dropped_agencies:
        agency = book.agencies[left.code]
        agency.active, agency.origin = False, Origin.DESK
        session.add(agency)
    session.flush()
    _apply_aliases(session, book, plan)
    for change in plan.agencies:
        act = (
            "them-co-quan-danh-ba"
            if change.known is None
            else "dung-lai-co-quan"
            if change.back
            else "sua-co-quan"
        )
        before = _facts(change.known) if change.known else None
        _record(session, act, book, change, before, actor, now)
    for left in plan.dropped_agencies:
        record_act(
            session,
            "ngung-co-quan",
            "agency",
            left.id,
            actor=actor,
            now=now,
            reason=MISSING,
            before=_facts(left),
        )


def _record(
    session: Session,
    act: str,
    book: Book,
    change: AgencyChange,
    before: dict[str, object] | None,
    actor: str,
    now: datetime,
) -> None:
    agency = book.agencies[change.after.code]
    after = _facts(change.after)
    record_act(session, act, "agency", agency.id, actor=actor, now=now, before=before, after=after)


def _apply_aliases(session: Session, book: Book, plan: DirectoryPlan) -> None:
    """Give every changed agency just its names; a name that moves from one agency to another changes hands."""
    wanted: dict[str, tuple[str, int]] = {}
    owners = set()
    for change in plan.agencies:
        agency_id = book.agencies[change.after.code].id or 0
        owners.add(agency_id)
        for name in (change.after.name, *change.after.aliases):
            wanted.setdefault(fold(name), (clean(name), agency_id))
    for folded, alias in list(book.aliases.items()):
        if alias.agency_id in owners and folded not in wanted:
            session.delete(book.aliases.pop(folded))
    for folded, (written, agency_id) in wanted.items():
        alias = book.aliases.get(folded) or Alias(folded=folded, written="")
        alias.written, alias.agency_id = written, agency_id
        session.add(alias)
    session.flush()


def _apply_people(session: Session, book: Book, plan: DirectoryPlan, actor: str, now: datetime) -> None:
    here: dict[int | None, list[Person]] = {}
    for person in book.people.values():
        here.setdefault(person.agency_id, []).append(person)
    done: list[Done] = []
    leaving = [book.people[change.known.id] for change in plan.people if change.leaves and change.known]
    missing = [book.people[left.id] for left in plan.dropped_people]
    for change in plan.people:
        if change.leaves:
            continue
        agency_id = book.agencies[change.agency].id if change.agency else None
        place = here.setdefault(agency_id, [])
        known = book.people[change.known.id] if change.known else None
        person, changes = put_contact(place, agency_id, change.fields, known)
        if person not in place:
            place.append(person)
        done += changes
    done += [retire(person) for person in leaving]
    done += [retire(person, MISSING) for person in missing]
    record_done(session, done, actor=actor, now=now)
    refuse_last_of_the_house(session, [*leaving, *missing])


def _facts(agency: KnownAgency) -> dict[str, object]:
    return {
        "mã": agency.code,
        "tên": agency.name,
        "loại": agency.kind.label,
        "xã, phường": agency.locality,
        "tên gọi khác": list(agency.aliases),
        "đang dùng": agency.active,
    }
