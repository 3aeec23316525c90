"""What one look at an installation is: a name, how it stands, what was seen, what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How one thing stands; the sign is what the terminal shows."""

    WELL = "✓"
    UNSURE = "!"
    WRONG = "✗"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `do` says what to do, "" when nothing."""

    name: str
    standing: Standing
    seen: str
    do: str = ""


def well(name: str, seen: str) -> Check:
    """It is as it should be."""
    return Check(name, Standing.WELL, seen)


def unsure(name: str, seen: str, do: str) -> Check:
    """It works, but somebody should know."""
    return Check(name, Standing.UNSURE, seen, do)


def wrong(name: str, seen: str, do: str) -> Check:
    """It does not work."""
    return Check(name, Standing.WRONG, seen, do)
