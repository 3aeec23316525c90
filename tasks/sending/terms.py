"""What a sender goes by, and what it is given to send: all that it knows of letters and of what is due."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from models.notice import Message, Notice
from models.rules.reminders.notices import Standing
from tasks.sending.mail_message import Attachment


@dataclass(frozen=True)
class Composed:
    """A message as it is to be sent, with the address on its channel resolved now ("" when the person has none).

    `facts` and `link` are of tasks.channels.base.Outgoing; `letter` is its `template`, "" for the message's own.
    """

    name: str
    address: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    letter: str = ""


Sessions = Callable[[], AbstractContextManager[Session]]
"""Opens a short transaction that commits when its block ends well."""

Compose = Callable[[Session, Message, Sequence[Notice]], Composed]
"""Raises OnlyLooking in a look, where there is something to be written down for the letter."""
NotBefore = Callable[[Session, Notice], datetime]
"""From when a line may go out: quiet hours and days off."""
StillDue = Callable[[Session, Notice], Standing]
"""Asked at the moment of sending: whether the notice is still due, held back, or not to be sent any more, and why."""
Grounds = Hashable
"""What a message rests on; only compared."""
GroundsOf = Callable[[Session, Sequence[int]], Mapping[int, Grounds]]
"""What these messages rest on, of those whose letters may be written ahead: while it is equal, a letter still holds."""


@dataclass(frozen=True)
class Post:
    """What a sender goes by.

    `writing` opens a short transaction, `looking` a look that keeps nobody waiting and in which nothing is written.
    `next_morning` is asked when a channel holds a message over the night; `not_before` of each line at the moment of
    sending, so that a retry whose hour falls into the night waits for the morning as the first try did.
    """

    writing: Sessions
    looking: Sessions
    compose: Compose
    still_due: StillDue
    clock: Callable[[], datetime]
    max_tries: int
    next_morning: Callable[[datetime], datetime]
    not_before: NotBefore | None = None
    goes_on: Callable[[], bool] = lambda: True
    """Asked before each message: False ends the round."""
    ahead: Callable[[str], bool] = lambda _template: False
    """Whether letters of this template may be written some at a time, where there are grounds for them."""
    grounds: GroundsOf = lambda _session, _message_ids: {}
