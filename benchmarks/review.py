"""Claiming and deciding: eight reviewers over HTTP, in a shallow and a deep queue, beside the bare claim statement."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any  # Any: rows

import psycopg

from benchmarks import processes
from benchmarks.databases import Database, fresh
from benchmarks.desk import Desk, Reviewer, encoded, open_desk
from benchmarks.load import Load, Script, drive, request
from benchmarks.table import Figure
from handrail.kit.ids import new_id

CONNECTIONS = 8
CALM = 25
"""Decisions of each of the reviewers who think."""
THINK_S = 0.4
PEOPLE = 96
EACH = 4
ROUND = PEOPLE * EACH
SHALLOW = 10_000
BARE = 1_200
HELD_UNTIL = 9_000_000_000_000
"""The lease of what the bare statement holds, in ms; by it these seats are found and put back."""
HOLD = """
UPDATE seats SET status = 'held', fence = fence + 1, holder_id = {mark}, assignment_id = {mark}, lease_until = {mark}
WHERE id = (SELECT id FROM seats {index} WHERE project_id = {mark} AND queue = 'review' AND status = 'waiting'
    ORDER BY sort_key, id LIMIT 1 {lock}) RETURNING id
"""
PUT_BACK = f"""
UPDATE seats SET status = 'waiting', fence = fence - 1, holder_id = NULL, assignment_id = NULL, lease_until = NULL
WHERE status = 'held' AND lease_until = {HELD_UNTIL}
"""
SAMPLE = "SELECT id, number FROM seats WHERE kind = 'review' ORDER BY number DESC, sort_key DESC LIMIT 1"
WAITING = "SELECT COUNT(*) FROM seats WHERE status = 'waiting' AND queue = 'review'"
FILL = """
INSERT INTO seats (id, project_id, item_id, kind, number, queue, status, sort_key, fence, due_at, created_at)
SELECT {id}, seats.project_id, seats.item_id, seats.kind, numbers.n, seats.queue, 'waiting',
    seats.sort_key + 1000000000 + numbers.n, 0, NULL, seats.created_at
