"""What happens after a decision: recalls, second looks, the order of outcomes, jobs that a stop holds back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.String(36).with_variant(sa.UUID(as_uuid=False), "postgresql")
INSTANT = sa.BigInteger()
JSON = sa.Text()


def upgrade() -> None:
    _columns()
    _recalls()
    _outcome_order()


def _columns() -> None:
    op.add_column(
        "items", sa.Column("awaited_until", INSTANT, nullable=True, comment="until then a caller waits for the outcome")
    )
    op.add_column(
        "seats",
        sa.Column("why", sa.Text(), nullable=True, comment="of an appeal or a reopening: the reason that was given"),
    )
    op.add_column(
        "seats",
        sa.Column(
            "asked_by", sa.String(200), nullable=True, comment="of an appeal or a reopening: for whom it was asked"
        ),
    )
    op.add_column(
        "skips",
        sa.Column(
            "kind",
            sa.String(16),
            nullable=True,
            comment="own_work: took part in what is looked at again; null: skipped it",
        ),
    )
    op.add_column("jobs", sa.Column("held_for", KEY, nullable=True, comment="the project whose stop holds it back"))
    is_held = sa.text("state = 'held'")
    op.create_index("ix_jobs_held", "jobs", ["held_for"], sqlite_where=is_held, postgresql_where=is_held)


def _recalls() -> None:
    op.create_table(
        "recalls",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="of the recalls of this item, from 1; the highest one stands",
        ),
        sa.Column("why", sa.String(16), nullable=False, comment="recall, override, appeal or reopen"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("severity", sa.String(16), nullable=True),
        sa.Column("categories", JSON, nullable=False),
        sa.Column(
            "correction",
            JSON,
            nullable=True,
            comment="the output that takes the place of what was given out, if any",
        ),
        sa.Column("scores", JSON, nullable=True, comment="tier 1 on the correction"),
        sa.Column("checks_overridden", sa.Text(), nullable=True),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("review_id", KEY, nullable=True),
        sa.Column("recalled_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_recalls_item_id"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_recalls_review_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recalls"),
        sa.UniqueConstraint("item_id", "number", name="uq_recalls_item_id_number"),
    )
    op.create_index("ix_recalls_project_id_recalled_at", "recalls", ["project_id", "recalled_at"])


def _outcome_order() -> None:
    op.create_table(
        "outcome_order",
        sa.Column(
            "number", sa.BigInteger(), autoincrement=False, nullable=False, comment="of the event, in commit order"
        ),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_outcome_order_item_id"),
        sa.PrimaryKeyConstraint("number", name="pk_outcome_order"),
    )
    op.create_index("ix_outcome_order_project_id_number", "outcome_order", ["project_id", "number"])
    # Outcomes whose event has no number yet get their place with it.
    on_postgres = op.get_bind().dialect.name == "postgresql"
    op.execute(_OF_TEXT if on_postgres else _OF_KEY)


_OF_KEY = """
INSERT INTO outcome_order (number, project_id, item_id, decided_at)
SELECT events.number, outcomes.project_id, outcomes.item_id, outcomes.decided_at
FROM outcomes JOIN events ON events.subject = outcomes.item_id
WHERE events.type IN ('item.released', 'item.blocked') AND events.number IS NOT NULL
"""
_OF_TEXT = _OF_KEY.replace("= outcomes.item_id", "= CAST(outcomes.item_id AS TEXT)")
