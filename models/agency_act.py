"""What an agency does on its page besides reporting: says when it will report, asks for time, keeps a draft."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class Acknowledgement(SQLModel, table=True):
    """ "Đã nhận, sẽ nộp ngày ...": a promise, append-only. The latest one stands; one without a day takes it back."""

    __tablename__ = "acknowledgement"

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", index=True)
    promised: date | None = Field(description="local day by which the agency says it will report")
    call_id: int | None = Field(
        default=None, foreign_key="phone_call.id", index=True, description="of one given on the telephone"
    )
    at: datetime = Field(sa_type=UTCDateTime)


class ExtensionAsk(SQLModel, table=True):
    """A request for a later deadline. The secretariat decides; until then `granted` is unknown."""

    __tablename__ = "extension_ask"

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", index=True)
    wanted: date = Field(description="local day asked for, inclusive")
    reason: str
    asked_at: datetime = Field(sa_type=UTCDateTime)
    granted: bool | None = None
    answer: str = Field(default="", description="the secretariat's reason, as the agency reads it")
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str = Field(default="", max_length=200)


class Draft(SQLModel, table=True):
    """What was typed into the web form so far: field name -> text. Judged only when it is submitted.

    `revision` grows with each save: who saves over a revision that they have not seen is told of it.
    """

    __tablename__ = "draft"

    request_id: int = Field(foreign_key="request.id", primary_key=True)
    texts: dict[str, str] = Field(sa_type=sa.JSON)
    revision: int
    saved_at: datetime = Field(sa_type=UTCDateTime)
