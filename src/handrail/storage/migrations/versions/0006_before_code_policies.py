"""Who approved a version of a policy, what it was written on, and what it replaced. Expand only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.String(36).with_variant(sa.UUID(as_uuid=False), "postgresql")


def upgrade() -> None:
    # Each without a default: rows of the version before stay as they are, and that version goes on writing beside us.
    base = sa.Column("base", sa.Integer(), nullable=True, comment="the version the author started from")
    op.add_column("policies", base)
    op.add_column("policies", sa.Column("approved_by", KEY, nullable=True, comment="a person, and not the author"))
    op.add_column("policies", sa.Column("approved_at", sa.BigInteger(), nullable=True))
    op.add_column("policies", sa.Column("approval_note", sa.Text(), nullable=True))
    op.add_column(
        "policies",
        sa.Column(
            "instead_of",
            sa.Integer(),
            nullable=True,
            comment="what was active when this was last activated; where a rollback leads",
        ),
    )
