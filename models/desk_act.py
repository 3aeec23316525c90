"""What the secretariat does about a request, an agency, an assignment. What is taken back stays, with who and why."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.codes import ConfirmationVerdict, ReportStatus, ReportWay
from models.columns import UTCDateTime, coded


class RecordedReport(SQLModel, table=True):
    """A report that came on paper, by the document system, by telephone ("ghi nhận thay"). The latest one stands,
    unless it was cancelled."""

    __tablename__ = "recorded_report"

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", index=True)
    way: ReportWay = Field(sa_type=coded(ReportWay))
    number: str = Field(default="", max_length=100)
    dated: date | None = None
    signer: str = Field(default="", max_length=200)
    received_on: date = Field(description="local day on which it reached the secretariat")
    received_at: datetime = Field(
        sa_type=UTCDateTime, description="the instant that counts: of that day, not of typing"
    )
    arrival_id: int | None = Field(default=None, foreign_key="arrival.id", index=True, description="the scan")
    note: str = ""
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    cancelled_by: str = Field(default="", max_length=200)
    cancelled_why: str = ""


class ReturnedReport(SQLModel, table=True):
    """A report that was sent back to be completed ("đề nghị hoàn thiện, bổ sung"), with what to mend, by when."""

    __tablename__ = "returned_report"

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", index=True)
    submission_id: int | None = Field(
        default=None, foreign_key="submission.id", index=True, description="the version that was looked at"
    )
    comment: str = Field(description="as the agency reads it")
    due: date = Field(description="local, inclusive")
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    cancelled_by: str = Field(default="", max_length=200)
    cancelled_why: str = ""


class PhoneCall(SQLModel, table=True):
    """One call: whom, when, what was said. Append-only; a slip of the pen is put right by a call that names it."""

    __tablename__ = "phone_call"

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    request_id: int | None = Field(default=None, foreign_key="request.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    whom: str = Field(max_length=200)
    phone: str = Field(default="", max_length=40)
    answered: bool = True
    said: str = ""
    promised: date | None = Field(default=None, description="local day by which they say they will report")
    corrects_id: int | None = Field(default=None, foreign_key="phone_call.id", index=True)
    called_at: datetime = Field(sa_type=UTCDateTime)
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)


class Confirmation(SQLModel, table=True):
    """What the secretariat says of one declared status, having looked at the product and its document. Append-only;
    the latest of (cycle, assignment, agency) stands, for as long as the agency declares what was looked at.

    Without an agency it speaks of an assignment that a group leads, as a whole ("or the secretariat says so").
    """

    __tablename__ = "confirmation"
    __table_args__ = (sa.Index("ix_confirmation_cycle_id_assignment_id", "cycle_id", "assignment_id"),)

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    assignment_report_id: int | None = Field(
        default=None, foreign_key="assignment_report.id", index=True, description="the declaration looked at"
    )
    verdict: ConfirmationVerdict = Field(sa_type=coded(ConfirmationVerdict))
    status: ReportStatus | None = Field(default=None, sa_type=coded(ReportStatus), description="as confirmed")
    completed_on: date | None = Field(default=None, description="as confirmed")
    document: str = Field(default="", max_length=300, description="number and date of the product looked at")
    note: str = ""
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)


class Follow(SQLModel, table=True):
    """Who in the secretariat follows an agency, or one assignment, from a moment and perhaps to one."""

    __tablename__ = "follow"
    __table_args__ = (
        sa.CheckConstraint("(agency_id IS NULL) <> (assignment_id IS NULL)", name="one_subject"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id", index=True)
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_by: str = Field(default="", max_length=200)


class AssignmentLink(SQLModel, table=True):
    """The same task in two registers: linked, not counted twice."""

    __tablename__ = "assignment_link"
    __table_args__ = (sa.CheckConstraint("one_id < other_id", name="in_order"),)

    id: int | None = Field(default=None, primary_key=True)
    one_id: int = Field(foreign_key="assignment.id", index=True)
    other_id: int = Field(foreign_key="assignment.id", index=True)
    why: str = ""
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_by: str = Field(default="", max_length=200)
    ended_why: str = ""


class ProposalDecision(SQLModel, table=True):
    """What the committee decided on a proposal (không thực hiện, phối hợp). Append-only; the latest stands."""

    __tablename__ = "proposal_decision"

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    accepted: bool
    document: str = Field(default="", max_length=300, description="number and date of what says so")
    why: str = ""
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)


class CentralCode(SQLModel, table=True):
    """What a central monitoring system calls an assignment (its mapping is a file of the province). A wrong one is
    ended, never erased."""

    __tablename__ = "central_code"
    __table_args__ = (
        sa.Index(
            "uq_central_code_system_assignment_id",
            "system",
            "assignment_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "uq_central_code_system_code",
            "system",
            "code",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    system: str = Field(max_length=40)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    code: str = Field(max_length=100)
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_by: str = Field(default="", max_length=200)
