"""Metrics: how long the dashboard waits over the counts of ten million items."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from statistics import median
from time import perf_counter, process_time
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.databases import Database, fresh
from benchmarks.table import Figure, percentile
from handrail.app import join_rooms
from handrail.kit.clock import to_ms
from handrail.kit.ids import new_id
from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.stages.monitoring.charts import Question, chart
from handrail.stages.monitoring.queries import cells
from handrail.stages.monitoring.rules.buckets import bucket_of
from handrail.stages.monitoring.rules.declared import By
from handrail.stages.monitoring.rules.facts import Counts, Fact, Place, Tally, Timed
from handrail.stages.monitoring.rules.steps import QUARTER_MS, Step
from handrail.storage import AnyStore, Session, open_store

ITEMS = 10_000_000
DAYS = 90
SEGMENTS = tuple(f"claims:task_{number}" for number in range(6))
MODELS = ("writer-3.1", "writer-3.2")
QUEUES = ("junior", "senior")
PEOPLE = [new_id() for _ in range(12)]
AIM_MS = 300
LENGTHS = (("30 days by day", Step.DAY, 29), ("90 days by day", Step.DAY, 89), ("24 hours", Step.HOUR, 1))
SECRET = b"a secret of the benchmark, long enough for the rule of 32 bytes"
DASHBOARD: Sequence[tuple[str, By | None]] = (
    ("escalation_rate", None), ("audit_escape_rate", None), ("override_rate", None), ("post_review_error_rate", None),
    ("recall_rate", None), ("resolution_time", None),
    ("deadlines_kept", None), ("items_decided", By.SOURCE), ("latency_machine", None), ("reviewer_throughput", None),
    ("effective_throughput", None), ("cost_per_decision", None), ("reviews_given", By.REVIEWER), ("queue_depth", None),
)  # fmt: skip


def project_on(store: AnyStore) -> tuple[Any, str]:
    rooms = join_rooms(store, SECRET)
    wanted = NewProject("bench", "Benchmark")
    made = store.write(lambda s: create_project(s, Hand(rooms.key), wanted, founder_id=None, roles=frozenset()))
    return rooms, made


def fill(store: AnyStore, project_id: str) -> tuple[int, int]:
    """The counts of ITEMS items over DAYS days, as the fold would leave them; how many rows of each table."""
    chance = random.Random(7)
    now = to_ms(store.now())
    days = [now - number * 86_400_000 for number in range(DAYS)]
    rows = [0, 0]
    for day in days:
        start = day - day % 86_400_000
        counts = Counts(lambda _, quarter: quarter - quarter % 86_400_000)
        for quarter in range(start, start + 86_400_000, QUARTER_MS):
            _quarter(counts, project_id, quarter, chance)
        _add_days(counts)
        _store(store, counts)
        rows[0] += len(counts.cells)
        rows[1] += len(counts.durations)
    return rows[0], rows[1]


def _store(store: AnyStore, counts: Counts) -> None:
    if store.dialect == "sqlite":
        store.write(lambda session: cells.add(session, counts))
        return
    url = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        names = (*Place._fields, "n", "errors", "due", "late", "active_ms")
        rows = [(*at, one.n, one.errors, one.due, one.late, one.active_ms) for at, one in counts.cells.items()]
        _copy(connection, "metric_cells", names, rows)
        timed = [(*at, n, total) for at, (n, total) in counts.durations.items()]
        _copy(connection, "metric_durations", (*Timed._fields, "n", "total_ms"), timed)


def _copy(connection: psycopg.Connection[Any], table: str, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _chart(project_id: str, asked: Question, session: Session) -> str:
    return chart(session, project_id, asked).model_dump_json()


def _quarter(counts: Counts, project_id: str, at: int, chance: random.Random) -> None:
    each = ITEMS // (DAYS * 96 * len(SEGMENTS) * len(MODELS))
    for segment in SEGMENTS:
        for model in MODELS:
            people = max(1, each // 16)
            whose = Place(project_id, "quarter", "", at, segment, "", model, "letter-14", "", "", "")
            _of_model(counts, whose, each, people, chance)


def _of_model(counts: Counts, whose: Place, each: int, people: int, chance: random.Random) -> None:
    def put(fact: Fact, word: str, n: int, **more: Any) -> None:
        tally = Tally(n, errors=n // 20, due=n, late=n // 30, active_ms=n * 40_000)
        counts.cells.setdefault(whose._replace(fact=fact.value, word=word, **more), Tally()).add(tally)

    put(Fact.RECEIVED, "release", each - people)
    put(Fact.DECIDED, "auto", each - people, part="policy")
    put(Fact.AUDITED, "approve", 1, part="0.05", who="band")
    base = Timed(
        whose.project_id, "quarter", "outcome", whose.at, whose.segment, "", whose.model, whose.version, "review", 0
    )
    for queue in QUEUES:
        put(Fact.RECEIVED, "review", people // 2 + 1, queue=queue)
        put(Fact.DECIDED, "human", people // 2 + 1, queue=queue, part="review")
        put(Fact.RECALLED, "human", people // 40, queue=queue, part="override")
        put(Fact.REVIEWED, "approve", people // 2 + 1, queue=queue, who=chance.choice(PEOPLE))
        for ms in (60_000, 400_000, 3_000_000):
            counts.durations[base._replace(queue=queue, bucket=bucket_of(ms))] = [people // 6 + 1, ms]
    for ms in (3, 5, 9):
        machine = base._replace(fact="machine", model="", version="", word="", bucket=bucket_of(ms))
        counts.durations[machine] = [each // 3, ms * each]


def _add_days(counts: Counts) -> None:
    for place, tally in list(counts.cells.items()):
        day = place._replace(grain="day", at=place.at - place.at % 86_400_000)
        counts.cells.setdefault(day, Tally()).add(tally)
    for timed, (n, total) in list(counts.durations.items()):
        kept = counts.durations.setdefault(timed._replace(grain="day", at=timed.at - timed.at % 86_400_000), [0, 0])
        kept[0] += n
        kept[1] += total


def dashboard(
    store: AnyStore, project_id: str, step: Step, length: timedelta, times: int = 5
) -> list[tuple[float, float]]:
    """Milliseconds for all charts of the page, one after the other: by the clock, and of this process's CPU."""
    since = store.now() - length
    found = []
    for _ in range(times):
        began, busy = perf_counter(), process_time()
        for name, by in DASHBOARD:
            asked = Question(name) if name == "queue_depth" else Question(name, by, since, None, step)
            store.read(partial(_chart, project_id, asked))
        found.append(((perf_counter() - began) * 1_000, (process_time() - busy) * 1_000))
    return found


def measure(server: str | None) -> list[Figure]:
    """The page of metrics over the counts of ITEMS items: all its charts, one after the other, as JSON."""
    with fresh(server) as database:
        store = open_store(database.url)
        try:
            _, project_id = project_on(store)
            rows = fill(store, project_id)
            if store.dialect == "postgresql":
                with psycopg.connect(database.url, autocommit=True) as connection:
                    connection.execute("VACUUM ANALYZE")
            told = (
                f"{len(DASHBOARD)} charts; {rows[0]:,} cells, {rows[1]:,} buckets of {ITEMS:,} items over {DAYS} days"
            )
            return [_figure(store, database, project_id, length, told) for length in LENGTHS]
        finally:
            store.close()


def _figure(store: AnyStore, database: Database, project_id: str, length: tuple[str, Step, int], told: str) -> Figure:
    word, step, days = length
    found = dashboard(store, project_id, step, timedelta(days=days))
    clock = [one[0] for one in found]
    cpu = f"processor of this process {median(one[1] for one in found):,.0f} ms"
    return Figure(
        f"dashboard, {word}", database.store, median(clock), "ms", f"<= {AIM_MS} ms", None, "",
        median(clock), percentile(clock, 0.99), [told, cpu],
    )  # fmt: skip
