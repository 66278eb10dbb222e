"""X2: kill -9 of the process whose worker sends webhooks. Nothing is lost, and what comes twice has one id."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from random import Random

import pytest

from benchmarks.real_run.server import LEAD, PASSWORD, PROJECT, ServerProcess, open_project
from benchmarks.receiver import OK, Call, receiving
from handrail.client.api import Api
from tests.crash.test_kill_nine import server

__all__ = ["server"]

POLICY = """
policy: 1
autonomy: {segments: {default: monitor}}
queues: {review: {}}
audit: {share: 0%, queue: review}
"""
ITEMS, KILLS = 150, 3
ERROR = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.timeout(400)
def test_x02_kill_nine_of_the_sender(server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, failed = Random(1), set[str]()

    def behave(call: Call) -> bytes | str:
        """Every third event fails the first time it comes; the others are taken, some of them slowly."""
        if call.id not in failed and rng.random() < 0.3:
            failed.add(call.id)
            return rng.choice((ERROR, "reset"))
        return OK

    with receiving(behave) as receiver:
        monkeypatch.setenv("HANDRAIL_ALLOWED_PRIVATE_HOSTS", receiver.host)
        server.start()
        project = open_project(server, POLICY, 1)
        with Api(server.url).sign_in(LEAD, PASSWORD, project=PROJECT) as lead:
            lead.post("/v1/webhooks", {"name": "app", "url": f"{receiver.url}/hook"})
        with Api(server.url, project.key, retries=40) as api:
            ids = {api.post("/v1/items", {"output": f"Letter {number}."})["item_id"] for number in range(ITEMS)}
        for kill in range(KILLS):
            receiver.wait_for(lambda wanted=kill * 20: len(receiver.calls) > wanted, 30.0)  # type: ignore[misc]  # a default binds the loop's value
            server.kill()
            server.start()

        def taken() -> dict[str, set[str]]:
            """Item -> the event ids it came under."""
            found: dict[str, set[str]] = defaultdict(set)
            for call in list(receiver.calls):
                found[json.loads(call.body)["subject"]].add(call.id)
            return found

        assert receiver.wait_for(lambda: set(taken()) == ids, 120.0)
        with Api(server.url).sign_in(LEAD, PASSWORD, project=PROJECT) as lead:
            for _ in range(600):
                if not lead.get("/v1/deliveries", state="waiting", limit=1)["data"]:
                    break
                time.sleep(0.2)
            deliveries = list(lead.rows("/v1/deliveries", limit=200))
        assert {one["state"] for one in deliveries} == {"done"}
        assert len(deliveries) == ITEMS  # one for each event, however often it was sent
        assert {len(under) for under in taken().values()} == {1}
        with Api(server.url, project.key, retries=10) as api:
            items = list(api.rows("/v1/items", limit=200))
        assert {one["state"] for one in items} == {"delivered"}
