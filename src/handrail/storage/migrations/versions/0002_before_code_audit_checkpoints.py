"""Heads of the audit log carry a signed checkpoint. Heads made before have none; the newest gets one at the start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "audit_heads", sa.Column("checkpoint", sa.Text(), nullable=True, comment="the head as a signed note (C2SP)")
    )
