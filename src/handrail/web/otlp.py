"""The binding to OpenTelemetry: spans go in batches to a collector, by OTLP over HTTP.

Nothing of OpenTelemetry's SDK is imported before traces are on. The variables `OTEL_...` mean here what they mean
everywhere. Spans wait in a bounded queue for a thread of their own; when the collector is away, hangs or refuses they
are dropped, and that is told once, not once a span.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any  # Any: what the libraries hand on
from urllib.parse import urlsplit

import structlog

from handrail.kit.ids import new_id
from handrail.kit.settings import Settings, SettingsRefused
from handrail.kit.traces import NO_TRACES, Kind, Span, Traces, Values
from handrail.kit.version import VERSION

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExportResult
    from opentelemetry.trace import Span as OpenSpan

ASK_S = 2.0
CLOSE_S = 3.0
"""What still waits at the end is sent for so long; a collector that hangs must not hold up a restart."""
LONGEST = 200
SERVICE = "handrail"
_PATH = "/v1/traces"
_ADDRESSES = (("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", ""), ("OTEL_EXPORTER_OTLP_ENDPOINT", _PATH))
_QUIET = ("opentelemetry.exporter", "opentelemetry.sdk._shared_internal", "opentelemetry.sdk.trace")
log = structlog.get_logger("handrail.traces")


@dataclass(frozen=True, slots=True)
class Collector:
    """Where spans go, and which variable said so; without the password that may stand in an address."""

    shown: str
    origin: str


def collector_of(environment: Mapping[str, str]) -> Collector | None:
    """The collector that OpenTelemetry's own variables name; None where they turn traces off.

    Raises SettingsRefused for what cannot work.

    >>> collector_of({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"})
    Collector(shown='http://collector:4318/v1/traces', origin='OTEL_EXPORTER_OTLP_ENDPOINT')
    """
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower() or "otlp"
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or exporter == "none":
        return None
    if exporter != "otlp":
        raise SettingsRefused(f"OTEL_TRACES_EXPORTER is {exporter!r}; Handrail sends traces by `otlp` alone.")
    for name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if environment.get(name):
            if environment[name] != "http/protobuf":
                raise SettingsRefused(
                    f"{name} is {environment[name]!r}; Handrail speaks `http/protobuf`, by custom on port 4318."
                )
            break
    for name, path in _ADDRESSES:
        if environment.get(name):
            return Collector(_checked(name, environment[name].removesuffix("/") + path), name)
    return Collector(f"http://localhost:4318{_PATH}", "default")


def _checked(name: str, url: str) -> str:
    refused = SettingsRefused(f"{name} is no address of a collector; write one such as http://collector:4318.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refused from None
    if not host or parts.scheme not in ("http", "https"):
        raise refused
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path}"


def traces_of(settings: Settings, environment: Mapping[str, str] = os.environ) -> Traces:
    """Traces as the settings want them. Raises SettingsRefused for variables that cannot work."""
    if settings.traces == "off":
        return NO_TRACES
    collector = collector_of(environment)
    return NO_TRACES if collector is None else OtlpTraces(collector)


class OtlpTraces:
    """Traces that are on."""

    is_on = True

    def __init__(self, collector: Collector) -> None:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._exporter = _exporter(collector)
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer(SERVICE, VERSION)

    def start(
        self, name: str, kind: Kind = Kind.INSIDE, *, parent: str | None = None, began_ns: int | None = None
    ) -> Span:
        from opentelemetry.trace import SpanKind

        kinds = {Kind.INSIDE: SpanKind.INTERNAL, Kind.SERVER: SpanKind.SERVER, Kind.CLIENT: SpanKind.CLIENT}
        return _OtlpSpan(
            self._tracer.start_span(
                name,
                context=_context(parent),
                kind=kinds[kind],
                start_time=began_ns,
                record_exception=False,  # messages of errors may hold content
                set_status_on_exception=False,
            )
        )

    def note(
        self,
        name: str,
        began_ns: int,
        values: Values | None = None,
        *,
        parent: str | None = None,
        ended_ns: int | None = None,
        fault: str | None = None,
    ) -> None:
        span = _OtlpSpan(self._tracer.start_span(name, context=_context(parent), start_time=began_ns))
        span.end(values, fault=fault, ended_ns=ended_ns)

    def trouble(self) -> str | None:
        found: str | None = self._exporter.trouble
        return found

    def close(self) -> None:
        ending = threading.Thread(target=self._provider.shutdown, name="handrail-traces-end", daemon=True)
        ending.start()
        ending.join(CLOSE_S)


@dataclass(frozen=True, slots=True)
class _OtlpSpan:
    span: OpenSpan

    @property
    def traceparent(self) -> str:
        context = self.span.get_span_context()
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags & 1:02x}"

    def end(
        self,
        values: Values | None = None,
        *,
        name: str | None = None,
        fault: str | None = None,
        ended_ns: int | None = None,
    ) -> None:
        from opentelemetry.trace import StatusCode

        if self.span.is_recording():
            if name is not None:
                self.span.update_name(name)
            for key, value in (values or {}).items():
                self.span.set_attribute(key, value[:LONGEST] if isinstance(value, str) else value)
            if fault is not None:
                self.span.set_attribute("error.type", fault[:LONGEST])
                self.span.set_status(StatusCode.ERROR)
        self.span.end(ended_ns)


def _context(parent: str | None) -> Context:
    """The context of a span whose `traceparent` was read by `read_traceparent`; an empty one begins a trace."""
    from opentelemetry.context import Context
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    if parent is None:
        return Context()
    _, trace_id, span_id, flags = parent.split("-")
    above = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
    return set_span_in_context(NonRecordingSpan(above), Context())


def _resource() -> Resource:
    """Who we are, as far as the environment does not say it otherwise."""
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource

    said = OTELResourceDetector().detect().attributes
    ours = {"service.name": SERVICE, "service.version": VERSION, "service.instance.id": new_id()}
    return Resource.create({name: value for name, value in ours.items() if name not in said})


def _exporter(collector: Collector, timeout_s: float | None = None, *, is_told: bool = True) -> Any:
    """OpenTelemetry's own exporter, which remembers when spans do not arrive and tells once. Its class is made here,
    after the import."""
    import requests
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult

    class Session(requests.Session):
        """Knows how its last request ended."""

        ended = "gives no answer"

        def request(self, *args: Any, **more: Any) -> requests.Response:
            self.ended = "gives no answer"
            try:
                answer = super().request(*args, **more)
            except requests.Timeout:
                self.ended = "does not answer in time"
                raise
            except requests.RequestException as error:
                self.ended = f"cannot be reached ({type(error).__name__})"
                raise
            self.ended = f"answers {answer.status_code}"
            return answer

    class Exporter(OTLPSpanExporter):
        trouble: str | None = None

        def __init__(self) -> None:
            self.line = Session()
            super().__init__(session=self.line, timeout=timeout_s)
            for name in _QUIET:  # these tell of each batch and each span
                logging.getLogger(name).setLevel(logging.CRITICAL)

        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            try:
                result = super().export(spans)
            except Exception as error:  # noqa: BLE001  # whatever it is, only spans are lost
                result, self.line.ended = SpanExportResult.FAILURE, f"cannot be used ({type(error).__name__})"
            self._tell(None if result is SpanExportResult.SUCCESS else self.line.ended)
            return result

        def _tell(self, why: str | None) -> None:
            before, self.trouble = self.trouble, None if why is None else _sentence(collector, why)
            if is_told and before is None and self.trouble is not None:
                log.warning("traces.not_sent", why=self.trouble)
            if is_told and before is not None and self.trouble is None:
                log.info("traces.sent_again")

    return Exporter()


def not_taken(collector: Collector) -> str | None:
    """Why the collector takes no spans now, in a sentence; None if it does. Asks it with an export that holds none."""
    exporter = _exporter(collector, timeout_s=ASK_S, is_told=False)
    exporter.export([])
    exporter.shutdown()
    found: str | None = exporter.trouble
    return found


def _sentence(collector: Collector, why: str) -> str:
    return (
        f"The collector {collector.shown} (from {collector.origin}) {why}: spans are dropped, all else goes on. "
        "Look at the collector, or set `traces` to off."
    )
