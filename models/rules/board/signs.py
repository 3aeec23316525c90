"""How a class of assignments is written: its sign and its words, so that black and white print reads as the screen
does, and its colour, which never stands alone."""

from models.codes import AssignmentClass

# In the order a report names them.
SIGNS = {
    AssignmentClass.DONE_ON_TIME: "●",
    AssignmentClass.DONE_LATE: "○",
    AssignmentClass.IN_PROGRESS: "►",
    AssignmentClass.RECURRING_ON: "♦",
    AssignmentClass.RECURRING_OFF: "◊",
    AssignmentClass.NOT_STARTED: "□",
    AssignmentClass.BEHIND: "▲",
    AssignmentClass.PROPOSED_OUT: "–",
    AssignmentClass.NO_REPORT: "■",
}

GREEN, BLUE, AMBER, RED, GREY = "green", "blue", "amber", "red", "grey"
"""Names of colours in the style sheet."""

COLOURS = {
    AssignmentClass.DONE_ON_TIME: GREEN,
    AssignmentClass.DONE_LATE: AMBER,
    AssignmentClass.IN_PROGRESS: BLUE,
    AssignmentClass.RECURRING_ON: GREEN,
    AssignmentClass.RECURRING_OFF: AMBER,
    AssignmentClass.NOT_STARTED: BLUE,
    AssignmentClass.BEHIND: RED,
    AssignmentClass.PROPOSED_OUT: GREY,
    AssignmentClass.NO_REPORT: GREY,
}


def signed(of_class: AssignmentClass) -> str:
    """A class as a table writes it: its sign and its label."""
    return f"{SIGNS[of_class]} {of_class.label}"
