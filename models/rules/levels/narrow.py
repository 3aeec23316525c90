"""A cycle narrowed to what one agency leads, or to one section: the same facts, fewer rows. Nothing withheld is left.

Agencies stay, so that others who are named keep their names.
"""

from dataclasses import dataclass, replace

from models.fault import Fault
from models.rules.cycle_view import AssignmentView, CycleView, LeadReport
from models.rules.registers.classes import bearers
from models.rules.text import fold


class LevelFault(Fault):
    """An agency or a section that a cycle has nothing of; the message says which there are."""


@dataclass(frozen=True)
class Section:
    """A section of a register's assignments. `code` is what people type: V; KH57-2026/V where there are several
    registers."""

    code: str
    register_code: str
    section: str
    name: str


def sections_of(view: CycleView) -> tuple[Section, ...]:
    """The sections that a cycle shows anything of, in the order of the registers."""
    found: dict[tuple[str, str], Section] = {}
    several = len(view.registers) > 1
    for one in view.assignments:
        key = (one.register_code, one.section)
        if not one.withheld and key not in found:
            code = f"{one.register_code}/{one.section}" if several else one.section
            found[key] = Section(code, *key, one.section_name)
    return tuple(found.values())


def of_agency(view: CycleView, code: str) -> CycleView:
    """What one agency leads, itself or as a member, what it reports of indicators, and its request.

    LevelFault when the cycle knows no such agency.
    """
    try:
        view.agency(code)
    except KeyError as error:
        raise LevelFault(
            f"Kỳ {view.code} không có cơ quan mang mã {code!r}. Xem các mã bằng: dondoc status {view.code}"
        ) from error
    return replace(
        view,
        assignments=tuple(
            _with_own_word(one, code) for one in view.assignments if not one.withheld and code in bearers(one)
        ),
        indicators=tuple(one for one in view.indicators if one.owner_code == code),
        requests=tuple(one for one in view.requests if one.agency_code == code),
    )


def of_section(view: CycleView, code: str) -> tuple[Section, CycleView]:
    """One section, by its code, with the agencies that lead in it; LevelFault lists those there are.

    The registers number the sections of indicators apart: those belong here whose section has the same name.
    """
    section = next((one for one in sections_of(view) if one.code == code), None)
    if section is None:
        known = "; ".join(f"{one.code} ({one.name})" for one in sections_of(view)) or "không có"
        raise LevelFault(f"Kỳ {view.code} không có lĩnh vực {code!r}. Các lĩnh vực: {known}.")
    assignments = tuple(
        one
        for one in view.assignments
        if not one.withheld and (one.register_code, one.section) == (section.register_code, section.section)
    )
    leading = {agency for one in assignments for agency in bearers(one)}
    return section, replace(
        view,
        registers=tuple(one for one in view.registers if one.code == section.register_code),
        assignments=assignments,
        indicators=tuple(
            one
            for one in view.indicators
            if one.register_code == section.register_code and fold(one.section_name) == fold(section.name)
        ),
        requests=tuple(one for one in view.requests if one.agency_code in leading),
    )


def _with_own_word(assignment: AssignmentView, code: str) -> AssignmentView:
    """With a word of this agency, silence where it was not asked."""
    if any(one.agency_code == code for one in assignment.reports):
        return assignment
    return replace(assignment, reports=(*assignment.reports, LeadReport(code, this_cycle=False)))
