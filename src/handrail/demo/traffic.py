"""Life on the example desk: the simulated application sends claims, simulated colleagues work part of the queue.

Everything goes through the HTTP API, as it would in earnest. Colleagues leave some work in each queue for the visitor.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any  # Any: answers are JSON

import structlog

from handrail.client.api import Api
from handrail.client.errors import ApiError, HandrailError
from handrail.demo.chance import stream
from handrail.demo.colleagues import COLLEAGUES, Colleague, decide
from handrail.demo.desk import PROJECT
from handrail.demo.opening import OpenDesk, address_of
from handrail.demo.world import DemoClaim, claims

ALREADY_THERE = 400
"""Claims of the morning: they are in when the desk opens for the first time."""
EVERY_S = 6.0
"""A claim arrives this often afterwards; on the simulated clock that is about a minute and a half."""
TIME_LAPSE = 40.0
"""Colleagues read and type this many times faster than people."""
MOST_CLAIMS = 200_000
LEAVE: Mapping[str, int] = {"junior": 9, "senior": 5, "audit": 3}
"""How many items colleagues leave in each queue for the visitor."""
log = structlog.get_logger("handrail.demo")


@dataclass
class Traffic:
    """The simulation, running until stopped. `days` stops the arrivals after so many simulated days."""

    url: str
    desk: OpenDesk
    seed: int = 1
    every_s: float = EVERY_S
    most: int = MOST_CLAIMS
    _by_item: dict[str, DemoClaim] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _ready: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._begin(self._arrivals)
        for at, colleague in enumerate(COLLEAGUES):
            self._begin(lambda at=at, colleague=colleague: self._work(at, colleague))

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(5.0)

    def _begin(self, run: Any) -> None:
        thread = threading.Thread(target=run, name="handrail-demo", daemon=True)
        self._threads.append(thread)
        thread.start()

    # arrivals

    def _arrivals(self) -> None:
        """Sends the morning's claims at once, then one after the other; goes on where an earlier start ended."""
        with Api(self.url, self.desk.key) as api:
            sent = self._known(api)
            coming = self._after(sent)
            for _ in range(sent, ALREADY_THERE):
                if self._stop.is_set():
                    return
                self._send(api, next(coming))
            self._ready.set()
            while not self._stop.wait(self.every_s):
                one = next(coming, None)
                if one is None:
                    return
                self._send(api, one)

    def _known(self, api: Api) -> int:
        """How many claims earlier starts sent; recent ones are known by their item ids again."""
        answer = api.get("/v1/items", limit=200, count="true")
        by_key = {row["key"]: row["item_id"] for row in answer["data"]}
        last = max((int(key.rsplit("-", 1)[1]) + 1 for key in by_key if key), default=0)
        for one in self._claims(last):
            item_id = by_key.get(one.item["key"])
            if item_id is not None:
                self._by_item[item_id] = one
        return last

    def _claims(self, count: int) -> Iterator[DemoClaim]:
        return claims(self.seed, count)

    def _after(self, sent: int) -> Iterator[DemoClaim]:
        for at, one in enumerate(self._claims(self.most)):
            if at >= sent:
                yield one

    def _send(self, api: Api, claim: DemoClaim) -> None:
        try:
            result = api.post("/v1/items", claim.item, **{"Idempotency-Key": claim.item["key"]})
        except HandrailError as error:
            log.warning("demo.not_sent", error=type(error).__name__)
            return
        self._by_item[result["item_id"]] = claim

    # colleagues

    def _work(self, at: int, colleague: Colleague) -> None:
        address, rng = address_of(at), stream(self.seed, "colleague", at)
        with Api(self.url).sign_in(address, self.desk.colleagues[address], project=PROJECT) as api:
            while not self._stop.is_set():
                try:
                    busy = self._one_item(api, colleague, rng)
                except HandrailError as error:
                    log.info("demo.colleague", error=type(error).__name__)
                    busy = False
                if not busy:
                    self._stop.wait(2.0 + rng.random())

    def _one_item(self, api: Api, colleague: Colleague, rng: Random) -> bool:
        """Claims, reads and decides one item; False where only the visitor's share is left."""
        queues = [one["name"] for one in api.get("/v1/queues")["data"] if one["waiting"] > LEAVE.get(one["name"], 0)]
        taken = api.post("/v1/assignments/claim", {"queues": queues})["assignments"] if queues else []
        if not taken:
            return False
        held = taken[0]
        claim = self._by_item.get(held["item_id"])
        if claim is None:  # an item that the visitor sent: the visitor decides it
            api.post(
                f"/v1/assignments/{held['assignment_id']}/return",
                {"fence": held["fence"], "skip": True, "reason": "not of the simulation"},
            )
            return True
        said = decide(colleague, claim, rng)
        hurry = TIME_LAPSE if self._ready.is_set() else TIME_LAPSE * 50
        self._stop.wait(said.active_ms / 1000 / hurry)
        try:
            api.post(f"/v1/assignments/{held['assignment_id']}/review", said.body(held["fence"]))
        except ApiError as error:
            log.info("demo.verdict_refused", code=error.code, fields=[one.path for one in error.fields])
            api.post(
                f"/v1/assignments/{held['assignment_id']}/return",
                {"fence": held["fence"], "skip": True, "reason": "could not decide"},
            )
        return True
