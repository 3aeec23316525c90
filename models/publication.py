"""What was signed and issued at the end of a cycle, and where it differs from what we had written."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class Publication(SQLModel, table=True):
    """The issued report of a cycle: number, date, signed files. Append-only; the latest stands."""

    __tablename__ = "publication"

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    number: str = Field(max_length=100)
    signed_on: date
    signer: str = Field(max_length=200)
    pdf_sha256: str | None = Field(default=None, foreign_key="blob.sha256", max_length=64)
    word_sha256: str | None = Field(default=None, foreign_key="blob.sha256", max_length=64)
    pdf_name: str = Field(default="", max_length=300)
    word_name: str = Field(default="", max_length=300)
    compared_id: int | None = Field(
        default=None,
        foreign_key="cycle_document.id",
        description="our report that the Word file was held against",
    )
    note: str = ""
    actor: str = Field(max_length=200)
    at: datetime = Field(sa_type=UTCDateTime)


class PublicationDifference(SQLModel, table=True):
    """A figure or passage of the signed Word file that is not what we had written. Append-only."""

    __tablename__ = "publication_difference"
    __table_args__ = (sa.UniqueConstraint("publication_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    publication_id: int = Field(foreign_key="publication.id")
    position: int
    place: str = Field(max_length=300, description="as a person finds it: mục, bảng, dòng, cột")
    ours: str
    theirs: str
    figures: bool = Field(description="whether a number differs, not only words")
