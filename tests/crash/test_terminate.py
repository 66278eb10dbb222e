"""X24: SIGTERM under load. What is in flight is finished, nothing acknowledged is lost, leases survive the restart."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from benchmarks.real_run.server import PASSWORD, PROJECT, OpenProject, ServerProcess, open_project
from handrail.client.api import Api
from tests.crash.test_kill_nine import server  # a fixture

__all__ = ["server"]

POLICY = """
policy: 1
bands: {on: confidence, rows: [{above: 0.9, then: release, uncertified: true}, {queue: team}]}
queues: {team: {}}
autonomy: {segments: {default: exception}}
"""
SENDERS = 4


class Load:
    """Programs that send items without trying again, and note what came back."""

    def __init__(self, server: ServerProcess, key: str) -> None:
        self.acked: dict[str, str] = {}
        self.refused: list[int] = []
        self.cut = 0
        self._url, self._key = server.url, key
        self._over = threading.Event()

    def _send(self, at: int) -> None:
        with httpx.Client(base_url=self._url, headers={"Authorization": f"Bearer {self._key}"}, timeout=15) as client:
            number = 0
            while not self._over.is_set():
                number += 1
                key = f"{at}-{number}"
                body = {"output": f"text {key}", "confidence": 0.99 if number % 2 else 0.5, "key": key}
                try:
                    told = client.post("/v1/items", json=body)
                except httpx.ConnectError:
                    return  # the server takes no new connections any more
                except httpx.TransportError:
                    self.cut += 1  # an idle connection that the server closed just then; the SDK sends it again
                    continue
                if told.status_code in (201, 202):
                    self.acked[key] = told.json()["item_id"]
                else:
                    self.refused.append(told.status_code)

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._send, args=(at,)) for at in range(SENDERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()


def held_item(url: str, project: OpenProject) -> dict[str, Any]:
    with Api(url, project.key) as program:
        program.post("/v1/items", {"output": "a text", "confidence": 0.5})
    with Api(url).sign_in(project.reviewers[0], PASSWORD, project=PROJECT) as reviewer:
        found: dict[str, Any] = reviewer.post("/v1/assignments/claim", {"limit": 1})["assignments"][0]
        return found


def test_x24_a_server_that_is_told_to_stop_finishes_what_it_has_begun(server: ServerProcess) -> None:
    server.start()
    project = open_project(server, POLICY, 1)
    held = held_item(server.url, project)
    load = Load(server, project.key)
    with load.running():
        time.sleep(1.0)
        assert server.process is not None
        began = time.perf_counter()
        server.process.terminate()
        assert server.process.wait(15) == 0
        took = time.perf_counter() - began
    assert took <= 10.0
    assert load.acked
    assert [one for one in load.refused if one not in (429, 503)] == []
    server.start()
    with Api(server.url, project.key) as program:
        stored = {one["key"]: one["item_id"] for one in program.rows("/v1/items", limit=200)}
    assert {key: stored.get(key) for key in load.acked} == load.acked
    with Api(server.url).sign_in(project.reviewers[0], PASSWORD, project=PROJECT) as reviewer:
        path = f"/v1/assignments/{held['assignment_id']}"
        reviewer.post(f"{path}/heartbeat", {"fence": held["fence"]})
        told = reviewer.post(f"{path}/review", {"fence": held["fence"], "verdict": "approve", "active_ms": 4_000})
    assert told["review"]["verdict"] == "approve"
