"""What Prometheus reads: the present of one project, and of this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # Any: rows, and prometheus_client's families

from starlette.responses import Response

from handrail.kit.clock import to_ms
from handrail.stages.monitoring.queries import cells, health, present
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.timings import Timings

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTERS = {
    "received": ("handrail_items_received", "Items received, by what the policy said.", "action"),
    "decided": ("handrail_items_decided", "Items that got their outcome, by its source.", "source"),
    "reviewed": ("handrail_reviews", "Final verdicts on items sent to people.", "verdict"),
}


@dataclass(frozen=True, slots=True)
class Present:
    """What one look at the database found."""

    project: str
    now: int
    queues: Sequence[tuple[str, str, int, int]]
    totals: Sequence[tuple[str, str, int]]
    jobs: Sequence[tuple[str, int, int]]
    beats: Sequence[Mapping[str, Any]]
    unnumbered: int
    oldest_unnumbered: int | None
    uncounted: int


def routes(house: House) -> Door:
    """GET /metrics, outside of `/v1`."""
    door = Door(house, prefix="")

    @door.get("/metrics", needs="metrics.read", include_in_schema=False)
    def show_prometheus(call: Call) -> Response:
        """Text for Prometheus: the project of the key, and the process that answers."""
        found = call.read(lambda session: _look(session, call.project_id))
        return Response(_text(found, house.timings, house.version), media_type=CONTENT_TYPE)

    return door


def _look(session: Session, project_id: str) -> Present:
    return Present(
        project=cells.project(session, project_id)["slug"],
        now=to_ms(session.now),
        queues=present.queues(session, project_id),
        totals=present.totals(session, project_id),
        jobs=present.jobs(session),
        beats=present.beats(session),
        unnumbered=health.unnumbered(session),
        oldest_unnumbered=health.oldest_unnumbered(session),
        uncounted=cells.lag(session)[0],
    )


def _text(found: Present, timings: Timings, version: str) -> bytes:
    from prometheus_client import CollectorRegistry, generate_latest  # late: most processes are never asked
    from prometheus_client.registry import Collector

    class _Once(Collector):
        def collect(self) -> Iterator[Any]:
            yield from _of_project(found)
            yield from _of_installation(found)
            yield from _of_process(timings, version)

    registry = CollectorRegistry()
    registry.register(_Once())
    return bytes(generate_latest(registry))


def _of_project(found: Present) -> Iterator[Any]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    depth = GaugeMetricFamily("handrail_queue_seats", "Seats in queues now.", labels=("project", "queue", "status"))
    oldest = GaugeMetricFamily(
        "handrail_queue_oldest_waiting_seconds", "Since the oldest waiting seat was made.", labels=("project", "queue")
    )
    for queue, status, count, since in found.queues:
        depth.add_metric((found.project, queue, status), count)
        if status == "waiting":
            oldest.add_metric((found.project, queue), max(0, found.now - since) / 1000)
    yield depth
    yield oldest
    for fact, (name, meaning, label) in COUNTERS.items():
        family = CounterMetricFamily(name, meaning, labels=("project", label))
        for one, word, n in found.totals:
            if one == fact:
                family.add_metric((found.project, word), n)
        yield family


def _of_installation(found: Present) -> Iterator[Any]:
    from prometheus_client.core import GaugeMetricFamily

    jobs = GaugeMetricFamily("handrail_jobs", "Durable jobs, by state.", labels=("state",))
    states = {state: count for state, count, _ in found.jobs}
    for state in ("waiting", "running", "dead"):
        jobs.add_metric((state,), states.get(state, 0))
    yield jobs
    beat = GaugeMetricFamily(
        "handrail_worker_silent_seconds", "Since the last sign of life of a worker.", labels=("worker", "host", "kind")
    )
    for one in found.beats:
        kind = "inside" if one["inside"] else "process"
        beat.add_metric((one["id"], one["host"], kind), max(0, found.now - one["beat_at"]) / 1000)
    yield beat
    waiting = found.oldest_unnumbered
    yield GaugeMetricFamily(
        "handrail_audit_log_unnumbered", "Audit entries that wait for their number.", value=found.unnumbered
    )
    yield GaugeMetricFamily(
        "handrail_audit_log_lag_seconds",
        "Since the oldest audit entry without a number was written.",
        value=0 if waiting is None else max(0, found.now - waiting) / 1000,
    )
    yield GaugeMetricFamily(
        "handrail_metrics_uncounted_events", "Events that metrics do not count yet.", value=found.uncounted
    )


def _of_process(timings: Timings, version: str) -> Iterator[Any]:
    from prometheus_client.core import HistogramMetricFamily, InfoMetricFamily

    spread = HistogramMetricFamily(
        "handrail_request_duration_seconds",
        "Requests answered by this process, waiting for outcomes included.",
        labels=("method", "route", "status"),
    )
    for labels, one in sorted(timings.spreads.items()):
        spread.add_metric(labels, one.cumulative(), one.total_s)
    yield spread
    yield InfoMetricFamily("handrail", "This server.", value={"version": version})
