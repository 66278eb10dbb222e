"""One page of a list of items, and how many there are: work is bounded, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import ColumnElement, Float, Text, and_, case, exists, func, select, type_coerce

from handrail.kit.clock import EPOCH, to_ms
from handrail.stages.exploring.queries.sources import (
    Key,
    Rows,
    Source,
    Stretch,
    Words,
    in_range,
    order_column,
    place_of,
    search_of,
    sources,
    whole_list,
)
from handrail.stages.exploring.rules.filters import COLUMNS, Asked, Range
from handrail.storage import Session
from handrail.storage.scope import visible
from handrail.storage.tables import item_contents, item_facets, items, outcomes, recalls

FEW = 2_000
"""A question that so few items may answer is read whole, and sorted here."""
MANY = 20_000
BUDGET = 20_000
"""Items looked at for one page; then it ends, and the next one goes on there."""
COUNTED = 10_000
BUDGET_OF_COUNT = 5_000
"""Items looked at one by one to count a question of several parts; past it the count is said to be at least so many."""
AT_ONCE = 500
AT_ONCE_OF_ROWS = 2_000
"""Rows that are looked at by the database itself."""
LEAST: Mapping[str, datetime | float] = {"decided_at": EPOCH, "confidence": 0.0}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on: behind this key of this source."""

    source: str
    key: Key


