"""Locks on a name, for the length of one transaction; where one thread writes alone there is nothing to wait for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: rows hold what their columns hold

from handrail.storage.session import Session

EVERYWHERE = "every project"
"""Held alone by who changes something in every project, shared by who makes a new one."""
_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtextextended(:name, 0))"


def hold_shared(session: Session, name: str) -> None:
    """Many may hold it at once, but nobody beside one who holds it alone."""
    if session.dialect == "postgresql":
        session.run(_SHARED, {"name": name})


def read_while_shared(session: Session, name: str, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement that begins once the lock is held, on one journey to the server."""
    if session.dialect != "postgresql":
        return session.run(sql, parameters)
    return session.run_in_turn(_SHARED, sql, parameters={**parameters, "name": name})


def hold_alone(session: Session, name: str) -> None:
    """Waits until nobody else holds it, in either way."""
    if session.dialect == "postgresql":
        session.run("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))", {"name": name})
