"""Which rows a caller may see: every query for a person begins here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table, select


def visible(table: Table, project_id: str) -> Select[Any]:
    """All columns of the rows of `table` that belong to one project."""
    return select(table).where(table.c.project_id == project_id)
