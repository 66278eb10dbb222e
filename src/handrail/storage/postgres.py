"""PostgreSQL: ordinary transactions on a pool, run again where the database undid them for reasons of its own."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import psycopg
from psycopg.adapt import Loader
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from handrail.kit.clock import Clock, SystemClock, from_ms, to_millisecond
from handrail.kit.errors import Unavailable
from handrail.storage.errors import MustRetry, translate
from handrail.storage.session import Dialect, Session

T = TypeVar("T")
TRIES = 6
CARRIED_S = 5.0
OPTIONS = "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
_NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"


class _UuidAsText(Loader):
    def load(self, data: Any) -> str:
        return bytes(data).decode()


class PostgresStore:
    """A store on a PostgreSQL server, shared by many processes."""

    dialect: Dialect = "postgresql"

    def __init__(self, url: str, clock: Clock | None = None, *, pool: int = 12, wait_s: float = 5.0) -> None:
        self.clock: Clock = clock or SystemClock()
        self.engine = self._engine(url, pool, wait_s)
        self._asked: tuple[datetime, float] | None = None

    def read(self, work: Callable[[Session], T]) -> T:
        try:
            with (
                self.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection,
                connection.begin(),
            ):
                return work(Session(connection, "postgresql", self._now))
        except Exception as error:
            fault = self._final(translate(error))
            if fault is error:
                raise
            raise fault from error

    def write(self, work: Callable[[Session], T]) -> T:
        for attempt in range(TRIES):
            try:
                with self.engine.begin() as connection:
                    session = Session(connection, "postgresql", self._now)
                    result = work(session)
            except Exception as error:
                fault = translate(error)
                if not isinstance(fault, MustRetry) or attempt == TRIES - 1:
                    if fault is error:
                        raise
                    raise self._final(fault) from error
                time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311  # jitter, nothing secret
                continue
            session.committed()
            return result
        raise AssertionError("the loop returns or raises")

    def problem(self) -> str | None:
        """Nothing that this process would know beyond what a look at the database tells."""
        return None

    def warning(self) -> str | None:
        """Nothing is known to be said of a server that is supported."""
        return None

    def now(self) -> datetime:
        """The database's time, carried on by this process's monotonic clock and asked again every few seconds."""
        asked = self._asked
        if asked is None or time.monotonic() - asked[1] > CARRIED_S:
            asked = (self.read(lambda session: session.now - self._offset()), time.monotonic())
            self._asked = asked
        return to_millisecond(asked[0] + timedelta(seconds=time.monotonic() - asked[1]) + self._offset())

    def close(self) -> None:
        self.engine.dispose()

    def _now(self, session: Session) -> datetime:
        """The database's clock is the authority; the offset is zero outside tests and the example world."""
        return from_ms(int(session.run(_NOW)[0][0])) + self._offset()

    def _offset(self) -> timedelta:
        return self.clock.offset

    @staticmethod
    def _final(fault: Exception) -> Exception:
        if isinstance(fault, MustRetry):
            return Unavailable("Too many changed the same thing at once; try again with the same key.", retry_after_s=1)
        return fault

    @staticmethod
    def _engine(url: str, pool: int, wait_s: float) -> Engine:
        engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=wait_s,
            pool_pre_ping=False,
            pool_recycle=1800,
            connect_args={
                "connect_timeout": 5,
                "prepare_threshold": 2,
                "options": OPTIONS,
            },
        )

        @event.listens_for(engine, "connect")
        def _adapt(connection: psycopg.Connection[Any], _record: object) -> None:
            connection.adapters.register_loader("uuid", _UuidAsText)

        return engine
