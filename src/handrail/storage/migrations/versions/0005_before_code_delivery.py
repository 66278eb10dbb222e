"""Webhooks, what is delivered to them, and each attempt. Frozen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.String(36).with_variant(sa.UUID(as_uuid=False), "postgresql")
INSTANT = sa.BigInteger()
JSON = sa.Text()
OPEN = sa.text("state IN ('waiting', 'sending')")
NOT_DELETED = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    for make in TABLES:
        make()


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("types", JSON, nullable=False, comment="event types and globs"),
        sa.Column("content", sa.Boolean(), nullable=False, comment="false: without texts"),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("off_why", sa.Text(), nullable=True),
        sa.Column("off_at", INSTANT, nullable=True),
        sa.Column(
            "salt", sa.String(64), nullable=False, comment="hex; the secret is made of it and the installation's own"
        ),
        sa.Column("old_salt", sa.String(64), nullable=True, comment="of the secret that signs too until old_until"),
        sa.Column("old_until", INSTANT, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="number of the last event looked at"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row, up to now"),
        sa.Column("quiet_until", INSTANT, nullable=True, comment="one that fails is asked more rarely"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_webhooks_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )
    op.create_index(
        "uq_webhooks_name",
        "webhooks",
        ["project_id", "name"],
        unique=True,
        sqlite_where=NOT_DELETED,
        postgresql_where=NOT_DELETED,
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("webhook_id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(129), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, comment="waiting, sending, done or dead"),
        sa.Column("attempt", sa.Integer(), nullable=False, comment="since it was made or replayed"),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False, comment="next attempt; while sending, when another may take over"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name="fk_deliveries_webhook_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("webhook_id", "event_id", name="uq_deliveries_webhook_id_event_id"),
    )
    op.create_index(
        "ix_deliveries_due", "deliveries", ["webhook_id", "due_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_deliveries_webhook_id_state_id", "deliveries", ["webhook_id", "state", "id"])
    op.create_index("ix_deliveries_project_id_id", "deliveries", ["project_id", "id"])
    op.create_index("ix_deliveries_subject", "deliveries", ["subject"])


def _delivery_attempts() -> None:
    op.create_table(
        "delivery_attempts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("delivery_id", KEY, nullable=False),
        sa.Column("webhook_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True, comment="of the answer; null when there was none"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True, comment="its first 1,024 bytes, as text"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_delivery_attempts_delivery_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_attempts"),
    )
    op.create_index("ix_delivery_attempts_delivery_id", "delivery_attempts", ["delivery_id"])
    op.create_index("ix_delivery_attempts_webhook_id_at", "delivery_attempts", ["webhook_id", "at"])


def _item_receivers() -> None:
    op.create_table(
        "item_receivers",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("webhook_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_receivers_item_id"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name="fk_item_receivers_webhook_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_receivers"),
        comment="items whose outcome goes to one webhook alone",
    )


TABLES = (_webhooks, _deliveries, _delivery_attempts, _item_receivers)
