"""All SQL about API keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from handrail.storage import Session
from handrail.storage.prepared import Prepared
from handrail.storage.session import Found
from handrail.storage.tables import api_keys


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored: without its secret."""

    id: str
    project_id: str
    name: str
    public: str
    secret_hash: str
    scopes: tuple[str, ...]
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def _key(row: Found) -> ApiKey:
    return ApiKey(**{**row, "scopes": tuple(row["scopes"])})


def add_key(session: Session, key: ApiKey) -> None:
    """Stores a new key, without its secret."""
    session.execute(
        insert(api_keys).values(
            id=key.id,
            project_id=key.project_id,
            name=key.name,
            public=key.public,
            secret_hash=key.secret_hash,
            scopes=list(key.scopes),
            created_by=key.created_by,
            created_at=key.created_at,
            expires_at=key.expires_at,
        )
    )


_BY_PUBLIC = Prepared(select(api_keys).where(api_keys.c.public == bindparam("public")))


def key_by_public(session: Session, public: str) -> ApiKey | None:
    """A key found by its public part, in whatever state."""
    row = _BY_PUBLIC.first(session, public=public)
    return _key(row) if row else None


def key_by_id(session: Session, project_id: str, key_id: str) -> ApiKey | None:
    """A key of one project."""
    row = session.first(select(api_keys).where(api_keys.c.id == key_id, api_keys.c.project_id == project_id))
    return _key(row) if row else None


def keys_before(session: Session, project_id: str, before: str | None, limit: int) -> list[ApiKey]:
    """Keys of a project, newest first, those older than `before`."""
    found = select(api_keys).where(api_keys.c.project_id == project_id).order_by(api_keys.c.id.desc()).limit(limit)
    return [_key(row) for row in session.all(found if before is None else found.where(api_keys.c.id < before))]


def revoke_key(session: Session, key_id: str) -> bool:
    """Whether the key was in force until now."""
    revoked = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
    return session.execute(revoked.values(revoked_at=session.now)).rowcount == 1


def note_key_use(session: Session, key_ids: Sequence[str]) -> None:
    """Notes that keys were used just now."""
    if not key_ids:
        return
    session.execute(update(api_keys).where(api_keys.c.id.in_(key_ids)).values(last_used_at=session.now))
