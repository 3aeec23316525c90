"""The secretariat's desk: who may sit at it, who is sitting there, links for those who only look."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.codes import BoardLinkKind, DeskRole
from models.columns import UTCDateTime, coded


class Account(SQLModel, table=True):
    """An account of the desk. No default password; one that another person has set must be changed at once."""

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True, max_length=60, description="in small letters")
    name: str = Field(max_length=200, description="as the audit trail and the pages write it")
    role: DeskRole = Field(sa_type=coded(DeskRole))
    email: str = Field(default="", max_length=254)
    password_hash: str = Field(
        default="", max_length=300, description="argon2id; empty: no password opens it"
    )
    must_change: bool = Field(default=True, description="the password was set by somebody else")
    active: bool = True
    failures: int = Field(default=0, description="wrong passwords in a row")
    locked_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    made_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def actor(self) -> str:
        """As the audit trail names who acts."""
        return f"{self.name} ({self.login})"


class DeskSession(SQLModel, table=True):
    """Somebody who has logged in, until they log out, stay away for too long, or lose the account."""

    __tablename__ = "desk_session"

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(
        unique=True, max_length=64, description="of the cookie's value, which is kept nowhere"
    )
    account_id: int = Field(foreign_key="account.id", index=True)
    address: str = Field(default="", max_length=60)
    made_at: datetime = Field(sa_type=UTCDateTime)
    seen_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class BoardLink(SQLModel, table=True):
    """A link that opens the board for looking alone: a leader's page, or another system's key to the same figures."""

    __tablename__ = "board_link"

    id: int | None = Field(default=None, primary_key=True)
    kind: BoardLinkKind = Field(sa_type=coded(BoardLinkKind))
    label: str = Field(max_length=200, description="whom it was given to")
    last_day: date | None = Field(default=None, description="local, inclusive; None: until it is revoked")
    actor: str = Field(max_length=200)
    made_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
