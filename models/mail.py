"""Mails that came into our mailbox, one row each: what it was, from whom, and what it seems to speak of."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.codes import MailKind
from models.columns import UTCDateTime, coded


class ReceivedMail(SQLModel, table=True):
    """One mail. Its files are arrivals, whose reference begins with this row's.

    A From address and a reply's reference are easily forged: they say whom to answer, and give the
    secretariat a hint; whose report it is, the form's stamp alone decides.
    """

    __tablename__ = "received_mail"

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(
        unique=True, max_length=300, description="Message-ID or UID, and a hash of the body"
    )
    sender: str = Field(default="", max_length=254, description="the From address, in lower case")
    subject: str = Field(default="", max_length=300)
    kind: MailKind = Field(sa_type=coded(MailKind))
    note: str = Field(
        default="", description="what a person should know of it; of a bounce the server's words"
    )
    person_id: int | None = Field(
        default=None, foreign_key="person.id", description="who wrote it; of a bounce, who was not reached"
    )
    address: str = Field(default="", max_length=254, description="of a bounce: the address that failed")
    sender_agency_id: int | None = Field(
        default=None, foreign_key="agency.id", description="the one agency that has this sender"
    )
    replied_agency_id: int | None = Field(
        default=None, foreign_key="agency.id", description="whose the letter was that this mail answers"
    )
    received_at: datetime = Field(sa_type=UTCDateTime)
    stored_at: datetime = Field(sa_type=UTCDateTime)
