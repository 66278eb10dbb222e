"""The trace of the calling application, where it uses OpenTelemetry: sent along, so that Handrail goes on with it."""

from __future__ import annotations

import sys

NAMES = ("traceparent", "tracestate")


def carried() -> dict[str, str]:
    """The headers that name the present span; none where the application has no span, or no OpenTelemetry.

    Nothing is imported for it: who has a span has loaded the module already.
    """
    propagate = sys.modules.get("opentelemetry.propagate")
    if propagate is None:
        return {}
    found: dict[str, str] = {}
    propagate.inject(found)
    return {name: found[name] for name in NAMES if name in found}
