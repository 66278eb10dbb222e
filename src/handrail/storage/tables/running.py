"""What keeps the house running and provable: audit log, outgoing events, durable jobs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text, text

from handrail.storage.tables.base import belongs_to, key, metadata
from handrail.storage.types import Instant, Json, Key

_UNNUMBERED_INDEX = text("log_index IS NULL")
_UNNUMBERED = text("number IS NULL")
_DUE = text("state IN ('waiting', 'running')")
_HELD = text("state = 'held'")
RECEIVED = "item.received"
NOT_RECEIVED = text("kind <> 'item.received'")
"""Every item writes this kind, so that walking back through the project finds it at once and no index needs it."""
NOT_BY_SYSTEM = text("actor <> 'system'")
"""The same holds for entries of the system."""

audit_entries = Table(
    "audit_entries",
    metadata,
    key(),
    Column("log_index", BigInteger, unique=True, comment="given by the sequencer; null for about a second"),
    Column("project_id", Key),
    Column("at", Instant, nullable=False),
    Column("actor", String(80), nullable=False, comment="person:<id>, key:<id> or system"),
    Column("kind", String(64), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("details", Json, comment="what the commitment covers; gone after erasure"),
    Column("salt", String(32), comment="hex; gone after erasure"),
    Column("entry", Text, nullable=False, comment="the canonical JSON that is hashed"),
    Column("leaf_hash", String(64), nullable=False),
    Column("seal", String(64), nullable=False, comment="keyed hash of the leaf: a row put in by SQL alone has none"),
    Index("ix_audit_entries_subject_at", "subject", "at"),
    Index("ix_audit_entries_project_id_at", "project_id", "at"),
    Index(
        "ix_audit_entries_kind_at",
        "project_id",
        "kind",
        "at",
        sqlite_where=NOT_RECEIVED,
        postgresql_where=NOT_RECEIVED,
    ),
    Index(
        "ix_audit_entries_actor_at",
        "project_id",
        "actor",
        "at",
        "kind",
        sqlite_where=NOT_BY_SYSTEM,
        postgresql_where=NOT_BY_SYSTEM,
    ),
    Index("ix_audit_entries_unnumbered", "id", sqlite_where=_UNNUMBERED_INDEX, postgresql_where=_UNNUMBERED_INDEX),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("frontier", Json, nullable=False, comment="roots of the perfect subtrees, largest first"),
    Column("signature", Text, nullable=False, comment="keyed hash over size and root"),
    Column("checkpoint", Text, comment="the head as a signed note (C2SP)"),
)

audit_tiles = Table(
    "audit_tiles",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False, comment="0: leaves"),
    Column("tile", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False, comment="up to 256 hashes of 32 bytes"),
)

events = Table(
    "events",
    metadata,
    key(),
    Column("number", BigInteger, unique=True, comment="commit order, given by the sequencer"),
    Column("project_id", Key, nullable=False),
    Column("type", String(64), nullable=False),
    Column("subject", String(129), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("data", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_events_project_id_number", "project_id", "number"),
    Index("ix_events_unnumbered", "id", sqlite_where=_UNNUMBERED, postgresql_where=_UNNUMBERED),
    Index("ix_events_subject", "subject", "sequence"),
)

jobs = Table(
    "jobs",
    metadata,
    key(),
    Column("kind", String(64), nullable=False),
    Column("args", Json, nullable=False),
    Column("dedup", String(200), unique=True, comment="at most one job with this mark"),
    Column("run_at", Instant, nullable=False),
    Column("state", String(16), nullable=False, comment="waiting, running or dead"),  # or held, by a stop
    Column("attempt", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
    Column("held_for", Key, comment="the project whose stop holds it back"),
    Index("ix_jobs_held", "held_for", sqlite_where=_HELD, postgresql_where=_HELD),
    Index("ix_jobs_due", "run_at", "id", sqlite_where=_DUE, postgresql_where=_DUE),
)

item_traces = Table(
    "item_traces",
    metadata,
    belongs_to("items", "item_id", primary_key=True),
    Column("traceparent", String(55), nullable=False, comment="as W3C Trace Context writes it"),
    Column("at", Instant, nullable=False),
    Index("ix_item_traces_at", "at"),
    comment="written only while traces are on; dropped after 30 days",
)
