"""Identifiers: UUIDv7, lower case with hyphens, sortable by the time they were made."""

from __future__ import annotations

import os
import re
import threading
import time

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}\Z")

_lock = threading.Lock()
_last = (0, 0)


def new_id() -> str:
    """A fresh UUIDv7. Within one process ids grow strictly, also inside one millisecond (RFC 9562, method 1)."""
    global _last
    with _lock:
        now = time.time_ns() // 1_000_000
        before, counter = _last
        if now <= before:
            now, counter = before, counter + 1
            if counter > 0xFFF:
                now, counter = before + 1, 0
        else:
            counter = int.from_bytes(os.urandom(2), "big") & 0x7FF
        _last = (now, counter)
    tail = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    digits = f"{now:012x}7{counter:03x}{tail:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def is_id(text: str) -> bool:
    """Whether `text` has the form of an identifier.

    >>> is_id("0197a3c0-6d1e-7b52-9a41-3f0c5be81d10"), is_id("1; drop table items")
    (True, False)
    """
    return _UUID.match(text) is not None


def is_slug(text: str) -> bool:
    """Whether `text` may name what people name: a project, domain, task, queue, check.

    >>> is_slug("claims"), is_slug("Claims Europe")
    (True, False)
    """
    return _SLUG.match(text) is not None
