"""The one place where the parts are joined: settings, stores, plugins, rooms, routes, worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import Any  # Any: items are JSON

from fastapi import FastAPI

from handrail.audit import AuditKey, Verdict, child, evidence, verify
from handrail.background.outgoing import Outgoing
from handrail.background.signals import Signals
from handrail.background.worker import Worker
from handrail.domain.item import segment_of
from handrail.extend.checks import CheckRegistry
from handrail.flow import Admission, Admitted, Endings, Gathering, Refused
from handrail.flow.afterwards import Afterwards
from handrail.flow.endings import start_expiry
from handrail.flow.parts import item_parts
from handrail.flow.policies import PoliciesForExploring, PoliciesForReviewing
from handrail.flow.rehearsal import Rehearsal
from handrail.kit.clock import Clock
from handrail.kit.secrets import derive, load_secret
from handrail.kit.settings import Settings
from handrail.kit.traces import NO_TRACES, Traces
from handrail.kit.version import VERSION
from handrail.plugins.checks import builtin_registry
from handrail.setup import routes as setup
from handrail.setup.access.desk import Desk
from handrail.setup.access.identify import may_still
from handrail.setup.access.passwords import Passwords
from handrail.setup.access.sign_on.company import SignOn
from handrail.setup.audit_log import routes as audit_log
from handrail.setup.projects.queries import project_by_slug
from handrail.stages.delivering.routes import deliveries as delivery_routes
from handrail.stages.delivering.routes import events, webhooks
from handrail.stages.delivering.routes import outcomes as delivering
from handrail.stages.delivering.sender import Sender
from handrail.stages.delivering.service import deliveries
from handrail.stages.delivering.service.desk import DeliveryDesk
from handrail.stages.delivering.service.results import result_of
from handrail.stages.delivering.waiting import waiter
from handrail.stages.exploring.routes import lists, views
from handrail.stages.exploring.service import Filler
from handrail.stages.intake.routes import batch, looking
from handrail.stages.intake.routes import items as intake
from handrail.stages.learning.asked import ExportDesk
from handrail.stages.learning.making import Maker
from handrail.stages.learning.routes import exports
from handrail.stages.learning.routes import stream as export_stream
from handrail.stages.monitoring import health
from handrail.stages.monitoring.counting import FOLD, fold_job, start_fold
from handrail.stages.monitoring.routes import metrics, prometheus
from handrail.stages.monitoring.routes import samples as monitoring
from handrail.stages.monitoring.stopwatch import Stopwatch
from handrail.stages.recalling import routes as recalling
from handrail.stages.reviewing import claims
from handrail.stages.reviewing.desk import ReviewDesk
from handrail.stages.reviewing.routes import assignments as reviewing
from handrail.stages.reviewing.routes import queues as overview
from handrail.stages.routing import routes as routing
from handrail.stages.routing.service import PolicyBook
from handrail.storage import AnyStore, Session, open_store
from handrail.web.app import create_app
from handrail.web.house import House
from handrail.web.otlp import traces_of
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
    maker: Maker
    web: FastAPI

    def close(self) -> None:
        """Finishes what was handed in, stops the worker and lets go of the store."""
        self.gathering.close()
        self.worker.stop()
        self.access.close()
        self.stopwatch.close()
        self.store.close()
        self.house.traces.close()


def install(
    settings: Settings,
    clock: Clock | None = None,
    checks: CheckRegistry | None = None,
    passwords: Passwords | None = None,
) -> Installation:
    """Joins everything. Raises DatabaseRefused, SecretRefused or SettingsRefused with a sentence."""
    secret = load_secret(settings.secret_path)
    traces = traces_of(settings)
    store = open_store(settings.database_url, clock)
    try:
        return assemble(settings, store, secret, checks, passwords, traces)
    except BaseException:
        store.close()
        traces.close()
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
    afterwards: Afterwards
    worker: Worker
    deliveries: DeliveryDesk
    sender: Sender
    exports: ExportDesk
    maker: Maker


def join_rooms(
    store: AnyStore,
    secret: bytes,
    checks: CheckRegistry | None = None,
    settings: Settings | None = None,
    traces: Traces = NO_TRACES,
) -> Rooms:
    """Joins the rooms on a store that is open."""
    given = settings or Settings()
    key, allowed_hosts = AuditKey.of(secret, given), given.allowed_private_hosts
    signals = Signals()
    book = PolicyBook(checks or builtin_registry())
    desk = ReviewDesk(key, PoliciesForReviewing(book), _present_result)
    filler = Filler(store, PoliciesForExploring(book))
    turns = {"explorer": filler.turn}
    afterwards = Afterwards(key, book, desk, signals)
    outgoing = DeliveryDesk(key, derive(secret, "webhooks"), allowed_hosts, traces)
    sender = Sender(store, outgoing, signals, lambda: Outgoing(allowed_hosts))
    timers = Endings(key, book, desk, signals, afterwards).handlers()
    handlers = {
        **timers,
        deliveries.REPLAY: deliveries.run_replay,
        deliveries.EXPIRE: deliveries.run_expiry,
        FOLD: fold_job,
    }
    made = ExportDesk(key, given.exports_path, timedelta(days=given.exports_keep_days), VERSION)
    maker = Maker(store, made, signals, partial(may_still, permission="exports.read"))
    worker = Worker(store, key, handlers, signals, turns, [sender, maker], timers=frozenset(timers), traces=traces)
    store.write(start_expiry)
    store.write(deliveries.start_expiry)
    store.write(start_fold)
    store.read(book.warm)
    return Rooms(
        store,
        key,
        signals,
        book,
        Admission(store, key, book, traces),
        desk,
        afterwards,
        worker,
        outgoing,
        sender,
        made,
        maker,
    )


def assemble(
    settings: Settings,
    store: AnyStore,
    secret: bytes,
    checks: CheckRegistry | None = None,
    passwords: Passwords | None = None,
    traces: Traces = NO_TRACES,
) -> Installation:
    """Joins all parts on a store that is open."""
    rooms = join_rooms(store, secret, checks, settings, traces)
    key, signals, book, desk, worker = rooms.key, rooms.signals, rooms.book, rooms.desk, rooms.worker
    admission, gathering = rooms.admission, Gathering(rooms.admission)

    def on_person_left(session: Session, project_id: str, person_id: str) -> None:
        claims.revoke_person(session, desk, project_id, person_id)

    sign_on = SignOn.of(settings, secret)
    access = Desk.of(secret, store, settings.own_url, on_person_left, sign_on, passwords or Passwords())
    house = House(
        store,
        key,
        signals,
        settings,
        access.identities,
        project_by_slug,
        VERSION,
        mark_key=derive(secret, "idempotency"),
        traces=traces,
    )
    wait_for = waiter(house)
    worker.is_busy = house.timings.busy
    watch, stopwatch = health.AuditWatch(), Stopwatch(store)
    check_audit = health.watcher(house, watch, lambda: check_whole(store, key))
    parts = partial(item_parts, book)
    doors = [
        *setup.doors(house, access),
        *audit_log.routes(house, lambda: _last_check(watch), watch.note),
        batch.routes(house, admission.admit),
        intake.routes(house, timed(gathering.admit, stopwatch), wait_for),
        delivering.routes(house, wait_for),
        lists.routes(house, PoliciesForExploring(book)),
        views.routes(house, PoliciesForExploring(book)),
        events.routes(house),
        webhooks.routes(house, rooms.deliveries),
        delivery_routes.routes(house, rooms.deliveries),
        looking.routes(house, parts),
        recalling.routes(house, rooms.afterwards, _present_result, partial(looking.item_out, parts=parts)),
        overview.routes(house, desk),
        reviewing.routes(house, desk),
        routing.routes(house, book, Rehearsal(store, book)),
        health.routes(house, worker, watch),
        monitoring.routes(house),
        metrics.routes(house),
        prometheus.routes(house),
        export_stream.routes(house),
        exports.routes(house, rooms.exports),
    ]
    web = create_app(house, doors)
    return Installation(
        settings, store, house, worker, admission, gathering, book, access, check_audit, stopwatch, rooms.maker, web
    )


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
