"""Exports that somebody asked for, made meanwhile into files."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, text

from handrail.storage.tables.base import key, metadata
from handrail.storage.types import Instant, Json, Key

_UNDONE = text("state IN ('queued', 'running')")

exports = Table(
    "exports",
    metadata,
    key(),
    Column("project_id", Key, nullable=False),
    Column("actor", String(80), nullable=False, comment="who asked for it: person:<id> or key:<id>"),
    Column("format", String(32), nullable=False),
    Column("filters", Json, nullable=False),
    Column("decided_from", Instant),
    Column("decided_to", Instant, nullable=False),
    Column("masked", Boolean, nullable=False),
    Column("state", String(16), nullable=False, comment="queued, running, done or failed"),
    Column("attempt", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("items", Integer, nullable=False, comment="read so far"),
    Column("of_items", Integer, comment="how many there will be, once counted"),
    Column("manifest", Json),
    Column("error", Json, comment="code and message of one that failed"),
    Column("host", String(255), comment="where its files were made"),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("expires_at", Instant, comment="its files are removed then"),
    Column("removed_at", Instant),
    Index("ix_exports_project_id_id", "project_id", "id"),
    Index("ix_exports_undone", "id", sqlite_where=_UNDONE, postgresql_where=_UNDONE),
)
