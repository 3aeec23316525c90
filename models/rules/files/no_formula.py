"""A text in a file that a spreadsheet program opens: it stays text, whatever somebody has typed into it."""

import re

_BEGINS = re.compile(r"(?:^|(?<=[;,\t\r\n]))(?=[=+\-@\t\r])")
"""Where a cell would begin as a formula: at the start, and behind every sign at which a program with other settings
than ours splits a line of a CSV file (";" in Viet Nam, "," elsewhere)."""


def no_formula(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet program would begin to calculate."""
    return _BEGINS.sub("'", text)
