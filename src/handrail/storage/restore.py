"""Bringing a backup back, on either store: all of it or nothing. The place must be empty."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any  # Any: rows hold what their columns hold

import psycopg
from psycopg import sql
from sqlalchemy import Boolean, Connection, create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.pool import NullPool

from handrail.storage.backup import BackupRefused, Manifest, TableCopy, Told, check_files, quoted, rows_of
from handrail.storage.errors import DatabaseRefused
from handrail.storage.migrate import HEAD, is_known, upgrade

ROWS = 1_000


def restore(folder: Path, manifest: Manifest, url: str, told: Told) -> None:
    """Fills an empty database from a backup, also one of an older version or of the other store, and brings it up to
    date. Raises BackupRefused and DatabaseRefused; then nothing is there."""
    if not is_known(manifest.schema):
        raise BackupRefused(
            f"This backup was made by a newer Handrail (schema {manifest.schema}; this version knows up to {HEAD})."
        )
    check_files(folder, manifest)
    if url.startswith("sqlite:///"):
        _into_sqlite(folder, manifest, Path(url.removeprefix("sqlite:///")), told)
    else:
        _into_postgres(folder, manifest, url, told)


def _into_sqlite(folder: Path, manifest: Manifest, path: Path, told: Told) -> None:
    """Fills a file beside the place, which takes its name once all is in it."""
    if path.exists():
        raise DatabaseRefused(f"{path} is there already; restore into a new place, or move it away first.")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.restoring")
    part.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{part}", poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            bring_back(connection, folder, manifest, told)
            upgrade(connection, HEAD)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise BackupRefused(f"The backup does not fit together: {broken[0][0]} points to rows that it lacks.")
            connection.exec_driver_sql("COMMIT")
        with closing(sqlite3.connect(part)) as last:
            last.execute("PRAGMA journal_mode=DELETE")  # nothing of it stays in a log beside it
        os.rename(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        engine.dispose()


def _into_postgres(folder: Path, manifest: Manifest, url: str, told: Told) -> None:
    """Fills the database in one transaction."""
    address = make_url("postgresql://" + url.split("://", 1)[1]).set(drivername="postgresql+psycopg")
    engine = create_engine(address, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            if inspect(connection).get_table_names():
                raise DatabaseRefused("This database holds tables already; restore into an empty one.")
            bring_back(connection, folder, manifest, told)
            upgrade(connection, HEAD)
    except psycopg.Error as error:
        raise DatabaseRefused(f"PostgreSQL cannot be used: {str(error).splitlines()[0]}.") from error
    finally:
        engine.dispose()


def bring_back(connection: Connection, folder: Path, manifest: Manifest, told: Told) -> None:
    """Makes the tables as they were in the version that wrote the backup, and fills them. Raises BackupRefused."""
    upgrade(connection, manifest.schema)
    fill_tables(connection, folder, manifest, told)


def fill_tables(connection: Connection, folder: Path, manifest: Manifest, told: Told) -> None:
    """Puts the rows of a backup into tables that are there. Raises BackupRefused."""
    for copy in manifest.tables:
        rows, done = _as_stored(rows_of(folder, copy.name), _switches(connection, copy)), 0
        while some := list(islice(rows, ROWS)):
            _insert(connection, copy, some)
            done += len(some)
            told(copy.name, done)
        if done != copy.rows:
            raise BackupRefused(
                f"The backup of {copy.name} holds {done} rows instead of {copy.rows}; take another one."
            )


def _switches(connection: Connection, copy: TableCopy) -> Mapping[int, type]:
    """Where yes and no stand, which one store writes as 1 and 0: column -> the type its values get here."""
    try:
        kinds = {one["name"]: one["type"] for one in inspect(connection).get_columns(copy.name)}
    except NoSuchTableError:
        kinds = {}
    unknown = sorted(set(copy.columns) - set(kinds))
    if unknown or not kinds:
        raise BackupRefused(f"The manifest names what its schema has not: {copy.name} {', '.join(unknown)}.")
    wanted = bool if connection.dialect.name == "postgresql" else int
    return {at: wanted for at, name in enumerate(copy.columns) if isinstance(kinds[name], Boolean)}


def _as_stored(rows: Iterator[tuple[Any, ...]], switches: Mapping[int, type]) -> Iterator[tuple[Any, ...]]:
    if not switches:
        return rows
    return (
        tuple(switches[at](value) if at in switches and value is not None else value for at, value in enumerate(row))
        for row in rows
    )


def _insert(connection: Connection, copy: TableCopy, rows: Sequence[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(copy.columns))
        into = f"INSERT INTO {copy.name} ({quoted(copy.columns)}) VALUES ({marks})"  # noqa: S608  # names that are there
        driver.executemany(into, rows)
        return
    names = sql.SQL(", ").join(map(sql.Identifier, copy.columns))
    with driver.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(copy.name), names)) as out:
        for row in rows:
            out.write_row(row)
