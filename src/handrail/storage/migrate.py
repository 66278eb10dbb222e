"""Bringing the schema up to date. A database newer than this code stops the start; a current one costs one read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, Engine, inspect, text

from handrail.storage.errors import DatabaseRefused
from handrail.storage.sqlite import SqliteStore

if TYPE_CHECKING:
    from alembic.config import Config

    from handrail.storage.postgres import PostgresStore

HEAD = "0011"
"""The newest migration; a test compares it with the folder."""
log = structlog.get_logger("handrail.storage")
_LOCK = 7_201_894_113  # any fixed number: two processes that start at once migrate one after the other


def bring_up_to_date(store: SqliteStore | PostgresStore) -> None:
    """Runs what is missing. Raises DatabaseRefused for a database that a newer version wrote."""
    if not isinstance(store, SqliteStore):
        _bring_up_to_date(store, store.engine)
        return
    engine = store.writer_engine()
    try:
        _bring_up_to_date(store, engine)
    finally:
        engine.dispose()  # from now on the writer thread alone writes


def _bring_up_to_date(store: SqliteStore | PostgresStore, engine: Engine) -> None:
    found = current(engine)
    if found == HEAD:
        return
    if found is not None and found not in _known():
        raise DatabaseRefused(
            f"This database was written by a newer Handrail (schema {found}); this version knows up to {HEAD}. "
            "Install the newer version, or restore the backup made before the upgrade."
        )
    copy = back_up(store.path, found) if found is not None and isinstance(store, SqliteStore) else None
    _upgrade(engine)
    if found is not None:
        log.info("storage.upgraded", before=found, now=HEAD, backup=None if copy is None else str(copy))


def current(engine: Engine) -> str | None:
    """The migration a database stands at; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def back_up(path: Path, version: str) -> Path:
    """A copy beside the file before an upgrade touches it; what has its name is whole, and as private as the file."""
    copy = path.with_name(f"{path.name}.before-{HEAD}-was-{version}")
    part = copy.with_name(f"{copy.name}.part")
    part.unlink(missing_ok=True)  # of an earlier try that ended in the middle
    part.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # nothing of it stays in a log beside it
        part.chmod(path.stat().st_mode & 0o777)
        part.replace(copy)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return copy


def config() -> Config:
    """Alembic's configuration, made here so that no ini file is needed."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def _known() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}


def _upgrade(engine: Engine) -> None:
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            _upgrade_postgres(connection)
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            upgrade(connection, HEAD)
            connection.exec_driver_sql("COMMIT")


def _upgrade_postgres(connection: Connection) -> None:
    """One process after the other, each for as long as it takes; the connection is thrown away afterwards."""
    connection.execute(text("SET statement_timeout = 0"))
    connection.execute(text("SET lock_timeout = 0"))
    connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
    connection.commit()
    try:
        upgrade(connection, HEAD)
        connection.commit()
    finally:
        connection.invalidate()  # which lets go of the lock, however this ended


def is_known(version: str) -> bool:
    """Whether this code has the migration."""
    return version in _known()


def upgrade(connection: Connection, version: str) -> None:
    """Runs the migrations up to `version`, in the caller's transaction."""
    from alembic import command

    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, version)
