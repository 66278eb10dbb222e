"""A campaign of kills: the whole job over HTTP while the server dies at random moments, then a count of everything.

The clients note only what the server acknowledged. Afterwards the database must hold all of it, once.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.real_run.data import RealOutput
from benchmarks.real_run.reviewers import Tally, review_all
from benchmarks.real_run.server import OpenProject, ServerProcess, open_project
from handrail.audit import AuditKey, verify
from handrail.client.api import Api
from handrail.kit.secrets import derive, load_secret
from handrail.storage import open_store

REVIEWERS = 4
SENDERS = 3
FINAL = ("item.released", "item.blocked")


@dataclass
class Campaign:
    """One run on one store."""

    server: ServerProcess
    policy: str
    rows: list[RealOutput]
    kills: int
    rng: Random
    longest_life_s: float = 2.0
    acked: dict[str, str] = field(default_factory=dict)  # key -> item id
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)  # item id -> first final Result
    tally: Tally = field(default_factory=Tally)
    restarts_s: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Submits and reviews everything while the server is killed, then looks at what is there."""
        self.server.start()
        self.server.log.chmod(0o600)
        project = open_project(self.server, self.policy, REVIEWERS)
        killer = threading.Thread(target=self._kill)
        killer.start()
        try:
            self._work(project)
        finally:
            killer.join()
        self._settle(project)
        self._check(project)
        self.server.stop()
        self._check_audit_log()

    # under fire

    def _kill(self) -> None:
        """Kills and starts the server again, so many times as asked."""
        for _ in range(self.kills):
            time.sleep(self.rng.uniform(0.05, self.longest_life_s))
            self.server.kill()
            self.restarts_s.append(self.server.start())

    def _work(self, project: OpenProject) -> None:
        """Sends items from several programs and reviews them, until the kills are over and nothing waits."""
        failures: list[BaseException] = []
        senders = [threading.Thread(target=self._send, args=(project, at, failures)) for at in range(SENDERS)]
        for sender in senders:
            sender.start()
        while any(sender.is_alive() for sender in senders):
            self._review(project)
        for sender in senders:
            sender.join()
        self._review(project)
        if failures:
            raise failures[0]

    def _send(self, project: OpenProject, at: int, failures: list[BaseException]) -> None:
        """Sends every third row, one by one, keeping each key over its retries, and looks at outcomes on the way."""
        try:
            with Api(self.server.url, project.key, retries=80) as api:
                for row in self.rows[at::SENDERS]:
                    key = row.item["key"]
                    result = api.post("/v1/items", row.item, **{"Idempotency-Key": key})
                    self.acked[key] = result["item_id"]
                    self._note(result)
        except BaseException as error:  # noqa: BLE001  # raised again by the caller
            failures.append(error)

    def _note(self, result: dict[str, Any]) -> None:
        """An outcome that was given out once must stay as it is."""
        if result["status"] == "pending":
            return
        first = self.seen.setdefault(result["item_id"], result)
        if first != result:
            self.problems.append(f"the outcome of {result['item_id']} changed after it was given out")

    def _review(self, project: OpenProject) -> None:
        by_item = self._truths(project)
        review_all(self.server.url, project.reviewers, by_item, self.tally, lambda: None)

    def _truths(self, project: OpenProject) -> Any:
        """Item id -> truth, also for items whose acknowledgement is still on its way."""
        by_key = {row.item["key"]: row.truth for row in self.rows}

        def truth_of(item_id: str) -> Any:
            for _ in range(600):
                for key, acked in list(self.acked.items()):
                    if acked == item_id:
                        return by_key[key]
                with Api(self.server.url, project.key, retries=80) as api:
                    found = api.get(f"/v1/items/{item_id}")
                    return by_key[found["key"]]
            raise AssertionError(item_id)

        return truth_of

    # afterwards

    def _settle(self, project: OpenProject) -> None:
        with Api(self.server.url, project.key, retries=20) as api:
            for _ in range(300):
                if not api.get("/v1/items", status="pending", limit=1)["data"]:
                    return
                time.sleep(0.1)
        self.problems.append("items are still pending 30 s after the last verdict")

    def _check(self, project: OpenProject) -> None:
        with Api(self.server.url, project.key, retries=20) as api:
            items = list(api.rows("/v1/items", limit=200))
            reviews = list(api.rows("/v1/reviews", limit=200))
            events = self._all_events(api, {one["item_id"] for one in items})
            for item_id in list(self.seen)[:200]:
                self._note(api.get(f"/v1/items/{item_id}/outcome"))
        self._check_items(items)
        self._check_reviews(items, reviews)
        self._check_events(items, events)

    def _all_events(self, api: Api, decided: set[str]) -> list[dict[str, Any]]:
        """The events once each item has told its end: they are numbered within a second, not with the decision."""
        for _ in range(100):
            if decided <= {one["subject"] for one in self._events(api) if one["type"] in FINAL}:
                break
            time.sleep(0.1)
        return self._events(api)

    @staticmethod
    def _events(api: Api) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = api.get("/v1/events", limit=200, **({"after": found[-1]["id"]} if found else {}))
            found += page["data"]
            if len(page["data"]) < 200:
                return found

    def _check_items(self, items: list[dict[str, Any]]) -> None:
        ids = {one["key"]: one["item_id"] for one in items}
        if len(ids) != len(items):
            self.problems.append("one key made two items")
        self.problems += [f"{key} was acknowledged and is lost" for key, id in self.acked.items() if ids.get(key) != id]
        missing = {row.item["key"] for row in self.rows} - set(self.acked)
        if missing:
            self.problems.append(f"{len(missing)} items never got an answer")

    def _check_reviews(self, items: list[dict[str, Any]], reviews: list[dict[str, Any]]) -> None:
        told = {"review": self.tally.verdicts, "audit": self.tally.audits}
        for kind, acked in told.items():
            found = [one for one in reviews if one["kind"] == kind]
            counts = Counter(one["item_id"] for one in found)
            self.problems += [f"{id} was decided {count} times" for id, count in counts.items() if count > 1]
            verdicts = {one["item_id"]: one["verdict"] for one in found}
            self.problems += [
                f"the verdict on {id} is lost" for id, verdict in acked.items() if verdicts.get(id) != verdict
            ]
        decided = {one["item_id"]: one["verdict"] for one in items if one["action"] == "review"}
        self.problems += [
            f"{id} was decided otherwise than its reviewer said"
            for id, verdict in self.tally.verdicts.items()
            if decided.get(id) != verdict
        ]

    def _check_events(self, items: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
        if len({one["id"] for one in events}) != len(events):
            self.problems.append("an event was numbered twice")
        final = Counter(one["subject"] for one in events if one["type"] in FINAL)
        for item in items:
            if final[item["item_id"]] != 1:
                self.problems.append(f"{item['item_id']} has {final[item['item_id']]} final events")
        sequences: dict[str, list[int]] = {}
        for one in events:
            sequences.setdefault(one["subject"], []).append(one["data"]["sequence"])
        self.problems += [
            f"the events of {id} have gaps: {numbers}"
            for id, numbers in sequences.items()
            if sorted(numbers) != list(range(1, len(numbers) + 1))
        ]

    def _check_audit_log(self) -> None:
        key = AuditKey(derive(load_secret(self.server.folder / "data" / "secret"), "audit"))
        store = open_store(self.server.database_url)
        try:
            found = verify(store.read, key)
        finally:
            store.close()
        if not found.ok:
            self.problems.append(f"the audit log is broken at {found.first_bad_index}: {found.why}")
