"""The audit log: how fast a long one is checked beside bare hashing, how fast it is numbered, what a decision pays."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any  # Any: rows

import psycopg

from benchmarks.databases import Database, fresh
from benchmarks.table import Figure, percentile
from handrail.app import join_rooms
from handrail.audit import OUTCOME, AuditKey, append, digest, row, sequence
from handrail.audit.parallel import verify_url
from handrail.background import outbox
from handrail.kit.clock import to_ms
from handrail.kit.ids import new_id
from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.stages.intake.routes import read_item
from handrail.stages.routing import service as routing
from handrail.storage import AnyStore, Session, open_store

KEY = AuditKey(b"a secret of the benchmarks, long enough")
AT = datetime(2026, 11, 21, 11, 43, 57, tzinfo=UTC)
KINDS = ("item.received", "item.routed", "item.released", "audit_sample.drawn", "item.audited")
PORTION = 10_000
SECRET = b"a secret of the benchmarks, long enough for the rule"
POLICY = """
policy: 1
autonomy: {segments: {default: exception}}
bands: {on: confidence, rows: [{above: 0.9, then: release, uncertified: true}, {queue: review}]}
queues: {review: {undo: 0s}}
"""
DECISIONS = 400


def measure(server: str | None, entries: int) -> list[Figure]:
    """A log of `entries`, a fifth of them decisions that stand in their table: checked whole, on all cores."""
    with fresh(server) as database:
        store = open_store(database.url)
        try:
            _fill(store, database, entries)
            numbered = _number(store, entries)
            _vacuum(database)
            texts = [one[0].encode() for one in store.read(lambda s: s.run(_SOME))]
            began = time.perf_counter()
            found = verify_url(database.url, KEY)
            took = time.perf_counter() - began
            assert found.ok, found
            assert found.size == entries
            one_core = _timed(lambda: verify_url(database.url, KEY, processes=1))
            sent = _send(store)
            share, p95 = _share_of_a_decision(store)
        finally:
            store.close()
    return [
        Figure(
            f"verify {entries:,} entries", database.store, entries / took, "/s", "1,000,000 in <= 30 s",
            entries / _hashing(texts, entries),
            "one core: SHA-256 of each entry and of each node of the tree, no reading",
            where=[
                f"{took:.1f} s on all cores, {one_core:.1f} s in one process",
                f"1,000,000 entries: {took / entries * 1e6:.1f} s",
            ],
        ),
        Figure("number the audit log", database.store, numbered, "/s", "keeps up with the writers"),
        Figure("number the events", database.store, sent, "/s", "keeps up with the writers"),
        Figure(
            "audit's share of a decision", database.store, share, "%", "<= 10% of its p95",
            where=[f"the entries of one item that the policy releases; the whole admission has a p95 of {p95:.2f} ms"],
        ),
    ]  # fmt: skip


_SOME = "SELECT entry FROM audit_entries ORDER BY log_index LIMIT 20000"


def _fill(store: AnyStore, database: Database, entries: int) -> None:
    """Unnumbered rows as transitions write them, and the decisions that some of them tell of."""
    project, chance = new_id(), random.Random(1)  # repeatable
    for first in range(0, entries, PORTION):
        rows: list[dict[str, Any]] = []
        decided: list[dict[str, Any]] = []
        for at in range(first, min(first + PORTION, entries), len(KINDS)):
            item, moment = new_id(), AT + timedelta(milliseconds=at)
            outcome = _outcome(item, moment)
            decided.append(outcome)
            told = {"outcome": digest({name: outcome[name] for name in OUTCOME}), "source": "auto", "why": "fits"}
            for kind in KINDS[: entries - at]:
                details = told if kind == "item.released" else {"queue": "audit", "share": chance.random()}
                rows.append(row(KEY, kind, item, project_id=project, actor="system", at=moment, details=details))
        store.write(lambda session, rows=rows: append(session, rows))  # type: ignore[misc]  # a default binds the loop's value
        _store_outcomes(database, decided, project)


def _outcome(item: str, at: datetime) -> dict[str, Any]:
    return {
        "item_id": item,
        "status": "released",
        "source": "auto",
        "decided_by": "policy",
        "text": f"The claim arrived on 3 October. {item}",
        "content_hash": "sha256:" + sha256(item.encode()).hexdigest(),
        "reason": "confidence 0.97 is above 0.92",
        "decided_at": to_ms(at),
    }


def _store_outcomes(database: Database, rows: Sequence[dict[str, Any]], project: str) -> None:
    """Past the rooms, and past the items that they would belong to."""
    more = {"project_id": project, "categories": "[]", "late": False}
    names = [*OUTCOME, *more]
    values = [(*(one[name] for name in OUTCOME), *more.values()) for one in rows]
    if database.store == "SQLite":
        marks = ", ".join("?" * len(names))
        with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"), timeout=60)) as connection:
            connection.executemany(f"INSERT INTO outcomes ({', '.join(names)}) VALUES ({marks})", values)
            connection.commit()
        return
    with psycopg.connect(database.url) as server:
        server.execute("SET session_replication_role = replica")
        with server.cursor().copy(f"COPY outcomes ({', '.join(names)}) FROM STDIN".encode()) as copy:
            for one in values:
                copy.write_row(one)


def _number(store: AnyStore, entries: int) -> float:
    began = time.perf_counter()
    while store.write(lambda session: sequence(session, KEY)):
        pass
    return entries / (time.perf_counter() - began)


def _send(store: AnyStore) -> float:
    """Events numbered per second."""
    project = new_id()
    rows = [outbox.row("item.received", new_id(), 1, project_id=project, at=AT) for _ in range(2 * PORTION)]
    store.write(lambda session: outbox.emit(session, rows))
    began = time.perf_counter()
    while store.write(outbox.sequence):
        pass
    return len(rows) / (time.perf_counter() - began)


def _vacuum(database: Database) -> None:
    if database.store == "PostgreSQL":
        with psycopg.connect(database.url, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _hashing(texts: Sequence[bytes], entries: int) -> float:
    """Seconds for the bare hashes of so many entries."""

    def work() -> None:
        for text in texts:
            sha256(b"\0" + text).digest()
            sha256(b"\1" + text[:64]).digest()

    return _timed(work) / len(texts) * entries


def _share_of_a_decision(store: AnyStore) -> tuple[float, float]:
    """The p95 of making and writing the audit entries of one decision by the policy, in percent of the p95 of the whole
    decision (admission with its checks, durable), and that p95 in ms."""
    rooms = join_rooms(store, SECRET)
    wanted = NewProject("claims", "Claims")
    project = store.write(lambda s: create_project(s, Hand(rooms.key), wanted, founder_id=None, roles=frozenset()))
    store.write(lambda session: _activate(session, project))
    whole, own = list[float](), list[float]()
    for number in range(DECISIONS):
        kept = read_item({"output": f"The claim {number} arrived on 3 October.", "confidence": 0.97}, None)[0]
        whole.append(_timed(lambda kept=kept: rooms.admission.admit(project, "key:bench", [kept])))  # type: ignore[misc]  # a default binds it
        own.append(store.write(lambda session: _entries_of_one(session, project)))
    p95 = percentile(whole, 0.95)
    return percentile(own, 0.95) / p95 * 100, p95 * 1e3


def _entries_of_one(session: Session, project: str) -> float:
    """Seconds for three entries, as many as a released item has, in a transaction of their own."""
    item = new_id()
    session.run("SELECT 1")
    began = time.perf_counter()
    told = {"outcome": "0" * 64, "source": "auto", "why": "confidence 0.97 is above 0.92"}
    kinds = ("item.received", "item.routed", "item.released")
    append(session, [row(KEY, kind, item, project_id=project, actor="system", at=AT, details=told) for kind in kinds])
    return time.perf_counter() - began


def _activate(session: Session, project: str) -> None:
    made = routing.propose(session, project, POLICY, "a measure", None)
    routing.activate(session, project, made["version"], None)
