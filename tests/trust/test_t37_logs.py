"""T37: what people write and what opens doors is in no log and no trace, whatever goes wrong on the way.

One run of the whole product as people start it, with a mark of its own in every field; then every line it wrote and
every file beside the database is searched for the marks.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.real_run.server import LEAD, PASSWORD, PROJECT, ServerProcess, open_project
from benchmarks.receiver import OK, Call, receiving
from handrail.client.api import Api
from handrail.client.errors import ApiError
from tests.crash.test_kill_nine import server
from tests.support.collector import collecting

__all__ = ["server"]

POLICY = """
policy: 1
queues: {team: {undo: 0s}}
metadata: {note: {type: string}}
"""
MARK = "canary"
CALLERS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
JSON = {"Content-Type": "application/json"}
ERROR = b"HTTP/1.1 500 Oops\r\nContent-Length: 15\r\n\r\ncanary-answered"


def item(number: int = 0) -> dict[str, Any]:
    """Every field of an item with a mark in it, as far as its form allows one."""
    return {
        "key": f"canary-key-{number}",
        "output": "canary-output",
        "messages": [{"role": "user", "content": "canary-message"}],
        "context": [{"id": "canary-passage", "text": "canary-context", "title": "canary-title"}],
        "metadata": {"note": "canary-metadata"},
        "end_user": {"id": "canary-user", "name": "canary-name", "history": ["canary-history"]},
        "tools": [{"name": "canary-tool"}],
        "group": "canary-group",
        "domain": "canary-domain",
        "task": "canary-task",
        "model": "canary-model",
        "prompt_version": "canary-version",
        "policy_hint": "canary-hint",
        "confidence": 0.4,
    }


def accepted(api: httpx.Client) -> dict[str, Any]:
    """The item without the fields that are not known: those are what it was refused for."""
    body = item()
    for _ in range(20):
        told = api.post("/v1/items", json=body)
        if told.status_code in (201, 202):
            return dict(told.json())
        assert told.status_code == 422, told.text
        for one in told.json()["error"]["fields"]:
            body.pop(one["path"].split("/")[1], None)
    raise AssertionError("nothing is left that could be taken")


def bad_requests(url: str, key: str) -> None:
    """Everything that is refused, each with a mark where it is refused for it. Paths have none: they are logged."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}) as api:
        api.post("/v1/items", content=b'{"output": "canary-broken-json', headers=JSON)
        api.post("/v1/items", json={"canary-unknown-field": "canary-value"})
        api.post("/v1/items", json={"output": {"type": "canary-type"}})
        api.get("/v1/items", params={"q": "canary-search", "canary-parameter": "x"})
        api.get("/v1/items/not-an-id", headers={"X-Request-Id": "bad canary-request\tid"})
        api.get("/v1/items", params={"cursor": "canary-cursor"})
    for scheme in ("Bearer hrk_canary00_", "Basic canary-basic-", "Bearer canary-token-"):
        httpx.get(f"{url}/v1/items", headers={"Authorization": scheme + "x" * 43, "Cookie": "handrail=canary-cookie"})
    for email in (LEAD, "canary-stranger@example.org"):
        httpx.post(f"{url}/v1/sessions", json={"email": email, "password": "canary-password-wrong"})
    httpx.post(f"{url}/v1/setup", json={"token": "canary-setup-token", "password": "canary-password"})


def reviewed(api: Api) -> None:
    """A verdict that is refused, and one that is taken."""
    held = api.post("/v1/assignments/claim", {"limit": 1})["assignments"][0]
    path, base = f"/v1/assignments/{held['assignment_id']}/review", {"active_ms": 4_000}
    edit = {"verdict": "edit", "reason": "canary-reason", "output": {"type": "text", "text": "canary-edit"}}
    with pytest.raises(ApiError):
        api.post(path, base | edit | {"fence": held["fence"] + 7})
    api.post(path, base | edit | {"fence": held["fence"]})


def texts_beside(folder: Path) -> str:
    """The log and all other files but those of the database."""
    files = [one for one in folder.rglob("*") if one.is_file() and not one.name.startswith("handrail.db")]
    assert any(one.name == "server.log" for one in files)
    return "\n".join(one.read_bytes().decode("utf-8", "replace") for one in files if one.name != "secret")


@pytest.mark.timeout(180)
def test_t37_no_mark_is_in_any_log_or_trace_of_a_run_with_failures(
    server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def behave(call: Call) -> bytes | str:
        return ERROR if len(receiver.calls) < 3 else OK

    with receiving(behave) as receiver, collecting() as collector:
        monkeypatch.setenv("HANDRAIL_TRACES", "otlp")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")  # the framework's own way, which tells of queries
        monkeypatch.setenv("HANDRAIL_ALLOWED_PRIVATE_HOSTS", receiver.host)
        monkeypatch.setenv("HANDRAIL_LOG_FORMAT", "json")
        server.start(60)
        project = open_project(server, POLICY, 1)
        setup = server.setup_token()
        lead = Api(server.url, retries=0).sign_in(LEAD, PASSWORD, project=PROJECT)
        hook = lead.post(
            "/v1/webhooks", {"name": "canary-hook", "url": f"{receiver.url}/canary-hook-path?k=canary-hook-query"}
        )
        with pytest.raises(ApiError):
            lead.post("/v1/policies", {"yaml": "canary-policy: [", "note": "canary-note"})
        told_more = {"tracestate": "canary=canary-state", "baggage": "canary=canary-baggage"}
        with httpx.Client(
            base_url=server.url, headers={"Authorization": f"Bearer {project.key}", "traceparent": CALLERS, **told_more}
        ) as api:
            made = accepted(api)
            reviewed(Api(server.url, retries=0).sign_in(project.reviewers[0], PASSWORD, project=PROJECT))
            bad_requests(server.url, project.key)
            assert receiver.wait_for(lambda: bool(receiver.calls), 60.0)
            lead.post(
                f"/v1/items/{made['item_id']}/override", {"correction": "canary-correction", "reason": "canary-why"}
            )
            time.sleep(1.0)
        server.kill()
        server.start(60)
        server.stop()
    told_of = {one.name for one in collector.spans()}
    assert {"POST /v1/items", "admission.checks", "delivery", "GET /v1/items"} <= told_of
    assert {one.path for one in collector.receiver.calls} == {"/v1/traces"}
    sent = b"\n".join(collector.bodies()).decode("utf-8", "replace")
    whole = texts_beside(server.folder) + "\n" + sent
    secrets = [project.key, PASSWORD, hook["secret"], hook["secret"].removeprefix("whsec_")]
    assert [one for one in secrets if one in whole] == []
    assert sorted(set(re.findall(rf"{MARK}[\w-]*", whole))) == []
    told = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
    assert told  # it did write, and each line is whole
    assert setup not in json.dumps(told)  # the link is printed for the one who starts it, and is in no line of the log
