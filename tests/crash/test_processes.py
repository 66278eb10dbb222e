"""Several server processes on one PostgreSQL: they share the work, and one that dies is replaced."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from benchmarks.real_run.server import OpenProject, ServerProcess, open_project
from handrail.client.api import Api

POLICY = """
policy: 1
bands: {on: confidence, rows: [{above: 0.5, then: release, uncertified: true}, {queue: team}]}
queues: {team: {deadline: 1s, at_breach: fallback}}
fallback: Later.
autonomy: {segments: {default: exception}}
"""


@pytest.fixture
def server(postgres_server: str, tmp_path: Path) -> Iterator[ServerProcess]:
    """Two processes on a database of their own."""
    name = f"handrail_many_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made = ServerProcess(tmp_path, f"{postgres_server.rpartition('/')[0]}/{name}", options=("--processes", "2"))
        yield made
        made.stop()
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def children(server: ServerProcess) -> set[int]:
    """The server processes behind the one that was started; multiprocessing's own helper serves nothing."""
    assert server.process is not None
    pids = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return {int(one) for one in pids if "spawn_main" in Path(f"/proc/{one}/cmdline").read_text()}


def ask(server: ServerProcess, project: OpenProject, count: int, mark: str) -> list[str]:
    """Sends items, each under a key that its retries keep."""
    with Api(server.url, project.key, retries=40) as api:
        keys = [f"{mark}-{at}" for at in range(count)]
        body = {"output": "x", "confidence": 0.9}
        return [api.post("/v1/items", body, **{"Idempotency-Key": key})["item_id"] for key in keys]


@pytest.mark.postgres
@pytest.mark.timeout(180)
def test_one_that_dies_is_replaced_and_nothing_acknowledged_is_lost(server: ServerProcess) -> None:
    server.start(60)
    project = open_project(server, POLICY, 1)
    before = children(server)
    assert len(before) == 2
    sent = ask(server, project, 20, "calm")
    for turn in range(2):  # the one that works on jobs is among them
        for pid in sorted(children(server)):
            os.kill(pid, signal.SIGKILL)
            sent += ask(server, project, 20, f"{turn}-{pid}")
    assert len(set(sent)) == len(sent)
    with Api(server.url, project.key, retries=40) as api:
        low = api.post("/v1/items", {"output": "unsure", "confidence": 0.1})
        assert {one["item_id"] for one in api.rows("/v1/items", limit=200)} == {*sent, low["item_id"]}
        for _ in range(200):  # a deadline fires: the place of the worker was filled too
            if api.get(f"/v1/items/{low['item_id']}/outcome")["status"] != "pending":
                break
            time.sleep(0.1)
        assert api.get(f"/v1/items/{low['item_id']}/outcome")["source"] == "fallback"
    assert len(children(server)) == 2
    assert not children(server) & before


@pytest.mark.postgres
@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_they_end_with_the_one_that_started_them(server: ServerProcess, how: signal.Signals) -> None:
    server.start(60)
    pids = children(server)
    assert server.process is not None
    server.process.send_signal(how)
    server.process.wait(30)
    until = time.monotonic() + 20
    while time.monotonic() < until and any(Path(f"/proc/{pid}").exists() for pid in pids):
        time.sleep(0.1)
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def test_sqlite_has_one_writer_and_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "handrail", "serve", "--data-dir", str(tmp_path), "--processes", "2"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 3
    assert "SQLite has one writer" in ended.stderr
