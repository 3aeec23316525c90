"""The secretariat's desk: accounts, links for looking, acts on requests, contacts, phiếu đối chiếu, publication."""

import sqlalchemy as sa
from alembic import op

from models.migrations.codes import coded, set_codes
from models.migrations.history import make_append_only, make_append_only_again

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _new_tables()
    _directory()
    op.add_column("assignment_revision", sa.Column("decided_on", sa.Date(), nullable=True))
    op.add_column("cycle", sa.Column("reopened_until", sa.Date(), nullable=True))
    _promises_taken_back()
    op.add_column("run_mark", sa.Column("took_ms", sa.Integer(), nullable=True))
    set_codes(
        "request",
        "state",
        "planned",
        "sent",
        "recorded",
        "incomplete",
        "complete",
        "exempt",
        name="requeststate",
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
        "recorded",
        "dismissed",
        name="arrivalverdict",
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
        "agency_result",
        "section_result",
        "comparison",
        name="documentkind",
    )
    for table in ("phone_call", "confirmation", "proposal_decision", "publication", "publication_difference"):
        make_append_only(table)


def _directory() -> None:
    """Party committees of communes; what the desk has changed is not overwritten by the files."""
    set_codes(
        "agency",
        "kind",
        "party",
        "office",
        "department",
        "commune",
        "commune_party",
        "union",
        "service",
        "enterprise",
        name="agencykind",
    )
    with op.batch_alter_table("agency") as batch:
        batch.add_column(sa.Column("locality", sa.String(length=40), nullable=False, server_default=""))
        batch.add_column(
            sa.Column("origin", coded("file", "desk", name="origin"), nullable=False, server_default="file")
        )
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("title", sa.String(length=200), nullable=False, server_default=""))
        batch.add_column(
            sa.Column("origin", coded("file", "desk", name="origin"), nullable=False, server_default="file")
        )
        batch.drop_index("uq_person_agency_role_email")
    has_mail = sa.text("email <> ''")
    op.create_index(
        "uq_person_agency_role_email",
        "person",
        ["agency_id", "role", "email"],
        unique=True,
        sqlite_where=has_mail,
        postgresql_where=has_mail,
    )
    for table, columns in (("agency", ("locality", "origin")), ("person", ("title", "origin"))):
        with op.batch_alter_table(table) as batch:  # the defaults were for the rows that were there
            for column in columns:
                batch.alter_column(column, server_default=None)


def _promises_taken_back() -> None:
    """A promise without a day takes the one before it back; one given on the telephone names the call."""
    with op.batch_alter_table("acknowledgement") as batch:
        batch.add_column(sa.Column("call_id", sa.Integer(), nullable=True))
        batch.alter_column("promised", existing_type=sa.Date(), nullable=True)
        batch.create_foreign_key(op.f("fk_acknowledgement_call_id"), "phone_call", ["call_id"], ["id"])
    op.create_index(op.f("ix_acknowledgement_call_id"), "acknowledgement", ["call_id"])
    make_append_only_again("acknowledgement")


