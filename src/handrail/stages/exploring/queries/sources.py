"""Where the items of a list are read from, in its order: one index for each filter.

A question names several things that must hold. The one that fewest items share is read in the order of the list and
the others are looked up for each item, so that what matches nothing is answered at once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol  # Any: columns of several types

from sqlalchemy import BigInteger, ColumnElement, Float, and_, case, func, literal, or_, select, text, type_coerce

from handrail.kit.clock import from_ms, to_ms
from handrail.stages.exploring.queries.words import Search, received_of
from handrail.stages.exploring.rules.filters import COLUMNS, Asked, Range
from handrail.storage import Session
from handrail.storage.tables import item_facets, items
from handrail.storage.tables.explored import CONDITIONS

Value = int | float
INDEXED = {"state", "key", *(name for name, column in COLUMNS.items() if column in CONDITIONS)}
NOT_INDEXED = {"status": "released", "source": "auto"}
"""What most items share has no index; such a question goes along the list."""


@dataclass(frozen=True, slots=True)
class Key:
    """An item at its place in the list. `value` is that of the order (ms, confidence, or document)."""

    value: Value
    id: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some items in order; `last` is how far they reach, None at the end; `looked`: how many were looked at."""

    keys: Sequence[Key]
    last: Key | None
    looked: int


class Source(Protocol):
    """One way to find items. `is_ordered`: in the order of the list that is asked for."""

    @property
    def name(self) -> str: ...
    @property
    def is_ordered(self) -> bool: ...
    def count(self, session: Session, most: int) -> int: ...
    def counted(self, session: Session, most: int) -> tuple[int, bool]: ...
    def stretch(self, session: Session, after: Key | None, limit: int) -> Stretch: ...


def in_range(column: Any, wanted: Range) -> list[ColumnElement[bool]]:
    """From inclusive, to exclusive."""
    found: list[ColumnElement[bool]] = []
    if wanted.start is not None:
        found.append(column >= wanted.start)
    if wanted.end is not None:
        found.append(column < wanted.end)
    return found


def behind(column: Any, id: Any, after: Key, *, down: bool) -> ColumnElement[bool]:
    """What stands behind a place in the list."""
    value = after.value if isinstance(column.type, Float) else from_ms(int(after.value))
    if down:
        return and_(column <= value, or_(column < value, id < after.id))
    return and_(column >= value, or_(column > value, id > after.id))


