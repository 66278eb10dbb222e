"""Metrics: counts kept by time, how far the events are counted, signs of life of the workers. Only adds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.String(36).with_variant(sa.UUID(as_uuid=False), "postgresql")
INSTANT = sa.BigInteger()
PLACE = ("project_id", "grain", "fact", "at", "segment", "queue", "model", "version", "word")


def upgrade() -> None:
    _metric_cells()
    _metric_durations()
    op.create_table(
        "metric_positions",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="of the last event that was counted"),
        sa.Column("folded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_metric_positions"),
    )
    op.create_table(
        "metric_zones",
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False, comment="in which the project's days were counted"),
        sa.PrimaryKeyConstraint("project_id", name="pk_metric_zones"),
    )
    op.create_table(
        "worker_beats",
        sa.Column("id", KEY, nullable=False),
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("inside", sa.Integer(), nullable=False, comment="1: in a server, 0: a process of its own"),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("beat_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worker_beats"),
    )
    op.create_index(
        "ix_audit_samples_errors",
        "audit_samples",
        ["project_id", "item_id"],
        sqlite_where=sa.text("is_error"),
        postgresql_where=sa.text("is_error"),
    )


def _place() -> list[sa.Column[object]]:
    return [
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("grain", sa.String(8), nullable=False, comment="quarter (of an hour), or day in the project's zone"),
        sa.Column("fact", sa.String(16), nullable=False),
        sa.Column("at", INSTANT, nullable=False, comment="where the stretch begins"),
        sa.Column("segment", sa.String(129), nullable=False),
        sa.Column("queue", sa.String(64), nullable=False, comment="empty where no person was asked"),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("version", sa.String(200), nullable=False, comment="of the prompt"),
        sa.Column("word", sa.String(32), nullable=False, comment="action, source or verdict, as the fact has it"),
    ]


def _metric_cells() -> None:
    op.create_table(
        "metric_cells",
        *_place(),
        sa.Column("who", sa.String(36), nullable=False, comment="the reviewer; or `band` where a band released"),
        sa.Column("part", sa.String(32), nullable=False, comment="who decided; or the probability of an audit"),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("errors", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False, comment="had a deadline"),
        sa.Column("late", sa.BigInteger(), nullable=False),
        sa.Column("active_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*PLACE, "who", "part", name="pk_metric_cells"),
        sqlite_with_rowid=False,
    )


def _metric_durations() -> None:
    op.create_table(
        "metric_durations",
        *_place(),
        sa.Column(
            "bucket", sa.Integer(), autoincrement=False, nullable=False, comment="stages.monitoring.rules.buckets"
        ),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("total_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*PLACE, "bucket", name="pk_metric_durations"),
        sqlite_with_rowid=False,
    )
