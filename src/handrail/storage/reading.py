"""Reading a database beside the server that writes it: no writer, no migration, no checkpoint."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from handrail.kit.clock import SystemClock
from handrail.storage.errors import DatabaseRefused
from handrail.storage.open import WriterLock, open_store
from handrail.storage.session import Session

T = TypeVar("T")
Read = Callable[[Callable[[Session], T]], T]


@contextmanager
def reading(url: str) -> Iterator[Read[object]]:
    """A store's `read`. While a server writes a SQLite file, it is opened read-only: a second connection that
    checkpoints is what libraries before 3.51.3 do not survive."""
    if not url.startswith("sqlite:///"):
        with _opened(url) as read:
            yield read
        return
    path = Path(url.removeprefix("sqlite:///"))
    lock = WriterLock(path)
    try:
        lock.take()
    except DatabaseRefused:
        yield _read_only(path)
        return
    try:
        with _opened(url) as read:
            yield read
    finally:
        lock.release()


@contextmanager
def beside(url: str) -> Iterator[Read[object]]:
    """A `read` beside whoever holds the database; somebody must hold a SQLite file, else there is nobody to read
    beside."""
    if not url.startswith("sqlite:///"):
        with _opened(url, pool=1) as read:
            yield read
        return
    yield _read_only(Path(url.removeprefix("sqlite:///")))


@contextmanager
def _opened(url: str, pool: int = 12) -> Iterator[Read[object]]:
    store = open_store(url, pool=pool)
    try:
        yield store.read
    finally:
        store.close()


def _read_only(path: Path) -> Read[object]:
    address = f"{path.resolve().as_uri()}?mode=ro"
    engine: Engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
    )
    clock = SystemClock()

    def read(work: Callable[[Session], object]) -> object:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                return work(Session(connection, "sqlite", lambda _: clock.now()))
            finally:
                connection.exec_driver_sql("ROLLBACK")

    return read
