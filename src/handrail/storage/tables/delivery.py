"""Where outcomes and events go: webhooks, what is delivered to them, and each attempt."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from handrail.storage.tables.base import belongs_to, key, metadata
from handrail.storage.types import Instant, Json, Key

_OPEN = text("state IN ('waiting', 'sending')")
_NOT_DELETED = text("deleted_at IS NULL")

webhooks = Table(
    "webhooks",
    metadata,
    key(),
    belongs_to("projects", "project_id"),
    Column("name", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("types", Json, nullable=False, comment="event types and globs"),
    Column("content", Boolean, nullable=False, comment="false: without texts"),
    Column("is_on", Boolean, nullable=False),
    Column("off_why", Text),
    Column("off_at", Instant),
    Column("salt", String(64), nullable=False, comment="hex; the secret is made of it and the installation's own"),
    Column("old_salt", String(64), comment="of the secret that signs too until old_until"),
    Column("old_until", Instant),
    Column("position", BigInteger, nullable=False, comment="number of the last event looked at"),
    Column("failures", Integer, nullable=False, comment="in a row, up to now"),
    Column("quiet_until", Instant, comment="one that fails is asked more rarely"),
    Column("revision", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    Index(
        "uq_webhooks_name",
        "project_id",
        "name",
        unique=True,
        sqlite_where=_NOT_DELETED,
        postgresql_where=_NOT_DELETED,
    ),
)

deliveries = Table(
    "deliveries",
    metadata,
    key(),
    Column("project_id", Key, nullable=False),
    belongs_to("webhooks", "webhook_id"),
    Column("event_id", Key, nullable=False),
    Column("type", String(64), nullable=False),
    Column("subject", String(129), nullable=False),
    Column("state", String(16), nullable=False, comment="waiting, sending, done or dead"),
    Column("attempt", Integer, nullable=False, comment="since it was made or replayed"),
    Column("fence", Integer, nullable=False),
    Column("due_at", Instant, nullable=False, comment="next attempt; while sending, when another may take over"),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    UniqueConstraint("webhook_id", "event_id"),
    Index("ix_deliveries_due", "webhook_id", "due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_deliveries_webhook_id_state_id", "webhook_id", "state", "id"),
    Index("ix_deliveries_project_id_id", "project_id", "id"),
    Index("ix_deliveries_subject", "subject"),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    key(),
    belongs_to("deliveries", "delivery_id"),
    Column("webhook_id", Key, nullable=False),
    Column("at", Instant, nullable=False),
    Column("took_ms", Integer, nullable=False),
    Column("is_ok", Boolean, nullable=False),
    Column("status", Integer, comment="of the answer; null when there was none"),
    Column("error", Text),
    Column("answer", Text, comment="its first 1,024 bytes, as text"),
    Index("ix_delivery_attempts_delivery_id", "delivery_id"),
    Index("ix_delivery_attempts_webhook_id_at", "webhook_id", "at"),
)

item_receivers = Table(
    "item_receivers",
    metadata,
    belongs_to("items", "item_id", primary_key=True),
    belongs_to("webhooks", "webhook_id"),
    comment="items whose outcome goes to one webhook alone",
)