def raw(column: Any) -> Any:
    """Times as whole milliseconds."""
    return column if isinstance(column.type, Float) else type_coerce(column, BigInteger)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table that hold one of several conditions, each with an index in the order of the list."""

    name: str
    is_ordered: bool
    value: Any  # the column of the order
    id: Any
    each: Sequence[Sequence[Any]]  # conditions, some in words
    down: bool
    also: Sequence[Any] = ()  # of the same row: those for which it does not hold are passed over

    @property
    def is_of_items(self) -> bool:
        return self.id is items.c.id

    def count(self, session: Session, most: int) -> int:
        total = 0
        for conditions in self.each:
            inner = select(literal(1)).where(*conditions).limit(most - total).subquery()
            total += int(session.scalar(select(func.count()).select_from(inner)))
            if total >= most:
                break
        return total

    def counted(self, session: Session, most: int) -> tuple[int, bool]:
        """How many there are up to `most`, and whether that is all."""
        found = self.count(session, most + 1)
        return min(found, most), found <= most

    def stretch(self, session: Session, after: Key | None, limit: int) -> Stretch:
        found = [self._of(session, conditions, after, limit) for conditions in self.each]
        merged = heapq.merge(*found, key=lambda one: (one[0].value, one[0].id), reverse=self.down)
        looked = [one for one, _ in zip(merged, range(limit), strict=False)]
        last = looked[-1][0] if len(looked) == limit else None
        return Stretch([key for key, holds in looked if holds], last, len(looked))

    def _of(self, session: Session, conditions: Sequence[Any], after: Key | None, limit: int) -> list[tuple[Key, bool]]:
        holds = case((and_(*self.also), 1), else_=0) if self.also else literal(1)
        query = select(raw(self.value).label("value"), self.id.label("id"), holds.label("holds")).where(*conditions)
        if self.is_ordered:
            order = (self.value.desc(), self.id.desc()) if self.down else (self.value, self.id)
            query = query.order_by(*order)
            if after is not None:
                query = query.where(behind(self.value, self.id, after, down=self.down))
        rows: Iterable[Any] = session.execute(query.limit(limit))
        return [(Key(row[0] or 0, row[1]), bool(row[2])) for row in rows]


@dataclass(frozen=True, slots=True)
class Words:
    """Items that hold words, in the order of arrival."""

    search: Search
    is_ordered: bool
    name: str = "q"

    def count(self, session: Session, most: int) -> int:
        return self.search.count(session, most)

    def counted(self, session: Session, most: int) -> tuple[int, bool]:
        return self.search.counted(session, most)

    def stretch(self, session: Session, after: Key | None, limit: int) -> Stretch:
        found, last = self.search.docs(session, None if after is None else int(after.value), limit)
        return Stretch([Key(doc, id) for doc, id in found], None if last is None else Key(last, ""), len(found))


def order_column(asked: Asked) -> Any:
    """The column of `items` that the list is sorted by."""
    return items.c[asked.by]


def whole_list(project_id: str, asked: Asked) -> Rows:
    """Every item, in the order of the list; those without a value of the order are not in it."""
    column = order_column(asked)
    conditions = [items.c.project_id == project_id, *in_range(column, asked.ranges.get(asked.by, Range()))]
    if asked.by != "received_at":
        conditions.append(column.is_not(None))
    return Rows("list", True, column, items.c.id, [conditions], asked.down)


def sources(project_id: str, asked: Asked) -> list[Source]:
    """The ways to the items of a question, beside the whole list."""
    by_arrival = asked.by == "received_at"
    found: list[Source] = [
        _column(project_id, asked, name, by_arrival) for name in asked.columns if _usable(asked, name)
    ]
    found += [_facet(project_id, asked, name, by_arrival) for name in asked.facets]
    for name, wanted in asked.ranges.items():
        if name not in ("received_at", asked.by):
            here = [items.c.project_id == project_id, items.c[name].is_not(None), *in_range(items.c[name], wanted)]
            found.append(Rows(name, False, order_column(asked), items.c.id, [here], asked.down))
    if asked.overdue_at is not None:
        late = [items.c.project_id == project_id, text("items.status = 'pending'"), items.c.due_at < asked.overdue_at]
        found.append(Rows("overdue", False, order_column(asked), items.c.id, [late], asked.down))
    if asked.query is not None:
        found.append(Words(_search(project_id, asked), by_arrival))
    return found


def _usable(asked: Asked, name: str) -> bool:
    return name in INDEXED and NOT_INDEXED.get(name) not in asked.columns[name]


def _column(project_id: str, asked: Asked, name: str, by_arrival: bool) -> Rows:
    column = COLUMNS[name]
    # said in words, so that both databases see that the index holds all that is asked for
    condition = CONDITIONS.get(column)
    stated = [] if condition is None else [text(f"items.{condition}")]
    arrived = in_range(items.c.received_at, asked.ranges.get("received_at", Range()))
    each = [
        [items.c.project_id == project_id, items.c[column] == value, *stated, *arrived] for value in asked.columns[name]
    ]
    return Rows(name, by_arrival, order_column(asked), items.c.id, each, asked.down)


def _facet(project_id: str, asked: Asked, name: str, by_arrival: bool) -> Rows:
    facet, at = item_facets.c, item_facets.c.received_at
    arrived = in_range(at, asked.ranges.get("received_at", Range()))
    each = [
        [facet.project_id == project_id, facet.name == name, facet.value == value, *arrived]
        for value in asked.facets[name]
    ]
    return Rows(name, by_arrival and len(each) == 1, at, facet.item_id, each, asked.down)


def _search(project_id: str, asked: Asked) -> Search:
    assert asked.query is not None
    arrived = asked.ranges.get("received_at", Range())
    start, end = (
        None if one is None or isinstance(one, float | int) else to_ms(one) for one in (arrived.start, arrived.end)
    )
    return Search(project_id, asked.query, asked.down if asked.by == "received_at" else True, start, end)


def search_of(project_id: str, asked: Asked) -> Search | None:
    """The search for the words of a question."""
    return None if asked.query is None else _search(project_id, asked)


def place_of(key: Key, source: Source) -> Value:
    """The value of the order at a place that a source named: a document tells when its item arrived."""
    return received_of(int(key.value)) if isinstance(source, Words) else key.value
