"""Servers and workers with duties of their own, each a process: an item goes through all of them, and so does its
trace; a duty that nobody does is told."""

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

from benchmarks.real_run.server import LEAD, PASSWORD, PROJECT, ServerProcess, open_project
from benchmarks.receiver import receiving
from handrail.client.api import Api
from tests.crash.test_processes import POLICY
from tests.support.collector import collecting

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def server(postgres_server: str, tmp_path: Path) -> Iterator[ServerProcess]:
    """Two processes without workers, on a database of their own."""
    name = f"handrail_duties_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        options = ("--processes", "2", "--worker", "off")
        made = ServerProcess(tmp_path, f"{postgres_server.rpartition('/')[0]}/{name}", options=options)
        yield made
        made.stop()
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def worker(server: ServerProcess, only: str) -> subprocess.Popen[bytes]:
    place = ["--database", server.database_url, "--data-dir", str(server.folder / "data")]
    return subprocess.Popen(
        [sys.executable, "-m", "handrail", "worker", *place, "--only", only], stdout=subprocess.DEVNULL
    )


def health(lead: Api) -> str | None:
    told: str | None = next(one["why"] for one in lead.get("/v1/health")["parts"] if one["name"] == "worker")
    return told


def wait_until(lead: Api, words: str | None) -> None:
    told = None
    for _ in range(600):
        told = health(lead)
        if (told is None) if words is None else (words in str(told)):
            return
        time.sleep(0.1)
    raise AssertionError(told)


@pytest.mark.postgres
@pytest.mark.timeout(240)
def test_each_duty_in_a_process_of_its_own(server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as application, collecting() as collector:
        monkeypatch.setenv("HANDRAIL_TRACES", "otlp")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        monkeypatch.setenv("HANDRAIL_ALLOWED_PRIVATE_HOSTS", application.host)
        server.start(60)
        project = open_project(server, POLICY, 1)
        lead = Api(server.url).sign_in(LEAD, PASSWORD, project=PROJECT)
        lead.post("/v1/webhooks", {"name": "app", "url": application.url})
        wait_until(lead, "No worker runs")
        workers = [worker(server, "jobs"), worker(server, "timers")]
        wait_until(lead, "No worker does deliveries")
        with Api(server.url, project.key) as api:
            made = api.post("/v1/items", {"output": "x", "confidence": 0.1}, traceparent=f"00-{TRACE}-{'1' * 16}-01")
        workers.append(worker(server, "deliveries"))
        wait_until(lead, None)
        assert application.wait_for(lambda: any(b"item.released" in one.body for one in application.calls))
        wanted = {"POST /v1/items", "job deadline.breach", "delivery"}
        collector.wait_for(lambda: wanted <= set(collector.trace(TRACE)))
        trace = collector.trace(TRACE)
        who = {name: {one.resource["service.instance.id"] for one in trace[name]} for name in wanted}
        assert len(set().union(*who.values())) == len(wanted)
        assert {one.values["handrail.item_id"] for one in trace["delivery"]} == {made["item_id"]}
        for one in workers:
            os.kill(one.pid, signal.SIGTERM)
        assert [one.wait(30) for one in workers] == [0, 0, 0]
        wait_until(lead, "No worker runs")
