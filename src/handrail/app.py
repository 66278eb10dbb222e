"""The one place where the parts are joined: settings, stores, plugins, rooms, routes, worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any  # Any: items are JSON

from fastapi import FastAPI

from handrail.audit import AuditKey, Verdict, child, evidence, verify
from handrail.background.signals import Signals
from handrail.background.worker import Worker
from handrail.domain.item import Output, segment_of
from handrail.extend.checks import CheckRegistry
from handrail.flow import Admission, Admitted, Endings, Gathering, Refused
from handrail.flow.endings import start_expiry
from handrail.kit.clock import Clock
from handrail.kit.secrets import derive, load_secret
from handrail.kit.settings import Settings
from handrail.kit.version import VERSION
from handrail.plugins.checks import builtin_registry
from handrail.setup import routes as setup
from handrail.setup.access.desk import Desk
from handrail.setup.audit_log import routes as audit_log
from handrail.setup.projects.queries import project_by_slug
from handrail.stages.adjudicating import queries as outcome_queries
from handrail.stages.checking import queries as score_queries
from handrail.stages.checking.frame import recheck
from handrail.stages.delivering import routes as delivering
from handrail.stages.delivering.service import result_of
from handrail.stages.delivering.waiting import waiter
from handrail.stages.intake.routes import batch, looking
from handrail.stages.intake.routes import items as intake
from handrail.stages.intake.rules import seen_by_checks
from handrail.stages.learning import routes as learning
from handrail.stages.monitoring import health
from handrail.stages.monitoring.counting import FOLD, fold_job, start_fold
from handrail.stages.monitoring.queries import samples as sample_queries
from handrail.stages.monitoring.routes import metrics, prometheus
from handrail.stages.monitoring.routes import samples as monitoring
from handrail.stages.monitoring.stopwatch import Stopwatch
from handrail.stages.reviewing import claims
from handrail.stages.reviewing import queries as review_queries
from handrail.stages.reviewing.desk import Rechecked, ReviewDesk
from handrail.stages.reviewing.routes import assignments as reviewing
from handrail.stages.reviewing.routes import queues as overview
from handrail.stages.reviewing.rules import QueueRules, ReviewRules
from handrail.stages.reviewing.view import review_out
from handrail.stages.routing import routes as routing
from handrail.stages.routing.language.model import Queue, Then
from handrail.stages.routing.service import CACHED, PolicyBook
from handrail.storage import AnyStore, Session, open_store
from handrail.web.app import create_app
from handrail.web.house import House
from handrail.wire.audit_log import LastCheck


@dataclass
class Installation:
    """A running Handrail, but for the socket."""

    settings: Settings
    store: AnyStore
    house: House
    worker: Worker
    admission: Admission
    gathering: Gathering
    book: PolicyBook
    access: Desk
    check_audit: Callable[[], None]
    stopwatch: Stopwatch
    web: FastAPI

    def close(self) -> None:
        """Finishes what was handed in, stops the worker and lets go of the store."""
        self.gathering.close()
        self.worker.stop()
        self.access.last_use.close()
        self.stopwatch.close()
        self.store.close()


class PoliciesForReviewing:
    """Tells reviewing what policies say (reviewing.desk.Policies)."""

    def __init__(self, book: PolicyBook) -> None:
        self.book = book
        self._known: dict[tuple[str, int], Mapping[str, QueueRules]] = {}

    def queues(self, session: Session, project_id: str) -> Mapping[str, QueueRules]:
        return self._queues(session, project_id, self.book.active_version(session, project_id))

    def review_rules(self, session: Session, project_id: str, version: int, queue: str) -> ReviewRules:
        policy = self.book.version(session, project_id, version)
        return ReviewRules(
            self._queues(session, project_id, version).get(queue) or QueueRules(queue),
            {name: one.severity for name, one in policy.categories.items()},
            policy.error_from,
            version,
        )

    def _queues(self, session: Session, project_id: str, version: int) -> Mapping[str, QueueRules]:
        """The queues of one version, which never changes."""
        known = self._known.get((project_id, version))
        if known is None:
            if len(self._known) >= CACHED:
                self._known.clear()
            policy = self.book.version(session, project_id, version)
            known = {name: _queue_rules(queue) for name, queue in policy.queues.items()}
            self._known[project_id, version] = known
        return known

    def recheck(
        self, session: Session, project_id: str, version: int, submitted: Mapping[str, Any], output: Mapping[str, Any]
    ) -> Rechecked:
        policy = self.book.version(session, project_id, version)
        item = seen_by_checks(submitted, None)
        scores = recheck(item, Output(output), [one.bound for one in policy.checks.values()])
        failed = tuple(
            one.name for one in scores if one.result == "fail" and policy.checks[one.name].then is not Then.NOTE
        )
        return Rechecked(scores, failed)


def _queue_rules(queue: Queue) -> QueueRules:
    return QueueRules(
        queue.name,
        queue.kind.value,
        queue.level.value,
        frozenset(queue.skills),
        frozenset(queue.languages),
        queue.requires.value,
        queue.reason.value,
        queue.lease,
        queue.undo,
        queue.hide_scores,
        queue.least_time,
    )


def install(settings: Settings, clock: Clock | None = None, checks: CheckRegistry | None = None) -> Installation:
    """Joins everything. Raises DatabaseRefused, SecretRefused or SettingsRefused with a sentence."""
    secret = load_secret(settings.secret_path)
    store = open_store(settings.database_url, clock)
    try:
        return assemble(settings, store, secret, checks)
    except BaseException:
        store.close()
        raise


@dataclass(frozen=True)
class Rooms:
    """What an item walks through, without any door to the outside."""

    store: AnyStore
    key: AuditKey
    signals: Signals
    book: PolicyBook
    admission: Admission
    desk: ReviewDesk
    worker: Worker


def join_rooms(
    store: AnyStore, secret: bytes, checks: CheckRegistry | None = None, settings: Settings | None = None
) -> Rooms:
    """Joins the rooms on a store that is open."""
    key = AuditKey.of(secret, settings or Settings())
    signals = Signals()
    book = PolicyBook(checks or builtin_registry())
    desk = ReviewDesk(key, PoliciesForReviewing(book), _present_result)
    handlers = {**Endings(key, book, desk, signals).handlers(), FOLD: fold_job}
    worker = Worker(store, key, handlers, signals)
    store.write(start_expiry)
    store.write(start_fold)
    store.read(book.warm)
    return Rooms(store, key, signals, book, Admission(store, key, book), desk, worker)


def assemble(settings: Settings, store: AnyStore, secret: bytes, checks: CheckRegistry | None = None) -> Installation:
    """Joins all parts on a store that is open."""
    rooms = join_rooms(store, secret, checks, settings)
    key, signals, book, desk, worker = rooms.key, rooms.signals, rooms.book, rooms.desk, rooms.worker
    admission, gathering = rooms.admission, Gathering(rooms.admission)

    def on_person_left(session: Session, project_id: str, person_id: str) -> None:
        claims.revoke_person(session, desk, project_id, person_id)

    access = Desk.of(secret, store, settings.own_url, on_person_left)
    house = House(
        store,
        key,
        signals,
        settings,
        access.identities,
        project_by_slug,
        VERSION,
        mark_key=derive(secret, "idempotency"),
    )
    wait_for = waiter(house)
    watch, stopwatch = health.AuditWatch(), Stopwatch(store)
    check_audit = health.watcher(house, watch, lambda: check_whole(store, key))
    doors = [
        *setup.doors(house, access),
        *audit_log.routes(house, lambda: _last_check(watch)),
        batch.routes(house, admission.admit),
        intake.routes(house, timed(gathering.admit, stopwatch), wait_for),
        delivering.routes(house, wait_for),
        looking.routes(house, item_parts),
        overview.routes(house, desk),
        reviewing.routes(house, desk),
        routing.routes(house, book),
        health.routes(house, worker, watch),
        monitoring.routes(house),
        metrics.routes(house),
        prometheus.routes(house),
        learning.routes(house),
    ]
    web = create_app(house, doors)
    return Installation(settings, store, house, worker, admission, gathering, book, access, check_audit, stopwatch, web)


def timed(admit: intake.AdmitOne, stopwatch: Stopwatch) -> intake.AdmitOne:
    """Admits as before, and notes how long the machine took until the item was on disk."""

    async def admitted(project_id: str, actor: str, kept: dict[str, Any], size: int) -> Admitted | Refused:
        began = perf_counter()
        found: Admitted | Refused = await admit(project_id, actor, kept, size)
        if isinstance(found, Admitted) and not found.repeated:
            segment = segment_of(kept.get("domain") or "default", kept.get("task") or "default")
            stopwatch.note(project_id, segment, perf_counter() - began)
        return found

    return admitted


SHORT_LOG = 50_000
"""A log up to here is checked in about half a second, sooner than a process starts."""


def check_whole(store: AnyStore, key: AuditKey) -> Verdict:
    """The check of the whole log: here while it is short, else in a process that leaves this one its interpreter."""
    is_short = store.read(evidence.size) <= SHORT_LOG
    return verify(store.read, key) if is_short else child.verify_in_child(store, key)


def _last_check(watch: health.AuditWatch) -> LastCheck | None:
    found = watch.verdict
    if found is None or watch.at is None:
        return None
    return LastCheck(at=watch.at, ok=found.ok, size=found.size, first_bad_index=found.first_bad_index, why=found.why)


def _present_result(session: Session, project_id: str, item_id: str) -> dict[str, Any]:
    return result_of(session, project_id, item_id=item_id)


def item_parts(session: Session, item: Mapping[str, Any]) -> dict[str, Any]:
    """What the other rooms know of an item, for its own page."""
    found = review_queries.reviews_of(session, item["id"])
    names = review_queries.names(session, {one["person_id"] for one in found})
    material = review_queries.material(session, item["id"])
    sample = sample_queries.sample(session, item["id"])
    decided = outcome_queries.outcome(session, item["id"]) is not None
    return {
        "scores": score_queries.scores(session, item["id"]),
        "route": material["route"],
        # reviews of an undecided item are shown to nobody but its adjudicator and auditors
        "reviews": [review_out(one, names.get(one["person_id"])) for one in found] if decided else [],
        "outcome": result_of(session, item["project_id"], item_id=item["id"]) if decided else None,
        "audit_sample": None if sample is None else _sample_json(sample),
    }


def _sample_json(sample: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: sample[name]
        for name in ("segment", "pick", "probability", "drawn_at", "answered_at", "verdict", "is_error")
    }
