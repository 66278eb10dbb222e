"""Traces: what Handrail does, told span by span to a collector. One small interface, and its twin that does nothing.

A span says what was done, when, for how long and with which ids, numbers and words of ours; never what people or
models wrote. Where a span belongs is the text of W3C Trace Context, `traceparent`; it stands here as plain text, so
that it can cross threads, be stored with an item and be sent on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from enum import Enum
from time import time_ns
from typing import Protocol, TypeAlias

Value: TypeAlias = str | int | float | bool
Values: TypeAlias = Mapping[str, Value]
_FORM = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")

HERE: ContextVar[str | None] = ContextVar("handrail_traceparent", default=None)
"""The traceparent of the request that is being answered."""


class Kind(Enum):
    """Which side of a conversation a span tells of."""

    INSIDE = "inside"
    SERVER = "server"
    CLIENT = "client"


class Span(Protocol):
    """Something that is being done."""

    @property
    def traceparent(self) -> str | None:
        """What the next one in the chain is told."""
        ...

    def end(self, values: Values | None = None, *, name: str | None = None, fault: str | None = None) -> None:
        """It is done. `fault`: it failed, with a code or the kind of an error; never its message."""
        ...


class Traces(Protocol):
    """Where spans are started. Nothing here raises or waits, whatever the collector does."""

    is_on: bool

    def start(
        self, name: str, kind: Kind = Kind.INSIDE, *, parent: str | None = None, began_ns: int | None = None
    ) -> Span: ...

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
        """Tells of something that is over."""
        ...

    def trouble(self) -> str | None:
        """Why spans do not arrive, in a sentence; None while they do."""
        ...

    def close(self) -> None:
        """Sends what waits, for a moment at most."""
        ...


class _NoSpan:
    traceparent = None

    def end(self, values: Values | None = None, *, name: str | None = None, fault: str | None = None) -> None:
        pass


class NoTraces:
    """Tells nobody. Who would have to work for a span asks `is_on` first."""

    is_on = False

    def start(
        self, name: str, kind: Kind = Kind.INSIDE, *, parent: str | None = None, began_ns: int | None = None
    ) -> Span:
        return _NO_SPAN

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
        pass

    def trouble(self) -> str | None:
        return None

    def close(self) -> None:
        pass


_NO_SPAN = _NoSpan()
NO_TRACES = NoTraces()


def moment_ns() -> int:
    """Now, as spans tell it: by this machine's clock, which the collector compares with those of others."""
    return time_ns()


def read_traceparent(text: str | None) -> str | None:
    """A `traceparent` as it came in, in version 00; None for one that is none.

    >>> read_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    >>> read_traceparent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-later-versions-say-more")
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    >>> read_traceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01")
    """
    found = _FORM.fullmatch(text or "")
    if found is None:
        return None
    version, trace_id, span_id, flags, more = found.groups()
    if version == "ff" or (version == "00" and more) or not int(trace_id, 16) or not int(span_id, 16):
        return None
    return f"00-{trace_id}-{span_id}-{int(flags, 16) & 1:02x}"
