"""Health tells the truth: each part that does not work is named with what to do."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.testclient import TestClient

from handrail.app import assemble, join_rooms
from handrail.background.duties import Duty
from handrail.kit.clock import Clock, SystemClock, from_ms, to_text
from handrail.kit.errors import HandrailFault
from handrail.kit.settings import Settings
from handrail.stages.monitoring.counting import rebuild
from handrail.stages.monitoring.health import AuditWatch, Trouble, routes
from handrail.storage import AnyStore, Session
from handrail.storage.postgres import PostgresStore
from handrail.storage.sqlite import SqliteStore
from handrail.web.call import Call
from handrail.web.caller import Caller
from handrail.web.guard import NOBODY
from tests.support.office import SECRET, opened
from tests.support.webroom import Webroom


def parts(client: TestClient) -> dict[str, str | None]:
    """What is wrong, by part; also checks that the whole says no as soon as one part does."""
    told: dict[str, Any] = client.get("/v1/health").json()
    assert told["ok"] == all(one["ok"] for one in told["parts"])
    return {one["name"]: one["why"] for one in told["parts"]}


def noted(room: Webroom) -> dict[str, str]:
    """What is said of parts that work."""
    warning = room.office.store.warning()
    return {} if warning is None else {"database": warning}


def test_all_is_well(room: Webroom) -> None:
    client = room.program()
    room.office.number_all()
    room.office.run_due()
    room.installation.check_audit()
    found = parts(client)
    assert set(found) == {"database", "worker", "timers", "audit_log", "webhooks", "metrics", "disk", "clock"}
    assert {name: why for name, why in found.items() if why is not None and name != "disk"} == noted(room)


def test_t38_an_altered_log_raises_the_alarm(room: Webroom) -> None:
    room.office.submit()
    room.office.number_all()
    client = room.program()
    room.office.number_all()
    room.office.store.write(lambda session: session.change("UPDATE audit_entries SET actor = 'x' WHERE log_index = 1"))
    assert parts(client)["audit_log"] is None  # not looked at since
    room.installation.check_audit()
    assert "broken from index 1" in str(parts(client)["audit_log"])


def test_jobs_that_nobody_runs_and_jobs_that_were_given_up_are_told(room: Webroom) -> None:
    room.office.submit()
    room.office.run_due()
    room.office.number_all()
    client = room.program()
    room.office.shift(minutes=31)
    assert "timers are late; start a worker" in str(parts(client)["timers"])
    room.office.run_due()
    assert parts(client)["timers"] is None
    room.office.store.write(lambda session: session.change("UPDATE jobs SET state = 'dead' WHERE run_at > 0"))
    assert "given up" in str(parts(client)["timers"])


def test_entries_that_wait_too_long_for_their_number_are_told(room: Webroom) -> None:
    room.office.submit()
    client = room.program()
    room.office.shift(seconds=11)
    assert "waited for their number" in str(parts(client)["audit_log"])
    room.office.number_all()
    assert parts(client)["audit_log"] is None


def since_of(client: TestClient, name: str) -> str | None:
    told: dict[str, Any] = client.get("/v1/health").json()
    found: str | None = next(one["since"] for one in told["parts"] if one["name"] == name)
    return found


def test_a_worker_that_never_ran_or_fell_silent_is_told(room: Webroom) -> None:
    client = room.program()
    assert "Start `handrail worker`" in str(parts(client)["worker"])
    room.office.run_due()
    assert parts(client)["worker"] is None
    last = room.office.rows("SELECT MAX(beat_at) FROM worker_beats")[0][0]
    room.office.shift(seconds=20)
    assert "has fallen silent" in str(parts(client)["worker"])
    assert since_of(client, "worker") == to_text(from_ms(last))
    room.office.run_due()
    assert parts(client)["worker"] is None


def test_a_duty_that_nobody_does_is_told(room: Webroom, store: AnyStore) -> None:
    client, worker = room.program(), room.office.rooms.worker
    worker.pulse.duties = frozenset({Duty.JOBS, Duty.TIMERS})
    room.office.run_due()
    told = str(parts(client)["worker"])
    assert "No worker does deliveries: webhooks get nothing" in told
    assert "handrail worker --only deliveries" in told
    sender = join_rooms(store, SECRET).worker
    sender.pulse.duties = frozenset({Duty.DELIVERIES})
    sender.run_pulse()
    assert parts(client)["worker"] is None
    room.office.store.write(lambda session: session.change("UPDATE worker_beats SET duties = NULL"))
    assert parts(client)["worker"] is None  # as the version before writes it


def test_a_worker_that_ends_takes_its_sign_of_life_back(store: AnyStore) -> None:
    rooms = join_rooms(store, SECRET)
    rooms.worker.start()
    eventually(lambda: store.read(lambda s: s.run("SELECT COUNT(*) FROM worker_beats"))[0][0] == 1)
    rooms.worker.stop()
    assert store.read(lambda s: s.run("SELECT COUNT(*) FROM worker_beats"))[0][0] == 0


def eventually(holds: Callable[[], bool]) -> None:
    for _ in range(400):
        if holds():
            return
        threading.Event().wait(0.025)
    raise AssertionError("it never came")


def test_a_clock_that_was_set_back_is_told(room: Webroom) -> None:
    room.office.submit()
    client = room.program()
    assert parts(client)["clock"] is None
    room.office.shift(hours=-1)
    assert "set back by 36" in str(parts(client)["clock"])


@dataclass
class Elsewhere:
    """A clock of a machine that is half a minute ahead."""

    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        return SystemClock().now() + timedelta(seconds=30)


@pytest.mark.postgres
def test_a_clock_apart_from_the_databases_is_told(postgres_store: PostgresStore, tmp_path: Path) -> None:
    with closed_after(postgres_store, Elsewhere()) as store, ExitStack() as stack:
        settings = Settings(data_dir=str(tmp_path), worker="off")
        room = Webroom(opened(store), assemble(settings, store, SECRET), stack)
        assert "differ by 30 s" in str(parts(room.program())["clock"])


@contextmanager
def closed_after(store: PostgresStore, clock: Clock) -> Iterator[PostgresStore]:
    before, store.clock = store.clock, clock
    try:
        yield store
    finally:
        store.clock = before


def test_events_that_nobody_counts_are_told(room: Webroom) -> None:
    room.office.submit()
    room.office.number_all()
    client = room.program()
    room.office.shift(minutes=2)
    assert "metrics stand still" in str(parts(client)["metrics"])
    room.office.run_due()
    room.office.number_all()
    room.office.shift(seconds=3)
    room.office.run_due()
    assert parts(client)["metrics"] is None


def test_a_full_disk_is_told(store: AnyStore) -> None:
    """The smallest of the machine's file systems stands for one that is nearly full."""
    small = next(one for one in ("/sys", "/proc") if os.statvfs(one).f_bavail == 0)
    with ExitStack() as stack:
        room = Webroom(opened(store), assemble(Settings(data_dir=small, worker="off"), store, SECRET), stack)
        client = room.program()
        assert "Only 0 MiB are free" in str(parts(client)["disk"])
        assert since_of(client, "disk") is not None


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # PostgreSQL itself ends with a failed sync
def test_a_database_whose_disk_failed_is_told(room: Webroom) -> None:
    """A unit of work that ends as one whose sync failed: from then on nothing is acknowledged."""
    store = room.office.store
    assert isinstance(store, SqliteStore)
    client = room.program()
    assert parts(client)["database"] == noted(room).get("database")

    def fails(session: Session) -> None:
        session.run("ROLLBACK")
        raise FailedSync("disk I/O error")

    with suppress(HandrailFault):
        store.write(fails)
    assert "The disk failed and nothing more is stored" in str(parts(client)["database"])


