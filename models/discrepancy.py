"""Phiếu đối chiếu: every contradiction that was found, with its source, a sentence to send, and what became of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.codes import DiscrepancyKind, DiscrepancyState
from models.columns import UTCDateTime, coded


class Discrepancy(SQLModel, table=True):
    """One contradiction of a cycle, found again by its key. Changes of its state are in state_change."""

    __tablename__ = "discrepancy"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    key: str = Field(max_length=300, description="what makes it the same contradiction when looked for again")
    kind: DiscrepancyKind = Field(sa_type=coded(DiscrepancyKind))
    agency_id: int | None = Field(
        default=None, foreign_key="agency.id", index=True, description="whom to ask"
    )
    request_id: int | None = Field(default=None, foreign_key="request.id", index=True)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id", index=True)
    source: str = Field(description="where it stands: file, sheet, cell, or who said what")
    sentence: str = Field(description="ready to be sent to the agency")
    state: DiscrepancyState = Field(default=DiscrepancyState.OPEN, sa_type=coded(DiscrepancyState))
    found_at: datetime = Field(sa_type=UTCDateTime)
    gone_at: datetime | None = Field(
        default=None, sa_type=UTCDateTime, description="since when it is found no more; None while it is"
    )
    asked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    asked_no: int = Field(default=0, description="how often it was asked")
    answer: str = Field(default="", description="the explanation")
    answered_by: str = Field(default="", max_length=200)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
