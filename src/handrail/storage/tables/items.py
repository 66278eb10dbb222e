"""An item, what was said about it, and what became of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint, text

from handrail.storage.tables.base import belongs_to, key, metadata
from handrail.storage.tables.explored import explored_indexes
from handrail.storage.types import Instant, Json, Key

items = Table(
    "items",
    metadata,
    key(),
    Column("project_id", Key, nullable=False),
    Column("key", String(255)),
    Column("body_hash", String(64), nullable=False, comment="of the submitted fields, to compare a repeat"),
    Column("status", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("domain", String(64), nullable=False),
    Column("task", String(64), nullable=False),
    Column("model", String(200)),
    Column("prompt_version", String(200)),
    Column("language", String(35)),
    Column("confidence", Float),
    Column("group_name", String(200)),
    Column("reference", Text),
    Column("snippet", String(200), nullable=False),
    Column("action", String(16)),
    Column("rule", String(64)),
    Column("queue", String(64)),
    Column("policy_version", Integer),
    Column("verdict", String(16)),
    Column("source", String(16)),
    Column("late", Boolean, nullable=False),
    Column("last_sequence", Integer, nullable=False, comment="of the events about this item"),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("decided_at", Instant),
    Column("erased_at", Instant),
    Column("awaited_until", Instant, comment="until then a caller waits for the outcome"),
    UniqueConstraint("project_id", "key"),
    Index("ix_items_project_id_received_at_id", "project_id", text("received_at DESC"), text("id DESC")),
    Index("ix_items_project_id_state_received_at", "project_id", "state", "received_at"),
    *explored_indexes(),
)

item_contents = Table(
    "item_contents",
    metadata,
    belongs_to("items", "item_id", primary_key=True),
    Column("body", Json, nullable=False, comment="the submitted fields, output always as the object"),
)

item_scores = Table(
    "item_scores",
    metadata,
    belongs_to("items", "item_id", primary_key=True),
    Column("scores", Json, nullable=False),
)

routes = Table(
    "routes",
    metadata,
    belongs_to("items", "item_id", primary_key=True),
    Column("route", Json, nullable=False),
)

outcomes = Table(
    "outcomes",
    metadata,
    belongs_to("items", "item_id", primary_key=True),
    Column("project_id", Key, nullable=False),
    Column("status", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("decided_by", String(16), nullable=False),
    Column("text", Text),
    Column("output", Json),
    Column("content_hash", String(71)),
    Column("show", String(16)),
    Column("reason", Text, nullable=False),
    Column("categories", Json, nullable=False),
    Column("review", Json, comment="the summary that the Result carries"),
    Column("late", Boolean, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Index("ix_outcomes_project_id_decided_at_item_id", "project_id", "decided_at", "item_id"),
)

audit_samples = Table(
    "audit_samples",
    metadata,
    belongs_to("items", "item_id", primary_key=True),
    Column("project_id", Key, nullable=False),
    Column("segment", String(129), nullable=False),
    Column("pick", String(16), nullable=False, comment="uniform or active"),
    Column("probability", Float, nullable=False),
    Column("drawn_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("verdict", String(16)),
    Column("is_error", Boolean),
    Index("ix_audit_samples_project_id_drawn_at", "project_id", "drawn_at"),
    Index(
        "ix_audit_samples_errors",
        "project_id",
        "item_id",
        sqlite_where=text("is_error"),
        postgresql_where=text("is_error"),
    ),
)

_OPEN = text("status = 'waiting'")
_HELD = text("status = 'held'")

seats = Table(
    "seats",
    metadata,
    key(),
    Column("project_id", Key, nullable=False),
    belongs_to("items", "item_id"),
    Column("kind", String(16), nullable=False, comment="review or audit"),  # or appeal, reopen
    Column("number", Integer, nullable=False),
    Column("queue", String(64), nullable=False),
    Column("status", String(16), nullable=False, comment="waiting, held, settling or closed"),
    Column("sort_key", BigInteger, nullable=False, comment="arrival in ms minus one hour per point of priority"),
    Column("fence", Integer, nullable=False),
    Column("holder_id", Key),
    Column("assignment_id", Key),
    Column("lease_until", Instant),
    Column("due_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("why", Text, comment="of an appeal or a reopening: the reason that was given"),
    Column("asked_by", String(200), comment="of an appeal or a reopening: for whom it was asked"),
    UniqueConstraint("item_id", "kind", "number"),
    Index("ix_seats_waiting", "project_id", "queue", "sort_key", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_seats_held", "project_id", "lease_until", sqlite_where=_HELD, postgresql_where=_HELD),
    Index(
        "ix_seats_due",
        "project_id",
        "queue",
        "due_at",
        sqlite_where=text("status <> 'closed'"),
        postgresql_where=text("status <> 'closed'"),
    ),
)

assignments = Table(
    "assignments",
    metadata,
    key(),
    Column("project_id", Key, nullable=False),
    belongs_to("seats", "seat_id"),
    belongs_to("items", "item_id"),
    belongs_to("people", "person_id"),
    Column("kind", String(16), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("state", String(16), nullable=False, comment="held, submitted, returned, expired or revoked"),
    Column("claimed_at", Instant, nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_why", Text),
    Column("unsent", Json),
    Column("unsent_at", Instant),
    UniqueConstraint("seat_id", "fence"),
    Index("ix_assignments_person_id_state", "person_id", "state"),
    Index("ix_assignments_item_id", "item_id"),
)

_STANDS = text("state <> 'undone'")

reviews = Table(
    "reviews",
    metadata,
    key(),
    Column("project_id", Key, nullable=False),
    belongs_to("items", "item_id"),
    belongs_to("seats", "seat_id"),
    belongs_to("assignments", "assignment_id"),
    belongs_to("people", "person_id"),
    Column("kind", String(16), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("output", Json),
    Column("severity", String(16)),
    Column("categories", Json, nullable=False),
    Column("is_error", Boolean, nullable=False),
    Column("spans", Json, nullable=False),
    Column("passages", Json, nullable=False),
    Column("findings", Json, nullable=False),
    Column("warnings_shown", Json, nullable=False),
    Column("checks_overridden", Text),
    Column("scores", Json, comment="tier 1 on the edit"),
    Column("reason", Text),
    Column("active_ms", Integer, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("undo_until", Instant, nullable=False),
    Column("state", String(16), nullable=False, comment="settling, final or undone"),
    Index("uq_reviews_one_that_stands", "seat_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    Index("ix_reviews_item_id", "item_id"),
    Index("ix_reviews_project_id_submitted_at_id", "project_id", "submitted_at", "id"),
)

skips = Table(
    "skips",
    metadata,
    belongs_to("seats", "seat_id", primary_key=True),
    belongs_to("people", "person_id", primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(16), comment="own_work: took part in what is looked at again; null: skipped it"),
)
