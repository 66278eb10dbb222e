"""Single sign-on: whose account at the identity provider is whose here, and who may use a password for now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.String(36).with_variant(sa.UUID(as_uuid=False), "postgresql")
INSTANT = sa.BigInteger()


def upgrade() -> None:
    op.add_column(
        "people",
        sa.Column(
            "password_until",
            INSTANT,
            nullable=True,
            comment="until then a password counts though single sign-on alone is allowed",
        ),
    )
    op.create_table(
        "sign_on_subjects",
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column(
            "subject", sa.String(255), nullable=False, comment="who it is for the issuer, whatever the address says"
        ),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("bound_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_sign_on_subjects"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sign_on_subjects_person_id"),
        sa.UniqueConstraint("person_id", "issuer", name="uq_sign_on_subjects_person_id_issuer"),
        comment="which account of the company's identity provider is which person; bound at the first sign-in",
    )
