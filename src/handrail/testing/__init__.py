"""Tests of applications that use Handrail: a twin of the server in this process, no network.

    from handrail.testing import FakeHandrail, edited

    fake = FakeHandrail().when(lambda item: "refund" in item.output.text, edited("We will call you."))

With pytest the fixture `handrail` gives such a fake and sends every client of the process to it. The names are loaded
when they are first used, so that starting pytest does not load the SDK.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handrail.testing.fake import FakeHandrail
    from handrail.testing.world import Submitted, blocked, edited, pending, released

__all__ = ["FakeHandrail", "Submitted", "blocked", "edited", "pending", "released"]

_HOME = {"FakeHandrail": "handrail.testing.fake"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'handrail.testing' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME.get(name, "handrail.testing.world")), name)
