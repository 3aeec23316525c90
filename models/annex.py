"""Annexes that the secretariat marked up, version by version; which of them a request asks for."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class AnnexVersion(SQLModel, table=True):
    """One version of an annex: the marked-up workbook as it was loaded, and what was read from it. Append-only."""

    __tablename__ = "annex_version"
    __table_args__ = (sa.UniqueConstraint("code", "no"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40)
    no: int
    title: str = Field(max_length=300)
    sha256: str = Field(foreign_key="blob.sha256", max_length=64, description="the marked-up workbook")
    file_name: str = Field(max_length=300)
    definition: dict[str, Any] = Field(
        sa_type=sa.JSON, description="models.rules.annexes.annex.Annex, dumped"
    )
    actor: str = Field(max_length=200)
    made_at: datetime = Field(sa_type=UTCDateTime)


class RequestAnnex(SQLModel, table=True):
    """An annex that a request asks for, in the version that was the newest when its cycle was released."""

    __tablename__ = "request_annex"

    request_id: int = Field(foreign_key="request.id", primary_key=True)
    annex_version_id: int = Field(foreign_key="annex_version.id", primary_key=True)
    position: int
