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
    rule: str = Field(max_length=100, description="of an annex's own rule: PL-V.<its code>")
    sheet: str = Field(max_length=100)
    cell: str = Field(max_length=20)
    row_key: str = Field(default="", max_length=100)
    sentence: str


class AssignmentReport(SQLModel, table=True):
    """What one version declares of one assignment."""

    __tablename__ = "assignment_report"
    __table_args__ = (
        sa.UniqueConstraint("submission_id", "assignment_id"),
        # Every cycle asks what is complete since an earlier one: few rows among those of all cycles.
        sa.Index(
            "ix_assignment_report_complete",
            "assignment_id",
            sqlite_where=sa.text("status = 'complete'"),
            postgresql_where=sa.text("status = 'complete'"),
        ),
    )

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
    as_last: bool = Field(default=False, description="carried over from last period, and confirmed")


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
    as_last: bool = Field(default=False, description="carried over from last period, and confirmed")


class SubmissionCell(SQLModel, table=True):
    """What one version says in one asked cell of an annex; places as models.rules.annexes.annex has them."""

    __tablename__ = "submission_cell"
    __table_args__ = (sa.UniqueConstraint("submission_id", "row_key", "column"),)

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id")
    annex_version_id: int = Field(foreign_key="annex_version.id", index=True)
    sheet: str = Field(max_length=100)
    row_key: str = Field(max_length=60, description="PL-V/8; of a repeated line PL-VII/9.2")
    column: str = Field(max_length=3)
    raw: str
    number: Decimal | None = Field(
        default=None, sa_type=ExactDecimal, description="where it could be read as one"
    )
    day: date | None = None


class Narrative(SQLModel, table=True):
    """The prose of a report, as it came in one file: a Word outline, a workbook, the page. The latest one counts.

    It is kept beside the versions of the figures: prose is written later, by somebody else.
    """

    __tablename__ = "narrative"
    __table_args__ = (sa.UniqueConstraint("request_id", "arrival_id"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id")
    arrival_id: int = Field(foreign_key="arrival.id", index=True)
    received_at: datetime = Field(sa_type=UTCDateTime)
    note: str = Field(
        default="", description="what of the headings is missing, moved or renamed; one finding a line"
    )


class NarrativePart(SQLModel, table=True):
    """One piece of a narrative. A piece under a heading that the outline does not know has no code, and is kept."""

    __tablename__ = "narrative_part"
    __table_args__ = (sa.UniqueConstraint("narrative_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    narrative_id: int = Field(foreign_key="narrative.id")
    position: int
    code: str = Field(default="", max_length=40, description="the outline's heading")
    heading: str = Field(default="", description="as the file writes it")
    text: str = Field(description="paragraphs by line; [^1] where a footnote is called")
    notes: str = Field(default="", description="footnotes, one a line: [^1] ...")


class SignedReport(SQLModel, table=True):
    """The signed Báo cáo (a PDF) of a request: until there is one, its figures are "sơ bộ". The latest one counts."""

    __tablename__ = "signed_report"
    __table_args__ = (sa.UniqueConstraint("request_id", "arrival_id"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id")
    arrival_id: int = Field(foreign_key="arrival.id", index=True)
    number: str = Field(max_length=100)
    signed_on: date
    signer: str = Field(max_length=200)
    added_at: datetime = Field(sa_type=UTCDateTime)
