"""The values that items have of a filter, with how many: read along the index, from one value to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any  # Any: columns of several types

from sqlalchemy import func, select, text

from handrail.stages.exploring.rules.filters import COLUMNS
from handrail.storage import Session
from handrail.storage.tables import item_facets, items
from handrail.storage.tables.explored import CONDITIONS

MOST = 300


def values_of(session: Session, project_id: str, name: str, begins: str, limit: int) -> list[str]:
    """Values that begin with, or hold, what was typed; of very many only those that begin with it."""
    after = _next_value(session, project_id, name)
    every = _walk(after, None, MOST)
    if len(every) == MOST and begins:
        return [one for one in _walk(after, begins, limit) if one.startswith(begins)]
    low = begins.lower()
    return [one for one in every if low in one.lower()][:limit]


def _walk(after: Callable[[str | None, bool], str | None], first: str | None, most: int) -> list[str]:
    found: list[str] = []
    value = after(first, True)
    while value is not None and len(found) < most:
        found.append(value)
        value = after(value, False)
    return found


def _next_value(session: Session, project_id: str, name: str) -> Callable[[str | None, bool], str | None]:
    """The next value in the order of the index; the function takes where to begin, and whether that counts too."""
    column: Any
    if name in COLUMNS:
        column = items.c[COLUMNS[name]]
        condition = CONDITIONS.get(COLUMNS[name])
        here: list[Any] = [items.c.project_id == project_id, *([text(f"items.{condition}")] if condition else [])]
    else:
        column = item_facets.c.value
        here = [item_facets.c.project_id == project_id, item_facets.c.name == name]

    def after(value: str | None, is_included: bool) -> str | None:
        query = select(func.min(column)).where(*here)
        if value is not None:
            query = query.where(column >= value if is_included else column > value)
        found = session.scalar(query)
        return None if found is None else str(found)

    return after
