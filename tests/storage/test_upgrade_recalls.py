"""A database of the version before, with rows in it, is brought up to date and goes on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, text

from handrail.app import join_rooms
from handrail.storage import open_store
from handrail.storage.migrate import HEAD, config, upgrade
from handrail.storage.postgres import PostgresStore
from handrail.storage.sqlite import SqliteStore
from tests.support.office import SECRET, Office, opened

BACK = """
DROP TABLE recalls; DROP TABLE outcome_order; DROP INDEX ix_jobs_held;
ALTER TABLE jobs DROP COLUMN held_for; ALTER TABLE skips DROP COLUMN kind; ALTER TABLE seats DROP COLUMN why;
ALTER TABLE seats DROP COLUMN asked_by; ALTER TABLE items DROP COLUMN awaited_until
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'handrail.db'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"handrail_upgrade_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield f"{server.rpartition('/')[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def there_and_back(store: SqliteStore | PostgresStore) -> None:
    """Takes the tables of recalls away and brings them back by their migration, with the rows that are there."""
    engine = store.writer_engine() if isinstance(store, SqliteStore) else store.engine

    def back(connection: Connection) -> None:
        for statement in BACK.split(";"):
            connection.execute(text(statement))
        ours = next(one for one in ScriptDirectory.from_config(config()).walk_revisions() if "afterwards" in one.path)
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{ours.down_revision}'"))
        upgrade(connection, ours.revision)
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))

    with engine.begin() as connection:
        back(connection)


def test_outcomes_keep_their_order_and_new_ones_follow(url: str) -> None:
    store = open_store(url)
    office = opened(store)
    before = [office.submit(confidence=0.99)["item_id"] for _ in range(3)]
    waiting = office.submit()["item_id"]
    office.number_all()
    unnumbered = office.submit(confidence=0.99)["item_id"]
    there_and_back(store)
    store.close()

    store = open_store(url)
    office = Office(join_rooms(store, SECRET), office.project_id)
    assert [row[0] for row in office.rows("SELECT item_id FROM outcome_order ORDER BY number")] == before
    office.number_all()
    order = [row[0] for row in office.rows("SELECT item_id FROM outcome_order ORDER BY number")]
    assert order == [*before, unnumbered]
    office.shift(hours=4)
    office.run_due()
    office.shift(hours=4)
    office.run_due()
    assert office.result(waiting)["source"] == "fallback"
    assert office.verify().ok
    store.close()
