"""Many decided items, made of a few real ones: admitted through the door, then stored again and again under new ids."""

from __future__ import annotations

from typing import Any

from benchmarks.databases import Database
from benchmarks.desk import POLICY, kept, open_desk, sure_body
from handrail.app import Installation, install
from handrail.kit.ids import new_id
from handrail.kit.settings import Settings
from handrail.setup.access.service.keys import NewKey, create_key
from handrail.setup.hand import Hand
from handrail.stages.routing.service import activate, propose
from handrail.storage import AnyStore, Session, open_store
from handrail.storage.sqlite import SqliteStore

REAL = 50
BATCH = 1_000
START = 1_760_000_000_000
REVIEWED_EACH = 4
"""Of so many items one was decided by a person."""
_COPIED = ("items", "item_contents", "item_scores", "routes", "outcomes")


def decided_desk(database: Database, count: int, *, short: bool = False) -> str:
    """A key that may export, for a desk with `count` decided items, a quarter of them decided by a person.

    Each has 4 KB, or about a tenth of that if `short`.
    """
    desk, make = open_desk(database, keys=0, reviewers=1), _short_body if short else sure_body
    installation = install(Settings(database=database.url, data_dir=str(database.folder)))
    try:
        key = installation.store.write(lambda session: _key(session, installation, desk.project_id))
        installation.store.write(lambda session: _let_through(session, desk.project_id))
        installation.admission.admit(desk.project_id, "system", [kept(make(number)) for number in range(REAL)])
    finally:
        installation.close()
    store = _patient(open_store(database.url))
    try:
        patterns = store.read(_patterns)
        for first in range(0, count - REAL, BATCH):
            numbers = range(first, min(first + BATCH, count - REAL))
            store.write(lambda session, numbers=numbers: _multiply(session, patterns, numbers))  # type: ignore[misc]  # called at once
        _settle(store)
    finally:
        store.close()
    return key


def _short_body(number: int) -> dict[str, Any]:
    told = {"output": f"Yes, letter {number} is insured, up to EUR 80,000.", "prompt": "Is it insured?"}
    return {name: one for name, one in sure_body(number).items() if name != "context"} | told


def _key(session: Session, installation: Installation, project_id: str) -> str:
    hand, wanted = (
        Hand(installation.house.audit_key).at(project_id),
        NewKey("export", ["exports.read", "exports.write"]),
    )
    tokens = installation.access.tokens
    return create_key(session, tokens, hand, wanted, allowed=frozenset(wanted.scopes or ()), by=None)[1]


def _let_through(session: Session, project_id: str) -> None:
    """A policy under which these items need no person."""
    autonomy = 'autonomy: {segments: {"claims:letter": exception}}\n'
    activate(session, project_id, propose(session, project_id, POLICY + autonomy, "", None)["version"], None)


def _patient(store: AnyStore) -> AnyStore:
    """On a busy machine a thousand items may take longer to store than anybody waits for an answer."""
    if not isinstance(store, SqliteStore):
        return store
    store.close()
    return SqliteStore(store.path, answer_s=900)


def _settle(store: AnyStore) -> None:
    """What a database that has lived for a while has behind it."""
    if store.dialect == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("VACUUM ANALYZE")


def _patterns(session: Session) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table in _COPIED:
        names = [str(name) for name in session.connection.exec_driver_sql(f"SELECT * FROM {table} LIMIT 0").keys()]  # noqa: SIM118  # rows else
        order = "id" if table == "items" else "item_id"
        rows = session.run(f"SELECT * FROM {table} ORDER BY {order}")
        found[table] = [dict(zip(names, row, strict=True)) for row in rows]
    found["people"] = [{"id": session.run("SELECT id FROM people LIMIT 1")[0][0]}]
    return found


def _multiply(session: Session, patterns: dict[str, list[dict[str, Any]]], numbers: range) -> None:
    ids = [new_id() for _ in numbers]
    for table in _COPIED:
        own = "id" if table == "items" else "item_id"
        rows = []
        for id, number in zip(ids, numbers, strict=True):
            row = {**patterns[table][number % REAL], own: id}
            if table in ("items", "outcomes"):
                row["decided_at"] = START + number * 37
            if table == "items":
                row |= {"key": None, "received_at": START + number * 37 - 5_000}
            if table == "outcomes" and number % REVIEWED_EACH == 0:
                row |= {"source": "human", "decided_by": "review"}
            rows.append(row)
        _insert(session, table, rows)
    reviewed = [(id, number) for id, number in zip(ids, numbers, strict=True) if number % REVIEWED_EACH == 0]
    _review(session, patterns, reviewed)


def _review(session: Session, patterns: dict[str, list[dict[str, Any]]], reviewed: list[tuple[str, int]]) -> None:
    project_id, person_id = patterns["items"][0]["project_id"], patterns["people"][0]["id"]
    seats, assignments, reviews = [], [], []
    for id, number in reviewed:
        at = START + number * 37
        shared = {"project_id": project_id, "item_id": id, "queue": "review", "kind": "review", "fence": 1}
        seat = {**shared, "id": new_id(), "number": 1, "status": "closed", "sort_key": at, "created_at": at}
        taken = {
            **shared, "id": new_id(), "seat_id": seat["id"], "person_id": person_id, "state": "submitted",
            "claimed_at": at, "lease_until": at,
        }  # fmt: skip
        seats.append(seat)
        assignments.append(taken)
        review = {
            **shared, "id": new_id(), "seat_id": seat["id"], "assignment_id": taken["id"], "person_id": person_id,
            "verdict": "approve", "categories": "[]", "is_error": False, "spans": "[]", "passages": "[]",
            "findings": "[]", "warnings_shown": "[]", "active_ms": 9_000, "policy_version": 1, "submitted_at": at,
            "undo_until": at, "state": "final",
        }  # fmt: skip
        reviews.append(review)
    for table, rows in (("seats", seats), ("assignments", assignments), ("reviews", reviews)):
        _insert(session, table, rows)


def _insert(session: Session, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        names = list(rows[0])
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"
        session.run_many(sql, rows)
