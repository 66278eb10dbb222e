"""What exists before an item does: projects, people, keys, sessions, policies, stops."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, String, Table, Text, UniqueConstraint

from handrail.storage.tables.base import belongs_to, key, metadata
from handrail.storage.types import Instant, Json, Key

instance = Table(
    "instance",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    comment="facts of this installation: the set-up token's hash, when it was used",
)

projects = Table(
    "projects",
    metadata,
    key(),
    Column("slug", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("settings", Json, nullable=False),
    Column("seed", String(64), nullable=False, comment="hex; the key of every random draw"),
    Column("policy_version", Integer, nullable=False),
    Column(
        "generation", Integer, nullable=False, comment="grows with each policy activated and each stop set or lifted"
    ),
    Column("is_demo", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
)

people = Table(
    "people",
    metadata,
    key(),
    Column("email", String(320), nullable=False, unique=True, comment="lower case"),
    Column("name", String(200), nullable=False),
    Column("password_hash", String(200)),
    Column("is_active", Boolean, nullable=False),
    Column("settings", Json, nullable=False),
    Column("invite_hash", String(64), unique=True),
    Column("invite_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("password_until", Instant, comment="until then a password counts though single sign-on alone is allowed"),
)

sign_on_subjects = Table(
    "sign_on_subjects",
    metadata,
    Column("issuer", String(500), primary_key=True),
    Column("subject", String(255), primary_key=True, comment="who it is for the issuer, whatever the address says"),
    belongs_to("people", "person_id"),
    Column("bound_at", Instant, nullable=False),
    UniqueConstraint("person_id", "issuer"),
    comment="which account of the company's identity provider is which person; bound at the first sign-in",
)

memberships = Table(
    "memberships",
    metadata,
    belongs_to("projects", "project_id", primary_key=True),
    belongs_to("people", "person_id", primary_key=True),
    Column("roles", Json, nullable=False),
    Column("level", String(16), nullable=False),
    Column("skills", Json, nullable=False),
    Column("languages", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    belongs_to("people", "person_id"),
    Column("csrf_token", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("confirmed_at", Instant, comment="the password was given again, before signing"),
    Column("ended_at", Instant),
    Index("ix_sessions_person_id", "person_id"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    key(),
    Column("account_hash", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_sign_in_attempts_account_hash_address_at", "account_hash", "address", "at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    key(),
    belongs_to("projects", "project_id"),
    Column("name", String(200), nullable=False),
    Column("public", String(8), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", Json, nullable=False),
    belongs_to("people", "created_by", nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
)

policies = Table(
    "policies",
    metadata,
    belongs_to("projects", "project_id", primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("yaml", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String(16), nullable=False, comment="proposed, active or past"),
    belongs_to("people", "author_id", nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("activated_at", Instant),
    Column("base", Integer, comment="the version the author started from"),
    Column("approved_by", Key, comment="a person, and not the author"),
    Column("approved_at", Instant),
    Column("approval_note", Text),
    Column("instead_of", Integer, comment="what was active when this was last activated; where a rollback leads"),
)

stops = Table(
    "stops",
    metadata,
    key(),
    belongs_to("projects", "project_id", nullable=True),
    Column("freeze", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    belongs_to("people", "set_by", nullable=True),
    Column("set_at", Instant, nullable=False),
    belongs_to("people", "lifted_by", nullable=True),
    Column("lifted_at", Instant),
    Index(
        "ix_stops_in_force",
        "project_id",
        sqlite_where=Column("lifted_at").is_(None),
        postgresql_where=Column("lifted_at").is_(None),
    ),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("scope", String(36), primary_key=True, comment="the project's id, or - where there is none"),
    Column("caller", String(64), primary_key=True),
    Column("method", String(8), primary_key=True),
    Column("path", String(300), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("response", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_idempotency_keys_created_at", "created_at"),
)

queue_settings = Table(
    "queue_settings",
    metadata,
    belongs_to("projects", "project_id", primary_key=True),
    Column("queue", String(64), primary_key=True),
    Column("paused", Boolean, nullable=False),
    Column("reason", Text),
    Column("paused_by", Key),
    Column("limit_per_person", Integer),
    ForeignKeyConstraint(["paused_by"], ["people.id"]),
)
