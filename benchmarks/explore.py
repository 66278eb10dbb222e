"""Pages of the explorer over many items: text, filters, both, none at all; beside the bare statement on its index."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.databases import Database, fresh
from benchmarks.table import Figure, percentile
from handrail.kit.clock import from_ms
from handrail.kit.ids import new_id
from handrail.kit.jsons import dumps, loads
from handrail.stages.exploring.queries import filling, looking, words
from handrail.stages.exploring.queries.looking import look
from handrail.stages.exploring.rules.filters import Asked, Range
from handrail.stages.exploring.rules.words import first_match, indexed, read_query, searched_fields
from handrail.storage import AnyStore, Session, open_store
from handrail.storage.sqlite import SqliteStore

PAGE = 50
CALLS = 15
DAY = 86_400_000
START = 1_760_000_000_000
AIM = "<= 50 ms, flat"
BEGINNINGS = ("wate", "clai", "poli", "stor", "paym", "hous", "vehi", "lett")
VOCABULARY = [f"{first}{last}" for first in BEGINNINGS for last in range(250)]
_ITEM = """
INSERT INTO items (id, project_id, body_hash, status, state, domain, task, model, confidence, snippet, action, rule,
    queue, policy_version, verdict, source, late, last_sequence, received_at, decided_at)
VALUES (:id, :project_id, '', :status, :state, :domain, 'letter', :model, :confidence, :snippet, 'release', :rule,
    :queue, 1, :verdict, :source, FALSE, 1, :received_at, :decided_at)
