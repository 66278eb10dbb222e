"""Fresh databases for measures, durable as in use: SQLite files in the checkout, PostgreSQL databases on one server."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.table import SAVED
from scripts import postgres

LOCAL = "postgresql://postgres@127.0.0.1/postgres"


@dataclass(frozen=True)
class Database:
    """Where a measure writes: the store's name for the table, the URL, and a folder beside it."""

    store: str
    url: str
    folder: Path


@contextmanager
def fresh(server: str | None) -> Iterator[Database]:
    """An empty SQLite file, or an empty database on a PostgreSQL `server`; gone afterwards."""
    SAVED.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=SAVED))
    try:
        if server is None:
            yield Database("SQLite", f"sqlite:///{folder / 'handrail.db'}", folder)
        else:
            with _on_server(server) as url:
                yield Database("PostgreSQL", url, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _on_server(server: str) -> Iterator[str]:
    name = sql.Identifier(short := f"handrail_bench_{secrets.token_hex(4)}")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
    try:
        yield f"{server.rpartition('/')[0]}/{short}"
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@contextmanager
def postgres_server() -> Iterator[tuple[str | None, str]]:
    """A server's URL and what it is: HANDRAIL_TEST_PG, else the local one, else one of our own. None without any."""
    for url in (os.environ.get("HANDRAIL_TEST_PG"), LOCAL):
        if url and (told := _settings_of(url)):
            yield url, told
            return
    found = postgres.installations()
    if not found:
        yield None, f"no PostgreSQL here; to add it: {postgres.ADD}"
        return
    with postgres.running(found[-1]) as url:
        yield url, _settings_of(url) or ""


def _settings_of(url: str) -> str | None:
    """Version and durability of a server; None where it cannot be reached."""
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            found = connection.execute(
                "SELECT current_setting('server_version'), current_setting('fsync'), "
                "current_setting('synchronous_commit')"
            ).fetchone()
    except psycopg.OperationalError:
        return None
    assert found is not None
    version, fsync, commit = found
    told = f"PostgreSQL {version}, fsync {fsync}, synchronous_commit {commit}"
    return told if fsync == "on" else f"{told} - NOT DURABLE: figures of both sides leave the disk out"
