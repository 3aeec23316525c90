"""What the sheet of agencies would change."""

from collections.abc import Mapping, Sequence

from models.codes import AgencyKind
from models.rules.directory.directory_known import AgencyChange, FieldChange, Known, KnownAgency
from models.rules.directory.directory_lines import AgencyLine, LineFault, row_fault
from models.rules.text import fold


def agency_changes(
    known: Known, lines: Sequence[AgencyLine], faults: list[LineFault]
) -> tuple[tuple[AgencyChange, ...], int, set[str]]:
    """The changes, how many rows change nothing, and the codes of all that are spoken of. Adds to the faults."""
    by_code = {agency.code.casefold(): agency for agency in known.agencies}
    changes: list[AgencyChange] = []
    lines_of: dict[str, AgencyLine] = {}
    seen: set[str] = set()
    for line in lines:
        before = by_code.get(line.code.casefold())
        if before is None and line.kind is None:
            faults.append(row_fault(line.line, "kind", "Cơ quan mới phải ghi loại cơ quan."))
            continue
        after = _after(line, before)
        seen.add(after.code)
        lines_of[after.code] = line
        changes.append(
            AgencyChange(
                after=after,
                known=before,
                changes=_differences(before, after) if before else (),
                back=before is not None and not before.active,
            )
        )
    bearers = _bearers(known, changes)
    kept: list[AgencyChange] = []
    clashes = 0
    for change in changes:
        clash = _clash(known, bearers, change.after)
        if clash:
            clashes += 1
            line = lines_of[change.after.code]
            faults.append(row_fault(line.line, "name", clash))
        elif change.known is None or change.changes or change.back:
            kept.append(change)
    return tuple(kept), len(changes) - len(kept) - clashes, seen


def _after(line: AgencyLine, before: KnownAgency | None) -> KnownAgency:
    """The agency as it will be. A name that is given up stays as another name: registers may still write it."""
    aliases = line.aliases if line.aliases is not None else (before.aliases if before else ())
    if before is not None and fold(before.name) != fold(line.name):
        aliases = (*aliases, before.name)
    kind = line.kind or (before.kind if before else AgencyKind.DEPARTMENT)
    locality = line.locality if line.locality is not None else (before.locality if before else "")
    distinct = {fold(alias): alias for alias in aliases if fold(alias) != fold(line.name)}
    return KnownAgency(
        id=before.id if before else 0,
        code=before.code if before else line.code,
        name=line.name,
        kind=kind,
        locality=locality,
        aliases=tuple(distinct.values()),
        owes=before.owes if before else (),
    )


def _differences(before: KnownAgency, after: KnownAgency) -> tuple[FieldChange, ...]:
    pairs = [
        ("tên", before.name, after.name),
        ("loại", before.kind.label, after.kind.label),
        ("xã, phường", before.locality, after.locality),
    ]
    found = [FieldChange(*pair) for pair in pairs if pair[1] != pair[2]]
    if {fold(a) for a in before.aliases} != {fold(a) for a in after.aliases}:
        found.append(FieldChange("tên gọi khác", "; ".join(before.aliases), "; ".join(after.aliases)))
    return tuple(found)


def _clash(known: Known, bearers: Mapping[str, Sequence[str]], after: KnownAgency) -> str:
    """What names of an agency are another's; "" when none is."""
    for name in (after.name, *after.aliases):
        others = [code for code in bearers[fold(name)] if code != after.code]
        if others:
            return f"Tên “{name}” đã là của {others[0]}; mỗi tên chỉ chỉ một nơi."
        if fold(name) in known.groups:
            return f"Tên “{name}” đã là tên một nhóm cơ quan; mỗi tên chỉ chỉ một nơi."
    return ""


def _bearers(known: Known, changes: Sequence[AgencyChange]) -> dict[str, list[str]]:
    """Folded name -> codes of those that would bear it."""
    after = {agency.code: agency for agency in known.agencies} | {c.after.code: c.after for c in changes}
    found: dict[str, list[str]] = {}
    for agency in after.values():
        for name in dict.fromkeys(fold(name) for name in (agency.name, *agency.aliases)):
            found.setdefault(name, []).append(agency.code)
    return found
