"""Whose work something is: who follows an assignment stands before who follows the agency."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Following:
    """Who follows what: agency id and assignment id -> ids of accounts; `names` of the accounts."""

    agencies: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    assignments: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)

    def of(self, agency_id: int | None, assignment_id: int | None = None) -> tuple[int, ...]:
        """Ids of the accounts whose work it is; () when it is nobody's."""
        if assignment_id is not None and assignment_id in self.assignments:
            return self.assignments[assignment_id]
        return self.agencies.get(agency_id, ()) if agency_id is not None else ()

    def is_mine(self, account_id: int, agency_id: int | None, assignment_id: int | None = None) -> bool:
        """Whether it is this account's work."""
        return account_id in self.of(agency_id, assignment_id)

    def follows_anything(self, account_id: int) -> bool:
        followed = (*self.agencies.values(), *self.assignments.values())
        return any(account_id in accounts for accounts in followed)

    def who(self, agency_id: int | None, assignment_id: int | None = None) -> str:
        """The followers' names, "" when nobody follows it."""
        return ", ".join(self.names.get(one, "") for one in self.of(agency_id, assignment_id))
