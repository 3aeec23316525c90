"""The letter about flows that failed or are late."""

from collections.abc import Sequence

from models.directory import Person
from models.notice import Notice
from tasks.letters.clerk import Clerk, Written
from tasks.letters.wording import IncidentLetter
from tasks.reminders.incidents import incident_of


def incident_letter(clerk: Clerk, person: Person, notices: Sequence[Notice]) -> Written:
    """The incidents of these lines."""
    found = tuple(incident_of(clerk.session, notice) for notice in notices)
    return IncidentLetter(person.name, clerk.contact(None), found), ()