class FailedSync(sqlite3.OperationalError):
    """What SQLite says of a disk that lost what it was given."""

    sqlite_errorname = "SQLITE_IOERR_FSYNC"


def test_other_rooms_add_their_parts(room: Webroom) -> None:
    house = room.installation.house
    trouble = {"webhooks": lambda _: Trouble("The receiver claims-app refuses; look at its address.")}
    door = routes(house, room.installation.worker, AuditWatch(), trouble)
    assert [route.path for route in door.routes] == ["/v1/health"]
    told = door.routes[0].endpoint(
        call=Call(house, Request({"type": "http"}), Caller(NOBODY.identity, None, frozenset()))
    )
    part = next(one for one in told.parts if one.name == "webhooks")
    assert not part.ok
    assert part.since is not None


def test_prometheus_reads_the_present(room: Webroom) -> None:
    office = room.office
    office.submit()
    office.submit(confidence=0.95)
    office.number_all()
    office.shift(seconds=3)
    office.run_due()
    client = room.program()
    client.get("/v1/items")
    told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(told.text)
        for sample in family.samples
    }
    slug = office.rows("SELECT slug FROM projects WHERE id = :id", id=office.project_id)[0][0]
    assert found["handrail_queue_seats", ("project", slug), ("queue", "junior"), ("status", "waiting")] == 1
    assert found["handrail_items_received_total", ("action", "release"), ("project", slug)] == 1
    assert found["handrail_items_decided_total", ("project", slug), ("source", "auto")] == 1
    assert found["handrail_jobs", ("state", "dead")] == 0
    assert any(name[0] == "handrail_worker_silent_seconds" for name in found)
    listed = [one for one in found if one[0] == "handrail_request_duration_seconds_count"]
    assert any(("route", "/v1/items") in one for one in listed)
    assert ("handrail_audit_log_lag_seconds",) in found
    engineer = room.browser(office.person("rita"))
    assert engineer.get("/metrics").status_code == 403


def test_the_machines_own_time_is_observed(room: Webroom) -> None:
    client = room.program()
    for number in range(3):
        assert client.post("/v1/items", json={"output": f"A letter, {number}.", "domain": "mail"}).status_code == 202
    assert client.post("/v1/items", json={"output": "refused", "metadata": {"amount": "many"}}).status_code == 422
    room.installation.stopwatch.flush()
    told = client.get("/v1/metrics", params={"name": "latency_machine", "by": "segment"}).json()
    assert {line["key"] for line in told["series"]} == {"mail:default"}
    assert told["series"][0]["total"]["denominator"] == 3
    room.office.store.write(rebuild)
    again = client.get("/v1/metrics", params={"name": "latency_machine"}).json()
    assert again["series"][0]["total"]["denominator"] == 3
