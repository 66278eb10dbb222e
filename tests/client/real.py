"""The real server, for the same suite as the fake and the server of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.real_run.server import LEAD, PASSWORD, PROJECT, OpenProject, ServerProcess, open_project
from handrail import AsyncHandrail, Handrail
from handrail.client.api import Api
from tests.client.backends import Verdict

POLICY = """
policy: 1
categories: {wrong: {severity: major}}
block: [{name: to_block, when: "task == 'to_block'"}]
review: [{name: to_person, when: "task == 'to_person'", queue: people}]
queues: {people: {undo: 0s}}
pending: {show: draft, label: "Draft, an expert is reviewing it"}
autonomy: {segments: {"suite:free": monitor}}
"""
AT_ONCE = 20


@dataclass
class RealBackend:
    """`handrail serve` in a process of its own; its people decide over HTTP."""

    server: ServerProcess
    project: OpenProject
    _held: dict[str, tuple[Api, dict[str, Any]]] = field(default_factory=dict)
    _people: list[Api] = field(default_factory=list)

    def blocking(self) -> Handrail:
        return Handrail(self.server.url, self.project.key)

    def awaiting(self) -> AsyncHandrail:
        return AsyncHandrail(self.server.url, self.project.key)

    def decide(self, item_id: str, verdict: Verdict, output: str | None = None) -> None:
        person, held = self._take(item_id)
        body = {"fence": held["fence"], "verdict": verdict, "active_ms": 1_000, "reason": "as the test says"}
        body |= {"severity": "major"} if verdict == "reject" else {}
        body |= {"output": output} if output is not None else {}
        person.post(f"/v1/assignments/{held['assignment_id']}/review", body)
        with Api(self.server.url, self.project.key) as api:  # it settles a moment later, when the undo window is over
            api.get(f"/v1/items/{item_id}/outcome", wait="10s")

    def _take(self, item_id: str) -> tuple[Api, dict[str, Any]]:
        """Claims until this item is held; what else is claimed on the way is kept for its own test."""
        for person in self._people:
            if item_id in self._held:
                break
            for held in person.post("/v1/assignments/claim", {"limit": AT_ONCE})["assignments"]:
                self._held[held["item_id"]] = (person, held)
        return self._held.pop(item_id)

    def sign_in(self) -> None:
        self._people = [
            Api(self.server.url).sign_in(name, PASSWORD, project=PROJECT) for name in self.project.reviewers
        ]

    def make_webhook(self) -> None:
        """The one that an item of the suite names; switched off, because nobody listens there."""
        with Api(self.server.url).sign_in(LEAD, PASSWORD, project=PROJECT) as lead:
            lead.post("/v1/webhooks", {"name": "app", "url": "https://app.example/hooks"})
            lead.request("PATCH", "/v1/webhooks/app", json={"enabled": False}, headers={"If-Match": '"r1"'})

    def close(self) -> None:
        for person in self._people:
            person.close()


@contextmanager
def real_backend(folder: Path) -> Iterator[RealBackend]:
    """A server with the policy of the suite and people who review."""
    server = ServerProcess(folder)
    server.start()
    try:
        backend = RealBackend(server, open_project(server, POLICY, 6))
        backend.sign_in()
        backend.make_webhook()
        yield backend
        backend.close()
    finally:
        server.stop()
