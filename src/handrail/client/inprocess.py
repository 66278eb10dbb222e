"""Where a test puts its twin of the server: while one is installed, every client of this process talks to it.

So application code that says `Handrail()` needs no change to be tested, and cannot reach the network by accident.
Only `handrail.testing` installs a twin.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

ADDRESS = "http://handrail.twin"
_twins: list[httpx.MockTransport] = []


@contextmanager
def installed(twin: httpx.MockTransport) -> Iterator[None]:
    """Sends all clients of this process to `twin` inside the block; the innermost one wins."""
    _twins.append(twin)
    try:
        yield
    finally:
        _twins.remove(twin)


def current() -> httpx.MockTransport | None:
    """The twin in force, None outside tests."""
    return _twins[-1] if _twins else None
