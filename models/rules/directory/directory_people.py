"""What the sheet of contacts would change: which row speaks of whom, and what differs.

A row speaks of who has its address in that agency and role; failing that, of the only one who bears just its name
there, whose address has changed. Nobody is guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from models.codes import PersonRole
from models.rules.directory.contact_fields import same_address
from models.rules.directory.directory_known import (
    Known,
    KnownAgency,
    KnownPerson,
    PersonChange,
    person_changes,
)
from models.rules.directory.directory_lines import LineFault, PersonLine, row_fault
from models.rules.text import fold


def people_changes(
    known: Known, agencies: Mapping[str, KnownAgency], lines: Sequence[PersonLine], faults: list[LineFault]
) -> tuple[tuple[PersonChange, ...], int, set[int]]:
    """The changes, how many rows change nothing, and the ids of all that are spoken of. Adds to the faults."""
    placed = _placed(agencies, lines, faults)
    of_place: dict[tuple[str, PersonRole], list[KnownPerson]] = {}
    for person in known.people:
        of_place.setdefault((person.agency, person.fields.role), []).append(person)
    matched: dict[int, KnownPerson] = {}  # line number -> whom it speaks of
    claimed: set[int] = set()
    for by_name in (False, True):  # addresses first: what is left may be a person whose address changed
        for number, (line, code) in placed.items():
            if number in matched:
                continue
            here = [p for p in of_place.get((code, line.fields.role), ()) if p.id not in claimed]
            found = _named(here, line) if by_name else _addressed(here, line)
            if found is not None:
                matched[number] = found
                claimed.add(found.id)
    changes: list[PersonChange] = []
    for number, (line, code) in placed.items():
        change = _person_change(code, line, matched.get(number))
        if change is not None:
            changes.append(change)
    return tuple(changes), len(placed) - len(changes), claimed


def _placed(
    agencies: Mapping[str, KnownAgency], lines: Sequence[PersonLine], faults: list[LineFault]
) -> dict[int, tuple[PersonLine, str]]:
    """Row -> the line with the code of its agency, of the rows whose agency is known and that stand once."""
    codes = {code.casefold(): code for code in agencies}
    names = {fold(name): code for code, agency in agencies.items() for name in (agency.name, *agency.aliases)}
    placed: dict[int, tuple[PersonLine, str]] = {}
    first: dict[tuple[str, PersonRole, str], int] = {}
    for line in lines:
        code = ""
        if line.agency:
            code = codes.get(line.agency.casefold()) or names.get(fold(line.agency), "")
            if not code:
                faults.append(row_fault(line.line, "agency", _unknown(line.agency, agencies)))
                continue
            if not agencies[code].active:
                sentence = (
                    f"Cơ quan {code} ({agencies[code].name}) đã ngừng dùng; ghi lại ở trang “Cơ quan” trước."
                )
                faults.append(row_fault(line.line, "agency", sentence))
                continue
        key = (code, line.fields.role, line.fields.email.casefold() or f"tên {fold(line.fields.name)}")
        if key in first:
            who = line.fields.email or line.fields.name
            sentence = f"{who} đã ghi ở dòng {first[key]} với cùng cơ quan và vai trò; mỗi người một dòng."
            faults.append(row_fault(line.line, "email" if line.fields.email else "name", sentence))
            continue
        first[key] = line.line.row
        placed[line.line.row] = (line, code)
    return placed


def _unknown(written: str, agencies: Mapping[str, KnownAgency]) -> str:
    """What is said of an agency that nobody knows, with those that look like it; none of them is taken."""
    by_text = {fold(text): code for code, a in agencies.items() for text in (a.name, code)}
    alike = dict.fromkeys(
        by_text[text] for text in get_close_matches(fold(written), by_text, n=3, cutoff=0.6)
    )
    listed = "; ".join(f"{code} ({agencies[code].name})" for code in alike)
    maybe = f" Gần giống: {listed}." if listed else ""
    return f"Không có cơ quan mang mã hoặc tên “{written[:100]}” trong danh bạ.{maybe}"


def _addressed(here: Sequence[KnownPerson], line: PersonLine) -> KnownPerson | None:
    email = line.fields.email
    if not email:
        return None
    return next((person for person in here if same_address(person.fields.email, email)), None)


def _named(here: Sequence[KnownPerson], line: PersonLine) -> KnownPerson | None:
    """The only one in use who bears just this name; failing that, the only one out of use without an address."""
    namesakes = [person for person in here if fold(person.fields.name) == fold(line.fields.name)]
    in_use = [person for person in namesakes if person.active]
    left = [person for person in namesakes if not person.active and not person.fields.email]
    found = in_use or (left if not line.fields.email else [])
    return found[0] if len(found) == 1 else None


def _person_change(code: str, line: PersonLine, known: KnownPerson | None) -> PersonChange | None:
    if known is None:
        return PersonChange(code, line.fields) if line.in_use else None
    kept = {
        name: getattr(known.fields, name) for name in ("title", "email", "phone") if name not in line.given
    }
    after = replace(line.fields, **kept)
    if same_address(after.email, known.fields.email):
        after = replace(after, email=known.fields.email)
    if not line.in_use:
        return PersonChange(code, known.fields, known, leaves=True) if known.active else None
    changes = person_changes(known.fields, after)
    if known.active and not changes:
        return None
    return PersonChange(code, after, known, changes, back=not known.active)
