"""What is asked of the board, and what it answers: plain values, so that a process apart can answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from models.rules.board.board_filter import BoardFilter

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Ask:
    """One question. `page`: board, agency, assignment, file, or a list of the interface. `code` of a cycle, "" the one
    released last; `name` of an agency, an assignment, a file. `acted`: when the one who asks last acted at the desk:
    figures are not to be older."""

    page: str
    code: str = ""
    name: str = ""
    said: BoardFilter = field(default_factory=BoardFilter)
    at_desk: bool = False
    acted: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Answer:
    """A page's title and main part, a file, or (`refused`) a sentence. `tag` changes with the content. `known_at`: the
    time at which its figures were true, where something has changed since; None: they are true now."""

    status: int = 200
    body: bytes = b""
    title: str = ""
    media: str = HTML
    file_name: str = ""
    tag: str = ""
    refused: str = ""
    known_at: datetime | None = None


Answers = Callable[[Ask], Answer]
"""Whoever answers: the shelf of this process, or a process apart."""