"""
_CONTENT = "INSERT INTO item_contents (item_id, body) VALUES (:id, :body)"
QUESTIONS: Mapping[str, tuple[dict[str, Any], str]] = {
    "page, no filter": ({}, "-received_at"),
    "text in half of all": ({"q": "common"}, "-received_at"),
    "text in 1%": ({"q": "middling"}, "-received_at"),
    "text in 20 items": ({"q": "seldom"}, "-received_at"),
    "text in 30% of the older half": ({"q": "olden"}, "-received_at"),
    "text in no item": ({"q": "never"}, "-received_at"),
    "two words, half and 1%": ({"q": "common middling"}, "-received_at"),
    "a beginning (wate*)": ({"q": "wate*"}, "-received_at"),
    "a phrase": ({"q": '"common phrase"'}, "-received_at"),
    "text in half, domain in a third": ({"q": "common", "domain": ("d1",)}, "-received_at"),
    "text in half, verdict of 0.1%": ({"q": "common", "verdict": ("reject",)}, "-received_at"),
    "rule of 0.01%": ({"rule": ("rare",)}, "-received_at"),
    "domain of the older half": ({"domain": ("before",)}, "-received_at"),
    "domain and model that never meet": ({"domain": ("d0",), "model": ("m1",)}, "-received_at"),
    "metadata of 0.1%": ({"metadata.customer": ("c7",)}, "-received_at"),
    "by confidence, domain in a third": ({"domain": ("d1",)}, "-confidence"),
    "confidence below 0.01, by arrival": ({"confidence": Range(None, 0.01)}, "-received_at"),
}


def measure(server: str | None, sizes: list[int]) -> list[Figure]:
    """Figures for each size."""
    found: list[Figure] = []
    for size in sizes:
        with fresh(server) as database:
            store = _patient(open_store(database.url))
            try:
                found += _of_size(store, database, size)
            finally:
                store.close()
    return found


def _patient(store: AnyStore) -> AnyStore:
    """On a busy machine a thousand items may take longer to store than anybody waits for an answer."""
    if not isinstance(store, SqliteStore):
        return store
    store.close()
    return SqliteStore(store.path, answer_s=900)


def _of_size(store: AnyStore, database: Database, size: int) -> list[Figure]:
    project_id, began = new_id(), time.perf_counter()
    for rows in _rows(project_id, size):
        store.write(lambda session, rows=rows: _store(session, project_id, rows))  # type: ignore[misc]  # called at once
    if store.dialect == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("VACUUM ANALYZE")
    print(f"    {size:,} items stored in {time.perf_counter() - began:.0f} s", flush=True)
    return [_figure(store, database, project_id, size, name) for name in QUESTIONS]


def _figure(store: AnyStore, database: Database, project_id: str, size: int, name: str) -> Figure:
    given, sort = QUESTIONS[name]
    asked = _asked(given, sort)

    def page(session: Session) -> int:
        way = look(session, project_id, asked)
        assert way is not None
        found = way.page(session, None, PAGE)
        if asked.query is not None:
            for _, body, correction in looking.texts(session, [one["id"] for one in found.rows], 256 * 1024):
                first_match(searched_fields(body, correction), asked.query)
        return len(found.rows)

    rows, took = _timed(store, page)
    _, bare = _timed(store, lambda session: _bare(session, project_id, asked))
    _, counting = _timed(store, lambda session: looking.count(session, project_id, asked))
    middle = statistics.median(took)
    told = f"{rows} rows; count=true adds {statistics.median(counting):.1f} ms"
    return Figure(
        f"{name}, {size:,}", database.store, middle, "ms", AIM, statistics.median(bare),
        "the newest 50 rows of the same index, and nothing else", middle, percentile(took, 0.99), [told],
    )  # fmt: skip


def _asked(given: Mapping[str, Any], sort: str) -> Asked:
    return Asked(
        columns={name: value for name, value in given.items() if name in ("domain", "verdict", "rule", "model")},
        facets={name: value for name, value in given.items() if name.startswith("metadata.")},
        ranges={name: value for name, value in given.items() if name == "confidence"},
        query=read_query(given["q"]) if "q" in given else None,
        sort=sort,
    )


def _bare(session: Session, project_id: str, asked: Asked) -> int:
    """The least a database does for such a page: 50 rows along one index."""
    if asked.query is not None and session.dialect == "sqlite":
        text = words.fts5(project_id, asked.query)
        sql = "SELECT rowid FROM item_words WHERE item_words MATCH :asked ORDER BY rowid DESC LIMIT 50"
        return len(session.run(sql, {"asked": text}))
    sql = "SELECT * FROM items WHERE project_id = :project_id ORDER BY received_at DESC, id DESC LIMIT 50"
    return len(session.run(sql, {"project_id": project_id}))


def _timed(store: AnyStore, work: Callable[[Session], Any]) -> tuple[Any, list[float]]:
    result = store.read(work)
    took = []
    for _ in range(CALLS):
        began = time.perf_counter()
        result = store.read(work)
        took.append((time.perf_counter() - began) * 1_000)
    return result, took


def _rows(project_id: str, size: int) -> Iterator[list[dict[str, Any]]]:
    chance = random.Random(7)  # invented items
    batch: list[dict[str, Any]] = []
    for at in range(size):
        batch.append(_row(project_id, at, size, chance))
        if len(batch) == 1_000:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(project_id: str, at: int, size: int, chance: random.Random) -> dict[str, Any]:
    is_old = at < size // 2
    marks = [("common phrase", at % 2 == 0), ("middling", at % 100 == 1), ("seldom", at % max(1, size // 20) == 3)]
    marks.append(("olden", is_old and at % 10 < 3))
    is_rare, verdict = at % 10_000 == 9, "reject" if at % 1_000 == 8 else "approve" if at % 5 == 0 else None
    text = " ".join([*chance.choices(VOCABULARY, k=60), *(word for word, is_there in marks if is_there)])
    received = START + at * 37
    return {
        "id": new_id(), "project_id": project_id, "status": "released", "state": "released",
        "domain": "before" if is_old and at % 3 == 0 else f"d{at % 3}", "model": f"m{at % 3 if at % 3 != 1 else 2}",
        "confidence": round(chance.random(), 4), "snippet": text[:200], "rule": "rare" if is_rare else "bands[0]",
        "queue": None, "verdict": verdict, "source": "auto" if verdict is None else "human",
        "received_at": received, "decided_at": received + 5_000,
        "body": dumps({"output": {"type": "text", "text": text}}),
        "customer": f"c{at % 1_000}",
    }  # fmt: skip


def _store(session: Session, project_id: str, rows: list[dict[str, Any]]) -> None:
    session.run_many(_ITEM, rows)
    session.run_many(_CONTENT, rows)
    for one in rows:
        text = indexed(searched_fields(loads(one["body"]), None))
        words.store(session, words.Words(project_id, one["id"], one["received_at"], text))
        item = {"id": one["id"], "project_id": project_id, "received_at": from_ms(one["received_at"])}
        filling.store_facets(session, item, [("metadata.customer", one["customer"])])
