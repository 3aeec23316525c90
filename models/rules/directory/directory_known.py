"""The directory as it is, and what may become of its rows."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from models.codes import AgencyKind
from models.rules.directory.contact_fields import LABELS, ContactFields


@dataclass(frozen=True)
class KnownAgency:
    """An agency as the directory has it. `owes`: names of running cycles in which a report is asked of it."""

    id: int
    code: str
    name: str
    kind: AgencyKind
    locality: str = ""
    aliases: tuple[str, ...] = ()  # without its own name
    active: bool = True
    owes: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownPerson:
    """A contact as the directory has it; `agency` is a code, "" of the secretariat and the leadership."""

    id: int
    agency: str
    fields: ContactFields
    active: bool = True


@dataclass(frozen=True)
class Known:
    """The directory as it is. `groups`: folded names of groups of agencies, which no agency may bear."""

    agencies: tuple[KnownAgency, ...]
    people: tuple[KnownPerson, ...]
    groups: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """Changes with anything that a workbook could change."""
        said = json.dumps([_plain(self.agencies), _plain(self.people)], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as a person reads it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class AgencyChange:
    """What becomes of one agency. `known` is None for a new one; `back`: it was out of use."""

    after: KnownAgency
    known: KnownAgency | None = None
    changes: tuple[FieldChange, ...] = ()
    back: bool = False


@dataclass(frozen=True)
class PersonChange:
    """What becomes of one contact. `known` is None for a new one; `back`: was out of use; `leaves`: goes out of use."""

    agency: str
    fields: ContactFields
    known: KnownPerson | None = None
    changes: tuple[FieldChange, ...] = ()
    back: bool = False
    leaves: bool = False


def person_changes(before: ContactFields, after: ContactFields) -> tuple[FieldChange, ...]:
    """What differs between two contacts, field by field."""
    return tuple(
        FieldChange(label, getattr(before, name), getattr(after, name))
        for name, label in LABELS.items()
        if getattr(before, name) != getattr(after, name)
    )


def _plain(rows: Iterable[KnownAgency | KnownPerson]) -> list[object]:
    return [asdict(row) for row in sorted(rows, key=lambda row: row.id)]
