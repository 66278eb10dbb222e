"""Admission of single items: 4 KB, 12 checks, policy, audit, stored durably; 16 connections."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import cycle

from benchmarks import processes
from benchmarks.databases import Database, fresh
from benchmarks.desk import Desk, encoded, kept, mixed_body, open_desk
from benchmarks.load import Load, Script, drive, request
from benchmarks.processes import Running
from benchmarks.table import Figure
from handrail.app import install
from handrail.flow.admission import Arrival, _Batch, _Routed
from handrail.kit.ids import new_id
from handrail.kit.jsons import parse_strict
from handrail.kit.settings import Settings
from handrail.stages.checking.frame import run_checks
from handrail.stages.intake.routes import read_item
from handrail.stages.intake.rules import seen_by_checks

CONNECTIONS = 16
BODIES = 50
WARM_S = 1.5
KEY_PLACE = "-" * 36
_PLACE = KEY_PLACE.encode()
AIM = ">= 60%, <= 0.6 ms"
_RAW = {
    "plain": "bare FastAPI route, same bytes, writer thread, WAL, synchronous=FULL, INSERT and COMMIT for each request",
    "group": "the same with one COMMIT for all requests that wait (group commit, as our store does)",
    "postgres": "bare FastAPI route, same bytes, one autocommitted INSERT on one of 12 pooled connections",
}


def measure(server: str | None, seconds: float) -> list[Figure]:
    """Our rate beside the bare route's, on SQLite, or on a PostgreSQL `server`."""
    with fresh(server) as database:
        desk = open_desk(database, keys=CONNECTIONS)
        parts = _parts(database, desk)
        with processes.serve(database.folder, database.url) as running:
            ours = _drive(
                running, [_requests("/v1/items", {"Authorization": f"Bearer {key}"}) for key in desk.keys], seconds
            )
    raws = ("plain", "group") if server is None else ("postgres",)
    return [_figure(database.store, ours, name, _raw(server, name, seconds), parts) for name in raws]


def _raw(server: str | None, name: str, seconds: float) -> Load:
    with fresh(server) as database:
        log = database.folder / "bare.log"
        start: Callable[[], AbstractContextManager[Running]] = partial(
            processes.bare, database.url, log, group=name == "group"
        )
        with start() as running:
            return _drive(running, [_requests("/items", {}) for _ in range(CONNECTIONS)], seconds)


def _requests(path: str, headers: dict[str, str]) -> list[bytes]:
    """Requests with a place for the Idempotency-Key, which a client sends with each."""
    with_key = {**headers, "Idempotency-Key": KEY_PLACE}
    return [request("POST", path, with_key, encoded(mixed_body(number))) for number in range(BODIES)]


def _drive(running: Running, requests: Sequence[list[bytes]], seconds: float) -> Load:
    return drive(running.port, running.pid, again_and_again, requests, warm_s=WARM_S, seconds=seconds)


def again_and_again(requests: list[bytes]) -> Script:
    """The same requests for ever, each time with a new key, so that each makes an item of its own."""
    for one in cycle(requests):
        yield "post", one.replace(_PLACE, new_id().encode(), 1)


def _figure(store: str, ours: Load, name: str, raw: Load, parts: Sequence[str]) -> Figure:
    cpu, raw_cpu = (one.server_cpu_s / one.count("post") * 1e3 for one in (ours, raw))
    client = ours.client_cpu_s / ours.count("post") * 1e3
    wall = ours.seconds / ours.count("post") * 1e3
    costs = f"server CPU {cpu:.2f} ms per item, bare route {raw_cpu:.2f}: {cpu - raw_cpu:.2f} ms above it"
    where = [
        f"{costs}; load client {client:.2f}; wall {wall:.2f} ms per item on shared cores",
        f"bare route p50 / p99 {raw.p('post', 0.5):.1f} / {raw.p('post', 0.99):.1f} ms",
        *(parts if name != "group" else ()),
    ]
    what = "admit" if name != "group" else "admit, grouped raw"
    return Figure(
        what, store, ours.rate("post"), "items/s", AIM, raw.rate("post"), _RAW[name],
        ours.p("post", 0.5), ours.p("post", 0.99), where,
    )  # fmt: skip


def _parts(database: Database, desk: Desk) -> list[str]:
    """What the steps of one admission cost by themselves, without HTTP, in one thread."""
    installation = install(Settings(database=database.url, data_dir=str(database.folder)))
    try:
        admission, body = installation.admission, mixed_body(1)
        text, ready = encoded(body), kept(body)
        arrival = Arrival("key:x", ready)
        in_force = admission._in_force(desk.project_id)
        at = installation.store.now()
        item, bound = seen_by_checks(ready, at), [one.bound for one in in_force.policy.checks.values()]
        prepared = admission._prepare(in_force, arrival, at)
        assert isinstance(prepared, _Routed)

        def rows() -> None:
            _Batch(admission.key, desk.project_id).add(prepared)

        parse, check = cpu_us(lambda: parse_strict(text)), cpu_us(lambda: run_checks(item, bound))
        valid, whole = (
            cpu_us(lambda: read_item(body, None)),
            cpu_us(lambda: admission._prepare(in_force, arrival, at)),
        )
        made = cpu_us(rows)
        stored = cpu_us(lambda: admission.admit(desk.project_id, "key:x", [ready]))
    finally:
        installation.close()
    before = (
        f"parse strictly {parse:.0f}, validate {valid:.0f}, {len(bound)} checks {check:.0f}, route {whole - check:.0f}"
    )
    after = f"rows with hashes and audit {made:.0f}, write and commit {stored - whole - made:.0f}"
    return [f"one item alone, µs of CPU: {before}, {after}"]


def cpu_us(run: Callable[[], object], rounds: int = 8, calls: int = 25) -> float:
    """Processor time of this process for one call, in microseconds: the best of several rounds."""
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(calls):
            run()
        best = min(best, time.process_time() - began)
    return best / calls * 1e6
