"""What happens after a decision: outcomes taken back, and the order in which outcomes were given."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from handrail.storage.tables.base import belongs_to, key, metadata
from handrail.storage.types import Instant, Json, Key

recalls = Table(
    "recalls",
    metadata,
    key(),
    Column("project_id", Key, nullable=False),
    belongs_to("items", "item_id"),
    Column("number", Integer, nullable=False, comment="of the recalls of this item, from 1; the highest one stands"),
    Column("why", String(16), nullable=False, comment="recall, override, appeal or reopen"),
    Column("reason", Text),
    Column("severity", String(16)),
    Column("categories", Json, nullable=False),
    Column("correction", Json, comment="the output that takes the place of what was given out, if any"),
    Column("scores", Json, comment="tier 1 on the correction"),
    Column("checks_overridden", Text),
    Column("actor", String(80), nullable=False),
    belongs_to("reviews", "review_id", nullable=True),
    Column("recalled_at", Instant, nullable=False),
    UniqueConstraint("item_id", "number"),
    Index("ix_recalls_project_id_recalled_at", "project_id", "recalled_at"),
)

outcome_order = Table(
    "outcome_order",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, comment="of the event, in commit order"),
    Column("project_id", Key, nullable=False),
    belongs_to("items", "item_id"),
    Column("decided_at", Instant, nullable=False),
    Index("ix_outcome_order_project_id_number", "project_id", "number"),
)
