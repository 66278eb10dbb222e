"""Traces: what a collector is told of a request, an item and a delivery, and that nobody waits for the collector."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from benchmarks.receiver import Behave, Receiver, receiving
from handrail.app import install
from handrail.kit.settings import Settings, SettingsRefused
from handrail.web.otlp import collector_of
from handrail.web.permissions import Role
from tests.support.collector import BROKEN, TAKEN, Collector, collecting
from tests.support.house import RELEASES, STORES, Served, house

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CALLERS = f"00-{TRACE}-{SPAN}-01"
INSIDE, SERVER, CLIENT = 1, 2, 3


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as made:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        yield made


@pytest.fixture
def application() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture(params=STORES)
def traced(
    request: pytest.FixtureRequest, tmp_path: Path, collector: Collector, application: Receiver
) -> Iterator[Served]:
    """A server whose traces are on, and an application that it may call."""
    with house(request, tmp_path, traces="otlp", allowed_private_hosts=(application.host,)) as made:
        made.policy(RELEASES)
        yield made


def submit(served: Served, **headers: str) -> dict[str, Any]:
    body = {"output": "Yes.", "confidence": 0.99, "domain": "claims"}
    told = httpx.post(f"{served.url}/v1/items", json=body, headers={"Authorization": f"Bearer {served.key}", **headers})
    assert told.status_code in (201, 202), told.text
    found: dict[str, Any] = told.json()
    return found


def test_one_item_is_one_trace_from_the_caller_to_the_one_who_is_told(
    traced: Served, collector: Collector, application: Receiver
) -> None:
    traced.api.post("/v1/webhooks", {"name": "app", "url": application.url, "types": ["item.released"]})
    traced.installation.worker.start()
    item_id = submit(traced, traceparent=CALLERS, tracestate="vendor=1")["item_id"]
    collector.wait_for(lambda: {"POST /v1/items", "delivery"} <= set(collector.trace(TRACE)))
    trace = collector.trace(TRACE)
    [request] = trace["POST /v1/items"]
    assert (request.parent_id, request.kind, request.failed) == (SPAN, SERVER, False)
    assert request.values["http.request.method"] == "POST"
    assert request.values["http.route"] == "/v1/items"
    assert request.values["http.response.status_code"] == 201
    assert request.values["handrail.project_id"] == traced.project_id
    assert request.resource["service.name"] == "handrail"
    for name in ("admission.checks", "admission.routing", "admission.write"):
        [one] = trace[name]
        assert (one.parent_id, one.kind) == (request.span_id, INSIDE)
        assert 0 < one.took_ns <= request.took_ns
    assert trace["admission.routing"][0].values["handrail.item_id"] == item_id
    assert trace["admission.routing"][0].values["handrail.route"] == "release"
    [delivery] = trace["delivery"]
    assert (delivery.parent_id, delivery.kind, delivery.failed) == (request.span_id, CLIENT, False)
    assert (delivery.values["handrail.attempt"], delivery.values["http.response.status_code"]) == (1, 200)
    assert application.calls[0].headers["traceparent"] == f"00-{TRACE}-{delivery.span_id}-01"


def test_what_people_decide_later_belongs_to_the_trace_of_the_item(traced: Served, collector: Collector) -> None:
    traced.person("ana@example.org", Role.REVIEWER)
    told = traced.api.post("/v1/items", {"output": "Well.", "confidence": 0.1}, traceparent=CALLERS)
    with traced.signed_in("ana@example.org") as ana:
        traced.decide(ana, {told["item_id"]: {"verdict": "approve"}})
    collector.wait_for(lambda: "job reviewing.settle" in collector.trace(TRACE))
    [job] = collector.trace(TRACE)["job reviewing.settle"]
    assert (job.values["handrail.item_id"], job.values["handrail.ending"]) == (told["item_id"], "done")


def test_failed_deliveries_turns_and_jobs_are_told(traced: Served, collector: Collector, application: Receiver) -> None:
    application.behave = lambda _: BROKEN
    traced.api.post("/v1/webhooks", {"name": "app", "url": application.url, "types": ["item.released"]})
    traced.installation.worker.start()
    submit(traced)
    wanted = {"delivery", "deliveries.make", "turn sequencer", "turn explorer", "job monitoring.fold"}
    collector.wait_for(lambda: wanted <= {one.name for one in collector.spans()})
    delivery = collector.named("delivery")[0]
    assert (delivery.failed, delivery.values["error.type"]) == (True, "500")
    assert int(collector.named("turn sequencer")[0].values["handrail.rows"]) >= 1


@pytest.mark.parametrize(
    "given",
    [CALLERS.upper(), f"ff-{TRACE}-{SPAN}-01", f"00-{'0' * 32}-{SPAN}-01", "canary", f"{CALLERS}-more"],
    ids=["upper", "version", "zeros", "words", "longer"],
)
@pytest.mark.parametrize("traced", ["sqlite"], indirect=True)
def test_a_traceparent_that_is_none_begins_a_trace(traced: Served, collector: Collector, given: str) -> None:
    submit(traced, traceparent=given)
    collector.wait_for(lambda: bool(collector.named("POST /v1/items")))
    [request] = collector.named("POST /v1/items")
    assert request.parent_id == ""
    assert request.trace_id not in (TRACE, "0" * 32)


@pytest.mark.parametrize("traced", ["sqlite"], indirect=True)
def test_a_refusal_and_a_stranger_have_a_span_and_a_path_has_no_name(traced: Served, collector: Collector) -> None:
    httpx.get(f"{traced.url}/v1/items/canary?q=canary-query")
    httpx.get(f"{traced.url}/canary-page")
    httpx.get(f"{traced.url}/livez")
    traced.api.get("/v1/queues")
    collector.wait_for(lambda: bool(collector.named("GET /v1/queues")))
    assert collector.named("GET /v1/items/{id}")[0].values["http.response.status_code"] == 401
    assert not collector.named("GET /livez")
    assert [one for one in collector.bodies() if b"canary" in one] == []


@pytest.mark.parametrize("traced", ["sqlite"], indirect=True)
def test_a_batch_is_told_as_a_whole(traced: Served, collector: Collector) -> None:
    lines = "\n".join(f'{{"output": "x", "key": "k{number}"}}' for number in range(40))
    headers = {"Authorization": f"Bearer {traced.key}", "Content-Type": "application/x-ndjson"}
    httpx.post(f"{traced.url}/v1/items/batch", content=lines, headers={**headers, "traceparent": CALLERS})
    collector.wait_for(lambda: "POST /v1/items/batch" in collector.trace(TRACE))
    trace = collector.trace(TRACE)
    assert sum(int(one.values["handrail.items"]) for one in trace["admission.write"]) == 40
    assert "admission.checks" not in trace
    assert traced.count("item_traces") == 0


def forgets(_: object) -> bytes:
    return BROKEN


def hangs(_: object) -> str:
    return "hang"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is soon given up, and little may wait."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "8")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4")


@pytest.mark.parametrize("behave", [forgets, hangs], ids=["500", "hang"])
@pytest.mark.parametrize("traced", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("impatient")
def test_a_collector_that_fails_is_told_once_and_holds_nobody_up(
    collector: Collector, traced: Served, behave: Behave
) -> None:
    collector.behave(behave)
    with capture_logs() as told:
        for _ in range(30):
            submit(traced)
        eventually(lambda: why(traced) is not None)
        eventually(lambda: len(collector.receiver.calls) >= 3)
        assert [one["event"] for one in told if one["event"].startswith("traces.")] == ["traces.not_sent"]
        assert collector.url.removeprefix("http://") in str(why(traced))
        assert "OTEL_EXPORTER_OTLP_ENDPOINT" in str(why(traced))
        collector.behave(lambda _: TAKEN)
        eventually(lambda: submit(traced) and why(traced) is None)
        assert [one["event"] for one in told if one["event"].startswith("traces.")] == [
            "traces.not_sent",
            "traces.sent_again",
        ]


def why(served: Served) -> str | None:
    """What health says of traces; that nobody takes them is no fault of ours."""
    parts = {one["name"]: one for one in served.api.get("/v1/health")["parts"]}
    assert parts["traces"]["ok"]
    found: str | None = parts["traces"]["why"]
    return found


def eventually(holds: Any) -> None:
    for _ in range(400):
        if holds():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it never came")


def test_off_nothing_of_the_sdk_is_loaded_and_nothing_kept(served: Served) -> None:
    submit(served, traceparent=CALLERS)
    assert served.count("item_traces") == 0
    assert "traces" not in {one["name"] for one in served.api.get("/v1/health")["parts"]}


def test_off_nothing_of_the_sdk_is_imported_at_the_start(tmp_path: Path) -> None:
    code = (
        "import sys; from handrail.app import install; from handrail.kit.settings import Settings; "
        f"install(Settings(data_dir={str(tmp_path)!r}, database={f'sqlite:///{tmp_path}/a.db'!r})).close(); "
        "print([one for one in sys.modules if one.startswith(('opentelemetry.sdk', 'opentelemetry.exporter', "
        "'opentelemetry.proto', 'google.protobuf', 'requests'))])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("environment", "shown", "origin"),
    [
        ({}, "http://localhost:4318/v1/traces", "default"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "https://c/otlp/"}, "https://c/otlp/v1/traces", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://u:secret@b:1/x"},
            "http://b:1/x",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        ),
    ],
    ids=["default", "base", "signal"],
)
def test_the_collector_is_found_as_everywhere(environment: dict[str, str], shown: str, origin: str) -> None:
    found = collector_of(environment)
    assert found is not None
    assert (found.shown, found.origin) == (shown, origin)


@pytest.mark.parametrize(
    "environment", [{"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}], ids=["sdk", "exporter"]
)
def test_opentelemetrys_own_variables_turn_traces_off(environment: dict[str, str]) -> None:
    assert collector_of(environment) is None


@pytest.mark.parametrize(
    "variable",
    [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
        ("OTEL_TRACES_EXPORTER", "zipkin"),
    ],
    ids=lambda one: one[0],
)
def test_what_cannot_work_stops_the_start_with_a_sentence(
    variable: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(*variable)
    with pytest.raises(SettingsRefused, match=variable[0]):
        install(Settings(data_dir=str(tmp_path), database=f"sqlite:///{tmp_path}/a.db", traces="otlp"))


def test_the_environment_names_us(monkeypatch: pytest.MonkeyPatch, collector: Collector, tmp_path: Path) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "desk")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,service.instance.id=one")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=of-the-collector")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
    made = install(Settings(data_dir=str(tmp_path), database=f"sqlite:///{tmp_path}/a.db", traces="otlp"))
    made.worker.run_due()
    made.close()  # sends what waits
    resource = collector.spans()[0].resource
    assert [resource[name] for name in ("service.name", "service.instance.id", "deployment.environment.name")] == [
        "desk",
        "one",
        "test",
    ]
    assert collector.receiver.calls[0].headers["x-api-key"] == "of-the-collector"
    assert collector.receiver.calls[0].path == "/v1/traces"
