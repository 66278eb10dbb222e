"""SQLite: many readers, one writer thread that commits in groups.

A service is handed to the writer as a closure, runs under a SAVEPOINT and is answered after the commit of its group:
one fsync serves all that waited (decision 0007). The writer connection alone checkpoints the WAL, because libraries
before 3.51.3 can corrupt a database that two connections write and checkpoint at the same instant.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from handrail.kit.clock import Clock, SystemClock
from handrail.kit.errors import Overloaded, Unavailable
from handrail.storage.errors import translate
from handrail.storage.session import Dialect, Session

T = TypeVar("T")
GROUP = 128
WAITING_MOST = 4_096
CHECKPOINT_PAGES = 4_000
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "wal_autocheckpoint=0",
    "journal_size_limit=0",
    "cache_size=-16000",
    "temp_store=MEMORY",
)
LOOK_AGAIN_PAGES = 1_000
STATEMENTS = 512
"""Kept compiled on each connection: more than all hot paths together have."""
RESTART_WAIT_MS = 200
RESTART_EVERY_S = 5.0
SAFE_WAL = (3, 51, 3)
log = structlog.get_logger("handrail.storage")


def warning_of(version: tuple[int, ...]) -> str | None:
    """What is to be said of a library that is linked here; None where it is sound.

    >>> warning_of((3, 51, 3)) is None
    True
    """
    if version >= SAFE_WAL:
        return None
    return (
        f"SQLite {'.'.join(map(str, version))} is older than {'.'.join(map(str, SAFE_WAL))} and can corrupt a database "
        "that two connections write and checkpoint at the same instant. Handrail leaves both to one connection; let no "
        "other program write this file, and take a newer Python or SQLite when you can."
    )


@dataclass(slots=True)
class _Work(Generic[T]):
    run: Callable[[Session], T]
    answer: Future[T] = field(default_factory=Future)
    result: Any = None  # Any: T, before the commit
    session: Session | None = None

    def refuse(self, why: BaseException) -> None:
        """Tells the caller, unless it was told before or waits no more."""
        with suppress(InvalidStateError):
            self.answer.set_exception(why)


class SqliteStore:
    """A store in one file."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, clock: Clock | None = None, *, busy_s: float = 5.0, answer_s: float = 30.0) -> None:
        self.path = path
        self.clock: Clock = clock or SystemClock()
        self.library = sqlite3.sqlite_version
        self._answer_s = answer_s
        self._busy_s = busy_s
        self.engine = self._engine(readers=True)
        self._writer_engine = self._engine(readers=False)
        self._connection = self._writer_engine.connect()  # here, so that a file that cannot be opened raises at once
        self._waiting: queue.Queue[_Work[Any] | None] = queue.Queue(WAITING_MOST)
        self._gate = threading.Lock()
        self._closed = False
        self._broken: Exception | None = None
        self._look_at_pages = CHECKPOINT_PAGES
        self._restart_at = 0.0
        self._writer = threading.Thread(target=self._write_all, name="handrail-writer", daemon=True)
        self._writer.start()

    def read(self, work: Callable[[Session], T]) -> T:
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                try:
                    return work(Session(connection, "sqlite", lambda _: self.clock.now()))
                finally:
                    connection.exec_driver_sql("ROLLBACK")
        except Exception as error:
            fault = translate(error)
            if fault is error:
                raise
            raise fault from error

    def write(self, work: Callable[[Session], T]) -> T:
        return self.hand_in(work).result()

    def hand_in(self, work: Callable[[Session], T]) -> Answer[T]:
        """Hands the work to the writer without waiting; `.result()` waits for the commit."""
        one: _Work[T] = _Work(work)
        with self._gate:  # so that nothing is handed in behind the mark that ends the writer
            if self._broken is not None:
                raise Unavailable("The disk of the database failed; nothing is stored until the server starts again.")
            if self._closed:
                raise Unavailable("The database is closing; try again with the same key.", retry_after_s=1)
            try:
                self._waiting.put_nowait(one)
            except queue.Full:
                raise Overloaded("Too many writes are waiting; try again with the same key.", retry_after_s=1) from None
        return Answer(one.answer, self._answer_s)

    def now(self) -> datetime:
        return self.clock.now()

    def problem(self) -> str | None:
        """Why nothing more is stored; None while all is well."""
        return None if self._broken is None else f"The disk failed and nothing more is stored: {self._broken}"

    def warning(self) -> str | None:
        """What an operator should know of the library that is linked here."""
        return warning_of(sqlite3.sqlite_version_info)

    def close(self) -> None:
        """Finishes what was handed in, then lets go of the file."""
        with self._gate:
            first, self._closed = not self._closed, True
        if first:
            self._waiting.put(None)
            self._writer.join(timeout=30)
        self.engine.dispose()
        self._writer_engine.dispose()

    def writer_engine(self) -> Engine:
        """For migrations alone, before anything is handed in; to be disposed of afterwards."""
        return self._engine(readers=False)

    # the writer thread

    def _write_all(self) -> None:
        with self._connection as connection:
            while True:
                group, go_on = self._next_group()
                if group:
                    self._commit_group(connection, group)
                if not go_on:
                    with suppress(Exception):  # what is in the WAL is safe there; the next start reads it
                        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                    return

    def _next_group(self) -> tuple[list[_Work[Any]], bool]:
        """Waits for one piece of work, then takes along what is already there."""
        first = self._waiting.get()
        if first is None:
            return [], False
        group = [first]
        while len(group) < GROUP:
            try:
                another = self._waiting.get_nowait()
            except queue.Empty:
                break
            if another is None:
                return group, False
            group.append(another)
        return group, True

    def _commit_group(self, connection: Connection, group: list[_Work[Any]]) -> None:
        try:
            if self._broken is not None:
                raise self._broken
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            done = [one for one in group if self._run_one(connection, one)]
            connection.exec_driver_sql("COMMIT")
        except Exception as error:  # noqa: BLE001  # whatever failed, every caller of the group is told
            self._fail(connection, group, error)
            return
        for one in done:
            one.answer.set_result(one.result)
        for one in done:
            assert one.session is not None
            one.session.committed()
        try:
            self._keep_log_short(connection)
        except Exception as error:  # noqa: BLE001  # a full disk, say: what was answered is in the WAL
            log.warning("storage.checkpoint_failed", error=f"{type(error).__name__}: {error}")

    def _run_one(self, connection: Connection, one: _Work[Any]) -> bool:
        """Runs one closure under its savepoint; one that raises is answered at once and leaves nothing behind."""
        if not one.answer.set_running_or_notify_cancel():
            return False
        connection.exec_driver_sql("SAVEPOINT work")
        one.session = Session(connection, "sqlite", lambda _: self.clock.now())
        try:
            one.result = one.run(one.session)
        except BaseException as error:
            if not self._in_transaction(connection):
                raise  # a full disk undoes the whole transaction: nobody of the group may be told it is kept
            connection.exec_driver_sql("ROLLBACK TO work")
            connection.exec_driver_sql("RELEASE work")
            one.refuse(translate(error) if isinstance(error, Exception) else error)
            return False
        connection.exec_driver_sql("RELEASE work")
        return True

    def _fail(self, connection: Connection, group: list[_Work[Any]], error: Exception) -> None:
        fault = translate(error)
        if _is_failed_sync(error):
            self._broken = error  # nothing that was handed to this disk can be trusted: stop acknowledging (X7)
            log.error("storage.disk_failed", error=str(error))
        with suppress(Exception):  # the next BEGIN fails if this did not help, and its group is told
            if self._in_transaction(connection):
                connection.exec_driver_sql("ROLLBACK")
        for one in group:
            one.refuse(fault)

    def _keep_log_short(self, connection: Connection) -> None:
        """Copies the WAL back while nobody waits, and keeps it from growing without bound in any case.

        The size of the file is that of what it holds, because it is cut whenever it is begun anew
        (`journal_size_limit`). A reader that stays keeps it from being begun anew; then it is looked at less often.
        """
        wal = self.path.with_name(self.path.name + "-wal")
        pages = wal.stat().st_size // 4096 if wal.exists() else 0
        if pages < CHECKPOINT_PAGES:
            self._look_at_pages = CHECKPOINT_PAGES
        if pages < self._look_at_pages or (pages < 4 * CHECKPOINT_PAGES and not self._waiting.empty()):
            return
        self._look_at_pages = pages + LOOK_AGAIN_PAGES
        if pages < 8 * CHECKPOINT_PAGES or monotonic() < self._restart_at:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
            return
        self._restart_at = monotonic() + RESTART_EVERY_S
        connection.exec_driver_sql(f"PRAGMA busy_timeout={RESTART_WAIT_MS}")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(RESTART)")
        connection.exec_driver_sql(f"PRAGMA busy_timeout={round(self._busy_s * 1000)}")

    @staticmethod
    def _in_transaction(connection: Connection) -> bool:
        driver = connection.connection.driver_connection
        return driver is not None and bool(driver.in_transaction)

    # connections

    def _engine(self, *, readers: bool) -> Engine:
        engine = create_engine(
            f"sqlite:///{self.path}",
            poolclass=QueuePool,
            pool_size=8 if readers else 1,
            max_overflow=32 if readers else 0,
            pool_timeout=self._busy_s,
            isolation_level="AUTOCOMMIT",  # we say BEGIN ourselves: the driver's own rules about it are surprising
            connect_args={"timeout": self._busy_s, "check_same_thread": False, "cached_statements": STATEMENTS},
        )

        @event.listens_for(engine, "connect")
        def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
            connection.isolation_level = None
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            if readers:
                connection.execute("PRAGMA query_only=ON")

        return engine


def _is_failed_sync(error: Exception) -> bool:
    """Whether the disk could not say that it holds what was written. A write that fails is safe: it was not kept."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return "FSYNC" in str(getattr(cause, "sqlite_errorname", ""))


class Answer(Generic[T]):
    """The answer to work handed in; waiting for it has an end."""

    def __init__(self, future: Future[T], limit_s: float) -> None:
        self.future = future
        self._limit_s = limit_s

    def result(self) -> T:
        try:
            return self.future.result(self._limit_s)
        except FutureTimeout:
            self.future.cancel()
            raise Unavailable(
                "The database did not answer in time; try again with the same key.", retry_after_s=1
            ) from None
