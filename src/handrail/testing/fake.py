"""The client that needs no server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Literal

import httpx

from handrail.client import inprocess
from handrail.client.awaiting import AsyncHandrail
from handrail.client.blocking import Handrail
from handrail.client.fields import OutputLike
from handrail.domain.result import Outcome
from handrail.testing.world import Default, Submitted, Then, World

_KEY = "hrk_00000000_of-a-test-without-a-server"


class FakeHandrail(Handrail):
    """Handrail against a twin of the server in this process. Waits take no time: what is pending stays so until
    `decide`.

    >>> from handrail.testing import FakeHandrail, edited
    >>> fake = FakeHandrail().when(lambda item: item.confidence < 0.7, edited("Better"))
    >>> fake.gate("x", confidence=0.5).text, fake.gate("x", confidence=0.9).text
    ('Better', 'x')

    `awaited` is an AsyncHandrail on the same twin.
    """

    def __init__(self, default: Default = "release") -> None:
        self._world = World(default)
        self._twin = httpx.MockTransport(self._world.handle)
        super().__init__(inprocess.ADDRESS, _KEY, _transport=self._twin)
        self.awaited = AsyncHandrail(inprocess.ADDRESS, _KEY, _transport=self._twin)

    def when(self, predicate: Callable[[Submitted], object], then: Then) -> FakeHandrail:
        """Items for which `predicate` is true go the way of `then`; the first rule that holds wins."""
        self._world.rules.append((predicate, then))
        return self

    @property
    def submitted(self) -> list[Submitted]:
        """The items that arrived, in order, each once however often it was sent."""
        return self._world.submitted()

    def decide(
        self,
        item_id: str,
        *,
        verdict: Literal["approve", "edit", "reject"],
        output: OutputLike | None = None,
        reason: str | None = None,
        severity: Literal["minor", "major", "critical"] | None = None,
        categories: Sequence[str] = (),
    ) -> Outcome:
        """Decides a pending item as a reviewer would, or an appealed one, which is recalled where the verdict differs.

        Raises NotFound or AlreadyDecided; ValueError for an edit without output, or output without an edit.
        """
        return self._world.decide(item_id, verdict, output, reason, severity, tuple(categories))

    def installed(self) -> AbstractContextManager[None]:
        """Inside this block every client of the process talks to this fake; the fixture `handrail` does this."""
        return inprocess.installed(self._twin)
