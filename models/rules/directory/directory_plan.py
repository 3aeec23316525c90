"""What a directory workbook would change: compared with the directory as it is, nothing of it done yet."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.rules.directory.directory_agencies import agency_changes
from models.rules.directory.directory_known import AgencyChange, Known, KnownAgency, KnownPerson, PersonChange
from models.rules.directory.directory_lines import AgencyLine, LineFault, PersonLine, SheetKind, in_order
from models.rules.directory.directory_people import people_changes


@dataclass(frozen=True)
class DirectoryPlan:
    """Everything that a workbook would change, what it leaves out, and what could not be read.

    `code` stands for this plan: for these bytes against this directory, with or without putting out of use what is
    missing. Who confirms it confirms just this.
    """

    agencies: tuple[AgencyChange, ...]
    people: tuple[PersonChange, ...]
    missing_agencies: tuple[KnownAgency, ...]
    missing_people: tuple[KnownPerson, ...]
    faults: tuple[LineFault, ...]
    notes: tuple[str, ...]
    same: int  # rows that change nothing
    drop_missing: bool
    seal: str  # of the bytes and of the directory as it was

    @property
    def code(self) -> str:
        return self.code_of(drop_missing=self.drop_missing)

    def code_of(self, *, drop_missing: bool) -> str:
        """The code of this plan with or without putting out of use what is missing."""
        return hashlib.sha256(f"{self.seal} {drop_missing}".encode()).hexdigest()[:10]

    @property
    def dropped_agencies(self) -> tuple[KnownAgency, ...]:
        """Those that are put out of use: missing, asked for, and owing nothing."""
        return tuple(a for a in self.missing_agencies if not a.owes) if self.drop_missing else ()

    @property
    def dropped_people(self) -> tuple[KnownPerson, ...]:
        return self.missing_people if self.drop_missing else ()

    @property
    def empty(self) -> bool:
        return not (self.agencies or self.people or self.dropped_agencies or self.dropped_people)


def directory_plan(
    known: Known,
    agencies: Sequence[AgencyLine] | None,
    people: Sequence[PersonLine] | None,
    faults: Iterable[LineFault],
    *,
    sha256: str,
    drop_missing: bool = False,
    notes: Sequence[str] = (),
) -> DirectoryPlan:
    """Compare. None stands for a sheet that the workbook does not have: what it would hold is left as it is.

    While a sheet has faulty rows, nothing of it counts as missing: it may be what the faulty row speaks of.
    """
    wrong = list(faults)
    changed_agencies, same_agencies, seen_agencies = agency_changes(known, agencies or (), wrong)
    after = {agency.code: agency for agency in known.agencies} | {
        change.after.code: change.after for change in changed_agencies
    }
    changed_people, same_people, seen_people = people_changes(known, after, people or (), wrong)
    bad = {fault.sheet for fault in wrong}
    missing_agencies = tuple(
        agency
        for agency in known.agencies
        if agencies is not None
        and agency.active
        and agency.code not in seen_agencies
        and SheetKind.AGENCIES.value not in bad
    )
    missing_people = tuple(
        person
        for person in known.people
        if people is not None
        and person.active
        and person.id not in seen_people
        and SheetKind.PEOPLE.value not in bad
    )
    return DirectoryPlan(
        agencies=changed_agencies,
        people=changed_people,
        missing_agencies=missing_agencies,
        missing_people=missing_people,
        faults=in_order(wrong),
        notes=tuple(notes),
        same=same_agencies + same_people,
        drop_missing=drop_missing,
        seal=f"{sha256} {known.fingerprint}",
    )
