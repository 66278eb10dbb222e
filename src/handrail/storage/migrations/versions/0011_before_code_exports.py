"""Exports that are made meanwhile: who asked for which, how far each is, what its files are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.String(36).with_variant(sa.UUID(as_uuid=False), "postgresql")
INSTANT = sa.BigInteger()
UNDONE = sa.text("state IN ('queued', 'running')")


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False, comment="who asked for it: person:<id> or key:<id>"),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("decided_from", INSTANT, nullable=True),
        sa.Column("decided_to", INSTANT, nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, comment="queued, running, done or failed"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("items", sa.Integer(), nullable=False, comment="read so far"),
        sa.Column("of_items", sa.Integer(), nullable=True, comment="how many there will be, once counted"),
        sa.Column("manifest", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True, comment="code and message of one that failed"),
        sa.Column("host", sa.String(255), nullable=True, comment="where its files were made"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True, comment="its files are removed then"),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_index("ix_exports_project_id_id", "exports", ["project_id", "id"])
    op.create_index("ix_exports_undone", "exports", ["id"], sqlite_where=UNDONE, postgresql_where=UNDONE)
