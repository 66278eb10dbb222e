"""The code of docs/howto/see-traces.md runs, and what the page tells of spans is so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider

from handrail import Handrail
from tests.docs.reading import DOCS, blocks
from tests.support.collector import Collector, collecting
from tests.support.house import RELEASES, Served, house

PAGE = "howto/see-traces.md"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as made:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        yield made


@pytest.fixture(params=["sqlite"])
def traced(request: pytest.FixtureRequest, tmp_path: Path, collector: Collector) -> Iterator[Served]:
    with house(request, tmp_path, traces="otlp") as made:
        made.policy(RELEASES)
        yield made


def test_the_trace_of_the_application_goes_on(traced: Served, collector: Collector) -> None:
    names: dict[str, Any] = {}
    exec(compile(blocks(PAGE, "python")[0], PAGE, "exec"), names)
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("application")
    with tracer.start_as_current_span("earlier") as span:
        with Handrail(traced.url, traced.key) as hr:
            assert names["answer"](hr, tracer, "We pay.") == "We pay."
        trace_id = f"{span.get_span_context().trace_id:032x}"
    wanted = {"POST /v1/items", "admission.checks", "admission.routing", "admission.write"}
    collector.wait_for(lambda: wanted <= set(collector.trace(trace_id)))
    text = (DOCS / PAGE).read_text(encoding="utf-8")
    for name in wanted:
        assert f"`{name}`" in text
