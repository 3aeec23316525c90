"""One period of a regime, and what each agency owes in it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.codes import CycleState, DocumentKind, PeriodKind, RequestState
from models.columns import UTCDateTime, coded


class Cycle(SQLModel, table=True):
    """A reporting cycle (kỳ báo cáo). Its dates and policy are frozen when it opens.

    Days are local. Written dates are what the rule or the letter says; effective ones are rolled off days off.
    `policy` is the frozen regime with its steps, as models.rules.policy.Regime dumps it (roles, no addresses).
    """

    __tablename__ = "cycle"
    __table_args__ = (sa.UniqueConstraint("regime_code", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=60, description="what people type: bcd-quy-2026-Q1")
    regime_code: str = Field(max_length=40)
    period: str = Field(max_length=40, description="2026-Q1, 2026-H1, 2026, or an ad-hoc code")
    period_kind: PeriodKind = Field(sa_type=coded(PeriodKind))
    name: str = Field(max_length=300)
    state: CycleState = Field(default=CycleState.DRAFT, sa_type=coded(CycleState))
    urgent: bool = False
    data_from: date
    cut_off: date
    as_of: date = Field(description="the day its figures are true of; default the cut-off")
    due_written: date
    due: date = Field(description="agencies: effective, inclusive")
    province_due_written: date
    province_due: date
    policy: dict[str, Any] = Field(sa_type=sa.JSON)
    document_number: str = Field(default="", max_length=100)
    document_date: date | None = None
    opened_at: datetime = Field(sa_type=UTCDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reopened_until: date | None = Field(
        default=None, description="local, inclusive: till when a reopened cycle collects"
    )
    paused_at: datetime | None = Field(
        default=None, sa_type=UTCDateTime, description="reminders of this cycle are held back since then"
    )
    paused_why: str = Field(default="", description="why, as the secretariat wrote it")


class CycleRegister(SQLModel, table=True):
    """A register that a cycle asks about."""

    __tablename__ = "cycle_register"

    cycle_id: int = Field(foreign_key="cycle.id", primary_key=True)
    register_id: int = Field(foreign_key="register.id", primary_key=True)


class Request(SQLModel, table=True):
    """What one agency owes in one cycle (yêu cầu báo cáo)."""

    __tablename__ = "request"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "agency_id"),)

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    agency_id: int = Field(foreign_key="agency.id", index=True)
    state: RequestState = Field(default=RequestState.PLANNED, sa_type=coded(RequestState))
    due: date = Field(description="effective, inclusive; every change is in due_change")
    plan_no: int = Field(default=1, description="raised by an extension, a return or a reopening")
    form_version: int = 1
    link_generation: int = Field(default=1, description="raised to make every link given out worthless")
    form_sha256: str | None = Field(default=None, foreign_key="blob.sha256", max_length=64)
    last_submission_id: int | None = Field(
        default=None,
        description="the version of an earlier cycle whose answers were put into the form; frozen when it is written",
    )
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    first_received_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    complete_at: datetime | None = Field(
        default=None, sa_type=UTCDateTime, description="arrival of the first accepted version"
    )


class RequestItem(SQLModel, table=True):
    """One line of a request: the frozen revision of the assignment or indicator it asks about."""

    __tablename__ = "request_item"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "assignment_revision_id"),
        sa.UniqueConstraint("request_id", "indicator_revision_id"),
        sa.CheckConstraint(
            "(assignment_revision_id IS NULL) <> (indicator_revision_id IS NULL)", name="one_subject"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id")
    position: int
    role: str = Field(max_length=400, description="the agency's part, as the form names it")
    assignment_revision_id: int | None = Field(default=None, foreign_key="assignment_revision.id", index=True)
    indicator_revision_id: int | None = Field(default=None, foreign_key="indicator_revision.id", index=True)


class DueChange(SQLModel, table=True):
    """The history of a request's deadline: the first date stays visible."""

    __tablename__ = "due_change"
    __table_args__ = (sa.UniqueConstraint("request_id", "plan_no"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id")
    plan_no: int
    due_written: date
    due: date
    reason: str
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)


class CycleDocument(SQLModel, table=True):
    """A document made for a cycle, as it was made: the letter, the report and its annexes."""

    __tablename__ = "cycle_document"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "kind", "sha256"),)

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    kind: DocumentKind = Field(sa_type=coded(DocumentKind))
    sha256: str = Field(foreign_key="blob.sha256", max_length=64)
    file_name: str = Field(max_length=300)
    actor: str = Field(max_length=200)
    made_at: datetime = Field(sa_type=UTCDateTime)
