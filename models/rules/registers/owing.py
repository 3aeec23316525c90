"""Who owes a report, and of what: every lead, every member of a leading group, every owner of an indicator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from models.rules.registers.names import Bearer


@dataclass(frozen=True)
class Asked:
    """One line that an agency owes. `role` is how the form names its part in it."""

    kind: Literal["assignment", "indicator"]
    revision_id: int
    role: str


@dataclass(frozen=True)
class AssignmentToAsk:
    """An assignment in force. `settled` are the agencies that have reported it complete in an earlier cycle:
    complete stays complete until somebody reopens it, so they are not asked again. Nothing is owed of one whose
    proposal (không thực hiện, phối hợp) the committee has accepted, or that the secretariat has confirmed to be
    complete as a whole (`over`)."""

    revision_id: int
    leads: tuple[Bearer, ...]
    coordinators: tuple[Bearer, ...]
    lead_of_record: Bearer | None
    withheld: bool
    settled: frozenset[str] = frozenset()
    over: bool = False


@dataclass(frozen=True)
class IndicatorToAsk:
    revision_id: int
    owner_code: str | None


@dataclass(frozen=True)
class Group:
    """A group on the day of asking; enterprises are left out of its members (they are not asked)."""

    name: str
    member_codes: tuple[str, ...]


def what_each_owes(
    assignments: Iterable[AssignmentToAsk],
    indicators: Iterable[IndicatorToAsk],
    groups: Mapping[str, Group],
    *,
    asks_coordinators: bool = False,
) -> dict[str, tuple[Asked, ...]]:
    """Agency code -> its lines in register order, each assignment once whatever the number of its roles in it.

    A withheld assignment ("không đưa lên hệ thống") is on no form.
    """
    owed: dict[str, list[Asked]] = {}
    for assignment in assignments:
        if assignment.withheld or assignment.over:
            continue
        taken: set[str] = set()
        for bearer, role in _parts(assignment, asks_coordinators):
            for code, member_role in _agencies(bearer, role, groups):
                if code in taken or code in assignment.settled:
                    continue
                taken.add(code)
                owed.setdefault(code, []).append(Asked("assignment", assignment.revision_id, member_role))
    for indicator in indicators:
        if indicator.owner_code is not None:
            owed.setdefault(indicator.owner_code, []).append(
                Asked("indicator", indicator.revision_id, "Báo cáo chỉ tiêu")
            )
    return {code: tuple(lines) for code, lines in owed.items()}


def _parts(assignment: AssignmentToAsk, asks_coordinators: bool) -> list[tuple[Bearer, str]]:
    # Agencies before groups: who is named itself answers in its own name, not as a member.
    leads = sorted(assignment.leads, key=lambda lead: lead.kind != "agency")
    parts = [(lead, "Chủ trì" if lead == assignment.lead_of_record else "Cùng chủ trì") for lead in leads]
    if asks_coordinators:
        parts += [(coordinator, "Phối hợp") for coordinator in assignment.coordinators]
    return parts


def _agencies(bearer: Bearer, role: str, groups: Mapping[str, Group]) -> list[tuple[str, str]]:
    if bearer.kind == "agency":
        return [(bearer.code, role)]
    group = groups[bearer.code]
    return [(code, f"{role} (thành viên “{group.name}”)") for code in group.member_codes]
