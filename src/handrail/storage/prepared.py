"""Reads of the hot paths: written with SQLAlchemy, compiled once for each store, run straight on the driver.

Building a statement, looking it up in a cache and dressing its result cost several times what SQLite needs to find one
row by its key; here they are paid once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any  # Any: rows hold what their columns hold

from sqlalchemy import Boolean, Column, ColumnElement, Float, Numeric, Select, Uuid, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect as SqlDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import NullType

from handrail.kit.jsons import dumps
from handrail.storage.session import Dialect, Found, Session

Convert = Callable[[Any], Any]
DIALECTS: dict[Dialect, SqlDialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.psycopg.dialect(),  # type: ignore[no-untyped-call]
}


class Prepared:
    """A SELECT, its changing values being `bindparam`s; moments are given in whole milliseconds.

    `lock` adds FOR UPDATE where the store has it; SQLite's only writer needs none.

    >>> from sqlalchemy import bindparam, column, select, table
    >>> query = select(column("id")).select_from(table("items")).where(column("id") == bindparam("id"))
    >>> Prepared(query).text("sqlite").replace("\\n", "")
    'SELECT id FROM items WHERE id = :id'
    """

    def __init__(self, query: Select[Any], *, lock: bool = False) -> None:
        self._query = query
        self._lock = lock
        self._made: dict[Dialect, _Compiled] = {}

    def first(self, session: Session, **values: Any) -> Found | None:
        """The first row, by the names of its columns; None where there is none."""
        found = self._for(session.dialect)
        rows = session.run_exactly(found.sql, found.given | values)
        return found.dressed(rows[0]) if rows else None

    def all(self, session: Session, **values: Any) -> list[Found]:
        """All rows, by the names of their columns."""
        found = self._for(session.dialect)
        return [found.dressed(row) for row in session.run_exactly(found.sql, found.given | values)]

    def stored(self, session: Session, **values: Any) -> Iterator[tuple[Any, ...]]:
        """All rows as they lie in the tables - moments in milliseconds, JSON as text - as they are asked for, for those
        who read very many. No other statement may run meanwhile."""
        found = self._for(session.dialect)
        return session.stream_exactly(found.sql, found.given | values)

    def asked(self, session: Session, **values: Any) -> Ask:
        """This question, to be put together with others; see `ask`."""
        found = self._for(session.dialect)
        return found, found.given | values

    def text(self, dialect: Dialect) -> str:
        """The SQL that a store is asked."""
        return self._for(dialect).sql

    def _for(self, dialect: Dialect) -> _Compiled:
        made = self._made.get(dialect)
        if made is None:
            made = self._made[dialect] = _Compiled(self._query, DIALECTS[dialect], self._lock)
        return made


def ask(session: Session, *asks: Ask) -> list[list[Found]]:
    """The rows of several questions that travel to the server in one go, answered in their order: each sees what was
    committed before it began, also while an earlier one waited for a lock."""
    found = session.ask_together(*((one.sql, values) for one, values in asks))
    return [[one.dressed(row) for row in rows] for (one, _), rows in zip(asks, found, strict=True)]


class Among(ColumnElement[bool]):
    """Whether a column holds one of the values of the parameter `name`, given as `listed` makes it. The statement is
    the same however many there are."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: Column[Any], name: str) -> None:
        self.column, self.values = column, bindparam(name, type_=NullType())

    def self_group(self, against: Any = None) -> Among:
        """Itself: SQLAlchemy would write `= 1` behind it, and SQLite then uses no index."""
        return self


@compiles(Among)
def _among(one: Among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = compiler.process(one.column, **more), compiler.process(one.values)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # names and a parameter of ours


@compiles(Among, "postgresql")
def _among_array(one: Among, compiler: SQLCompiler, **more: Any) -> str:
    kind = "UUID" if isinstance(one.column.type.dialect_impl(compiler.dialect), Uuid) else "VARCHAR"
    return f"{compiler.process(one.column, **more)} = ANY(CAST({compiler.process(one.values)} AS {kind}[]))"


def listed(session: Session, values: Sequence[str]) -> str | list[str]:
    """Values for `Among`."""
    return dumps(list(values)) if session.dialect == "sqlite" else list(values)


class _Compiled:
    """A statement in the words of one store, and what its columns need to become Python's."""

    def __init__(self, query: Select[Any], dialect: SqlDialect, lock: bool) -> None:
        if lock and dialect.name == "postgresql":
            query = query.with_for_update()
        compiled = query.compile(dialect=dialect)
        self.sql = str(compiled)
        self.given = {name: value for name, value in compiled.params.items() if value is not None}
        """The values that stand in the query itself."""
        columns = query.selected_columns
        self.names = tuple(str(one.key) for one in columns)
        self.converts: tuple[tuple[int, Convert], ...] = tuple(
            (place, convert)
            for place, one in enumerate(columns)
            # the drivers give identifiers as text (see storage.postgres) and numbers as numbers already
            if not isinstance(one.type.dialect_impl(dialect), Uuid | Numeric | Float)
            and (convert := one.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        )

    def dressed(self, row: tuple[Any, ...]) -> Found:
        found = dict(zip(self.names, row, strict=True))
        for place, convert in self.converts:
            name = self.names[place]
            found[name] = convert(found[name])
        return found


Ask = tuple[_Compiled, dict[str, Any]]
