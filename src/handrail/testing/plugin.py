"""The pytest plugin: one fixture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from handrail.testing.fake import FakeHandrail


@pytest.fixture
def handrail() -> Iterator[FakeHandrail]:
    """A fake Handrail that releases everything until `when` says otherwise; all clients of the process talk to it."""
    from handrail.testing.fake import FakeHandrail

    fake = FakeHandrail()
    with fake.installed():
        yield fake
