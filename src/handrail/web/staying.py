"""Requests that last: whoever loses their place meanwhile is told nothing more, within a second in every process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from handrail.kit.errors import Forbidden, NotFound
from handrail.web.call import Call
from handrail.web.caller import Caller, inside
from handrail.web.guard import identify

T = TypeVar("T")
LOOK_S = 0.35
"""With the half second for which an identity is remembered, and the look itself, this stays below one second."""


async def as_now(call: Call, needs: str) -> Caller:
    """The caller as they are now, in the same project. Raises Unauthenticated, NotFound and Forbidden."""
    caller = inside(await identify(call.house, call.request), call.project_id)
    if caller is None:
        raise NotFound()
    if not caller.may(needs):
        raise Forbidden()
    return caller


async def while_allowed(call: Call, needs: str, awaited: Awaitable[T]) -> T:
    """What is awaited, if the caller may have it from the beginning to the end. Raises what `as_now` raises."""
    task = asyncio.ensure_future(awaited)
    try:
        while True:
            await asyncio.wait({task}, timeout=LOOK_S)
            await as_now(call, needs)
            if task.done():
                return task.result()
    finally:
        task.cancel()
