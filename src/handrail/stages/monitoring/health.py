"""Health that tells the truth: a required part that does not work is named, with since when and what to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from handrail.audit import Verdict
from handrail.background import duties
from handrail.background.worker import Worker
from handrail.kit.clock import from_ms, to_ms
from handrail.stages.monitoring.queries import cells, present
from handrail.stages.monitoring.queries import health as queries
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.wire.access import Health, HealthPart

SILENT = timedelta(seconds=15)
LEAST_FREE_BYTES = 200 * 1024 * 1024
LATE_MS = 10_000
UNSENT_MS = 120_000
"""A queue of deliveries may be long; that none moves for so long is a fault."""
FAILING_AFTER = 10
"""So many failures in a row."""
UNCOUNTED = timedelta(minutes=1)
APART = timedelta(seconds=5)
log = structlog.get_logger("handrail.audit")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a part and what to do; `since` where the stored data tell it. `is_fault`: the part does not
    work; otherwise it works, and there is something to know about it."""

    why: str
    since: datetime | None = None
    is_fault: bool = True


Look = Callable[[Session], Trouble | None]


@dataclass
class AuditWatch:
    """The last answer of a check of the audit log: the server's own, soon after its start and every hour, or one that
    a person asked for in this process."""

    verdict: Verdict | None = None
    at: datetime | None = None

    def note(self, verdict: Verdict, at: datetime) -> None:
        """Keeps what a check that began then has found; an alarm in the log if that is broken."""
        self.verdict, self.at = verdict, at
        if not verdict.ok:
            log.error("audit.broken", first_bad_index=verdict.first_bad_index, why=verdict.why)


@dataclass
class _Memory:
    """Since when this process knows that a part does not work."""

    since: dict[str, datetime] = field(default_factory=dict)

    def part(self, name: str, trouble: Trouble | None, now: datetime) -> HealthPart:
        if trouble is None:
            self.since.pop(name, None)
            return HealthPart(name=name, ok=True, why=None, since=None)
        if not trouble.is_fault:
            self.since.pop(name, None)
            return HealthPart(name=name, ok=True, why=trouble.why, since=None)
        since = trouble.since or self.since.setdefault(name, now)
        return HealthPart(name=name, ok=False, why=trouble.why, since=since)


def routes(house: House, worker: Worker, watch: AuditWatch, more: Mapping[str, Look] | None = None) -> Door:
    """GET /health. `more`: parts of other rooms, such as webhooks and judges."""
    door = Door(house)
    memory = _Memory()
    looks: dict[str, Look] = {
        "database": lambda session: _database(house, session),
        "worker": lambda session: _worker(house, worker, session),
        "timers": _timers,
        "audit_log": lambda session: _audit_log(watch, session),
        "metrics": _metrics,
        "webhooks": _webhooks,
        "disk": lambda _: _disk(house),
        "clock": lambda session: _clock(house, session),
        **({"traces": lambda _: _traces(house)} if house.traces.is_on else {}),
        **(more or {}),
    }

    @door.get("/health", needs="system.read", anywhere=True)
    def health(call: Call) -> Health:
        """Whether each required part works."""
        now = house.store.clock.now()
        parts = [memory.part(name, call.read(look), now) for name, look in looks.items()]
        return Health(ok=all(one.ok for one in parts), parts=parts, version=house.version)

    return door


def _worker(house: House, worker: Worker, session: Session) -> Trouble | None:
    if house.settings.worker == "off":
        return _worker_elsewhere(session)
    if worker.problem is not None:
        return Trouble(f"{worker.problem}. Look at the server's log for worker.failed.")
    if worker.beat is None or house.store.clock.now() - worker.beat > SILENT:
        return Trouble(
            "The worker does not answer: verdicts do not settle and deadlines do not fire. Restart the server.",
            worker.beat,
        )
    return None


def _worker_elsewhere(session: Session) -> Trouble | None:
    """Workers are processes of their own: the newest sign of life tells whether one runs."""
    beats = present.beats(session)
    if not beats:
        return Trouble("No worker runs: verdicts do not settle and deadlines do not fire. Start `handrail worker`.")
    last = from_ms(beats[0]["beat_at"])
    if session.now - last <= SILENT:
        return _duties(one["duties"] for one in beats if session.now - from_ms(one["beat_at"]) <= SILENT)
    return Trouble(
        f"The last worker (process {beats[0]['pid']} on {beats[0]['host']}) has fallen silent: verdicts do not settle "
        "and deadlines do not fire. Start `handrail worker`.",
        last,
    )


