"""Who owes a report: agencies, the groups that stand for many of them, and the people to reach."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.codes import AgencyKind, ContactState, Origin, PersonRole
from models.columns import UTCDateTime, coded


class Agency(SQLModel, table=True):
    """An agency, unit or locality. `code` is what people type (SKHCN, SNV, a commune's code)."""

    __tablename__ = "agency"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=300)
    kind: AgencyKind = Field(sa_type=coded(AgencyKind))
    position: int = Field(default=0, description="order in tables, as the directory file has it")
    active: bool = True
    locality: str = Field(
        default="", max_length=40, description="what a commune's Party committee and People's Committee share"
    )
    origin: Origin = Field(default=Origin.FILE, sa_type=coded(Origin))


class AgencyGroup(SQLModel, table=True):
    """A name in a register that stands for many agencies ("UBND các xã, phường")."""

    __tablename__ = "agency_group"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=300)
    member_noun: str = Field(default="cơ quan, đơn vị", max_length=60, description="41/45 <xã, phường>")


class Alias(SQLModel, table=True):
    """One way a register writes an agency or a group. `folded` is what names are compared by."""

    __tablename__ = "alias"
    __table_args__ = (sa.CheckConstraint("(agency_id IS NULL) <> (group_id IS NULL)", name="one_bearer"),)

    id: int | None = Field(default=None, primary_key=True)
    folded: str = Field(unique=True, max_length=300)
    written: str = Field(max_length=300)
    agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    group_id: int | None = Field(default=None, foreign_key="agency_group.id", index=True)


class Membership(SQLModel, table=True):
    """An agency's membership of a group, from a day and perhaps to a day (both inclusive)."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("group_id", "agency_id", "from_day"),)

    id: int | None = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="agency_group.id")
    agency_id: int = Field(foreign_key="agency.id", index=True)
    from_day: date
    to_day: date | None = None


class Person(SQLModel, table=True):
    """Somebody to reach: an agency's officer or head; the secretariat and the leadership have no agency."""

    __tablename__ = "person"
    __table_args__ = (
        sa.Index(
            "uq_person_agency_role_email",
            "agency_id",
            "role",
            "email",
            unique=True,
            sqlite_where=sa.text("email <> ''"),
            postgresql_where=sa.text("email <> ''"),
        ),
        sa.CheckConstraint(
            "(agency_id IS NULL) = (role IN ('secretariat', 'leadership'))", name="agency_by_role"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    role: PersonRole = Field(sa_type=coded(PersonRole))
    name: str = Field(max_length=200)
    title: str = Field(default="", max_length=200, description="chức vụ: Phó Giám đốc, Chuyên viên")
    email: str = Field(max_length=254, description="empty of somebody who is reached by telephone alone")
    phone: str = Field(default="", max_length=40)
    active: bool = True
    origin: Origin = Field(default=Origin.FILE, sa_type=coded(Origin))
    bounced_at: datetime | None = Field(
        default=None, sa_type=UTCDateTime, description="when a mail to this address last came back"
    )
    bounced_why: str = Field(default="", max_length=500, description="the server's own words")
    zalo_chat_id: str | None = Field(
        default=None, description="the chat with our bot, learnt by a one-time code"
    )
    zalo_user_id: str | None = Field(default=None, description="the person's id with our OA")


class ContactRound(SQLModel, table=True):
    """A round of asking every agency whether its contacts are still right ("xác nhận đầu mối")."""

    __tablename__ = "contact_round"

    id: int | None = Field(default=None, primary_key=True)
    answer_by: date = Field(description="local day, inclusive")
    actor: str = Field(max_length=200)
    started_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ContactCheck(SQLModel, table=True):
    """One agency in a round: what it answered. What it proposes is applied only when the secretariat says so."""

    __tablename__ = "contact_check"
    __table_args__ = (sa.UniqueConstraint("round_id", "agency_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="contact_round.id")
    agency_id: int = Field(foreign_key="agency.id", index=True)
    state: ContactState = Field(default=ContactState.ASKED, sa_type=coded(ContactState))
    proposed: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON, description="people as proposed")
    answered_by: str = Field(default="", max_length=200)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str = Field(default="", max_length=200)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_why: str = ""
