"""The explorer: words of items, facets, saved views, and an index for each filter. Frozen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.String(36).with_variant(sa.UUID(as_uuid=False), "postgresql")
INSTANT = sa.BigInteger()
JSON = sa.Text()
# The project and the gaps between fields are words of their own; the words are cut and folded before they come here.
WORDS = """
CREATE VIRTUAL TABLE item_words USING fts5(words, content='', columnsize=0, prefix='3',
    tokenize="unicode61 remove_diacritics 0")
"""
CONDITIONS = {
    "status": "status <> 'released'",
    "source": "source <> 'auto'",
    "domain": None,
    "task": None,
    "rule": None,
    "model": "model IS NOT NULL",
    "queue": "queue IS NOT NULL",
    "group_name": "group_name IS NOT NULL",
    "verdict": "verdict IS NOT NULL",
}
SORTED = {"decided_at": "decided_at IS NOT NULL", "confidence": "confidence IS NOT NULL"}


def upgrade() -> None:
    _item_texts()
    _item_facets()
    op.create_table(
        "explorer_marks",
        sa.Column("name", sa.String(80), nullable=False, comment="events, or keys:<project>"),
        sa.Column(
            "value", sa.Text(), nullable=False, comment="how far the followed events and the walks through items are"
        ),
        sa.PrimaryKeyConstraint("name", name="pk_explorer_marks"),
    )
    op.create_table(
        "saved_views",
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("views", JSON, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_saved_views_person_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_saved_views_project_id"),
        sa.PrimaryKeyConstraint("project_id", "person_id", name="pk_saved_views"),
    )
    for column, condition in CONDITIONS.items():
        _index(f"ix_items_by_{column}", [column, "received_at", "id"], condition)
    for column, condition in SORTED.items():
        _index(f"ix_items_by_{column}", [column, "id"], condition)
    _index("ix_items_overdue", ["due_at"], "status = 'pending'")


def _item_texts() -> None:
    is_postgres = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "item_texts",
        sa.Column(
            "doc",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="arrival in ms times 2^20 plus a number of its own: the order of lists",
        ),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column(
            "words",
            sa.LargeBinary().with_variant(TSVECTOR(), "postgresql"),
            nullable=False,
            comment="SQLite: the words given to item_words, packed, to take them back; PostgreSQL: searched itself",
        ),
        sa.PrimaryKeyConstraint("doc", name="pk_item_texts"),
        sa.UniqueConstraint("item_id", name="uq_item_texts_item_id"),
    )
    op.create_index("ix_item_texts_project_id_doc", "item_texts", ["project_id", "doc"])
    if is_postgres:
        op.create_index("ix_item_texts_words", "item_texts", ["words"], postgresql_using="gin")
    else:
        op.execute(WORDS)
        op.execute("CREATE VIRTUAL TABLE item_vocab USING fts5vocab('item_words', 'instance')")


def _item_facets() -> None:
    op.create_table(
        "item_facets",
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("name", sa.String(80), nullable=False, comment="category, error, audited, or metadata.<key>"),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_facets_item_id"),
        sa.PrimaryKeyConstraint("project_id", "name", "value", "received_at", "item_id", name="pk_item_facets"),
    )
    op.create_index("ix_item_facets_item_id", "item_facets", ["item_id"])


def _index(name: str, columns: list[str], condition: str | None) -> None:
    where = None if condition is None else sa.text(condition)
    op.create_index(name, "items", ["project_id", *columns], sqlite_where=where, postgresql_where=where)
