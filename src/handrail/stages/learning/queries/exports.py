"""SQL of exports that somebody asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import func, insert, or_, select, update

from handrail.storage import Session
from handrail.storage.scope import visible
from handrail.storage.tables import api_keys, exports, people

_UNDONE = exports.c.state.in_(("queued", "running"))


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Stores an export that waits to be made."""
    session.execute(insert(exports).values(**row))


def by_id(session: Session, project_id: str, id: str) -> Mapping[str, Any] | None:
    """One export of a project."""
    return session.first(visible(exports, project_id).where(exports.c.id == id))


def of_actor(session: Session, actor: str, id: str) -> Mapping[str, Any] | None:
    """One export, if this caller asked for it."""
    return session.first(select(exports).where(exports.c.id == id, exports.c.actor == actor))


def page(session: Session, project_id: str, before: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
    """A project's exports, newest first."""
    query = visible(exports, project_id).order_by(exports.c.id.desc()).limit(limit)
    return session.all(query if before is None else query.where(exports.c.id < before))


def under_way(session: Session, project_id: str) -> int:
    """How many are not finished."""
    query = select(func.count()).select_from(exports).where(exports.c.project_id == project_id, _UNDONE)
    return int(session.scalar(query))


def _due(now: datetime) -> Any:
    return _UNDONE & or_(exports.c.lease_until.is_(None), exports.c.lease_until < now)


def something_due(session: Session) -> bool:
    """Whether an export waits that nobody makes."""
    return session.scalar(select(exports.c.id).where(_due(session.now)).limit(1)) is not None


def take(session: Session, until: datetime, host: str) -> Mapping[str, Any] | None:
    """The oldest that is due, from now on in the hands of who asks; None while there is none."""
    oldest = select(exports).where(_due(session.now)).order_by(exports.c.id).limit(1)
    found = session.first(oldest.with_for_update(skip_locked=True) if session.dialect == "postgresql" else oldest)
    if found is None:
        return None
    values = {"state": "running", "lease_until": until, "fence": found["fence"] + 1, "attempt": found["attempt"] + 1}
    session.execute(update(exports).where(exports.c.id == found["id"]).values(**values, host=host))
    return {**found, **values, "host": host}


def change(session: Session, id: str, fence: int, **values: Any) -> bool:
    """Whether it is still in the hands of who took it with this fence; then it is changed."""
    held = update(exports).where(exports.c.id == id, exports.c.fence == fence, exports.c.state == "running")
    return session.execute(held.values(**values)).rowcount == 1


def let_go(session: Session) -> None:
    """Ends all leases. Only for one who knows that no other process runs."""
    session.execute(update(exports).where(exports.c.state == "running").values(state="queued", lease_until=None))


def expired(session: Session, host: str, here: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Those whose files are to be removed and were made on this host, or lie `here` (ids): the files of another host
    must not be noted as gone by one that cannot remove them."""
    is_ours = or_(exports.c.host == host, exports.c.id.in_(here))
    query = select(exports.c.id).where(exports.c.expires_at < session.now, exports.c.removed_at.is_(None), is_ours)
    return session.all(query.order_by(exports.c.id).limit(50))


def removed(session: Session, id: str) -> None:
    """Notes that its files are gone."""
    session.execute(update(exports).where(exports.c.id == id).values(removed_at=session.now))


def names(session: Session, actors: Sequence[str]) -> dict[str, str]:
    """Actor -> what the person or key is called."""
    found: dict[str, str] = {}
    for kind, table in (("person", people), ("key", api_keys)):
        ids = {one.partition(":")[2] for one in actors if one.startswith(f"{kind}:")}
        if ids:
            rows = session.all(select(table.c.id, table.c.name).where(table.c.id.in_(ids)))
            found |= {f"{kind}:{row['id']}": row["name"] for row in rows}
    return found
