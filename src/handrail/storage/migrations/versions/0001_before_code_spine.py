"""The spine: all that an item's life needs. Frozen: what comes later has migrations of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.String(36).with_variant(sa.UUID(as_uuid=False), "postgresql")
INSTANT = sa.BigInteger()
JSON = sa.Text()


def upgrade() -> None:
    for make in TABLES:
        make()


def _audit_entries() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "log_index", sa.BigInteger(), nullable=True, comment="given by the sequencer; null for about a second"
        ),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False, comment="person:<id>, key:<id> or system"),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("details", JSON, nullable=True, comment="what the commitment covers; gone after erasure"),
        sa.Column("salt", sa.String(32), nullable=True, comment="hex; gone after erasure"),
        sa.Column("entry", sa.Text(), nullable=False, comment="the canonical JSON that is hashed"),
        sa.Column("leaf_hash", sa.String(64), nullable=False),
        sa.Column(
            "seal", sa.String(64), nullable=False, comment="keyed hash of the leaf: a row put in by SQL alone has none"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
        sa.UniqueConstraint("log_index", name="uq_audit_entries_log_index"),
    )
    op.create_index("ix_audit_entries_project_id_at", "audit_entries", ["project_id", "at"])
    op.create_index("ix_audit_entries_subject_at", "audit_entries", ["subject", "at"])
    op.create_index(
        "ix_audit_entries_unnumbered",
        "audit_entries",
        ["id"],
        sqlite_where=sa.text("log_index IS NULL"),
        postgresql_where=sa.text("log_index IS NULL"),
    )


def _audit_heads() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("frontier", JSON, nullable=False, comment="roots of the perfect subtrees, largest first"),
        sa.Column("signature", sa.Text(), nullable=False, comment="keyed hash over size and root"),
        sa.PrimaryKeyConstraint("size", name="pk_audit_heads"),
    )


def _audit_tiles() -> None:
    op.create_table(
        "audit_tiles",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False, comment="0: leaves"),
        sa.Column("tile", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False, comment="up to 256 hashes of 32 bytes"),
        sa.PrimaryKeyConstraint("level", "tile", name="pk_audit_tiles"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True, comment="commit order, given by the sequencer"),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(129), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.UniqueConstraint("number", name="uq_events_number"),
    )
    op.create_index("ix_events_project_id_number", "events", ["project_id", "number"])
    op.create_index("ix_events_subject", "events", ["subject", "sequence"])
    op.create_index(
        "ix_events_unnumbered",
        "events",
        ["id"],
        sqlite_where=sa.text("number IS NULL"),
        postgresql_where=sa.text("number IS NULL"),
    )


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.String(36), nullable=False, comment="the project's id, or - where there is none"),
        sa.Column("caller", sa.String(64), nullable=False),
        sa.Column("method", sa.String(8), nullable=False),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("scope", "caller", "method", "path", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _instance() -> None:
    op.create_table(
        "instance",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_instance"),
        comment="facts of this installation: the set-up token's hash, when it was used",
    )


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("key", sa.String(255), nullable=True),
        sa.Column("body_hash", sa.String(64), nullable=False, comment="of the submitted fields, to compare a repeat"),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("domain", sa.String(64), nullable=False),
        sa.Column("task", sa.String(64), nullable=False),
        sa.Column("model", sa.String(200), nullable=True),
        sa.Column("prompt_version", sa.String(200), nullable=True),
        sa.Column("language", sa.String(35), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("group_name", sa.String(200), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("snippet", sa.String(200), nullable=False),
        sa.Column("action", sa.String(16), nullable=True),
        sa.Column("rule", sa.String(64), nullable=True),
        sa.Column("queue", sa.String(64), nullable=True),
        sa.Column("policy_version", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("source", sa.String(16), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("last_sequence", sa.Integer(), nullable=False, comment="of the events about this item"),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("project_id", "key", name="uq_items_project_id_key"),
    )
    op.create_index(
        "ix_items_project_id_received_at_id", "items", ["project_id", sa.text("received_at DESC"), sa.text("id DESC")]
    )
    op.create_index("ix_items_project_id_state_received_at", "items", ["project_id", "state", "received_at"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("args", JSON, nullable=False),
        sa.Column("dedup", sa.String(200), nullable=True, comment="at most one job with this mark"),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, comment="waiting, running or dead"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("dedup", name="uq_jobs_dedup"),
    )
    op.create_index(
        "ix_jobs_due",
        "jobs",
        ["run_at", "id"],
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", KEY, nullable=False),
        sa.Column("email", sa.String(320), nullable=False, comment="lower case"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("invite_hash", sa.String(64), nullable=True),
        sa.Column("invite_until", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("email", name="uq_people_email"),
        sa.UniqueConstraint("invite_hash", name="uq_people_invite_hash"),
    )


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("seed", sa.String(64), nullable=False, comment="hex; the key of every random draw"),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column(
            "generation",
            sa.Integer(),
            nullable=False,
            comment="grows with each policy activated and each stop set or lifted",
        ),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("slug", name="uq_projects_slug"),
    )


def _sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_hash", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempts"),
    )
    op.create_index(
        "ix_sign_in_attempts_account_hash_address_at", "sign_in_attempts", ["account_hash", "address", "at"]
    )


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("public", sa.String(8), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_by", KEY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name="fk_api_keys_created_by"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_api_keys_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("public", name="uq_api_keys_public"),
    )


def _audit_samples() -> None:
    op.create_table(
        "audit_samples",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("segment", sa.String(129), nullable=False),
        sa.Column("pick", sa.String(16), nullable=False, comment="uniform or active"),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("drawn_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("is_error", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_audit_samples_item_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_audit_samples"),
    )
    op.create_index("ix_audit_samples_project_id_drawn_at", "audit_samples", ["project_id", "drawn_at"])


def _item_contents() -> None:
    op.create_table(
        "item_contents",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("body", JSON, nullable=False, comment="the submitted fields, output always as the object"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_contents_item_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_contents"),
    )


def _item_scores() -> None:
    op.create_table(
        "item_scores",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("scores", JSON, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_scores_item_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_scores"),
    )


def _memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("skills", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_memberships_person_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_memberships_project_id"),
        sa.PrimaryKeyConstraint("project_id", "person_id", name="pk_memberships"),
    )


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("decided_by", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("output", JSON, nullable=True),
        sa.Column("content_hash", sa.String(71), nullable=True),
        sa.Column("show", sa.String(16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("categories", JSON, nullable=False),
        sa.Column("review", JSON, nullable=True, comment="the summary that the Result carries"),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_outcomes_item_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_project_id_decided_at_item_id", "outcomes", ["project_id", "decided_at", "item_id"])


def _policies() -> None:
    op.create_table(
        "policies",
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("yaml", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, comment="proposed, active or past"),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("activated_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_policies_author_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_policies_project_id"),
        sa.PrimaryKeyConstraint("project_id", "version", name="pk_policies"),
    )


def _queue_settings() -> None:
    op.create_table(
        "queue_settings",
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("paused_by", KEY, nullable=True),
        sa.Column("limit_per_person", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["paused_by"], ["people.id"], name="fk_queue_settings_paused_by"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_queue_settings_project_id"),
        sa.PrimaryKeyConstraint("project_id", "queue", name="pk_queue_settings"),
    )


def _routes() -> None:
    op.create_table(
        "routes",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("route", JSON, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_routes_item_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_routes"),
    )


def _seats() -> None:
    op.create_table(
        "seats",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False, comment="review or audit"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False, comment="waiting, held, settling or closed"),
        sa.Column(
            "sort_key", sa.BigInteger(), nullable=False, comment="arrival in ms minus one hour per point of priority"
        ),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("holder_id", KEY, nullable=True),
        sa.Column("assignment_id", KEY, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_seats_item_id"),
        sa.PrimaryKeyConstraint("id", name="pk_seats"),
        sa.UniqueConstraint("item_id", "kind", "number", name="uq_seats_item_id_kind_number"),
    )
    op.create_index(
        "ix_seats_due",
        "seats",
        ["project_id", "queue", "due_at"],
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index(
        "ix_seats_held",
        "seats",
        ["project_id", "lease_until"],
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_index(
        "ix_seats_waiting",
        "seats",
        ["project_id", "queue", "sort_key", "id"],
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("csrf_token", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True, comment="the password was given again, before signing"),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sessions_person_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])


def _stops() -> None:
    op.create_table(
        "stops",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("freeze", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", KEY, nullable=True),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("lifted_by", KEY, nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["lifted_by"], ["people.id"], name="fk_stops_lifted_by"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_stops_project_id"),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name="fk_stops_set_by"),
        sa.PrimaryKeyConstraint("id", name="pk_stops"),
    )
    op.create_index(
        "ix_stops_in_force",
        "stops",
        ["project_id"],
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("seat_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, comment="held, submitted, returned, expired or revoked"),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.Column("unsent", JSON, nullable=True),
        sa.Column("unsent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_assignments_item_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_assignments_person_id"),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name="fk_assignments_seat_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
        sa.UniqueConstraint("seat_id", "fence", name="uq_assignments_seat_id_fence"),
    )
    op.create_index("ix_assignments_item_id", "assignments", ["item_id"])
    op.create_index("ix_assignments_person_id_state", "assignments", ["person_id", "state"])


def _skips() -> None:
    op.create_table(
        "skips",
        sa.Column("seat_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_skips_person_id"),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name="fk_skips_seat_id"),
        sa.PrimaryKeyConstraint("seat_id", "person_id", name="pk_skips"),
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("seat_id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("output", JSON, nullable=True),
        sa.Column("severity", sa.String(16), nullable=True),
        sa.Column("categories", JSON, nullable=False),
        sa.Column("is_error", sa.Boolean(), nullable=False),
        sa.Column("spans", JSON, nullable=False),
        sa.Column("passages", JSON, nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("warnings_shown", JSON, nullable=False),
        sa.Column("checks_overridden", sa.Text(), nullable=True),
        sa.Column("scores", JSON, nullable=True, comment="tier 1 on the edit"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("active_ms", sa.Integer(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("undo_until", INSTANT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, comment="settling, final or undone"),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_reviews_assignment_id"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_reviews_item_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_reviews_person_id"),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name="fk_reviews_seat_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_item_id", "reviews", ["item_id"])
    op.create_index("ix_reviews_project_id_submitted_at_id", "reviews", ["project_id", "submitted_at", "id"])
    op.create_index(
        "uq_reviews_one_that_stands",
        "reviews",
        ["seat_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'undone'"),
        postgresql_where=sa.text("state <> 'undone'"),
    )


TABLES = (
    _audit_entries,
    _audit_heads,
    _audit_tiles,
    _events,
    _idempotency_keys,
    _instance,
    _items,
    _jobs,
    _people,
    _projects,
    _sign_in_attempts,
    _api_keys,
    _audit_samples,
    _item_contents,
    _item_scores,
    _memberships,
    _outcomes,
    _policies,
    _queue_settings,
    _routes,
    _seats,
    _sessions,
    _stops,
    _assignments,
    _skips,
    _reviews,
)
