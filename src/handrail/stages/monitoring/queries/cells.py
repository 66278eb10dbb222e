"""The counts that metrics are made of: counting events, counting the tables again, adding up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # Any: rows

from sqlalchemy import ColumnElement, Select, Table, and_, case, delete, func, literal_column, select, type_coerce
from sqlalchemy.types import BigInteger

from handrail.kit.clock import to_ms
from handrail.kit.jsons import loads
from handrail.stages.monitoring.rules.facts import OBSERVED, Counts, Grain, Tally
from handrail.storage import Session
from handrail.storage.tables import (
    audit_samples,
    events,
    items,
    metric_cells,
    metric_durations,
    metric_zones,
    outcomes,
    people,
    projects,
    reviews,
    routes,
)

FOLD = "events"
RECALLED = "item.recalled"
TOLD = ("item.received", "item.released", "item.blocked", "item.audited", RECALLED)
"""The events that make a fact."""
_SEQUENCER = 7_201_894_115
_KEEP = "INSERT INTO metric_positions (name, number, folded_at) VALUES (:name, 0, 0) ON CONFLICT (name) DO NOTHING"
_POSITION = "SELECT number FROM metric_positions WHERE name = :name"
_MOVE = "UPDATE metric_positions SET number = :number, folded_at = :at WHERE name = :name"
_EVENTS = "SELECT number, type, subject FROM events WHERE number > :after ORDER BY number LIMIT :most"
_LAG = """
SELECT COUNT(*), MIN(at) FROM events
WHERE number > COALESCE((SELECT number FROM metric_positions WHERE name = :name), 0)
"""
# in one statement, so that a recall is never seen without its event, nor the event without its recall
_RECALLS = """
SELECT first.item_id, first.why, (SELECT COUNT(*) FROM recalls WHERE recalls.item_id = first.item_id),
    (SELECT COUNT(*) FROM events WHERE events.subject = CAST(first.item_id AS VARCHAR(36))
        AND events.type = 'item.recalled' AND (events.number IS NULL OR events.number > :counted))
FROM recalls AS first WHERE first.number = 1 AND first.item_id IN ({ids})
"""
_ZONE = """
INSERT INTO metric_zones (project_id, zone) VALUES (:project_id, :zone)
ON CONFLICT (project_id) DO UPDATE SET zone = excluded.zone
"""
_PLACE = "project_id, grain, fact, at, segment, queue, model, version, word"
_VALUES = ":project_id, :grain, :fact, :at, :segment, :queue, :model, :version, :word"
_ADD_CELLS = f"""
INSERT INTO metric_cells ({_PLACE}, who, part, n, errors, due, late, active_ms)
VALUES ({_VALUES}, :who, :part, :n, :errors, :due, :late, :active_ms)
ON CONFLICT ({_PLACE}, who, part) DO UPDATE SET n = metric_cells.n + excluded.n,
    errors = metric_cells.errors + excluded.errors, due = metric_cells.due + excluded.due,
    late = metric_cells.late + excluded.late, active_ms = metric_cells.active_ms + excluded.active_ms
"""  # noqa: S608  # names of ours
_ADD_DURATIONS = f"""
INSERT INTO metric_durations ({_PLACE}, bucket, n, total_ms)
VALUES ({_VALUES}, :bucket, :n, :total_ms)
ON CONFLICT ({_PLACE}, bucket) DO UPDATE SET n = metric_durations.n + excluded.n,
    total_ms = metric_durations.total_ms + excluded.total_ms
"""  # noqa: S608  # names of ours

_FACTS: Select[Any] = (
    select(
        items.c.id,
        items.c.project_id,
        items.c.domain,
        items.c.task,
        items.c.model,
        items.c.prompt_version,
        items.c.action,
        items.c.rule,
        items.c.queue,
        type_coerce(items.c.received_at, BigInteger).label("received_at"),
        type_coerce(items.c.due_at, BigInteger).label("due_at"),
        case((items.c.action == "review", routes.c.route)).label("route"),
        outcomes.c.status.label("outcome_status"),
        outcomes.c.source.label("outcome_source"),
        outcomes.c.decided_by.label("outcome_by"),
        outcomes.c.late.label("outcome_late"),
        type_coerce(outcomes.c.decided_at, BigInteger).label("outcome_at"),
        audit_samples.c.probability,
        audit_samples.c.verdict.label("audit_verdict"),
        audit_samples.c.is_error,
        type_coerce(audit_samples.c.answered_at, BigInteger).label("answered_at"),
    )
    .outerjoin(routes, routes.c.item_id == items.c.id)
    .outerjoin(outcomes, outcomes.c.item_id == items.c.id)
    # a pick made later than the item came has no draw that the item's release depended on
    .outerjoin(
        audit_samples, and_(audit_samples.c.item_id == items.c.id, audit_samples.c.drawn_at == items.c.received_at)
    )
)


def lock_position(session: Session) -> int:
    """How far the events are counted; nobody else counts until this transaction ends."""
    session.run(_KEEP, {"name": FOLD})
    lock = " FOR UPDATE" if session.dialect == "postgresql" else ""
    return int(session.run(_POSITION + lock, {"name": FOLD})[0][0])


def move_position(session: Session, number: int) -> None:
    """Notes how far the events are counted now."""
    session.run(_MOVE, {"name": FOLD, "number": number, "at": to_ms(session.now)})


def lag(session: Session) -> tuple[int, int | None]:
    """How many numbered events are not counted yet, and the moment (ms) of the oldest."""
    count, oldest = session.run(_LAG, {"name": FOLD})[0]
    return int(count), None if oldest is None else int(oldest)


def events_after(session: Session, number: int, most: int) -> list[tuple[int, str, str]]:
    """Number, type and subject of the next events."""
    return [(int(one), kind, subject) for one, kind, subject in session.run(_EVENTS, {"after": number, "most": most})]


def hold_numbering(session: Session) -> int:
    """Lets no event get a number until this transaction ends; the last number given."""
    if session.dialect == "postgresql":
        session.run(f"SELECT pg_advisory_xact_lock({_SEQUENCER})")
    return int(session.scalar(select(func.coalesce(func.max(events.c.number), 0))))


def facts_of(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What is known of these items, by id."""
    return {row["id"]: _fact(row) for row in session.all(_FACTS.where(items.c.id.in_(ids)))}


