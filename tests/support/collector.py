"""A collector of traces: OTLP over HTTP on a socket of its own, its bodies read by OpenTelemetry's own definitions."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

from benchmarks.receiver import Behave, Receiver, receiving

TAKEN = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"
BROKEN = b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops"


@dataclass(frozen=True)
class Seen:
    """One span as it arrived."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    kind: int
    failed: bool
    took_ns: int
    values: dict[str, str | int | bool | float]
    resource: dict[str, str | int | bool | float]


@dataclass
class Collector:
    """What arrived so far."""

    receiver: Receiver

    @property
    def url(self) -> str:
        return self.receiver.url

    def behave(self, how: Behave) -> None:
        self.receiver.behave = how

    def bodies(self) -> list[bytes]:
        """Each body as it was sent, unpacked."""
        calls = list(self.receiver.calls)
        packed = [(one.body, one.headers.get("content-encoding") == "gzip") for one in calls]
        return [gzip.decompress(body) if is_packed else body for body, is_packed in packed]

    def spans(self) -> list[Seen]:
        return [span for body in self.bodies() for span in _read(body)]

    def named(self, name: str) -> list[Seen]:
        return [one for one in self.spans() if one.name == name]

    def trace(self, trace_id: str) -> dict[str, list[Seen]]:
        """The spans of one trace, by name."""
        found: dict[str, list[Seen]] = {}
        for one in self.spans():
            if one.trace_id == trace_id:
                found.setdefault(one.name, []).append(one)
        return found

    def wait_for(self, enough: Callable[[], bool], within_s: float = 60.0) -> None:
        assert self.receiver.wait_for(enough, within_s), sorted(one.name for one in self.spans())


def _read(body: bytes) -> list[Seen]:
    request = ExportTraceServiceRequest()
    request.ParseFromString(body)
    return [
        Seen(
            span.name,
            span.trace_id.hex(),
            span.span_id.hex(),
            span.parent_span_id.hex(),
            span.kind,
            span.status.code == span.status.STATUS_CODE_ERROR,
            span.end_time_unix_nano - span.start_time_unix_nano,
            dict(map(_value, span.attributes)),
            dict(map(_value, group.resource.attributes)),
        )
        for group in request.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _value(pair: KeyValue) -> tuple[str, str | int | bool | float]:
    found: str | int | bool | float = getattr(pair.value, pair.value.WhichOneof("value") or "string_value")
    return pair.key, found


@contextmanager
def collecting(behave: Behave = lambda _: TAKEN) -> Iterator[Collector]:
    """A collector that takes everything unless told otherwise."""
    with receiving(behave) as receiver:
        yield Collector(receiver)
