"""X3: PostgreSQL restarted under load. Errors are 503 with Retry-After, nothing is lost, nothing decided twice."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from benchmarks.real_run.__main__ import policy_for
from scripts import postgres
from tests.crash.outages import Outages, WorkerProcess, two_nodes
from tests.crash.test_kill_nine import invented


@pytest.fixture
def own_postgres() -> Iterator[postgres.Server]:
    """A server that this test alone uses, because it is restarted."""
    found = postgres.installations()
    if not found:
        pytest.skip(f"no PostgreSQL here; to add it: {postgres.ADD}")
    with postgres.started(found[0]) as server:
        yield server


def campaign(own: postgres.Server, folder: Path, items: int, rounds: int, pause_s: float) -> Outages:
    rows, nodes = invented(items), two_nodes(folder, own.url)
    rng = Random(int(os.environ.get("SEED", "3")))
    made = Outages(nodes[0], policy_for(rows), rows, rounds, rng, pause_s, postgres=own, nodes=nodes)
    made.workers = [WorkerProcess(nodes[0]), WorkerProcess(nodes[0])]
    return made


def run(made: Outages) -> None:
    try:
        made.run()
    finally:
        made.stop()
    made._check_audit_log()
    sys.stdout.write(made.figures())
    assert made.problems == []
    assert made.tally.verdicts


@pytest.mark.long  # its clients count seconds without an answer, so it wants a quiet machine
@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_x03_postgres_restarts_under_load(own_postgres: postgres.Server, tmp_path: Path) -> None:
    made = campaign(own_postgres, tmp_path, 80, 4, 0.5)
    run(made)
    assert made.done["answers 503 without a database"] == 4
    assert {name for name, count in made.done.items() if count == 1} == {
        "restarts of PostgreSQL", "kills of a backend", "kills of a worker", "kills of a server",
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.postgres
def test_x03_postgres_restarts_long(own_postgres: postgres.Server, tmp_path: Path) -> None:
    """KILLS rounds over ITEMS items; every few seconds something is taken away, every other time PostgreSQL."""
    items, rounds = (int(os.environ.get(*one)) for one in (("ITEMS", "2000"), ("KILLS", "40")))
    run(campaign(own_postgres, tmp_path, items, rounds, 8.0))