@dataclass(frozen=True, slots=True)
class Found:
    """A page. `next`: there may be more. `looked_to`: the page ended early, having looked that far."""

    rows: Sequence[Mapping[str, Any]]
    next: Place | None
    looked_to: int | float | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A question to the items of a project, and the way it is answered."""

    project_id: str
    asked: Asked
    source: Source
    is_whole: bool  # few enough to be read whole and sorted here
    is_alone: bool  # all that the source names is an answer

    def page(self, session: Session, after: Key | None, limit: int) -> Found:
        return self._sorted_page(session, after, limit) if self.is_whole else self._walked_page(session, after, limit)

    def count(self, session: Session) -> tuple[int, bool]:
        """How many there are, and whether that is all of them; counted up to COUNTED."""
        if self.is_alone:
            return self.source.counted(session, COUNTED)
        if self.is_whole:
            return len(self._rows(session, self.source.stretch(session, None, FEW + 1).keys, only_id=True)), True
        found, looked = 0, 0
        for stretch in self._stretches(session, None, AT_ONCE, BUDGET_OF_COUNT):
            found += len(self._rows(session, stretch.keys, only_id=True))
            looked += stretch.looked
            if found > COUNTED or (stretch.last is not None and looked >= BUDGET_OF_COUNT):
                return min(found, COUNTED), False
        return found, True

    def _sorted_page(self, session: Session, after: Key | None, limit: int) -> Found:
        down = self.asked.down
        every = self.source.stretch(session, None, FEW + 1).keys
        column = order_column(self.asked)
        rows = [one for one in self._rows(session, every) if one[column.name] is not None]
        placed = sorted(((_value(one, column), one["id"], one) for one in rows), key=lambda it: it[:2], reverse=down)
        if after is not None:
            here = (after.value, after.id)
            placed = [it for it in placed if (it[:2] < here if down else it[:2] > here)]
        shown = [row for _, _, row in placed[:limit]]
        more = len(placed) > limit
        return Found(shown, Place(self.name, Key(*placed[limit - 1][:2])) if more else None)

    def _walked_page(self, session: Session, after: Key | None, limit: int) -> Found:
        kept: list[tuple[Key, Mapping[str, Any]]] = []
        last = None
        for stretch in self._stretches(session, after, limit + 1, BUDGET):
            rows = {one["id"]: one for one in self._rows(session, stretch.keys)}
            kept += [(key, rows[key.id]) for key in stretch.keys if key.id in rows]
            last = stretch.last
            if len(kept) > limit:
                return Found([row for _, row in kept[:limit]], Place(self.name, kept[limit - 1][0]))
        rows_found = [row for _, row in kept]
        if last is None:
            return Found(rows_found, None)
        return Found(rows_found, Place(self.name, last), place_of(last, self.source))

    def _stretches(self, session: Session, after: Key | None, first: int, most: int) -> Iterator[Stretch]:
        looked, size = 0, first
        while True:
            stretch = self.source.stretch(session, after, size)
            yield stretch
            looked += max(size, stretch.looked)
            most_at_once = AT_ONCE if isinstance(self.source, Words) else AT_ONCE_OF_ROWS
            after, size = stretch.last, min(most_at_once, max(size * 2, 100)) if not self.is_alone else size
            if after is None or looked >= most:
                return

    @property
    def name(self) -> str:
        return ("=" if self.is_whole else "") + self.source.name

    def _rows(self, session: Session, keys: Sequence[Key], *, only_id: bool = False) -> Sequence[Mapping[str, Any]]:
        """Those of these items that answer the whole question."""
        found: list[Mapping[str, Any]] = []
        every = list(dict.fromkeys(one.id for one in keys))
        for first in range(0, len(every), AT_ONCE):
            ids = every[first : first + AT_ONCE]
            # said as a case, because SQLite without statistics reads the whole project along some filter's index else
            mine = case((items.c.project_id == self.project_id, 1), else_=0) == 1
            query = select(items).where(items.c.id.in_(ids), mine, *_conditions(self.project_id, self.asked))
            found += session.all(query.with_only_columns(items.c.id) if only_id else query)
        search = search_of(self.project_id, self.asked)
        if search is None or isinstance(self.source, Words):
            return found
        holding = search.matching(session, [one["id"] for one in found])
        return [one for one in found if one["id"] in holding]


def look(session: Session, project_id: str, asked: Asked, chosen: str | None = None) -> Look | None:
    """The cheapest way to answer; or the one of an earlier page by its name, None if there is no such way."""
    way = _way(session, project_id, asked, chosen)
    if way is None or way.is_alone or way.is_whole or not isinstance(way.source, Rows) or not way.source.is_of_items:
        return way
    return replace(way, source=replace(way.source, also=_of_the_row(asked)))


def _way(session: Session, project_id: str, asked: Asked, chosen: str | None) -> Look | None:
    ways, every = sources(project_id, asked), whole_list(project_id, asked)
    if asked.query is not None and asked.query.is_empty:
        every = whole_list("00000000-0000-0000-0000-000000000000", asked)
        return Look(project_id, asked, every, False, True)
    if chosen is not None:
        name = chosen.removeprefix("=")
        named = next((one for one in [every, *ways] if one.name == name), None)
        is_whole = chosen.startswith("=")
        if named is None or not (named.is_ordered or is_whole):
            return None
        return Look(project_id, asked, named, is_whole, _is_alone(asked, ways, named))
    if not ways:
        return Look(project_id, asked, every, False, _is_alone(asked, ways, every))
    if len(ways) == 1 and ways[0].is_ordered and _is_alone(asked, ways, ways[0]):
        return Look(project_id, asked, ways[0], False, True)
    return _cheapest(session, project_id, asked, ways, every)


def count(session: Session, project_id: str, asked: Asked) -> tuple[int, bool]:
    """How many answer the question, and whether that is all; counted in the order that is cheapest to read, but for
    those that an order by another value leaves out."""
    if asked.by != "received_at":
        has_value = {**asked.ranges, asked.by: asked.ranges.get(asked.by, Range(LEAST.get(asked.by)))}
        asked = replace(asked, sort="-received_at", ranges=has_value)
    way = look(session, project_id, asked)
    assert way is not None
    return way.count(session)


def _cheapest(session: Session, project_id: str, asked: Asked, ways: Sequence[Source], every: Source) -> Look:
    counted = sorted(((one.count(session, FEW + 1), place) for place, one in enumerate(ways)))
    few, place = counted[0]
    if few <= FEW:
        least = ways[place]
        return Look(project_id, asked, least, not least.is_ordered, _is_alone(asked, ways, least))
    ordered = [one for one in ways if one.is_ordered]
    if len(ordered) > 1:  # words go first where they are about as many: looking up words for each item is slow
        ordered.sort(key=lambda one: one.count(session, MANY) // (8 if isinstance(one, Words) else 1))
    chosen = ordered[0] if ordered else every
    return Look(project_id, asked, chosen, False, _is_alone(asked, ways, chosen))


def _is_alone(asked: Asked, ways: Sequence[Source], source: Source) -> bool:
    """Whether everything the source names is an answer: it stands for the only filter, and for the ranges."""
    others = [one for one in ways if one is not source]
    not_indexed = (
        len(asked.columns) + len(asked.facets) - sum(1 for one in ways if one.name in {**asked.columns, **asked.facets})
    )
    return not others and not_indexed == 0 and asked.late is None and source.is_ordered and not _outside(asked, source)


def _outside(asked: Asked, source: Source) -> bool:
    """Whether a range is left that the source does not see to."""
    seen = {asked.by, "received_at"} if asked.by == "received_at" else {asked.by}
    return bool(set(asked.ranges) - seen) or (asked.by != "received_at" and "received_at" in asked.ranges)


def _conditions(project_id: str, asked: Asked) -> list[ColumnElement[bool]]:
    found = _of_the_row(asked)
    for name, values in asked.facets.items():
        facet = item_facets.c
        found.append(
            exists(
                select(facet.item_id).where(
                    facet.project_id == project_id,
                    facet.name == name,
                    facet.value.in_(values),
                    facet.received_at == items.c.received_at,
                    facet.item_id == items.c.id,
                )
            )
        )
    return found


def _of_the_row(asked: Asked) -> list[ColumnElement[bool]]:
    """What the row of an item itself tells."""
    found: list[ColumnElement[bool]] = [items.c[COLUMNS[name]].in_(values) for name, values in asked.columns.items()]
    for name, wanted in asked.ranges.items():
        found += in_range(items.c[name], wanted)
    if asked.late is not None:
        found.append(items.c.late.is_(asked.late))
    if asked.overdue_at is not None:
        found += [items.c.status == "pending", items.c.due_at < asked.overdue_at]
    return found


def _value(row: Mapping[str, Any], column: Any) -> int | float:
    value = row[column.name]
    return float(value) if isinstance(column.type, Float) else to_ms(value)


def texts(session: Session, item_ids: Sequence[str], most_bytes: int) -> list[tuple[str, Any, list[Any]]]:
    """Item, submitted body and what people put in its output's place, the newest first; but for those whose body is
    longer."""
    edited = outcomes.c.source == "edited"
    joined = item_contents.outerjoin(outcomes, (outcomes.c.item_id == item_contents.c.item_id) & edited)
    query = select(item_contents.c.item_id, item_contents.c.body, outcomes.c.output).select_from(joined)
    query = query.where(
        item_contents.c.item_id.in_(item_ids), func.length(type_coerce(item_contents.c.body, Text)) <= most_bytes
    )
    corrected = select(recalls.c.item_id, recalls.c.correction).where(recalls.c.item_id.in_(item_ids))
    later: dict[str, list[Any]] = {}
    for row in session.all(corrected.order_by(recalls.c.item_id, recalls.c.number.desc())):
        if row["correction"] is not None:
            later.setdefault(row["item_id"], []).append(row["correction"])
    return [
        (row["item_id"], row["body"], [*later.get(row["item_id"], ()), *([row["output"]] if row["output"] else ())])
        for row in session.all(query)
    ]


def count_of(session: Session, project_id: str, asked: Asked, most: int) -> tuple[int, bool]:
    """How many have one value, counted up to `most`, and whether that is all. What has no index of its own, because
    most items share it, is counted among the newest."""
    ways = sources(project_id, asked)
    if ways:
        found = ways[0].count(session, most + 1)
        return min(found, most), found <= most
    newest = visible(items, project_id).with_only_columns(items.c.id, items.c.status, items.c.source)
    some = newest.order_by(items.c.received_at.desc(), items.c.id.desc()).limit(MANY + 1).subquery()
    holds = [some.c[COLUMNS[name]].in_(values) for name, values in asked.columns.items()]
    holding = func.count(case((and_(*holds), 1)))
    counted = session.first(select(func.count().label("total"), holding.label("found")).select_from(some))
    assert counted is not None
    total, found = int(counted["total"]), int(counted["found"])
    return min(found, most), found <= most and total <= MANY
