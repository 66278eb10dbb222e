"""Reading this machine's database from a command, beside a server or alone; what the store tells goes to stderr."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from handrail.kit.logging import set_up_logging
from handrail.storage import reading as storage


@contextmanager
def reading(url: str) -> Iterator[storage.Read[object]]:
    """A store's `read`; stdout stays the answers' own."""
    set_up_logging()
    with storage.reading(url) as read:
        yield read
