"""The worker: runs due jobs, numbers the log and the events, takes the turns of rooms; in `serve`, or on its own."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import ClassVar, Protocol

import structlog

from handrail.audit import AuditKey, catch_up, sequence
from handrail.background import checkpoints, item_traces, jobs, outbox
from handrail.background.beats import Pulse
from handrail.background.duties import Duty
from handrail.background.jobs import Done, Ending, Handler, Held, Job, Kinds
from handrail.background.signals import Signals
from handrail.kit.errors import HandrailFault
from handrail.kit.traces import NO_TRACES, Traces, Value, moment_ns
from handrail.storage import Session, Store

JOBS = "jobs"
EVENTS = "events"
NUMBERED = "events.numbered"
POLL_S = 0.25
GATHER_S = 0.1
"""Between two turns of the sequencer: under load it numbers what came meanwhile in one go, not item by item."""
REST_S = 0.02
"""After a turn of what can wait, so that those who write for somebody come first."""
GIVE_WAY = 4
"""While this process answers callers, what can wait rests so many times as long as it worked."""
AT_ONCE = 50
log = structlog.get_logger("handrail.worker")


class Beside(Protocol):
    """Something that works beside the jobs, in threads of its own, for as long as the worker does."""

    duty: ClassVar[Duty]
    problem: str | None

    def start(self) -> None: ...

    def stop(self, timeout_s: float = ...) -> None: ...


class LeaseGone(Exception):
    """Someone else took the job over; what this run did is undone."""


@dataclass
class Worker:
    """Runs until stopped. `beat` and `problem` tell health when it last was at work, and what keeps it from it."""

    store: Store
    key: AuditKey
    handlers: Mapping[str, Handler]
    signals: Signals
    turns: Mapping[str, Callable[[], int]] = field(default_factory=dict)  # run again and again, by name
    beside: Sequence[Beside] = ()
    is_busy: Callable[[], bool] = lambda: False
    timers: frozenset[str] = frozenset()  # the kinds of jobs that are the duty `timers`
    traces: Traces = NO_TRACES
    beat: datetime | None = None
    pulse: Pulse = field(default_factory=Pulse)
    _tells: checkpoints.Hourly = field(default_factory=checkpoints.Hourly)
    _problems: dict[str, str] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def problem(self) -> str | None:
        """What its last turn failed with; None while all is well."""
        others = (one.problem for one in self.beside)
        return next((one for one in (*list(self._problems.values()), *others) if one is not None), None)

    def start(self) -> None:
        """Begins to work in threads of its own."""
        if self.store.dialect == "sqlite":
            self.store.write(jobs.let_go)  # one process at a time has the file: who held leases is gone
        self.store.write(lambda session: catch_up(session, self.key))
        for name, turn in self._loops():
            thread = threading.Thread(target=self._loop, args=(turn, name), name=f"handrail-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)
        for one in self.beside:
            if one.duty in self.pulse.duties:
                one.start()

    def _loops(self) -> list[tuple[str, Callable[[], int]]]:
        """What runs in threads of its own, as the duties want it."""
        duties = self.pulse.duties
        found: list[tuple[str, Callable[[], int]]] = (
            [("jobs", self.run_due)] if duties & {Duty.JOBS, Duty.TIMERS} else [("pulse", self.run_pulse)]
        )
        if Duty.JOBS in duties:
            found += [("sequencer", self.run_sequencer), *self.turns.items()]
        return found

    def _kinds(self) -> Kinds:
        duties = self.pulse.duties
        return Kinds() if {Duty.JOBS, Duty.TIMERS} <= duties else Kinds(self.timers, only=Duty.TIMERS in duties)

    def stop(self, timeout_s: float = 10.0) -> None:
        """Ends after the work in hand."""
        self._stop.set()
        self.signals.fire(JOBS, EVENTS, NUMBERED)
        end = monotonic() + timeout_s
        for one in self.beside:
            one.stop(max(0.0, end - monotonic()))
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))
        if self._threads:
            with suppress(Exception):  # a database that is away learns from the missing sign of life
                self.store.write(self.pulse.end)

    def run_due(self) -> int:
        """Runs what is due now, each job in a transaction of its own; how many there were."""
        self.run_pulse()
        kinds = self._kinds()
        if not self.store.read(lambda session: jobs.something_due(session, kinds)):
            return 0
        taken = self.store.write(lambda session: jobs.take_due(session, AT_ONCE, kinds))
        for place, job in enumerate(taken):
            if self._stop.is_set():
                self._put_back(taken[place:])
                return place
            self._run(job)
        return len(taken)

    def run_pulse(self) -> int:
        """Gives a sign of life where it is time for one."""
        self.beat = self.store.clock.now()
        if self.pulse.is_due(self.store.now()):
            self.store.write(self.pulse.beat)
        return 0

    def _put_back(self, taken: Sequence[Job]) -> None:
        self.store.write(lambda session: jobs.put_back(session, taken))

    def run_sequencer(self) -> int:
        """Numbers what waits in log and outbox; how many rows there were."""
        if not self.store.read(_something_waits):
            return 0

        def both(session: Session) -> tuple[int, int]:
            entries = sequence(session, self.key)
            if entries and self._tells.is_due(session.now):
                checkpoints.tell(session)
                session.after_commit(lambda now=session.now: self._tells.told(now))  # type: ignore[misc]  # a default binds the moment
            return entries, outbox.sequence(session)

        entries, sent = self.store.write(both)
        if sent:
            self.signals.fire(NUMBERED)
        return entries + sent

    def _run(self, job: Job) -> None:
        handler, began = self.handlers.get(job.kind), moment_ns()
        fault: str | None = None

        def work(session: Session) -> tuple[Ending, str | None]:
            if handler is None:
                raise LookupError(f"no handler for jobs of kind {job.kind}")
            parent = _trace_of(session, job) if self.traces.is_on else None
            ending = handler(session, job)
            if not jobs.finish(session, job, ending):
                raise LeaseGone
            return ending, parent

        ending, parent = None, None
        try:
            ending, parent = self.store.write(work)
        except LeaseGone:
            fault = "lease_gone"
            log.info("job.lease_gone", job_id=job.id, kind=job.kind)
        except Exception as error:  # noqa: BLE001  # a job may fail in any way; it is noted and tried again
            why, fault = _told(error), type(error).__name__
            log.warning("job.failed", job_id=job.id, kind=job.kind, attempt=job.attempt, error=why)
            self.store.write(lambda session: jobs.failed(session, job, why))
        if self.traces.is_on:
            self.traces.note(f"job {job.kind}", began, _said(job, ending), parent=parent, fault=fault)

    def _loop(self, turn: Callable[[], int], name: str) -> None:
        while not self._stop.is_set():
            began, began_ns = monotonic(), moment_ns()
            try:
                done = turn()
                self._problems.pop(name, None)
                if done and name != "jobs":  # each job has a span of its own
                    self.traces.note(f"turn {name}", began_ns, {"handrail.rows": done})
            except Exception as error:  # noqa: BLE001  # the worker outlives a database that is away; health shows it
                self._problems[name] = f"{name}: {_told(error)}"
                log.error("worker.failed", part=name, error=_told(error))  # noqa: TRY400  # messages may hold content
                self.traces.note(f"turn {name}", began_ns, fault=type(error).__name__)
                done = 0
                self._stop.wait(1.0)
            if done and name == "sequencer":
                self._stop.wait(GATHER_S)
            if done and name in self.turns:
                took = monotonic() - began
                self._stop.wait(max(REST_S, GIVE_WAY * took) if self.is_busy() else REST_S)
            if not done:
                self.signals.wait_in_thread({"jobs": JOBS, "sequencer": EVENTS}.get(name, NUMBERED), POLL_S)


def _trace_of(session: Session, job: Job) -> str | None:
    """The trace of the item a job is about."""
    item_id = job.args.get("item_id")
    return item_traces.of(session, [item_id]).get(item_id) if isinstance(item_id, str) else None


def _said(job: Job, ending: Ending | None) -> dict[str, Value]:
    """What a span tells of a job: a job that was asked to come again is no failure."""
    how = {Done: "done", Held: "held", type(None): "failed"}.get(type(ending), "again")
    said: dict[str, Value] = {"handrail.job_id": job.id, "handrail.attempt": job.attempt, "handrail.ending": how}
    item_id = job.args.get("item_id")
    return said | {"handrail.item_id": item_id} if isinstance(item_id, str) else said


def _told(error: Exception) -> str:
    """What may be said of an error: messages of drivers and of defects may hold content, ours do not."""
    if isinstance(error, HandrailFault):
        return f"{error.code}: {error.message}"
    innermost = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {innermost.name}, line {innermost.lineno}"


def _something_waits(session: Session) -> bool:
    return bool(
        session.run(
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM audit_entries WHERE log_index IS NULL) "
            "OR EXISTS (SELECT 1 FROM events WHERE number IS NULL)"
        )
    )
