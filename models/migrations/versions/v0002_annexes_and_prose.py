"""Annexes as data, prose, signed reports, last answers; reminders held back, a cycle paused, call sheets."""

import sqlalchemy as sa
from alembic import op

from models.migrations.codes import set_codes
from models.migrations.history import make_append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "annex_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_annex_version_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annex_version")),
        sa.UniqueConstraint("code", "no", name=op.f("uq_annex_version_code_no")),
    )
    op.create_table(
        "request_annex",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("annex_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_request_annex_request_id")),
        sa.ForeignKeyConstraint(
            ["annex_version_id"], ["annex_version.id"], name=op.f("fk_request_annex_annex_version_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "annex_version_id", name=op.f("pk_request_annex")),
    )
    op.create_table(
        "submission_cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("annex_version_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=100), nullable=False),
        sa.Column("row_key", sa.String(length=60), nullable=False),
        sa.Column("column", sa.String(length=3), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submission_cell_submission_id")
        ),
        sa.ForeignKeyConstraint(
            ["annex_version_id"], ["annex_version.id"], name=op.f("fk_submission_cell_annex_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_cell")),
        sa.UniqueConstraint(
            "submission_id", "row_key", "column", name=op.f("uq_submission_cell_submission_id_row_key_column")
        ),
    )
    op.create_index(op.f("ix_submission_cell_annex_version_id"), "submission_cell", ["annex_version_id"])
    op.create_table(
        "narrative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("arrival_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_narrative_request_id")),
        sa.ForeignKeyConstraint(["arrival_id"], ["arrival.id"], name=op.f("fk_narrative_arrival_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_narrative")),
        sa.UniqueConstraint("request_id", "arrival_id", name=op.f("uq_narrative_request_id_arrival_id")),
    )
    op.create_index(op.f("ix_narrative_arrival_id"), "narrative", ["arrival_id"])
    op.create_table(
        "narrative_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("narrative_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["narrative_id"], ["narrative.id"], name=op.f("fk_narrative_part_narrative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_narrative_part")),
        sa.UniqueConstraint("narrative_id", "position", name=op.f("uq_narrative_part_narrative_id_position")),
    )
    op.create_table(
        "signed_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("arrival_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_signed_report_request_id")),
        sa.ForeignKeyConstraint(["arrival_id"], ["arrival.id"], name=op.f("fk_signed_report_arrival_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_report")),
        sa.UniqueConstraint("request_id", "arrival_id", name=op.f("uq_signed_report_request_id_arrival_id")),
    )
    op.create_index(op.f("ix_signed_report_arrival_id"), "signed_report", ["arrival_id"])
    op.add_column("request", sa.Column("last_submission_id", sa.Integer(), nullable=True))
    for table in ("assignment_report", "indicator_report"):
        op.add_column(table, sa.Column("as_last", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("submission_issue") as batch:
        batch.alter_column(
            "rule", existing_type=sa.String(length=60), type_=sa.String(length=100), existing_nullable=False
        )
    set_codes(
        "arrival",
        "verdict",
        "unread",
        "submission",
        "narrative",
        "signed",
        "duplicate",
        "package",
        "person",
        name="arrivalverdict",
    )
    op.add_column("cycle", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cycle", sa.Column("paused_why", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "daily_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_daily_sheet_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_sheet")),
        sa.UniqueConstraint("day", name=op.f("uq_daily_sheet_day")),
    )
    op.create_table(
        "run_mark",
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_run_mark")),
    )
    set_codes(
        "notice",
        "state",
        "due",
        "held",
        "sent",
        "unknown",
        "failed",
        "superseded",
        name="noticestate",
    )
    set_codes(
        "cycle_document",
        "kind",
        "letter_draft",
        "letter",
        "report",
        "annexes",
        "urging_letter",
        "overdue_slip",
        name="documentkind",
    )
    make_append_only("annex_version")
    _one_digest()


def _one_digest() -> None:
    """Steps frozen with a cycle spoke of two letters that one digest has taken the place of."""
    cycle = sa.table("cycle", sa.column("id", sa.Integer), sa.column("policy", sa.JSON))
    connection = op.get_bind()
    for cycle_id, policy in connection.execute(sa.select(cycle.c.id, cycle.c.policy)).all():
        for step in policy.get("steps", []):
            if step.get("template") in ("reminder", "escalation"):
                step["template"] = "digest"
        connection.execute(sa.update(cycle).where(cycle.c.id == cycle_id).values(policy=policy))
