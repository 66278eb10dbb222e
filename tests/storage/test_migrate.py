"""The schema on disk is that of the code, or the start is refused with a sentence."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import create_engine, text

from handrail.storage import AnyStore, DatabaseRefused, open_store
from handrail.storage.migrate import HEAD, config, current
from handrail.storage.tables import metadata


@pytest.fixture
def fresh_postgres(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database."""
    name = f"handrail_fresh_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield f"{postgres_server.rpartition('/')[0]}/{name}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_the_newest_migration_is_the_one_the_code_asks_for() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == HEAD


def test_migrations_make_what_the_tables_say(store: AnyStore) -> None:
    """Tables, columns, types, keys; on SQLite an index over an expression cannot be compared, see the next test."""

    def compared(_: object, name: str | None, kind: str, *___: object) -> bool:
        if str(name).startswith(("item_words", "item_vocab")) or name == "ix_item_texts_words":
            return False  # each database has a word index of its own kind
        return kind != "index" or store.dialect == "postgresql"

    options = {"compare_type": True, "compare_server_default": True, "include_object": compared}
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


def test_indexes_are_there_with_their_conditions(store: AnyStore) -> None:
    """A condition is what a comparison of tables does not see, and what the claim of the next item stands on."""
    made = dict(store.read(lambda session: session.run(INDEXES[store.dialect])))
    for table in metadata.sorted_tables:
        for index in table.indexes:
            is_partial = index.dialect_options["sqlite"]["where"] is not None
            assert (" WHERE " in made[str(index.name)]) == is_partial, index.name
    assert "waiting" in made["ix_seats_waiting"]
    assert "undone" in made["uq_reviews_one_that_stands"]


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'folder' / 'handrail.db'}"
    open_store(url).close()
    before = (tmp_path / "folder" / "handrail.db").read_bytes()
    open_store(url).close()
    assert (tmp_path / "folder" / "handrail.db").read_bytes() == before


def test_two_that_start_at_once_both_find_the_schema(fresh_postgres: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = [one.result() for one in [pool.submit(open_store, fresh_postgres) for _ in range(4)]]
    for one in stores:
        assert one.read(lambda session: session.run("SELECT COUNT(*) FROM items")) == [(0,)]
        assert current(one.engine) == HEAD
        one.close()


def test_the_second_waits_however_long_the_first_takes(fresh_postgres: str) -> None:
    """Longer than any time-out of ordinary work: here 7 s, where locks are waited for 5 s."""
    with psycopg.connect(fresh_postgres) as slow:
        slow.execute("SELECT pg_advisory_lock(7201894113)")
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(open_store, fresh_postgres)
            threading.Event().wait(7)
            assert not opening.done()
            slow.close()
            opening.result(20).close()


def set_version(url: str, version: str) -> None:
    statement = f"UPDATE alembic_version SET version_num = '{version}'"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            file.execute(statement)
            file.commit()
    else:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(statement.encode())


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_database_of_a_newer_version_is_refused(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path / 'handrail.db'}" if kind == "sqlite" else request.getfixturevalue("fresh_postgres")
    open_store(url).close()
    set_version(url, "9042")
    with pytest.raises(DatabaseRefused, match=r"newer Handrail \(schema 9042\).*Install the newer version"):
        open_store(url)
    set_version(url, HEAD)
    open_store(url).close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "handrail.db"
    path.write_bytes(b"These are notes, not a database." * 100)
    with pytest.raises(DatabaseRefused, match="not a healthy SQLite database"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"These are notes")


def test_a_damaged_database_is_refused(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "handrail.db"
    content = bytearray(sqlite_template.read_bytes())
    content[100:4096] = secrets.token_bytes(3996)
    path.write_bytes(content)
    with pytest.raises(DatabaseRefused, match="not a healthy SQLite database"):
        open_store(f"sqlite:///{path}")


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def as_nobody(script: str, *arguments: str) -> str:
    """What a script prints that runs as a user without rights of its own."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else; CI runs as root in its container")
    begin = "import os; import handrail.storage; os.setgid(65534); os.setuid(65534)"
    done = run(f"{begin}\n{script}", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


REFUSED = """
import sys
from handrail.storage import DatabaseRefused, open_store
try:
    open_store("sqlite:///" + sys.argv[1])
    print("opened")
except DatabaseRefused as refused:
    print(refused)
"""


def test_a_database_that_may_not_be_written_is_refused(sqlite_template: Path) -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        path = folder / "handrail.db"
        shutil.copy(sqlite_template, path)
        path.chmod(0o644)
        assert "is read-only for this user; make it writable" in as_nobody(REFUSED, str(path))
        path.chmod(0o666)  # the file may be written, but not the log that belongs beside it
        assert "cannot be written" in as_nobody(REFUSED, str(path))
        assert "cannot be written" in as_nobody(REFUSED, str(folder / "new.db"))
        assert "cannot be made or looked into" in as_nobody(REFUSED, str(folder / "new" / "handrail.db"))
        folder.chmod(0o700)
        assert "cannot be made or looked into" in as_nobody(REFUSED, str(folder / "there" / "handrail.db"))
    finally:
        shutil.rmtree(folder)


def test_a_full_disk_at_the_first_start_is_told_and_leaves_no_half_schema(tmp_path: Path) -> None:
    script = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
import handrail.storage.migrate
from handrail.storage import DatabaseRefused, open_store
most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, most[1]))
try:
    open_store("sqlite:///" + sys.argv[1])
    print("opened")
except DatabaseRefused as refused:
    print(refused)
resource.setrlimit(resource.RLIMIT_FSIZE, most)
open_store("sqlite:///" + sys.argv[1]).close()
print("opened later")
"""
    path = tmp_path / "handrail.db"
    done = run(script, str(path))
    assert done.returncode == 0, done.stderr
    first, last = done.stdout.strip().splitlines()[0], done.stdout.strip().splitlines()[-1]
    assert str(path) in first
    assert first != "opened"
    assert last == "opened later"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://here/handrail", "write sqlite:///<path> or postgresql://"),
        ("postgresql://nobody:x@127.0.0.1:1/handrail", "PostgreSQL cannot be used"),
    ],
)
def test_a_database_that_cannot_be_reached_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(DatabaseRefused, match=sentence):
        open_store(url)


def test_threads_end_with_a_refused_store(tmp_path: Path) -> None:
    path = tmp_path / "handrail.db"
    open_store(f"sqlite:///{path}").close()
    set_version(f"sqlite:///{path}", "9042")
    before: set[Any] = set(threading.enumerate())
    with pytest.raises(DatabaseRefused):
        open_store(f"sqlite:///{path}")
    assert {one for one in threading.enumerate() if one not in before} == set()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_database_of_the_first_schema_keeps_its_rows(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'handrail.db'}" if kind == "sqlite" else request.getfixturevalue("fresh_postgres")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    row = "INSERT INTO instance (name, value) VALUES ('mark', 'kept')"
    with engine.begin() as connection:
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, "0001")
        connection.execute(text(row))
    engine.dispose()
    store = open_store(url)
    assert store.read(lambda session: session.run("SELECT value FROM instance WHERE name = 'mark'")) == [("kept",)]
    assert store.read(lambda session: session.run("SELECT COUNT(*) FROM metric_cells")) == [(0,)]
    assert current(store.engine) == HEAD
    store.close()
