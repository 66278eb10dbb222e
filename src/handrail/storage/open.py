"""Opening a store by its URL: the right engine, the schema brought up to date, or a sentence that says why not."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import IO

import psycopg
from sqlalchemy.exc import DBAPIError

from handrail.kit.clock import Clock
from handrail.storage.errors import DatabaseRefused
from handrail.storage.migrate import bring_up_to_date
from handrail.storage.postgres import PostgresStore
from handrail.storage.sqlite import SqliteStore

AnyStore = SqliteStore | PostgresStore


def open_store(url: str, clock: Clock | None = None, *, pool: int = 12) -> AnyStore:
    """The store behind `sqlite:///<path>` or `postgresql://...`, ready to use. Raises DatabaseRefused."""
    if url.startswith("sqlite:///"):
        return _open_sqlite(Path(url.removeprefix("sqlite:///")), clock)
    if url.startswith(("postgresql://", "postgres://")):
        return _open_postgres("postgresql://" + url.split("://", 1)[1], clock, pool)
    raise DatabaseRefused(
        f"The setting `database` is {url.partition('://')[0]}://...; write sqlite:///<path> or postgresql://..."
    )


def _open_sqlite(path: Path, clock: Clock | None) -> SqliteStore:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.exists()
    except OSError as error:
        raise DatabaseRefused(
            f"The folder {path.parent} cannot be made or looked into ({error.strerror}); mend its permissions or name "
            "another place in the setting `data_dir`."
        ) from error
    if path.exists() and not os.access(path, os.W_OK):
        raise DatabaseRefused(f"The database {path} is read-only for this user; make it writable and start again.")
    try:
        _probe(path)
    except sqlite3.DatabaseError as error:
        raise DatabaseRefused(_why_sqlite(path, error)) from error
    store = SqliteStore(path, clock)
    try:
        bring_up_to_date(store)
    except BaseException as error:
        store.close()
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, sqlite3.DatabaseError):
            raise DatabaseRefused(_why_sqlite(path, cause)) from error
        raise
    return store


def _probe(path: Path) -> None:
    """A look before anything is opened for good. Raises sqlite3.DatabaseError."""
    with closing(sqlite3.connect(path)) as probe:
        probe.execute("SELECT COUNT(*) FROM sqlite_master")
        # Here, while nobody else has it open: two connections that switch a fresh file at once lock each other out.
        probe.execute("PRAGMA journal_mode=WAL")
        probe.execute("BEGIN IMMEDIATE")
        probe.rollback()


def _why_sqlite(path: Path, error: sqlite3.DatabaseError) -> str:
    text = str(error).lower()
    if "not a database" in text or "malformed" in text:
        return f"The file {path} is not a healthy SQLite database ({error}); restore the last backup."
    if "full" in text:
        return f"The disk that holds {path} is full; make room and start again."
    if "readonly" in text or "unable to open" in text:
        return f"The database {path} cannot be written ({error}); check the folder's permissions and start again."
    if "locked" in text:
        return f"Another program writes the database {path}; end it and start again."
    return f"The database {path} cannot be opened: {error}."


def _open_postgres(url: str, clock: Clock | None, pool: int) -> PostgresStore:
    store = PostgresStore(url, clock, pool=pool)
    try:
        bring_up_to_date(store)
    except BaseException as error:
        store.close()
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, psycopg.Error):
            raise DatabaseRefused(f"PostgreSQL cannot be used: {_first_line(cause)}.") from error
        raise
    return store


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


class WriterLock:
    """Held by the one process that may write a SQLite file. The lock falls with the process, however it ends."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises DatabaseRefused while another process holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise DatabaseRefused(
                f"Another Handrail process ({holder}) writes this database; "
                "stop it, or let this command talk to it with --url."
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
