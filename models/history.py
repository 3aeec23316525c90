"""What was done and what changed: append-only, kept so by triggers."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime

APPEND_ONLY = (
    "state_change",
    "audit",
    "acknowledgement",
    "annex_version",
    "phone_call",
    "confirmation",
    "proposal_decision",
    "publication",
    "publication_difference",
)


class StateChange(SQLModel, table=True):
    """One change of a state, written by the one writer of states (tasks.states)."""

    __tablename__ = "state_change"
    __table_args__ = (sa.Index("ix_state_change_entity_entity_id", "entity", "entity_id"),)

    id: int | None = Field(default=None, primary_key=True)
    entity: str = Field(max_length=40)
    entity_id: int
    before: str = Field(max_length=40)
    after: str = Field(max_length=40)
    reason: str
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)


class Audit(SQLModel, table=True):
    """One act of a person or of the machine: who, what, on what, before, after, why, when."""

    __tablename__ = "audit"
    __table_args__ = (sa.Index("ix_audit_entity_entity_id", "entity", "entity_id"),)

    id: int | None = Field(default=None, primary_key=True)
    actor: str = Field(max_length=200)
    act: str = Field(max_length=60)
    entity: str = Field(max_length=40)
    entity_id: int | None = None
    before: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    after: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    reason: str = ""
    at: datetime = Field(sa_type=UTCDateTime)


class RunMark(SQLModel, table=True):
    """When a step last ran to its end: what should run every hour and has not is noticed by this."""

    __tablename__ = "run_mark"

    step: str = Field(primary_key=True, max_length=40)
    at: datetime = Field(sa_type=UTCDateTime)
    took_ms: int | None = Field(default=None, description="how long that run took")


class LookMark(SQLModel, table=True):
    """What a costly look had before it when it last looked: while that is the same, it need not look again."""

    __tablename__ = "look_mark"

    look: str = Field(primary_key=True, max_length=40)
    seen: str = Field(max_length=64, description="SHA-256 of what tells whether anything has changed")
