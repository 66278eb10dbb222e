"""The indexes of `items` that filters and sorts of the explorer go by, each in the order of a list."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Index, text

CONDITIONS = {
    "status": "status <> 'released'",
    "source": "source <> 'auto'",
    "domain": None,
    "task": None,
    "rule": None,
    "model": "model IS NOT NULL",
    "queue": "queue IS NOT NULL",
    "group_name": "group_name IS NOT NULL",
    "verdict": "verdict IS NOT NULL",
}
"""Column -> which rows its index holds. What most items share is not worth an entry for each of them."""
SORTED = {"decided_at": "decided_at IS NOT NULL", "confidence": "confidence IS NOT NULL"}
OVERDUE = "status = 'pending'"


def explored_indexes() -> Iterator[Index]:
    """One for each filter, then by arrival; one for each other order; one for what is late."""
    for column, condition in CONDITIONS.items():
        yield _index(f"ix_items_by_{column}", [column, "received_at", "id"], condition)
    for column, condition in SORTED.items():
        yield _index(f"ix_items_by_{column}", [column, "id"], condition)
    yield _index("ix_items_overdue", ["due_at"], OVERDUE)


def _index(name: str, columns: list[str], condition: str | None) -> Index:
    where = None if condition is None else text(condition)
    return Index(name, "project_id", *columns, sqlite_where=where, postgresql_where=where)
