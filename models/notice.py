"""What is said to whom. A notice is a row before it is a message; its key is unique."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.codes import AttemptOutcome, Channel, MessageState, NoticeState
from models.columns import UTCDateTime, coded


class Message(SQLModel, table=True):
    """The digest that carries a person's lines: what is claimed, sent, and bears the Message-ID.

    The address is resolved at sending and kept here as it was used. Subject and text are rendered at sending,
    from the lines still due.
    """

    __tablename__ = "message"

    id: int | None = Field(default=None, primary_key=True)
    channel: Channel = Field(sa_type=coded(Channel))
    person_id: int = Field(foreign_key="person.id", index=True)
    message_id: str = Field(unique=True, max_length=200, description="RFC 5322 Message-ID, kept for a repeat")
    template: str = Field(max_length=60)
    state: MessageState = Field(default=MessageState.READY, sa_type=coded(MessageState), index=True)
    address: str = Field(default="", max_length=254)
    subject: str = Field(default="", max_length=300)
    tries: int = 0
    not_before: datetime = Field(sa_type=UTCDateTime, description="held until then; pushed back by a retry")
    created_at: datetime = Field(sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Notice(SQLModel, table=True):
    """One line due to one person for one step, once: (subject, plan_no, step, person, channel)."""

    __tablename__ = "notice"
    __table_args__ = (sa.UniqueConstraint("subject", "plan_no", "step", "person_id", "channel"),)

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(max_length=60, description="request:12, submission:7, arrival:3")
    plan_no: int
    step: str = Field(max_length=60)
    person_id: int = Field(foreign_key="person.id", index=True)
    channel: Channel = Field(sa_type=coded(Channel))
    request_id: int | None = Field(default=None, foreign_key="request.id", index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    state: NoticeState = Field(default=NoticeState.DUE, sa_type=coded(NoticeState), index=True)
    why: str = Field(default="", description="why it was superseded or failed")
    created_at: datetime = Field(sa_type=UTCDateTime)


class Attempt(SQLModel, table=True):
    """Every try to hand a message over, with the server's answer."""

    __tablename__ = "attempt"
    __table_args__ = (sa.UniqueConstraint("message_id", "no"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    no: int
    started_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    outcome: AttemptOutcome = Field(default=AttemptOutcome.STARTED, sa_type=coded(AttemptOutcome))
    answer: str = ""


class DailySheet(SQLModel, table=True):
    """The call sheet of a working morning, kept as it was made; one a day."""

    __tablename__ = "daily_sheet"

    id: int | None = Field(default=None, primary_key=True)
    day: date = Field(unique=True, description="local")
    sha256: str = Field(foreign_key="blob.sha256", max_length=64)
    file_name: str = Field(max_length=300)
    made_at: datetime = Field(sa_type=UTCDateTime)
