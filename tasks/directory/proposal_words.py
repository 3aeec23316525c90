"""What an agency proposes about its contacts, line by line as the secretariat reads it."""

from dataclasses import dataclass

from models.rules.directory.directory_known import FieldChange, person_changes
from tasks.directory.contact_answers import Proposed
from tasks.directory.contacts import fields_of


@dataclass(frozen=True)
class ProposalLine:
    """One line of a proposal: Sửa / Thêm / Thôi phụ trách, whom, and what differs from the directory now."""

    what: str
    who: str
    changes: tuple[FieldChange, ...] = ()


def proposal_lines(proposed: Proposed) -> list[ProposalLine]:
    """Every line of a proposal."""
    lines = []
    for proposal, person in proposed.lines:
        fields = proposal.fields
        if person is None:
            facts = [fields.role.label.lower(), fields.title, fields.email, fields.phone]
            said = ", ".join(fact for fact in facts if fact)
            lines.append(ProposalLine("Thêm", f"{fields.name} ({said})"))
        elif proposal.leaves:
            lines.append(
                ProposalLine("Không còn phụ trách", f"{person.name} ({person.email or person.phone})")
            )
        else:
            lines.append(ProposalLine("Sửa", person.name, person_changes(fields_of(person), fields)))
    return lines
