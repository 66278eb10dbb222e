"""Durable jobs in the same database, written in the transaction of what needs them.

A job is a kind, small arguments and a time. One worker at a time holds it under a lease; running it twice must equal
running it once. Handlers return `Done`, `RetryAt` or `Held`; one that raises is tried again with back-off and rests as
`dead` after TRIES attempts, where health shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias  # Any: arguments are JSON

from sqlalchemy import delete

from handrail.kit.clock import to_ms
from handrail.kit.ids import new_id
from handrail.kit.jsons import dumps, loads
from handrail.storage import Session
from handrail.storage.tables import jobs

LEASE = timedelta(seconds=15)
"""After a worker died, its jobs wait this long; a handler is one short transaction."""
TRIES = 12


@dataclass(frozen=True, slots=True)
class Job:
    """One job as its handler gets it."""

    id: str
    kind: str
    args: Mapping[str, Any]
    attempt: int
    fence: int
    run_at: int  # ms


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing more to do."""


@dataclass(frozen=True, slots=True)
class RetryAt:
    """To be run again, and why."""

    when: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """Held back by a stop of this project: it keeps its time, and runs in its turn once `free` is called."""

    project_id: str


Ending: TypeAlias = Done | RetryAt | Held


@dataclass(frozen=True, slots=True)
class Kinds:
    """The jobs a worker takes: `only` these kinds, or all but these."""

    names: frozenset[str] = frozenset()
    only: bool = False

    def where(self) -> str:
        """A piece of SQL; the names are constants of ours."""
        listed = ", ".join(f"'{name}'" for name in sorted(self.names))
        return f" AND kind {'IN' if self.only else 'NOT IN'} ({listed})" if listed else ""


EVERY_KIND = Kinds()


class Handler(Protocol):
    """Runs a job inside one transaction, together with the note that it is done."""

    def __call__(self, session: Session, job: Job, /) -> Ending: ...


_INSERT = """
INSERT INTO jobs (id, kind, args, dedup, run_at, state, attempt, fence, created_at)
VALUES (:id, :kind, :args, :dedup, :run_at, 'waiting', 0, 0, :now)
ON CONFLICT (dedup) DO UPDATE SET kind = excluded.kind, run_at = excluded.run_at, args = excluded.args,
    state = 'waiting', attempt = 0, fence = jobs.fence + 1, lease_until = NULL, last_error = NULL
"""
_CANCEL = "DELETE FROM jobs WHERE dedup = :dedup"
_HOLD = """
UPDATE jobs SET state = 'held', held_for = :project_id, attempt = 0, lease_until = NULL
WHERE id = :id AND fence = :fence
"""
_FREE = "UPDATE jobs SET state = 'waiting', held_for = NULL WHERE state = 'held' AND held_for = :project_id"
_DUE = """
SELECT id, kind, args, attempt, fence, run_at FROM jobs
WHERE state IN ('waiting', 'running') AND run_at <= :now AND (lease_until IS NULL OR lease_until < :now){kinds}
ORDER BY run_at, id LIMIT :limit
"""
_TAKE = """
UPDATE jobs SET state = 'running', lease_until = :until, fence = fence + 1, attempt = attempt + 1
WHERE id = :id AND fence = :fence
"""
_DONE = "DELETE FROM jobs WHERE id = :id AND fence = :fence"
_AGAIN = """
UPDATE jobs SET state = :state, run_at = :run_at, attempt = :attempt, lease_until = NULL, last_error = :why
WHERE id = :id AND fence = :fence
"""
_LET_GO = """
UPDATE jobs SET state = 'waiting', fence = fence + 1, attempt = attempt - 1, lease_until = NULL WHERE state = 'running'
"""
_PUT_BACK = """
UPDATE jobs SET state = 'waiting', attempt = :attempt, lease_until = NULL WHERE id = :id AND fence = :fence
"""
_NEXT = "SELECT MIN(run_at) FROM jobs WHERE state IN ('waiting', 'running'){kinds}"


