"""Both stores, fresh for each test: SQLite as a copy of one file, PostgreSQL as one database emptied in between."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from handrail.kit.clock import SystemClock
from handrail.storage import AnyStore, open_store
from handrail.storage.postgres import PostgresStore
from handrail.storage.sqlite import SqliteStore
from handrail.storage.tables import metadata


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with today's schema."""
    path = tmp_path_factory.mktemp("template") / "handrail.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres_store(postgres_server: str) -> Iterator[PostgresStore]:
    """A store on a database of its own, dropped at the end."""
    name = f"handrail_test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    store = open_store(f"{postgres_server.rpartition('/')[0]}/{name}")
    assert isinstance(store, PostgresStore)
    yield store
    store.close()
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyStore]:
    """Each test that takes it runs on both stores. Its clock may be moved: `store.clock.shift(...)`."""
    if request.param == "postgresql":
        yield from _emptied(request.getfixturevalue("postgres_store"))
    else:
        yield from _copied(request.getfixturevalue("sqlite_template"), tmp_path / "handrail.db")


def _emptied(store: PostgresStore) -> Iterator[PostgresStore]:
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    with store.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} CASCADE"))
    store.clock = SystemClock()
    yield store


def _copied(template: Path, path: Path) -> Iterator[SqliteStore]:
    shutil.copy(template, path)
    store = SqliteStore(path)
    yield store
    store.close()
