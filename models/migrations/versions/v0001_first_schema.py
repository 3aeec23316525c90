"""The first schema: register, cycle, submissions, notices, history."""

import sqlalchemy as sa
from alembic import op

from models.migrations.codes import coded
from models.migrations.history import make_append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column(
            "kind",
            coded(
                "party",
                "office",
                "department",
                "commune",
                "union",
                "service",
                "enterprise",
                name="agencykind",
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_agency_code")),
    )
    op.create_table(
        "agency_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("member_noun", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_group")),
        sa.UniqueConstraint("code", name=op.f("uq_agency_group_code")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entity_entity_id", ["entity", "entity_id"], unique=False)

    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("regime_code", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column(
            "period_kind", coded("quarter", "half", "year", "adhoc", name="periodkind"), nullable=False
        ),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("state", coded("draft", "released", "closed", name="cyclestate"), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("data_from", sa.Date(), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("due_written", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("province_due_written", sa.Date(), nullable=False),
        sa.Column("province_due", sa.Date(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("document_number", sa.String(length=100), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("code", name=op.f("uq_cycle_code")),
        sa.UniqueConstraint("regime_code", "period", name=op.f("uq_cycle_regime_code_period")),
    )
    op.create_table(
        "register",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register")),
        sa.UniqueConstraint("code", name=op.f("uq_register_code")),
    )
    op.create_table(
        "state_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state_change")),
    )
    with op.batch_alter_table("state_change", schema=None) as batch_op:
        batch_op.create_index("ix_state_change_entity_entity_id", ["entity", "entity_id"], unique=False)

    op.create_table(
        "alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.Column("written", sa.String(length=300), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(agency_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_alias_one_bearer")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_alias_agency_id")),
        sa.ForeignKeyConstraint(["group_id"], ["agency_group.id"], name=op.f("fk_alias_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
        sa.UniqueConstraint("folded", name=op.f("uq_alias_folded")),
    )
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alias_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alias_group_id"), ["group_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("revision_no", sa.Integer(), nullable=False),
        sa.Column("lead_agency_id", sa.Integer(), nullable=True),
        sa.Column("lead_group_id", sa.Integer(), nullable=True),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "lead_agency_id IS NULL OR lead_group_id IS NULL", name=op.f("ck_assignment_one_lead")
        ),
        sa.ForeignKeyConstraint(["lead_agency_id"], ["agency.id"], name=op.f("fk_assignment_lead_agency_id")),
        sa.ForeignKeyConstraint(
            ["lead_group_id"], ["agency_group.id"], name=op.f("fk_assignment_lead_group_id")
        ),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_assignment_register_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("register_id", "key", name=op.f("uq_assignment_register_id_key")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_lead_agency_id"), ["lead_agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_lead_group_id"), ["lead_group_id"], unique=False)

    op.create_table(
        "cycle_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", coded("letter_draft", "letter", "report", "annexes", name="documentkind"), nullable=False
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_document_cycle_id")),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_cycle_document_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_document")),
        sa.UniqueConstraint(
            "cycle_id", "kind", "sha256", name=op.f("uq_cycle_document_cycle_id_kind_sha256")
        ),
    )
    op.create_table(
        "cycle_register",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_register_cycle_id")),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_cycle_register_register_id")),
        sa.PrimaryKeyConstraint("cycle_id", "register_id", name=op.f("pk_cycle_register")),
    )
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("revision_no", sa.Integer(), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_indicator_register_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("register_id", "key", name=op.f("uq_indicator_register_id_key")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_membership_agency_id")),
        sa.ForeignKeyConstraint(["group_id"], ["agency_group.id"], name=op.f("fk_membership_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "group_id", "agency_id", "from_day", name=op.f("uq_membership_group_id_agency_id_from_day")
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column(
            "role", coded("officer", "head", "secretariat", "leadership", name="personrole"), nullable=False
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_why", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(agency_id IS NULL) = (role IN ('secretariat', 'leadership'))",
            name=op.f("ck_person_agency_by_role"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_person_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("uq_person_agency_role_email", ["agency_id", "role", "email"], unique=True)

    op.create_table(
        "register_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_register_import_register_id")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_register_import_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
    )
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_import_register_id"), ["register_id"], unique=False)

    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            coded("planned", "sent", "incomplete", "complete", "exempt", name="requeststate"),
            nullable=False,
        ),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("plan_no", sa.Integer(), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("link_generation", sa.Integer(), nullable=False),
        sa.Column("form_sha256", sa.String(length=64), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_request_agency_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_request_cycle_id")),
        sa.ForeignKeyConstraint(["form_sha256"], ["blob.sha256"], name=op.f("fk_request_form_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("cycle_id", "agency_id", name=op.f("uq_request_cycle_id_agency_id")),
    )
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_acknowledgement_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
    )
    with op.batch_alter_table("acknowledgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acknowledgement_request_id"), ["request_id"], unique=False)

    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=400), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "verdict",
            coded("unread", "submission", "duplicate", "package", "person", name="arrivalverdict"),
            nullable=False,
        ),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_arrival_request_id")),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_arrival_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("channel", "reference", name=op.f("uq_arrival_channel_reference")),
    )
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrival_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_arrival_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_arrival_verdict"), ["verdict"], unique=False)

    op.create_table(
        "assignment_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=20), nullable=False),
        sa.Column("section_name", sa.String(), nullable=False),
        sa.Column("subsection", sa.String(length=20), nullable=False),
        sa.Column("subsection_name", sa.String(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("leads_raw", sa.String(), nullable=False),
        sa.Column("coordinators_raw", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("deadline_raw", sa.String(length=300), nullable=False),
        sa.Column(
            "deadline_kind",
            coded("date", "recurring", "guided", "unclear", name="deadlinekind"),
            nullable=False,
        ),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_revision_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name=op.f("fk_assignment_revision_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_revision")),
        sa.UniqueConstraint("assignment_id", "no", name=op.f("uq_assignment_revision_assignment_id_no")),
    )
    with op.batch_alter_table("assignment_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_revision_import_id"), ["import_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_draft_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "due_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("plan_no", sa.Integer(), nullable=False),
        sa.Column("due_written", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_due_change_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_change")),
        sa.UniqueConstraint("request_id", "plan_no", name=op.f("uq_due_change_request_id_plan_no")),
    )
    op.create_table(
        "extension_ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_extension_ask_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_ask")),
    )
    with op.batch_alter_table("extension_ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extension_ask_request_id"), ["request_id"], unique=False)

    op.create_table(
        "indicator_owner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_indicator_owner_agency_id")),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_owner_indicator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_owner")),
        sa.UniqueConstraint("indicator_id", name=op.f("uq_indicator_owner_indicator_id")),
    )
    with op.batch_alter_table("indicator_owner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_owner_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "indicator_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=20), nullable=False),
        sa.Column("section_name", sa.String(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("baseline_raw", sa.String(length=200), nullable=False),
        sa.Column(
            "baseline_comparator", coded("=", ">=", ">", "<=", "<", name="baseline_comparator"), nullable=True
        ),
        sa.Column("baseline_value", sa.String(length=64), nullable=True),
        sa.Column("target_raw", sa.String(length=200), nullable=False),
        sa.Column(
            "target_comparator", coded("=", ">=", ">", "<=", "<", name="target_comparator"), nullable=True
        ),
        sa.Column("target_value", sa.String(length=64), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name=op.f("fk_indicator_revision_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_revision_indicator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_revision")),
        sa.UniqueConstraint("indicator_id", "no", name=op.f("uq_indicator_revision_indicator_id_no")),
    )
    with op.batch_alter_table("indicator_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_revision_import_id"), ["import_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", coded("email", name="channel"), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column(
            "state",
            coded("ready", "sending", "sent", "failed", "dropped", name="messagestate"),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_state"), ["state"], unique=False)

    op.create_table(
        "received_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column(
            "kind",
            coded("report", "question", "autoreply", "bounce", "other", name="mailkind"),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("sender_agency_id", sa.Integer(), nullable=True),
        sa.Column("replied_agency_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_received_mail_person_id")),
        sa.ForeignKeyConstraint(
            ["replied_agency_id"], ["agency.id"], name=op.f("fk_received_mail_replied_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["sender_agency_id"], ["agency.id"], name=op.f("fk_received_mail_sender_agency_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint("reference", name=op.f("uq_received_mail_reference")),
    )
    op.create_table(
        "register_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name=op.f("fk_register_problem_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_problem")),
    )
    with op.batch_alter_table("register_problem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_problem_import_id"), ["import_id"], unique=False)

    op.create_table(
        "assignment_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("role", coded("lead", "coordinator", name="partyrole"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "agency_id IS NULL OR group_id IS NULL", name=op.f("ck_assignment_party_one_bearer")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_assignment_party_agency_id")),
        sa.ForeignKeyConstraint(["group_id"], ["agency_group.id"], name=op.f("fk_assignment_party_group_id")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["assignment_revision.id"], name=op.f("fk_assignment_party_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_party")),
        sa.UniqueConstraint(
            "revision_id", "role", "position", name=op.f("uq_assignment_party_revision_id_role_position")
        ),
    )
    with op.batch_alter_table("assignment_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_party_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_party_group_id"), ["group_id"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            coded("started", "accepted", "retry", "refused", "unreachable", name="attemptoutcome"),
            nullable=False,
        ),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attempt_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("message_id", "no", name=op.f("uq_attempt_message_id_no")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("plan_no", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", coded("email", name="channel"), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("state", coded("due", "sent", "failed", "superseded", name="noticestate"), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_notice_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_notice_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "subject",
            "plan_no",
            "step",
            "person_id",
            "channel",
            name=op.f("uq_notice_subject_plan_no_step_person_id_channel"),
        ),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_state"), ["state"], unique=False)

    op.create_table(
        "request_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=400), nullable=False),
        sa.Column("assignment_revision_id", sa.Integer(), nullable=True),
        sa.Column("indicator_revision_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(assignment_revision_id IS NULL) <> (indicator_revision_id IS NULL)",
            name=op.f("ck_request_item_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_revision_id"],
            ["assignment_revision.id"],
            name=op.f("fk_request_item_assignment_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["indicator_revision_id"],
            ["indicator_revision.id"],
            name=op.f("fk_request_item_indicator_revision_id"),
        ),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_request_item_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_item")),
        sa.UniqueConstraint(
            "request_id",
            "assignment_revision_id",
            name=op.f("uq_request_item_request_id_assignment_revision_id"),
        ),
        sa.UniqueConstraint(
            "request_id",
            "indicator_revision_id",
            name=op.f("uq_request_item_request_id_indicator_revision_id"),
        ),
    )
    with op.batch_alter_table("request_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_request_item_assignment_revision_id"), ["assignment_revision_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_request_item_indicator_revision_id"), ["indicator_revision_id"], unique=False
        )

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("arrival_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", coded("accepted", "faulty", name="submissionverdict"), nullable=False),
        sa.Column("nothing_to_report", sa.Boolean(), nullable=False),
        sa.Column("nothing_reason", sa.String(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["arrival_id"], ["arrival.id"], name=op.f("fk_submission_arrival_id")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_submission_request_id")),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_submission_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("request_id", "sha256", name=op.f("uq_submission_request_id_sha256")),
        sa.UniqueConstraint("request_id", "version", name=op.f("uq_submission_request_id_version")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_arrival_id"), ["arrival_id"], unique=False)

    op.create_table(
        "assignment_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            coded(
                "complete",
                "in_progress",
                "not_started",
                "behind",
                "on_schedule",
                "off_schedule",
                "proposed_out",
                name="reportstatus",
            ),
            nullable=True,
        ),
        sa.Column("percent_raw", sa.String(length=60), nullable=False),
        sa.Column("percent", sa.String(length=64), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_report_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_assignment_report_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_report")),
        sa.UniqueConstraint(
            "submission_id", "assignment_id", name=op.f("uq_assignment_report_submission_id_assignment_id")
        ),
    )
    with op.batch_alter_table("assignment_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assignment_report_assignment_id"), ["assignment_id"], unique=False
        )

    op.create_table(
        "indicator_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("raw", sa.String(length=200), nullable=False),
        sa.Column("comparator", coded("=", ">=", ">", "<=", "<", name="comparator"), nullable=True),
        sa.Column("value", sa.String(length=64), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_report_indicator_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_indicator_report_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_report")),
        sa.UniqueConstraint(
            "submission_id", "indicator_id", name=op.f("uq_indicator_report_submission_id_indicator_id")
        ),
    )
    with op.batch_alter_table("indicator_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_report_indicator_id"), ["indicator_id"], unique=False)

    op.create_table(
        "submission_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("severity", coded("block", "warn", name="severity"), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("sheet", sa.String(length=100), nullable=False),
        sa.Column("cell", sa.String(length=20), nullable=False),
        sa.Column("row_key", sa.String(length=100), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submission_issue_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_issue")),
    )
    with op.batch_alter_table("submission_issue", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_submission_issue_submission_id"), ["submission_id"], unique=False
        )
    for table in ("state_change", "audit", "acknowledgement"):
        make_append_only(table)
