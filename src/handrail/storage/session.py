"""The unit of work: one connection inside one transaction. Services take it and never commit."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, TypeVar, cast  # Any: rows hold what their columns hold

import psycopg
import structlog
from sqlalchemy import Connection, Executable
from sqlalchemy.engine import CursorResult

T = TypeVar("T")
Dialect = Literal["sqlite", "postgresql"]
Found = Mapping[str, Any]
"""One row, by the names of its columns."""
log = structlog.get_logger("handrail.storage")
_NAMED = re.compile(r"(?<![:\w]):(\w+)")


@lru_cache(maxsize=512)
def for_psycopg(sql: str) -> str:
    """Hand-written SQL with `:name` parameters in the form psycopg takes.

    >>> for_psycopg("SELECT :a::text WHERE b = :b")
    'SELECT %(a)s::text WHERE b = %(b)s'
    """
    return _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))


class Session:
    """One transaction on one connection.

    `execute` takes SQLAlchemy statements; `run` and `run_many` take hand-written SQL with `:name` parameters straight
    to the driver, for the hot paths. `now` is the database's own clock, read once for the transaction. What must
    happen only if the transaction is kept is registered with `after_commit`.
    """

    def __init__(self, connection: Connection, dialect: Dialect, read_now: Callable[[Session], datetime]) -> None:
        self.connection = connection
        self.dialect: Dialect = dialect
        self._read_now = read_now
        self._now: datetime | None = None
        self._driver = connection.connection.driver_connection
        self._then: list[Callable[[], None]] = []
        self._known: dict[Hashable, Any] = {}

    @property
    def now(self) -> datetime:
        """The time of this transaction by the clock of the database, to the millisecond."""
        if self._now is None:
            self._now = self._read_now(self)
        return self._now

    def once(self, name: Hashable, ask: Callable[[], T]) -> T:
        """What was asked under this name before in this transaction, else what `ask` finds."""
        if name not in self._known:
            self._known[name] = ask()
        return cast("T", self._known[name])

    def after_commit(self, then: Callable[[], None]) -> None:
        """Runs `then` once this work is on disk; never if it is undone."""
        self._then.append(then)

    def committed(self) -> None:
        """Told by the store once the work is on disk. What fails here can no longer undo it, and is only noted."""
        for then in self._then:
            try:
                then()
            except Exception as error:  # noqa: BLE001  # the work is kept: its caller must not hear that it failed
                log.error("storage.after_commit_failed", error=f"{type(error).__name__}: {error}")  # noqa: TRY400  # no content in the log

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self.connection.execute(statement, parameters)

    def all(self, statement: Executable) -> Sequence[Found]:
        return cast("Sequence[Found]", self.connection.execute(statement).mappings().all())

    def first(self, statement: Executable) -> Found | None:
        return cast("Found | None", self.connection.execute(statement).mappings().first())

    def scalar(self, statement: Executable) -> Any:
        return self.connection.execute(statement).scalar()

    def run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Rows of one hand-written statement; an empty list where it returns none. Moments are whole milliseconds."""
        cursor = self._cursor()
        cursor.execute(self.form(sql), parameters or {})
        return list(cursor.fetchall()) if cursor.description else []

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Rows of one hand-written statement as they come, however many there are; none other may run meanwhile."""
        assert self._driver is not None
        if self.dialect == "sqlite":
            yield from cast("sqlite3.Connection", self._driver).execute(sql)
            return
        with cast("psycopg.Connection[Any]", self._driver).cursor(name="stream") as cursor:
            cursor.itersize = 2_000
            cursor.execute(for_psycopg(sql).encode())
            yield from cursor

    def stream_exactly(self, sql: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """The same of a statement in the driver's own form; whoever stops early has not paid for the rest."""
        assert self._driver is not None
        if self.dialect == "sqlite":
            with closing(cast("sqlite3.Connection", self._driver).execute(sql, parameters)) as found:
                yield from found
            return
        with cast("psycopg.Connection[Any]", self._driver).cursor(name="stream") as cursor:
            cursor.itersize = 250
            cursor.execute(sql.encode(), parameters)
            yield from cursor

    def run_exactly(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Rows of one statement that is in the driver's own form already."""
        cursor = self._cursor()
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())

    def change(self, sql: str, parameters: Mapping[str, Any] | None = None) -> int:
        """How many rows one hand-written statement changed."""
        cursor = self._cursor()
        cursor.execute(self.form(sql), parameters or {})
        return int(cursor.rowcount)

    def change_later(self, sql: str, parameters: Mapping[str, Any]) -> Callable[[], int]:
        """The same inside `together`: how many rows there were can be asked once all has travelled."""
        cursor = self._cursor()
        cursor.execute(self.form(sql), parameters)
        return lambda: int(cursor.rowcount)

    def run_many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """One hand-written statement for each of `rows`."""
        if len(rows) == 1:
            self._cursor().execute(self.form(sql), rows[0])
        else:
            self._cursor().executemany(self.form(sql), rows)

    def run_in_turn(self, *statements: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Runs hand-written statements one after the other, on one journey to the server; the rows of the last one.

        Each sees what was committed before it began, also while an earlier one waited for a lock.
        """
        with self.together():
            cursors = [self._cursor().execute(self.form(sql), parameters) for sql in statements]
            return list(cursors[-1].fetchall())

    def ask_together(self, *asks: tuple[str, Mapping[str, Any]]) -> list[list[tuple[Any, ...]]]:
        """The rows of several statements in the driver's own form, which travel to the server in one go."""
        with self.together():
            cursors = [self._cursor().execute(sql, values) for sql, values in asks]
        return [list(cursor.fetchall()) for cursor in cursors]

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside travels to the server in one go; where it is refused, that is raised at the end."""
        if self.dialect == "sqlite":
            yield
            return
        assert self._driver is not None
        with cast("psycopg.Connection[Any]", self._driver).pipeline():
            yield

    def form(self, sql: str) -> str:
        """Hand-written SQL in the driver's own form."""
        return sql if self.dialect == "sqlite" else for_psycopg(sql)

    def _cursor(self) -> Any:
        assert self._driver is not None
        return self._driver.cursor()