def row(
    kind: str, args: Mapping[str, Any], *, run_at: datetime, now: datetime, dedup: str | None = None
) -> dict[str, Any]:
    """One job, ready to be stored with `add`. A second one with the same `dedup` mark takes the first one's place,
    also while that runs: what it did is then undone. So a handler never adds a job under its own mark."""
    return {
        "id": new_id(),
        "kind": kind,
        "args": dumps(dict(args)),
        "dedup": dedup,
        "run_at": to_ms(run_at),
        "now": to_ms(now),
    }


def add(session: Session, rows: list[dict[str, Any]]) -> None:
    """Stores jobs in the transaction of what needs them."""
    session.run_many(_INSERT, rows)


def cancel(session: Session, dedup: str) -> None:
    """Takes a job back that is no longer needed; one that runs now finds its fence gone and changes nothing."""
    session.run(_CANCEL, {"dedup": dedup})


def cancel_others(session: Session, marks: Sequence[str], running: str | None = None) -> None:
    """Takes back the jobs under these marks, but for the one that runs in this transaction."""
    gone = delete(jobs).where(jobs.c.dedup.in_(marks))
    session.execute(gone if running is None else gone.where(jobs.c.id != running))


def free(session: Session, project_id: str) -> None:
    """A stop was lifted: what it held back is due again at its old time, so that the oldest goes first."""
    session.run(_FREE, {"project_id": project_id})


def take_due(session: Session, limit: int, kinds: Kinds = EVERY_KIND) -> list[Job]:
    """Leases up to `limit` due jobs, oldest first."""
    now = to_ms(session.now)
    lock = " FOR UPDATE SKIP LOCKED" if session.dialect == "postgresql" else ""
    found = session.run(_DUE.format(kinds=kinds.where()) + lock, {"now": now, "limit": limit})
    if not found:
        return []
    until = now + LEASE // timedelta(milliseconds=1)
    session.run_many(_TAKE, [{"id": id, "fence": fence, "until": until} for id, _, _, _, fence, _ in found])
    return [
        Job(id, kind, loads(args), attempt + 1, fence + 1, run_at) for id, kind, args, attempt, fence, run_at in found
    ]


def put_back(session: Session, taken: Sequence[Job]) -> None:
    """Gives back jobs that were taken and not begun."""
    session.run_many(_PUT_BACK, [{"id": one.id, "fence": one.fence, "attempt": one.attempt - 1} for one in taken])


def let_go(session: Session) -> int:
    """Ends all leases on jobs; how many. Only for one who knows that no other worker runs."""
    return session.change(_LET_GO)


def finish(session: Session, job: Job, result: Ending) -> bool:
    """Notes the result in the handler's own transaction. False if the lease was lost: then nothing may be kept."""
    if isinstance(result, Done):
        return session.change(_DONE, {"id": job.id, "fence": job.fence}) == 1
    if isinstance(result, Held):
        return session.change(_HOLD, {"id": job.id, "fence": job.fence, "project_id": result.project_id}) == 1
    # To be asked again is no failure: what has waited for long must not be given up at its first one.
    again = {"state": "waiting", "attempt": 0, "run_at": to_ms(result.when), "why": result.why[:500]}
    return session.change(_AGAIN, {"id": job.id, "fence": job.fence, **again}) == 1


def failed(session: Session, job: Job, why: str) -> None:
    """Notes a failure: again with back-off, or `dead` after TRIES attempts."""
    dead = job.attempt >= TRIES
    wait = timedelta(seconds=min(300, 2**job.attempt))
    session.change(
        _AGAIN,
        {
            "id": job.id,
            "fence": job.fence,
            "state": "dead" if dead else "waiting",
            "attempt": job.attempt,
            "run_at": to_ms(session.now + wait),
            "why": why[:500],
        },
    )


def something_due(session: Session, kinds: Kinds = EVERY_KIND) -> bool:
    """Whether any job's time has come."""
    found = session.run(_NEXT.format(kinds=kinds.where()))
    return found[0][0] is not None and int(found[0][0]) <= to_ms(session.now)
