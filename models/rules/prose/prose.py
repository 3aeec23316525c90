"""Our way of writing footnotes into plain text: [^1] where one is called, and lines "[^1] ..." at its end."""

import re

_NOTE = re.compile(r"\[\^(\d{1,5})\] ")


def split_notes(text: str) -> tuple[str, str]:
    """A text, and the notes at its end."""
    lines = text.split("\n")
    first = len(lines)
    while first and _NOTE.match(lines[first - 1]):
        first -= 1
    return "\n".join(lines[:first]), "\n".join(lines[first:])


def notes_by_number(notes: str) -> dict[str, str]:
    """The lines of notes as number -> text."""
    return {mark[1]: line[mark.end() :] for line in notes.split("\n") if (mark := _NOTE.match(line))}
