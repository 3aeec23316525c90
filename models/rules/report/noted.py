"""A paragraph with its footnotes, in our plain way of writing them: [^1] where one is called."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

CALL = re.compile(r"\[\^(\d{1,5})\]")


@dataclass(frozen=True)
class Noted:
    """A text that calls its footnotes [^1], [^2], ...; `notes` are theirs, in that order."""

    text: str
    notes: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """The text without its calls."""
        return CALL.sub("", self.text)


def noted(text: str, notes: Mapping[str, str], left_over: bool = False) -> Noted:
    """A text with those of the notes that it calls, numbered anew; a call without a note stays as it was written.

    `left_over`: notes that nothing calls are called at its end, so that none is lost.
    """
    found: list[str] = []
    called: set[str] = set()

    def renumbered(match: re.Match[str]) -> str:
        if match[1] not in notes:
            return match[0].replace("[^", "[")
        called.add(match[1])
        found.append(notes[match[1]])
        return f"[^{len(found)}]"

    text = CALL.sub(renumbered, text)
    if left_over:
        for number in [number for number in notes if number not in called]:
            found.append(notes[number])
            text += f"[^{len(found)}]"
    return Noted(text, tuple(found))