def _new_tables() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", coded("reader", "officer", "leader", name="deskrole"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "board_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", coded("page", "api", name="boardlinkkind"), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_link")),
    )
    op.create_table(
        "contact_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_round")),
    )
    op.create_table(
        "contact_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            coded("asked", "confirmed", "proposed", "accepted", "declined", name="contactstate"),
            nullable=False,
        ),
        sa.Column("proposed", sa.JSON(), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_contact_check_agency_id")),
        sa.ForeignKeyConstraint(["round_id"], ["contact_round.id"], name=op.f("fk_contact_check_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_check")),
        sa.UniqueConstraint("round_id", "agency_id", name=op.f("uq_contact_check_round_id_agency_id")),
    )
    op.create_index(op.f("ix_contact_check_agency_id"), "contact_check", ["agency_id"])
    op.create_table(
        "desk_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_desk_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_desk_session_token_sha256")),
    )
    op.create_index(op.f("ix_desk_session_account_id"), "desk_session", ["account_id"])
    op.create_table(
        "assignment_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=False),
        sa.Column("ended_why", sa.String(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_assignment_link_in_order")),
        sa.ForeignKeyConstraint(["one_id"], ["assignment.id"], name=op.f("fk_assignment_link_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["assignment.id"], name=op.f("fk_assignment_link_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_link")),
    )
    op.create_index(op.f("ix_assignment_link_one_id"), "assignment_link", ["one_id"])
    op.create_index(op.f("ix_assignment_link_other_id"), "assignment_link", ["other_id"])
    op.create_table(
        "central_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_central_code_assignment_id")
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_central_code")),
    )
    in_force = sa.text("ended_at IS NULL")
    for column in ("assignment_id", "code"):
        op.create_index(
            f"uq_central_code_system_{column}",
            "central_code",
            ["system", column],
            unique=True,
            sqlite_where=in_force,
            postgresql_where=in_force,
        )
    op.create_index(op.f("ix_central_code_assignment_id"), "central_code", ["assignment_id"])
    op.create_table(
        "discrepancy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column(
            "kind",
            coded("form", "last_period", "leads", "registers", "prose", name="discrepancykind"),
            nullable=False,
        ),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column(
            "state", coded("open", "asked", "explained", "mended", name="discrepancystate"), nullable=False
        ),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_no", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(length=200), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_discrepancy_agency_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_discrepancy_assignment_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_discrepancy_cycle_id")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_discrepancy_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancy")),
        sa.UniqueConstraint("cycle_id", "key", name=op.f("uq_discrepancy_cycle_id_key")),
    )
    op.create_index(op.f("ix_discrepancy_agency_id"), "discrepancy", ["agency_id"])
    op.create_index(op.f("ix_discrepancy_assignment_id"), "discrepancy", ["assignment_id"])
    op.create_index(op.f("ix_discrepancy_request_id"), "discrepancy", ["request_id"])
    op.create_table(
        "follow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(agency_id IS NULL) <> (assignment_id IS NULL)", name=op.f("ck_follow_one_subject")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_follow_account_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_follow_agency_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_follow_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
    )
    op.create_index(op.f("ix_follow_account_id"), "follow", ["account_id"])
    op.create_index(op.f("ix_follow_agency_id"), "follow", ["agency_id"])
    op.create_index(op.f("ix_follow_assignment_id"), "follow", ["assignment_id"])
    op.create_table(
        "phone_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("whom", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("promised", sa.Date(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_phone_call_agency_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["phone_call.id"], name=op.f("fk_phone_call_corrects_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_phone_call_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_phone_call_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
    )
    op.create_index(op.f("ix_phone_call_agency_id"), "phone_call", ["agency_id"])
    op.create_index(op.f("ix_phone_call_corrects_id"), "phone_call", ["corrects_id"])
    op.create_index(op.f("ix_phone_call_person_id"), "phone_call", ["person_id"])
    op.create_index(op.f("ix_phone_call_request_id"), "phone_call", ["request_id"])
    op.create_table(
        "proposal_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_proposal_decision_assignment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_decision")),
    )
    op.create_index(op.f("ix_proposal_decision_assignment_id"), "proposal_decision", ["assignment_id"])
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("word_sha256", sa.String(length=64), nullable=True),
        sa.Column("pdf_name", sa.String(length=300), nullable=False),
        sa.Column("word_name", sa.String(length=300), nullable=False),
        sa.Column("compared_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["compared_id"], ["cycle_document.id"], name=op.f("fk_publication_compared_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_publication_cycle_id")),
        sa.ForeignKeyConstraint(["pdf_sha256"], ["blob.sha256"], name=op.f("fk_publication_pdf_sha256")),
        sa.ForeignKeyConstraint(["word_sha256"], ["blob.sha256"], name=op.f("fk_publication_word_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_cycle_id"), "publication", ["cycle_id"])
    op.create_table(
        "publication_difference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("ours", sa.String(), nullable=False),
        sa.Column("theirs", sa.String(), nullable=False),
        sa.Column("figures", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_publication_difference_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_difference")),
        sa.UniqueConstraint(
            "publication_id", "position", name=op.f("uq_publication_difference_publication_id_position")
        ),
    )
    op.create_table(
        "recorded_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column(
            "way",
            coded("paper", "document_system", "email", "phone", "other", name="reportway"),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrival_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=200), nullable=False),
        sa.Column("cancelled_why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["arrival_id"], ["arrival.id"], name=op.f("fk_recorded_report_arrival_id")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_recorded_report_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorded_report")),
    )
    op.create_index(op.f("ix_recorded_report_arrival_id"), "recorded_report", ["arrival_id"])
    op.create_index(op.f("ix_recorded_report_request_id"), "recorded_report", ["request_id"])
    op.create_table(
        "returned_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=200), nullable=False),
        sa.Column("cancelled_why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_returned_report_request_id")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_returned_report_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_report")),
    )
    op.create_index(op.f("ix_returned_report_request_id"), "returned_report", ["request_id"])
    op.create_index(op.f("ix_returned_report_submission_id"), "returned_report", ["submission_id"])
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("assignment_report_id", sa.Integer(), nullable=True),
        sa.Column(
            "verdict",
            coded("confirmed", "corrected", "withdrawn", name="confirmationverdict"),
            nullable=False,
        ),
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
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_confirmation_agency_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_confirmation_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_report_id"],
            ["assignment_report.id"],
            name=op.f("fk_confirmation_assignment_report_id"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_confirmation_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    op.create_index(op.f("ix_confirmation_agency_id"), "confirmation", ["agency_id"])
    op.create_index(op.f("ix_confirmation_assignment_id"), "confirmation", ["assignment_id"])
    op.create_index(op.f("ix_confirmation_assignment_report_id"), "confirmation", ["assignment_report_id"])
    op.create_index(
        op.f("ix_confirmation_cycle_id_assignment_id"), "confirmation", ["cycle_id", "assignment_id"]
    )
