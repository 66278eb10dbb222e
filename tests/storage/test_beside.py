"""Expand, then contract: what a version before writes fits into the schema of today, so that both run side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.pool import NullPool

from handrail.storage.migrate import HEAD, upgrade
from handrail.storage.restore import fill_tables
from tests.support.stored import FOLDER, Stored, empty_place

__all__ = ["empty_place"]

Columns = Mapping[str, Mapping[str, Any]]


def columns(connection: Connection) -> dict[str, Columns]:
    look = inspect(connection)
    return {table: {one["name"]: one for one in look.get_columns(table)} for table in look.get_table_names()}


def uniques(connection: Connection) -> dict[str, set[tuple[str, ...]]]:
    """What must not be there twice, by table."""
    look = inspect(connection)
    found: dict[str, set[tuple[str, ...]]] = {}
    for table in look.get_table_names():
        found[table] = {tuple(one["column_names"]) for one in look.get_unique_constraints(table)}
        found[table] |= {
            tuple(str(name) for name in one["column_names"]) for one in look.get_indexes(table) if one["unique"]
        }
    return found


def test_migrations_only_add(empty_place: Stored) -> None:
    """No column goes or gets another type, none becomes needed, nothing that was allowed becomes forbidden."""
    engine = create_engine(empty_place.url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    with engine.begin() as connection:
        upgrade(connection, "0001")
        then, only_once = columns(connection), uniques(connection)
        keys = {table: len(inspect(connection).get_foreign_keys(table)) for table in then}
        upgrade(connection, HEAD)
        now = columns(connection)
        for table, before in then.items():
            assert set(before) <= set(now[table]), table
            for name, one in before.items():
                later = now[table][name]
                assert str(later["type"]) == str(one["type"]), (table, name)
                assert later["nullable"] or not one["nullable"], (table, name)
            added = [now[table][name] for name in set(now[table]) - set(before)]
            assert [one["name"] for one in added if not one["nullable"] and one["default"] is None] == [], table
            assert uniques(connection)[table] == only_once[table], table
            assert len(inspect(connection).get_foreign_keys(table)) == keys[table], table
    engine.dispose()


def test_rows_of_the_version_before_are_taken_by_the_schema_of_today(empty_place: Stored) -> None:
    """Each row it stored, with the columns it knew."""
    engine = create_engine(empty_place.url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    with engine.begin() as connection:
        upgrade(connection, HEAD)
        fill_tables(connection, FOLDER, empty_place.manifest, lambda *_: None)
    engine.dispose()
    with empty_place.today() as today:
        for one in empty_place.manifest.tables:
            assert today.rows(f"SELECT COUNT(*) FROM {one.name}")[0][0] >= one.rows, one.name
