"""The trace an item came in with, and which duties a worker does. Frozen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.String(36).with_variant(sa.UUID(as_uuid=False), "postgresql")
INSTANT = sa.BigInteger()


def upgrade() -> None:
    op.create_table(
        "item_traces",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("traceparent", sa.String(55), nullable=False, comment="as W3C Trace Context writes it"),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_traces_item_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_traces"),
        comment="written only while traces are on; dropped after 30 days",
    )
    op.create_index("ix_item_traces_at", "item_traces", ["at"])
    op.add_column(
        "worker_beats", sa.Column("duties", sa.String(64), nullable=True, comment="comma-separated; null: all of them")
    )
