"""The audit log is found by kind and by actor at any length. Only adds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    not_received = sa.text("kind <> 'item.received'")
    op.create_index(
        "ix_audit_entries_kind_at",
        "audit_entries",
        ["project_id", "kind", "at"],
        sqlite_where=not_received,
        postgresql_where=not_received,
    )
    not_by_system = sa.text("actor <> 'system'")
    op.create_index(
        "ix_audit_entries_actor_at",
        "audit_entries",
        ["project_id", "actor", "at", "kind"],
        sqlite_where=not_by_system,
        postgresql_where=not_by_system,
    )