FROM seats CROSS JOIN {numbers} WHERE seats.id = {mark}
"""
NUMBERS = (
    "(WITH RECURSIVE r (n) AS (SELECT {0} UNION ALL SELECT n + 1 FROM r WHERE n < {1}) SELECT n FROM r) AS numbers"
)


def measure(server: str | None, depth: int) -> list[Figure]:
    """Claims and verdicts at SHALLOW and at `depth` waiting items; the bare statement at the end of each."""
    with fresh(server) as database:
        desk = open_desk(database, keys=0, reviewers=PEOPLE, waiting=3 * ROUND + 2 * CONNECTIONS * CALM)
        shallow, bare_shallow = _round(database, desk, SHALLOW)
        flow = _flow(database, desk)
        deep, bare_deep = _round(database, desk, depth)
        return [
            *_figures(database.store, shallow, bare_shallow, SHALLOW, None),
            *flow,
            *_figures(database.store, deep, bare_deep, depth, shallow),
        ]


def _round(database: Database, desk: Desk, depth: int) -> tuple[Load, float]:
    _fill(database, depth)
    with processes.serve(database.folder, database.url) as running:
        people = [desk.reviewers[at::CONNECTIONS] for at in range(CONNECTIONS)]
        load = drive(running.port, running.pid, days_work, people)
    bare = _bare_sqlite if database.store == "SQLite" else _bare_postgres
    return load, bare(database, desk)


def _flow(database: Database, desk: Desk) -> list[Figure]:
    """As the web app does it: each answer to a verdict brings the next item. Without a pause, and as people do."""
    people = [desk.reviewers[at::CONNECTIONS] for at in range(CONNECTIONS)]
    with processes.serve(database.folder, database.url) as running:
        hurried = drive(running.port, running.pid, one_after_the_other, [(some, EACH, 0.0) for some in people])
        calm = drive(running.port, running.pid, one_after_the_other, [(some[:1], CALM, THINK_S) for some in people])
    found = []
    for what, load in (("decision and next, no pause", hurried), (f"decision and next, {THINK_S} s apart", calm)):
        cpu = load.server_cpu_s / load.count("verdict") * 1e3
        figure = Figure(
            what, database.store, load.span_rate("verdict"), "/s", ">= 200/s; p99 <= 40 ms; CPU <= 2 ms",
            p50_ms=load.p("verdict", 0.5), p99_ms=load.p("verdict", 0.99),
            where=[f"server CPU {cpu:.2f} ms per decision with its next item, the work behind it included"],
        )  # fmt: skip
        found.append(figure)
    return found


def one_after_the_other(given: tuple[Sequence[Reviewer], int, float]) -> Script:
    """Each person claims one item, then decides `each` items, the next one coming with the answer."""
    people, each, think_s = given
    for one in people:
        _, body = yield (
            "claim",
            request("POST", "/v1/assignments/claim", one.headers, b'{"queues":["review"],"limit":1}'),
        )
        held = json.loads(body)["assignments"][0]
        for number in range(each):
            if think_s:
                yield think_s
            last = number == each - 1
            verdict = {"fence": held["fence"], "verdict": "approve", "active_ms": 4_000, "claim_next": not last}
            path = f"/v1/assignments/{held['assignment_id']}/review"
            headers = {**one.headers, "Idempotency-Key": new_id()}
            _, body = yield "verdict", request("POST", path, headers, encoded(verdict | {"queues": ["review"]}))
            held = json.loads(body)["next"]


def days_work(people: Sequence[Reviewer]) -> Script:
    """Each person claims EACH items, one by one; then each decides what they hold."""
    held: list[tuple[Reviewer, str, int]] = []
    for one in people:
        for _ in range(EACH):
            status, body = yield (
                "claim",
                request("POST", "/v1/assignments/claim", one.headers, b'{"queues":["review"],"limit":1}'),
            )
            for taken in json.loads(body)["assignments"] if status == 200 else ():
                held.append((one, taken["assignment_id"], taken["fence"]))  # noqa: PERF401  # a generator's own list
    for one, id, fence in held:
        verdict = encoded({"fence": fence, "verdict": "approve", "active_ms": 4_000})
        yield (
            "verdict",
            request("POST", f"/v1/assignments/{id}/review", {**one.headers, "Idempotency-Key": new_id()}, verdict),
        )


def _figures(store: str, load: Load, bare: float, depth: int, shallow: Load | None) -> list[Figure]:
    raw_is = (
        "8 threads, one connection each, the claim statement alone, autocommitted"
        if store == "PostgreSQL"
        else "one thread, the claim statement alone, one COMMIT for each"
    )
    cpu = load.server_cpu_s / (load.count("claim") + load.count("verdict")) * 1e3
    where = [f"server CPU {cpu:.2f} ms per claim or verdict"]
    if shallow is not None:
        factor = load.p("claim", 0.5) / shallow.p("claim", 0.5)
        where.append(f"p50 of a claim is {factor:.2f} times that with {SHALLOW:,} waiting (aim <= 1.2)")
    claims = Figure(
        f"claim, {depth:,} waiting", store, load.span_rate("claim"), "/s", ">= 50%, p99 <= 20 ms", bare, raw_is,
        load.p("claim", 0.5), load.p("claim", 0.99), where,
    )  # fmt: skip
    verdicts = Figure(
        f"verdict, {depth:,} waiting", store, load.span_rate("verdict"), "/s", "p99 <= 40 ms",
        p50_ms=load.p("verdict", 0.5), p99_ms=load.p("verdict", 0.99),
    )  # fmt: skip
    return [claims, verdicts]


def _fill(database: Database, depth: int) -> None:
    """Puts seats behind those that wait, until there are `depth`. All are of one item: claims do not get to them."""
    fill = _fill_sqlite if database.store == "SQLite" else _fill_postgres
    fill(database, depth)


def _fill_sqlite(database: Database, depth: int) -> None:
    path = database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        seat, most = connection.execute(SAMPLE).fetchone()
        missing = depth - connection.execute(WAITING).fetchone()[0]
        if missing > 0:
            id = "printf('ffffffff-ffff-7fff-bfff-%012x', numbers.n)"
            numbers = NUMBERS.format(most + 1, most + missing)
            connection.execute(FILL.format(id=id, numbers=numbers, mark="?"), (seat,))
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill_postgres(database: Database, depth: int) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        (seat, most), (waiting,) = (_first(connection.execute(query)) for query in (SAMPLE, WAITING))
        if depth > waiting:
            numbers = f"generate_series({most + 1}, {most + depth - waiting}) AS numbers (n)"
            connection.execute(FILL.format(id="gen_random_uuid()", numbers=numbers, mark="%s").encode(), (seat,))
        connection.execute("VACUUM ANALYZE seats")


def _first(cursor: psycopg.Cursor[tuple[Any, ...]]) -> tuple[Any, ...]:
    found = cursor.fetchone()
    assert found is not None
    return found


def _bare_sqlite(database: Database, desk: Desk) -> float:
    """Bare claims per second: one writer, as SQLite has it."""
    statement = HOLD.format(mark="?", index="INDEXED BY ix_seats_waiting", lock="")
    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        began = time.perf_counter()
        for _ in range(BARE):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(statement, (new_id(), new_id(), HELD_UNTIL, desk.project_id)).fetchall()
            connection.execute("COMMIT")
        took = time.perf_counter() - began
        connection.execute(PUT_BACK)
    return BARE / took


def _bare_postgres(database: Database, desk: Desk) -> float:
    """Bare claims per second: eight at once."""
    statement = HOLD.format(mark="%s", index="", lock="FOR UPDATE SKIP LOCKED").encode()

    def claim(start: threading.Barrier) -> None:
        with psycopg.connect(database.url, autocommit=True) as connection:
            start.wait()
            for _ in range(BARE // CONNECTIONS):
                connection.execute(statement, (new_id(), new_id(), HELD_UNTIL, desk.project_id)).fetchall()

    took = _timed(claim)
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(PUT_BACK)
    return BARE / took


def _timed(work: Callable[[threading.Barrier], None]) -> float:
    start = threading.Barrier(CONNECTIONS + 1)
    threads = [threading.Thread(target=work, args=(start,)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began
