"""Counts that metrics are made of, kept by time, and the sign of life of each worker."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from handrail.storage.tables.base import key, metadata
from handrail.storage.types import Instant, Key


def _place() -> list[Column[object]]:
    """Which project, how long a stretch, where it begins, and whose items."""
    return [
        Column("project_id", Key, primary_key=True),
        Column("grain", String(8), primary_key=True, comment="quarter (of an hour), or day in the project's zone"),
        Column("fact", String(16), primary_key=True),
        Column("at", Instant, primary_key=True, comment="where the stretch begins"),
        Column("segment", String(129), primary_key=True),
        Column("queue", String(64), primary_key=True, comment="empty where no person was asked"),
        Column("model", String(200), primary_key=True),
        Column("version", String(200), primary_key=True, comment="of the prompt"),
        Column("word", String(32), primary_key=True, comment="action, source or verdict, as the fact has it"),
    ]


metric_cells = Table(
    "metric_cells",
    metadata,
    *_place(),
    Column("who", String(36), primary_key=True, comment="the reviewer; or `band` where a band released"),
    Column("part", String(32), primary_key=True, comment="who decided; or the probability of an audit"),
    Column("n", BigInteger, nullable=False),
    Column("errors", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False, comment="had a deadline"),
    Column("late", BigInteger, nullable=False),
    Column("active_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

metric_durations = Table(
    "metric_durations",
    metadata,
    *_place(),
    Column("bucket", Integer, primary_key=True, autoincrement=False, comment="stages.monitoring.rules.buckets"),
    Column("n", BigInteger, nullable=False),
    Column("total_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

metric_positions = Table(
    "metric_positions",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("number", BigInteger, nullable=False, comment="of the last event that was counted"),
    Column("folded_at", Instant, nullable=False),
)

metric_zones = Table(
    "metric_zones",
    metadata,
    Column("project_id", Key, primary_key=True),
    Column("zone", String(64), nullable=False, comment="in which the project's days were counted"),
)

worker_beats = Table(
    "worker_beats",
    metadata,
    key(),
    Column("host", String(64), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("inside", Integer, nullable=False, comment="1: in a server, 0: a process of its own"),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("duties", String(64), comment="comma-separated; null: all of them"),
)