def facts_after(session: Session, after: str | None, most: int) -> list[dict[str, Any]]:
    """The same for the next items in the order of their ids."""
    query = _FACTS.order_by(items.c.id).limit(most)
    return [_fact(row) for row in session.all(query if after is None else query.where(items.c.id > after))]


def _fact(row: Mapping[str, Any]) -> dict[str, Any]:
    route = row["route"]
    return {**row, "first_queue": None if route is None else _as_json(route).get("queue")}


def _as_json(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = loads(value) if isinstance(value, str) else value
    return found


def final_reviews(session: Session, ids: Sequence[str]) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    """The reviews that stand, by item and kind."""
    query = select(
        reviews.c.item_id,
        reviews.c.kind,
        reviews.c.queue,
        reviews.c.person_id,
        reviews.c.verdict,
        reviews.c.is_error,
        reviews.c.active_ms,
        type_coerce(reviews.c.submitted_at, BigInteger).label("submitted_at"),
    ).where(reviews.c.item_id.in_(ids), reviews.c.state == "final")
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in session.all(query):
        found.setdefault((row["item_id"], row["kind"]), []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class Recalls:
    """Why the outcome of an item was taken back first, and how often by now: as far as events are counted."""

    why: str
    counted: int


def recalls_of(session: Session, ids: Sequence[str], counted: int) -> dict[str, Recalls]:
    """The recalls of these items whose events are numbered up to `counted`."""
    named = {f"v{place}": id for place, id in enumerate(ids)}
    if not named:
        return {}
    sql = _RECALLS.format(ids=", ".join(f":{name}" for name in named))
    rows = session.run(sql, {**named, "counted": counted})
    return {id: Recalls(why, int(total) - int(later)) for id, why, total, later in rows}


def unnumbered(session: Session, ids: Sequence[str]) -> set[tuple[str, str]]:
    """Subject and type of the events about these items that have no number yet."""
    query = select(events.c.subject, events.c.type).where(events.c.number.is_(None), events.c.subject.in_(ids))
    return {(row["subject"], row["type"]) for row in session.all(query)}


def zones(session: Session) -> dict[str, str]:
    """The time zone of each project, as it is set now."""
    return {row["id"]: row["zone"] for row in session.all(select(projects.c.id, projects.c.zone))}


def counted_zones(session: Session) -> dict[str, str]:
    """The zone in which each project's days were counted."""
    return {row["project_id"]: row["zone"] for row in session.all(select(metric_zones))}


def keep_zone(session: Session, project_id: str, zone: str) -> None:
    """Notes in which zone a project's days are counted from now on."""
    session.run(_ZONE, {"project_id": project_id, "zone": zone})


def add(session: Session, counts: Counts) -> None:
    """Adds what was counted."""
    if counts.cells:
        rows = [
            {**place._asdict(), "n": one.n, "errors": one.errors, "due": one.due, "late": one.late,
             "active_ms": one.active_ms}
            for place, one in counts.cells.items()
        ]  # fmt: skip
        session.run_many(_ADD_CELLS, rows)
    if counts.durations:
        timed = [{**place._asdict(), "n": n, "total_ms": total} for place, (n, total) in counts.durations.items()]
        session.run_many(_ADD_DURATIONS, timed)


def forget_all(session: Session) -> None:
    """Takes away what can be counted again."""
    session.execute(delete(metric_cells))
    session.execute(delete(metric_durations).where(metric_durations.c.fact.not_in(OBSERVED)))


def recount_days(session: Session, project_id: str, day_of: Callable[[int], int]) -> None:
    """Makes the days of a project again from its quarter hours, for another zone."""
    for table, sums in (
        (metric_cells, ("n", "errors", "due", "late", "active_ms")),
        (metric_durations, ("n", "total_ms")),
    ):
        mine = table.c.project_id == project_id
        session.execute(delete(table).where(mine, table.c.grain == Grain.DAY.value))
        merged: dict[tuple[Any, ...], list[int]] = {}
        keys = [one.name for one in table.primary_key.columns if one.name not in ("grain", "at")]
        columns = [table.c[name] for name in (*keys, *sums)]
        at = type_coerce(table.c.at, BigInteger).label("at")
        for row in session.execute(select(at, *columns).where(mine, table.c.grain == Grain.QUARTER.value)):
            key = (day_of(row[0]), *row[1 : len(keys) + 1])
            kept = merged.setdefault(key, [0] * len(sums))
            for place, value in enumerate(row[len(keys) + 1 :]):
                kept[place] += value
        rows = [
            {"grain": Grain.DAY.value, "at": key[0], **dict(zip(keys, key[1:], strict=True)),
             **dict(zip(sums, values, strict=True))}
            for key, values in merged.items()
        ]  # fmt: skip
        if rows:
            session.run_many(_plain_insert(table.name, list(rows[0])), rows)


def _plain_insert(table: str, names: Sequence[str]) -> str:
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"  # noqa: S608  # names of ours


# adding up


@dataclass(frozen=True, slots=True)
class Slice:
    """Which counts are added up: [since, until) in ms, told apart by `by`; `only`: column -> the words that count."""

    project_id: str
    grain: Grain
    since: int
    until: int
    by: str | None
    only: Mapping[str, Sequence[str]]


def cell_sums(
    session: Session, wanted: Slice, facts: Sequence[str], *, with_who: bool
) -> Iterator[tuple[int, str, tuple[str, str, str, str], Tally]]:
    """at, group, (fact, word, who, part) and the sums; `who` is empty unless asked for."""
    table = metric_cells
    keys = {
        "at": type_coerce(table.c.at, BigInteger),
        "group": _column(table, wanted.by),
        "fact": table.c.fact,
        "word": table.c.word,
        "who": table.c.who if with_who else _NOTHING,
        "part": table.c.part,
    }
    sums = [func.sum(table.c[name]) for name in ("n", "errors", "due", "late", "active_ms")]
    for row in _added_up(session, wanted, facts, table, keys, sums):
        yield row[0], row[1], (row[2], row[3], row[4], row[5]), Tally(*(int(one) for one in row[6:]))


def duration_sums(
    session: Session, wanted: Slice, facts: Sequence[str]
) -> Iterator[tuple[int, str, str, str, int, int, int]]:
    """at, group, duration, word, bucket, n, total_ms."""
    table = metric_durations
    keys = {
        "at": type_coerce(table.c.at, BigInteger),
        "group": _column(table, wanted.by),
        "fact": table.c.fact,
        "word": table.c.word,
        "bucket": table.c.bucket,
    }
    for row in _added_up(session, wanted, facts, table, keys, [func.sum(table.c.n), func.sum(table.c.total_ms)]):
        yield row[0], row[1], row[2], row[3], row[4], int(row[5]), int(row[6])


_NOTHING: ColumnElement[Any] = literal_column("''")


def _column(table: Table, by: str | None) -> ColumnElement[Any]:
    if by is None:
        return _NOTHING
    column: ColumnElement[Any] = table.c[{"reviewer": "who", "source": "word"}.get(by, by)]
    return column


def _added_up(
    session: Session,
    wanted: Slice,
    facts: Sequence[str],
    table: Table,
    keys: Mapping[str, ColumnElement[Any]],
    sums: Sequence[ColumnElement[Any]],
) -> Iterator[Sequence[Any]]:
    at = keys["at"]
    query = select(*(column.label(f"k_{name}") for name, column in keys.items()), *sums).where(
        table.c.project_id == wanted.project_id,
        table.c.grain == wanted.grain.value,
        table.c.fact.in_(facts),
        at >= wanted.since,
        at < wanted.until,
    )
    for name, words in wanted.only.items():
        query = query.where(table.c[name].in_(words))
    grouped = [column for column in keys.values() if column is not _NOTHING]
    yield from session.execute(query.group_by(*grouped))


def segments(session: Session, project_id: str, since: int) -> list[str]:
    """The segments that had items in this time, in order of the alphabet."""
    query = select(metric_cells.c.segment).distinct().where(
        metric_cells.c.project_id == project_id,
        metric_cells.c.grain == Grain.DAY.value,
        metric_cells.c.fact == "received",
        type_coerce(metric_cells.c.at, BigInteger) >= since,
    )  # fmt: skip
    return sorted(row["segment"] for row in session.all(query))


def names(session: Session, person_ids: Sequence[str]) -> dict[str, str]:
    """The names of people, by id."""
    if not person_ids:
        return {}
    query = select(people.c.id, people.c.name).where(people.c.id.in_(person_ids))
    return {row["id"]: row["name"] for row in session.all(query)}


def project(session: Session, project_id: str) -> Mapping[str, Any]:
    """Zone and settings of a project."""
    found = session.first(
        select(projects.c.slug, projects.c.zone, projects.c.settings).where(projects.c.id == project_id)
    )
    assert found is not None
    return found
