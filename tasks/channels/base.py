"""What every channel offers: who has an address on it, whether it is set up, and how one message is handed over."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from models.codes import AttemptOutcome, Channel
from models.directory import Person
from tasks.sending.mail_message import Attachment
from tasks.settings import Settings

ANSWER_LENGTH = 500

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Outgoing:
    """One message to one person, as every channel gets it; each takes of it what it can carry.

    `message_id` is the same at every try. `template` names the letter (reminder, request ...), `facts` the few
    plain facts of its first line that a message of fixed wording is filled with (tasks.letters.letter_facts); `link` is
    the agency's page, "" without one.
    """

    message_id: str
    template: str
    name: str
    address: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of one try: the outcome, and the other side's own text with its code.

    `till_morning` with RETRY: not before the next working morning. With MISCONFIGURED, `text` is what the
    secretariat reads, and says what to do.
    """

    outcome: AttemptOutcome
    text: str
    till_morning: bool = False


class Connection(Protocol):
    def deliver(self, outgoing: Outgoing) -> Answer:
        """Hand one message over and say what was answered. Raises nothing that the other side can cause."""


class Courier(Protocol):
    """A channel that is set up and can carry messages."""

    @property
    def repeats(self) -> bool:
        """Whether a try without an answer may be repeated: mail repeats its Message-ID, others have nothing alike."""

    def why_not(self, outgoing: Outgoing) -> str:
        """Why this message cannot be handed over here at all; "" when it can. Speaks to nobody."""

    def open(self) -> AbstractContextManager[Connection]:
        """A connection for as many messages as are delivered in the block."""


class Kind(Protocol):
    """A channel as the registry lists it, set up or not."""

    @property
    def code(self) -> Channel: ...

    def address_of(self, person: Person) -> str:
        """Where this person is reached, "" when nowhere."""

    def missing(self, settings: Settings) -> str:
        """What has to be set before the channel can be used; "" when it can."""

    def courier(self, settings: Settings, clock: Clock) -> Courier:
        """The channel of these settings. A Fault says what is wrong with them."""
