"""What came in: bytes first, judgement later; nothing received is ever overwritten or dropped."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.codes import ArrivalVerdict, Comparator, ReportStatus, Severity, SubmissionVerdict
from models.columns import ExactDecimal, UTCDateTime, coded


class Blob(SQLModel, table=True):
    """Bytes by their SHA-256: what was received, and what was issued."""

    __tablename__ = "blob"

    sha256: str = Field(primary_key=True, max_length=64)
    size: int
    content: bytes = Field(sa_type=sa.LargeBinary)
    stored_at: datetime = Field(sa_type=UTCDateTime)


class Arrival(SQLModel, table=True):
    """One thing that reached us, by whichever way. `request_id` may be unknown for ever.

    `received_at` is when it reached us (a file's change time), never when we looked.
    """

    __tablename__ = "arrival"
    __table_args__ = (sa.UniqueConstraint("channel", "reference"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=40, description="thu-muc (folder), hop-thu (mailbox), trang-web (page)")
    reference: str = Field(max_length=400, description="what makes it this arrival on its channel")
    file_name: str = Field(max_length=300)
    sender: str = Field(default="", max_length=254, description="who sent it, as its channel says")
    sha256: str = Field(foreign_key="blob.sha256", max_length=64, index=True)
    received_at: datetime = Field(sa_type=UTCDateTime)
    stored_at: datetime = Field(sa_type=UTCDateTime)
    verdict: ArrivalVerdict = Field(default=ArrivalVerdict.UNREAD, sa_type=coded(ArrivalVerdict), index=True)
    request_id: int | None = Field(default=None, foreign_key="request.id", index=True)
    note: str = Field(default="", description="why a person must look, in Vietnamese")


class Submission(SQLModel, table=True):
    """One version of an answer. The latest accepted one counts."""

    __tablename__ = "submission"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "sha256"),
        sa.UniqueConstraint("request_id", "version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id")
    version: int
    sha256: str = Field(foreign_key="blob.sha256", max_length=64)
    arrival_id: int = Field(foreign_key="arrival.id", index=True)
    received_at: datetime = Field(sa_type=UTCDateTime)
    verdict: SubmissionVerdict = Field(sa_type=coded(SubmissionVerdict))
    nothing_to_report: bool = False
    nothing_reason: str = ""
    judged_at: datetime = Field(sa_type=UTCDateTime)


class SubmissionIssue(SQLModel, table=True):
    """One thing to mend or to look at, with its place in the form and a sentence an official understands."""

    __tablename__ = "submission_issue"

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    severity: Severity = Field(sa_type=coded(Severity))
    rule: str = Field(max_length=60)
    sheet: str = Field(max_length=100)
    cell: str = Field(max_length=20)
    row_key: str = Field(default="", max_length=100)
    sentence: str


class AssignmentReport(SQLModel, table=True):
    """What one version declares of one assignment."""

    __tablename__ = "assignment_report"
    __table_args__ = (sa.UniqueConstraint("submission_id", "assignment_id"),)

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id")
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    status: ReportStatus | None = Field(default=None, sa_type=coded(ReportStatus))
    percent_raw: str = Field(default="", max_length=60)
    percent: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    completed_on: date | None = Field(
        default=None, description="ngày hoàn thành; else lateness is unknowable"
    )
    product: str = ""
    reason: str = ""
    proposal: str = ""


class IndicatorReport(SQLModel, table=True):
    """What one version declares of one indicator."""

    __tablename__ = "indicator_report"
    __table_args__ = (sa.UniqueConstraint("submission_id", "indicator_id"),)

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id")
    indicator_id: int = Field(foreign_key="indicator.id", index=True)
    raw: str = Field(default="", max_length=200)
    comparator: Comparator | None = Field(default=None, sa_type=coded(Comparator))
    value: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    as_of: date | None = None
    source: str = ""
