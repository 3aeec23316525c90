"""Zalo beside mail: its channels, what is not known to have arrived, stopped channels, the bot's link codes."""

import sqlalchemy as sa
from alembic import op

from models.migrations.codes import coded, set_codes

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHANNELS = ("email", "zalo_zbs", "zalo_bot", "zalo_oa")


def upgrade() -> None:
    for table in ("notice", "message"):
        set_codes(table, "channel", *CHANNELS, name="channel")
    set_codes("notice", "state", "due", "held", "sent", "unknown", "failed", "superseded", name="noticestate")
    set_codes(
        "message", "state", "ready", "sending", "sent", "unknown", "failed", "dropped", name="messagestate"
    )
    set_codes(
        "attempt",
        "outcome",
        "started",
        "accepted",
        "retry",
        "refused",
        "unreachable",
        "unknown",
        "misconfigured",
        name="attemptoutcome",
    )
    for column in ("zalo_chat_id", "zalo_user_id"):
        op.add_column("person", sa.Column(column, sa.String(), nullable=True))
    op.create_table(
        "channel_state",
        sa.Column("channel", coded(*CHANNELS, name="channel"), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_state")),
    )
    op.create_table(
        "zalo_link_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_zalo_link_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zalo_link_code")),
        sa.UniqueConstraint("code", name=op.f("uq_zalo_link_code_code")),
    )
    op.create_index(op.f("ix_zalo_link_code_person_id"), "zalo_link_code", ["person_id"])
