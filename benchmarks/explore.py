"""Pages of the explorer over many items: text, filters, both, none at all; beside the bare statement on its index."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks import explore_rows
from benchmarks.databases import Database, fresh
from benchmarks.explore_rows import Rows
from benchmarks.table import Figure, percentile
from handrail.kit.ids import new_id
from handrail.stages.exploring.queries import looking, words
from handrail.stages.exploring.queries.looking import look
from handrail.stages.exploring.rules.filters import Asked, Range
from handrail.stages.exploring.rules.words import first_match, read_query, searched_fields
from handrail.storage import AnyStore, Session, open_store

PAGE = 50
CALLS = 15
AIM = "<= 50 ms, flat"
QUESTIONS: Mapping[str, tuple[dict[str, Any], str]] = {
    "page, no filter": ({}, "-received_at"),
    "text in half of all": ({"q": "common"}, "-received_at"),
    "text in 1%": ({"q": "middling"}, "-received_at"),
    "text in 20 items": ({"q": "seldom"}, "-received_at"),
    "text in 30% of the older half": ({"q": "olden"}, "-received_at"),
    "text in no item": ({"q": "never"}, "-received_at"),
    "two words, half and 1%": ({"q": "common middling"}, "-received_at"),
    "two words that meet in 1%": ({"q": "common other"}, "-received_at"),
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
            store = open_store(database.url)
            try:
                found += _of_size(store, database, size)
            finally:
                store.close()
    return found


def _of_size(store: AnyStore, database: Database, size: int) -> list[Figure]:
    project_id, began = new_id(), time.perf_counter()
    explore_rows.load(store, Rows(project_id, size))
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
            for _, body, corrections in looking.texts(session, [one["id"] for one in found.rows], 256 * 1024):
                first_match(searched_fields(body, corrections), asked.query)
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
