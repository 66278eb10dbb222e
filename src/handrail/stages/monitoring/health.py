"""Health that tells the truth: a required part that does not work is named, with since when."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from handrail.audit import Verdict
from handrail.background.worker import Worker
from handrail.kit.clock import to_ms
from handrail.stages.monitoring.queries import health as queries
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.wire.access import Health, HealthPart

SILENT = timedelta(seconds=10)
LEAST_FREE_BYTES = 200 * 1024 * 1024
LATE_MS = 10_000
log = structlog.get_logger("handrail.audit")


@dataclass
class AuditWatch:
    """The last answer of the check of the audit log, made soon after the start and every hour."""

    verdict: Verdict | None = None
    at: datetime | None = None


def routes(house: House, worker: Worker, watch: AuditWatch) -> Door:
    """GET /health."""
    door = Door(house)

    @door.get("/health", needs="system.read", anywhere=True)
    def health(call: Call) -> Health:
        """Whether each required part works."""
        parts = [
            _part("database", call.read(_database(house))),
            _part("worker", _worker(house, worker)),
            _part("timers", call.read(_timers)),
            _part("audit_log", call.read(lambda session: _audit_log(watch, session))),
            _part("disk", _disk(house)),
        ]
        return Health(ok=all(one.ok for one in parts), parts=parts, version=house.version)

    return door


def _part(name: str, why: str | None) -> HealthPart:
    return HealthPart(name=name, ok=why is None, why=why, since=None)


def _worker(house: House, worker: Worker) -> str | None:
    if house.settings.worker == "off":
        return None  # workers are processes of their own; late timers tell whether one runs
    if worker.problem is not None:
        return worker.problem
    if worker.beat is None or house.store.clock.now() - worker.beat > SILENT:
        return "The worker does not answer: verdicts do not settle and deadlines do not fire. Restart the server."
    return None


def _database(house: House) -> Callable[[Session], str | None]:
    def look(session: Session) -> str | None:
        return house.store.problem() or (None if session.run("SELECT 1") else "The database gives no answer.")

    return look


def _timers(session: Session) -> str | None:
    """Jobs that should have run by now, and jobs that were given up."""
    dead = queries.dead_jobs(session)
    if dead:
        return f"{dead} jobs were given up after many tries; look at the log for job.failed."
    late = queries.late_jobs(session, to_ms(session.now) - LATE_MS)
    return f"{late} timers are late; start a worker." if late else None


def _audit_log(watch: AuditWatch, session: Session) -> str | None:
    if watch.verdict is not None and not watch.verdict.ok:
        return f"The audit log is broken from index {watch.verdict.first_bad_index}: {watch.verdict.why}."
    oldest = queries.oldest_unnumbered(session)
    if oldest is not None and oldest < to_ms(session.now) - LATE_MS:
        return "Entries of the audit log have waited for their number for more than 10 s; start a worker."
    return None


def _disk(house: House) -> str | None:
    folder = house.settings.data_dir if os.path.isdir(house.settings.data_dir) else "."
    free = os.statvfs(folder)
    left = free.f_bavail * free.f_frsize
    return None if left >= LEAST_FREE_BYTES else f"Only {left // 1024 // 1024} MiB are free where the data lies."


def watcher(house: House, watch: AuditWatch, check: Callable[[], Verdict]) -> Callable[[], None]:
    """One look at the log; an alarm in the log and in health if it is broken."""

    def look() -> None:
        began = house.store.clock.now()
        try:
            watch.verdict, watch.at = check(), began
        except RuntimeError as error:  # the process that checks was ended; the last answer stands until the next look
            log.warning("audit.not_checked", error=str(error))
            return
        if not watch.verdict.ok:
            log.error("audit.broken", first_bad_index=watch.verdict.first_bad_index, why=watch.verdict.why)

    return look
