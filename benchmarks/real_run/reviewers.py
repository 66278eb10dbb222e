"""Reviewers played from people's labels and corrections, each through the HTTP API like anyone else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.real_run.data import Truth
from benchmarks.real_run.server import PASSWORD, PROJECT
from handrail.client.api import Api
from handrail.client.errors import ApiError

CATEGORY = "hallucination"


@dataclass
class Tally:
    """What the reviewers did; every verdict here was acknowledged by the server."""

    verdicts: dict[str, str] = field(default_factory=dict)  # item -> verdict, review seats
    audits: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, item_id: str, verdict: str) -> None:
        with self.lock:
            told = self.audits if kind == "audit" else self.verdicts
            if item_id in told:
                raise AssertionError(f"{kind} of {item_id} was acknowledged twice")
            told[item_id] = verdict


def verdict_on(truth: Truth, fence: int) -> dict[str, Any]:
    """What a person who knows the truth sends."""
    body: dict[str, Any] = {"fence": fence, "active_ms": 20_000, "claim_next": True}
    if not truth.is_bad:
        return body | {"verdict": "approve"}
    body |= {"severity": "critical", "categories": [CATEGORY], "reason": "The labels of people say that this is wrong."}
    if truth.corrected is None:
        return body | {"verdict": "reject"}
    return body | {"verdict": "edit", "output": truth.corrected}


def review_all(
    url: str, people: list[str], truth_of: Callable[[str], Truth], tally: Tally, on_verdict: Callable[[], None]
) -> None:
    """Lets all reviewers work side by side until nothing waits. Raises the first failure."""
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            _Reviewer(url, name, truth_of, tally, on_verdict).run()
        except BaseException as error:  # noqa: BLE001  # raised again by the caller
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@dataclass
class _Reviewer:
    url: str
    name: str
    truth_of: Callable[[str], Truth]
    tally: Tally
    on_verdict: Callable[[], None]

    def run(self) -> None:
        with Api(self.url, retries=60).sign_in(self.name, PASSWORD, project=PROJECT) as api:
            held = self._claim(api)
            while held is not None:
                held = self._decide(api, held)

    @staticmethod
    def _claim(api: Api) -> Mapping[str, Any] | None:
        answer = api.post("/v1/assignments/claim", {})
        return answer["assignments"][0] if answer["assignments"] else None

    def _decide(self, api: Api, held: Mapping[str, Any]) -> Mapping[str, Any] | None:
        body = verdict_on(self.truth_of(held["item_id"]), held["fence"])
        path = f"/v1/assignments/{held['assignment_id']}/review"
        try:
            answer = api.post(path, body)
        except ApiError as error:
            if error.code == "lease_lost":
                return self._claim(api)
            if not any(one.path == "/checks_overridden" for one in error.fields):
                raise
            body["checks_overridden"] = "The correction is a person's own."
            answer = api.post(path, body)
        self.tally.note(held["kind"], held["item_id"], body["verdict"])
        self.on_verdict()
        following: Mapping[str, Any] | None = answer["next"]
        return following or self._claim(api)
