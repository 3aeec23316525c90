"""The channels themselves: whether one is stopped, and the codes by which people make themselves known to the bot."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.codes import Channel
from models.columns import UTCDateTime, coded


class ChannelState(SQLModel, table=True):
    """A channel that is stopped until a person mends it; its messages wait. One that never stopped has no row."""

    __tablename__ = "channel_state"

    channel: Channel = Field(primary_key=True, sa_type=coded(Channel))
    stopped_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    why: str = Field(default="", description="what is wrong and what to do, as the secretariat reads it")


class ZaloLinkCode(SQLModel, table=True):
    """A one-time code: who sends it to the bot is this person, and the chat it came from is theirs."""

    __tablename__ = "zalo_link_code"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=20)
    person_id: int = Field(foreign_key="person.id", index=True)
    made_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
