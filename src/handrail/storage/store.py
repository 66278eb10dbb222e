"""A store runs units of work. `write` is one durable transaction, `read` one consistent look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from handrail.kit.clock import Clock
from handrail.storage.session import Dialect, Session

T = TypeVar("T")


class Store(Protocol):
    """Where everything is kept. A unit of work may run more than once, so it changes nothing but the database."""

    dialect: Dialect
    clock: Clock

    def read(self, work: Callable[[Session], T]) -> T:
        """What `work` finds in one consistent snapshot."""
        ...

    def write(self, work: Callable[[Session], T]) -> T:
        """What `work` returns, after its transaction is on disk. If it raises, nothing of it is kept."""
        ...

    def now(self) -> datetime:
        """The time by the store's clock without a transaction: exact on SQLite, within milliseconds on PostgreSQL."""
        ...

    def problem(self) -> str | None:
        """Why nothing more can be stored until the next start; None while all is well."""
        ...

    def warning(self) -> str | None:
        """What is no fault, but should be changed when it can; None while there is nothing."""
        ...

    def close(self) -> None: ...
