"""What items are found by beside their own columns, and the views people keep."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text
from sqlalchemy.dialects.postgresql import TSVECTOR

from handrail.storage.tables.base import belongs_to, metadata
from handrail.storage.types import Instant, Json, Key

item_texts = Table(
    "item_texts",
    metadata,
    Column(
        "doc",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        comment="arrival in ms times 2^20 plus a number of its own: the order of lists",
    ),
    Column("project_id", Key, nullable=False),
    Column("item_id", Key, nullable=False, unique=True),
    Column(
        "words",
        LargeBinary().with_variant(TSVECTOR(), "postgresql"),
        nullable=False,
        comment="SQLite: the words given to item_words, packed, to take them back; PostgreSQL: searched itself",
    ),
    Index("ix_item_texts_project_id_doc", "project_id", "doc"),
)

item_facets = Table(
    "item_facets",
    metadata,
    Column("project_id", Key, primary_key=True),
    Column("name", String(80), primary_key=True, comment="category, error, audited, or metadata.<key>"),
    Column("value", String(200), primary_key=True),
    Column("received_at", Instant, primary_key=True),
    belongs_to("items", "item_id", primary_key=True),
    Index("ix_item_facets_item_id", "item_id"),
)

explorer_marks = Table(
    "explorer_marks",
    metadata,
    Column("name", String(80), primary_key=True, comment="events, or keys:<project>"),
    Column("value", Text, nullable=False, comment="how far the followed events and the walks through items are"),
)

saved_views = Table(
    "saved_views",
    metadata,
    belongs_to("projects", "project_id", primary_key=True),
    belongs_to("people", "person_id", primary_key=True),
    Column("views", Json, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
