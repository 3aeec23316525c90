"""The people of an agency, and those of none (the secretariat), are found without reading everybody."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_person_agency_id"), "person", ["agency_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_person_agency_id"), table_name="person")
