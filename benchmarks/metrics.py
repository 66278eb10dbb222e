"""Metrics: what counting costs per decision, and how long the dashboard waits over the counts of ten million items."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from handrail.app import join_rooms
from handrail.kit.clock import to_ms
from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.stages.intake.routes import read_item
from handrail.stages.monitoring.charts import Question, chart
from handrail.stages.monitoring.counting import fold
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
PEOPLE = 12
AIM_MS = 300
SECRET = b"a secret of the benchmark, long enough for the rule of 32 bytes"
DASHBOARD: Sequence[tuple[str, By | None]] = (
    ("escalation_rate", None), ("audit_escape_rate", None), ("override_rate", None), ("resolution_time", None),
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
        store.write(partial(_add, counts))
        rows[0] += len(counts.cells)
        rows[1] += len(counts.durations)
    return rows[0], rows[1]


def _add(counts: Counts, session: Session) -> None:
    cells.add(session, counts)


def _chart(project_id: str, asked: Question, session: Session) -> None:
    chart(session, project_id, asked)


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
        put(Fact.REVIEWED, "approve", people // 2 + 1, queue=queue, who=f"person-{chance.randrange(PEOPLE)}")
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


def folding(store: AnyStore, items: int = 5_000) -> float:
    """Microseconds that counting takes for one item that is decided at once."""
    rooms, project_id = project_on(store)
    bodies = [{"output": f"Letter {number}.", "domain": "claims", "task": f"t{number % 5}"} for number in range(items)]
    for first in range(0, items, 500):
        kept = [read_item(one, None)[0] for one in bodies[first : first + 500]]
        rooms.admission.admit(project_id, "key:bench", kept)
    while rooms.worker.run_sequencer():
        pass
    began = perf_counter()
    while store.write(_fold):
        pass
    return (perf_counter() - began) / items * 1e6


def _fold(session: Session) -> int:
    return fold(session)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'fold.db'}")
        print(f"counting, SQLite: {folding(store):,.0f} microseconds per item")
        store.close()
        store = open_store(f"sqlite:///{Path(folder) / 'dash.db'}")
        _, project_id = project_on(store)
        rows = fill(store, project_id)
        print(f"counts of {ITEMS:,} items over {DAYS} days: {rows[0]:,} cells, {rows[1]:,} buckets")
        for word, step, days in (
            ("30 days by day", Step.DAY, 29),
            ("90 days by day", Step.DAY, 89),
            ("24 hours", Step.HOUR, 1),
        ):
            found = dashboard(store, project_id, step, timedelta(days=days))
            clock, cpu = median(one[0] for one in found), median(one[1] for one in found)
            print(f"dashboard, {word}: {len(DASHBOARD)} charts in {clock:,.0f} ms, CPU {cpu:,.0f} ms (aim {AIM_MS})")
        store.close()


if __name__ == "__main__":
    main()
