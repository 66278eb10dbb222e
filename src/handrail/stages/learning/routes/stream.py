"""HTTP of exports as a stream."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import suppress
from time import monotonic
from typing import Annotated, TypeAlias

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from handrail.audit.child import url_of
from handrail.kit.errors import HandrailFault
from handrail.kit.jsons import dumps_line
from handrail.stages.learning.asked import head_of
from handrail.stages.learning.child import COMMAND, ENVIRONMENT, Order
from handrail.stages.learning.lines import bound_of, lines_of
from handrail.stages.learning.rules import Format
from handrail.stages.learning.service import Stretch, Wanted, next_stretch
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor
from handrail.web.staying import LOOK_S, as_now
from handrail.web.streamed import described
from handrail.wire.base import Moment

NDJSON = "application/x-ndjson"
NEEDS = "exports.read"
FIRST = 500
"""Items of the first stretch of a stream; what is no longer than that needs no process of its own."""
PIECE = 256 * 1024
Words = Annotated[str | None, Query(max_length=2_000)]
_KINDS = (int, str)
After: TypeAlias = "tuple[int, str] | None"


def routes(house: House) -> Door:
    """GET /exports/stream."""
    door = Door(house)

    @door.get(
        "/exports/stream",
        needs=NEEDS,
        response_class=StreamingResponse,
        responses=described("application/x-ndjson"),
    )
    def stream_export(  # noqa: PLR0913  # each is a filter that the description of the API lists
        call: Call,
        format: Format,
        decided_from: Annotated[Moment | None, Query(alias="from")] = None,
        decided_to: Annotated[Moment | None, Query(alias="to")] = None,
        status: Words = None,
        domain: Words = None,
        task: Words = None,
        model: Words = None,
        prompt_version: Words = None,
        language: Words = None,
        queue: Words = None,
        rule: Words = None,
        verdict: Words = None,
        source: Words = None,
        group: Words = None,
        limit: Annotated[int | None, Query(ge=1, le=10_000)] = None,
        cursor: Annotated[str | None, Query(max_length=1_000)] = None,
    ) -> Response:
        """Decided items in the order decided, as rows of a format: NDJSON, to the end, or one stretch of at most
        `limit` items. Each stretch ends with a cursor; whoever lost the connection goes on behind the last one, naming
        the same filters and the `decided_to` of the first line."""
        named = {
            "status": status, "domain": domain, "task": task, "model": model, "prompt_version": prompt_version,
            "language": language, "queue": queue, "rule": rule, "verdict": verdict, "source": source, "group": group,
        }  # fmt: skip
        words = {name: one.split(",") for name, one in named.items() if one is not None}
        until = decided_to or house.store.now()
        stream = _Stream(call, Wanted(call.project_id, format, decided_from, until, words))
        after = read_cursor(cursor, call.project_id, stream.bound, _KINDS)
        stream.note(resumed=after is not None)
        if limit is not None:
            first, _ = stream.stretch(after and (after[0], after[1]), limit)
            return Response(stream.head() + first, media_type=NDJSON)
        return StreamingResponse(stream.whole(after and (after[0], after[1])), media_type=NDJSON)

    return door


class _Stream:
    """One export for one caller."""

    def __init__(self, call: Call, wanted: Wanted) -> None:
        self.call, self.wanted = call, wanted
        self.bound = bound_of(wanted)

    def note(self, *, resumed: bool) -> None:
        """Tells the audit log, once for each export, that content left the house."""
        if resumed:
            return
        told = {"format": self.wanted.format.value, "filters": dict(self.wanted.filters)}
        self.call.house.store.write(
            lambda session: self.call.audit(session, "export.started", f"project:{self.wanted.project_id}", told)
        )

    def head(self) -> bytes:
        """The first line."""
        version, wanted = self.call.house.version, self.wanted
        head = self.call.read(lambda session: head_of(session, version, wanted))
        return dumps_line({"export": head.model_dump(mode="json")})

    def stretch(self, after: After, most: int) -> tuple[bytes, Stretch]:
        """The lines of the next items."""
        found = self.call.read(lambda session: next_stretch(session, self.wanted, after, most))
        return b"".join(lines_of(self.wanted, found)), found

    async def whole(self, after: After) -> AsyncIterator[bytes]:
        """The first items from here, at once; what is more than a few from a process of its own."""
        try:
            lines, found = await run_in_threadpool(self.stretch, after, FIRST)
        except HandrailFault as fault:
            lines, found = _error(fault), None
        yield await run_in_threadpool(self.head) + lines
        if found is not None and not found.is_last:
            async for piece in self._rest(found.after):
                yield piece

    async def _rest(self, after: After) -> AsyncIterator[bytes]:
        order = Order(url_of(self.call.house.store), self.wanted, after)
        process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=PIPE, stdout=PIPE, limit=2 * PIECE, env={**os.environ, **ENVIRONMENT}
        )
        assert process.stdin is not None
        assert process.stdout is not None
        looked = monotonic()
        try:
            process.stdin.write(order.text())
            process.stdin.close()
            while piece := await _piece(process.stdout):
                if monotonic() - looked > LOOK_S:
                    await as_now(self.call, NEEDS)
                    looked = monotonic()
                yield piece
            if await process.wait():
                raise ChildDied
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _piece(reader: asyncio.StreamReader) -> bytes:
    """The next bytes: few and large pieces, since each one costs a turn of everything behind it."""
    try:
        return await reader.readexactly(PIECE)
    except asyncio.IncompleteReadError as end:
        return end.partial


class ChildDied(RuntimeError):
    """The process behind a stream died: the answer is broken off, so that nobody takes it for whole."""


def _error(fault: HandrailFault) -> bytes:
    return dumps_line({"error": {"code": fault.code, "message": fault.message, "retry": fault.retry}})
