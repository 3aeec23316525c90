"""What is owed: the list of one directive, its assignments and indicators, in append-only revisions."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.codes import Comparator, DeadlineKind, PartyRole
from models.columns import ExactDecimal, UTCDateTime, coded


class Register(SQLModel, table=True):
    """One directive's list (the 2026 plan; NQ 71; KH 02). `year` comes from the annex's heading."""

    __tablename__ = "register"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=500, description="as a sentence of the report calls it")
    year: int


class RegisterImport(SQLModel, table=True):
    """One file that was read into a register: the source of the revisions made by it."""

    __tablename__ = "register_import"

    id: int | None = Field(default=None, primary_key=True)
    register_id: int = Field(foreign_key="register.id", index=True)
    sha256: str = Field(foreign_key="blob.sha256", max_length=64)
    file_name: str = Field(max_length=300)
    actor: str = Field(max_length=200)
    imported_at: datetime = Field(sa_type=UTCDateTime)


class RegisterProblem(SQLModel, table=True):
    """Something in an imported file that could not be understood: kept, listed, for a person to decide."""

    __tablename__ = "register_problem"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="register_import.id", index=True)
    place: str = Field(max_length=200, description="annex, row and column as a person finds them")
    text: str
    why: str


class Assignment(SQLModel, table=True):
    """One task of a register ("nhiệm vụ được giao"). What it says is in its revisions.

    The lead of record decides its state: an agency, or a group whose members all report. Several leads: the
    first-named by default, editable.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        sa.UniqueConstraint("register_id", "key"),
        sa.CheckConstraint("lead_agency_id IS NULL OR lead_group_id IS NULL", name="one_lead"),
    )

    id: int | None = Field(default=None, primary_key=True)
    register_id: int = Field(foreign_key="register.id")
    key: str = Field(max_length=40, description="section.subsection.number, e.g. V.5.1")
    revision_no: int = Field(default=0, description="the revision in force")
    lead_agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    lead_group_id: int | None = Field(default=None, foreign_key="agency_group.id", index=True)
    withheld: bool = Field(default=False, description="không đưa lên hệ thống: no message or form carries it")
    dropped_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AssignmentRevision(SQLModel, table=True):
    """What an assignment said from one import or one decision on. Never changed, only followed by another."""

    __tablename__ = "assignment_revision"
    __table_args__ = (sa.UniqueConstraint("assignment_id", "no"),)

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    no: int
    position: int = Field(description="order in the register")
    section: str = Field(max_length=20, description="I, II, ...")
    section_name: str
    subsection: str = Field(default="", max_length=20)
    subsection_name: str = ""
    number: str = Field(max_length=20, description="as written; empty where the register gives none")
    name: str
    leads_raw: str
    coordinators_raw: str
    result: str = Field(description="the expected result")
    deadline_raw: str = Field(max_length=300)
    deadline_kind: DeadlineKind = Field(sa_type=coded(DeadlineKind))
    due: date | None = Field(default=None, index=True, description="local day, inclusive")
    source: str = Field(default="", description="document that allows a change of the deadline")
    decided_on: date | None = Field(default=None, description="day of that document: in force from then")
    import_id: int | None = Field(default=None, foreign_key="register_import.id", index=True)
    made_at: datetime = Field(sa_type=UTCDateTime)


class AssignmentParty(SQLModel, table=True):
    """An agency or a group named in a revision, in the order written. `raw` alone when nobody was recognised."""

    __tablename__ = "assignment_party"
    __table_args__ = (
        sa.UniqueConstraint("revision_id", "role", "position"),
        sa.CheckConstraint("agency_id IS NULL OR group_id IS NULL", name="one_bearer"),
    )

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(foreign_key="assignment_revision.id")
    role: PartyRole = Field(sa_type=coded(PartyRole))
    position: int
    raw: str
    agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    group_id: int | None = Field(default=None, foreign_key="agency_group.id", index=True)


class Indicator(SQLModel, table=True):
    """One target of a register ("chỉ tiêu"). What it says is in its revisions."""

    __tablename__ = "indicator"
    __table_args__ = (sa.UniqueConstraint("register_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    register_id: int = Field(foreign_key="register.id")
    key: str = Field(max_length=40, description="section.number, e.g. V.45")
    revision_no: int = 0
    dropped_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class IndicatorRevision(SQLModel, table=True):
    """What an indicator said: raw text, comparator and exact value of baseline and target, footnotes apart."""

    __tablename__ = "indicator_revision"
    __table_args__ = (sa.UniqueConstraint("indicator_id", "no"),)

    id: int | None = Field(default=None, primary_key=True)
    indicator_id: int = Field(foreign_key="indicator.id")
    no: int
    position: int
    section: str = Field(max_length=20)
    section_name: str
    number: str = Field(max_length=20)
    name: str
    unit: str = Field(max_length=100)
    baseline_raw: str = Field(max_length=200)
    baseline_comparator: Comparator | None = Field(
        default=None, sa_type=coded(Comparator, "baseline_comparator")
    )
    baseline_value: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    target_raw: str = Field(max_length=200)
    target_comparator: Comparator | None = Field(default=None, sa_type=coded(Comparator, "target_comparator"))
    target_value: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    note: str = Field(default="", description="footnote of the row")
    import_id: int | None = Field(default=None, foreign_key="register_import.id", index=True)
    made_at: datetime = Field(sa_type=UTCDateTime)


class IndicatorOwner(SQLModel, table=True):
    """Who reports an indicator (phân công chỉ tiêu). `provisional` until the secretariat has decided."""

    __tablename__ = "indicator_owner"

    id: int | None = Field(default=None, primary_key=True)
    indicator_id: int = Field(foreign_key="indicator.id", unique=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    source: str = Field(default="", max_length=300)
    provisional: bool = True