def _duties(workers: Iterable[str | None]) -> Trouble | None:
    """Workers run, and each may have been told to do only a part."""
    undone = duties.missing(workers)
    if not undone:
        return None
    named = duties.told(undone)
    without = " and ".join(duties.WITHOUT[one] for one in undone)
    return Trouble(f"No worker does {named}: {without}. Start `handrail worker --only {named}`.")


def _database(house: House, session: Session) -> Trouble | None:
    problem = house.store.problem()
    if problem is not None:
        return Trouble(problem)
    if not session.run("SELECT 1"):
        return Trouble("The database gives no answer.")
    warning = house.store.warning()
    return None if warning is None else Trouble(warning, is_fault=False)


def _timers(session: Session) -> Trouble | None:
    """Jobs that should have run by now, and jobs that were given up."""
    dead = queries.dead_jobs(session)
    if dead:
        return Trouble(f"{dead} jobs were given up after many tries; look at the log for job.failed.")
    late, first = queries.late_jobs(session, to_ms(session.now) - LATE_MS)
    if not late or first is None:
        return None
    return Trouble(f"{late} timers are late; start a worker.", from_ms(first))


def _audit_log(watch: AuditWatch, session: Session) -> Trouble | None:
    if watch.verdict is not None and not watch.verdict.ok:
        return Trouble(
            f"The audit log is broken from index {watch.verdict.first_bad_index}: {watch.verdict.why}. Stop automatic "
            "release, keep the database as it is, and run `handrail audit verify`."
        )
    oldest = queries.oldest_unnumbered(session)
    if oldest is not None and oldest < to_ms(session.now) - LATE_MS:
        return Trouble(
            "Entries of the audit log have waited for their number for more than 10 s; start a worker.", from_ms(oldest)
        )
    return None


def _webhooks(session: Session) -> Trouble | None:
    """In numbers alone: whoever asks need not know the webhooks of every project."""
    failing = queries.failing_webhooks(session, FAILING_AFTER)
    if failing:
        them = "1 webhook has" if failing == 1 else f"{failing} webhooks have"
        return Trouble(f"{them} not been answered for a while; Settings, Webhooks shows which, and why.")
    if queries.deliveries_unsent(session, to_ms(session.now) - UNSENT_MS):
        return Trouble("Deliveries are due and nobody sends them; start a worker.")
    return None


def _metrics(session: Session) -> Trouble | None:
    waiting, oldest = cells.lag(session)
    if oldest is None or session.now - from_ms(oldest) <= UNCOUNTED:
        return None
    return Trouble(f"{waiting} events wait to be counted, so metrics stand still; start a worker.", from_ms(oldest))


def _disk(house: House) -> Trouble | None:
    folder = house.settings.data_dir if os.path.isdir(house.settings.data_dir) else "."
    free = os.statvfs(folder)
    left = free.f_bavail * free.f_frsize
    if left >= LEAST_FREE_BYTES:
        return None
    return Trouble(f"Only {left // 1024 // 1024} MiB are free where the data lies; make room before nothing is stored.")


def _clock(house: House, session: Session) -> Trouble | None:
    """A clock that was set back makes deadlines late; one that differs from the database's makes answers odd."""
    newest = queries.newest_entry(session)
    if newest is not None and from_ms(newest) - session.now > APART:
        ahead = round((from_ms(newest) - session.now).total_seconds())
        return Trouble(
            f"The clock was set back by {ahead} s: what was stored last lies in the future, and deadlines come late. "
            "Set the clock of the database's machine right."
        )
    apart = house.store.clock.now() - session.now
    if abs(apart) > APART:
        return Trouble(
            f"This machine's clock and the database's differ by {abs(apart).total_seconds():.0f} s; the database's "
            "counts. Let both follow a time server."
        )
    return None


def _traces(house: House) -> Trouble | None:
    """Nobody waits for a span, so a collector that is away is no fault of ours."""
    why = house.traces.trouble()
    return None if why is None else Trouble(why, is_fault=False)


def watcher(house: House, watch: AuditWatch, check: Callable[[], Verdict]) -> Callable[[], None]:
    """One look at the audit log; an alarm in the log and in health if it is broken."""

    def look() -> None:
        began = house.store.clock.now()
        try:
            found = check()
        except RuntimeError as error:  # the process that checks was ended; the last answer stands until the next look
            log.warning("audit.not_checked", error=str(error))
            return
        watch.note(found, began)

    return look
