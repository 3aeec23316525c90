"""What a large country asks often is found without reading every cycle's rows."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_assignment_report_complete",
        "assignment_report",
        ["assignment_id"],
        sqlite_where=sa.text("status = 'complete'"),
        postgresql_where=sa.text("status = 'complete'"),
    )
    op.create_index(op.f("ix_assignment_revision_due"), "assignment_revision", ["due"])
    op.create_table(
        "look_mark",
        sa.Column("look", sa.String(length=40), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("look", name=op.f("pk_look_mark")),
    )


def downgrade() -> None:
    op.drop_table("look_mark")
    op.drop_index(op.f("ix_assignment_revision_due"), table_name="assignment_revision")
    op.drop_index("ix_assignment_report_complete", table_name="assignment_report")
