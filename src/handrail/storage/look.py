"""A look at a database that changes nothing: no migration, no writer, no checkpoint. For `handrail doctor`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # Any: two drivers, one shape of cursor

import psycopg

from handrail.storage.migrate import HEAD
from handrail.storage.sqlite import warning_of

WITHIN_S = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen. `why` is a sentence where the database cannot be used; the others are then None or 0."""

    why: str | None = None
    engine: str = ""  # such as SQLite 3.40.1
    warning: str | None = None  # of the library
    schema: str | None = None  # None: empty
    late_jobs: int = 0
    dead_jobs: int = 0
    workers: tuple[str | None, ...] = ()  # the duties of each that gives signs of life; None: all

    @property
    def is_current(self) -> bool:
        return self.schema == HEAD


def look(url: str, late_before_ms: int) -> Looked:
    """Reads the database behind `url`; timers that should have run before `late_before_ms` are late."""
    try:
        return (
            _sqlite(Path(url.removeprefix("sqlite:///")), late_before_ms)
            if _is_file(url)
            else _postgres(url, late_before_ms)
        )
    except (sqlite3.Error, psycopg.Error) as error:
        return Looked(why=f"The database cannot be read: {str(error).strip().splitlines()[0]}.")


def _is_file(url: str) -> bool:
    return url.startswith("sqlite:///")


def _sqlite(path: Path, late: int) -> Looked:
    old = warning_of(sqlite3.sqlite_version_info)
    engine = f"SQLite {sqlite3.sqlite_version}"
    if not path.exists():
        return Looked(None, engine, old)
    # without a WAL nobody writes, and only an immutable reader leaves no files of its own behind
    quiet = not path.with_name(path.name + "-wal").exists()
    address = f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if quiet else ''}"
    with closing(sqlite3.connect(address, uri=True, timeout=WITHIN_S)) as connection:
        return _told(
            connection.cursor(), engine, old, late, "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
        )


def _postgres(url: str, late: int) -> Looked:
    with psycopg.connect(url, connect_timeout=WITHIN_S) as connection:
        connection.read_only = True
        number = connection.info.server_version
        engine = f"PostgreSQL {number // 10_000}.{number % 10_000}"
        return _told(connection.cursor(), engine, None, late, "SELECT to_regclass('alembic_version')")


def _told(cursor: Any, engine: str, warning: str | None, late: int, has_schema: str) -> Looked:
    found = cursor.execute(has_schema).fetchone()
    if not found or found[0] is None:
        return Looked(None, engine, warning)
    schema = cursor.execute("SELECT version_num FROM alembic_version").fetchone()
    if not schema or schema[0] != HEAD:
        return Looked(None, engine, warning, schema[0] if schema else None)
    waiting = cursor.execute(
        f"SELECT COUNT(*) FROM jobs WHERE state = 'waiting' AND run_at < {int(late)}"  # noqa: S608  # a number of ours
    ).fetchone()
    dead = cursor.execute("SELECT COUNT(*) FROM jobs WHERE state = 'dead'").fetchone()
    beats = cursor.execute(f"SELECT duties FROM worker_beats WHERE beat_at >= {int(late)}").fetchall()  # noqa: S608  # a number of ours
    workers = tuple(one[0] for one in beats)
    return Looked(None, engine, warning, schema[0], int(waiting[0]), int(dead[0]), workers)
