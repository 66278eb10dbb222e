"""HTTP of bulk intake: NDJSON in, NDJSON out, 500 items a transaction, bounded memory, resumable by key."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any  # Any: rows are JSON

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from handrail.kit.errors import BadRequest, HandrailFault, TooLarge
from handrail.kit.jsons import BadJson, dumps, parse_strict
from handrail.stages.intake.routes.items import KEY_HEADER, Admit, read_item
from handrail.web.body import TooSlow
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.idempotency import check_key
from handrail.web.streamed import Streamed, described

BATCH = 500
LONGEST_PREFIX = 240
BATCH_BYTES = 8 * 1024 * 1024
INFLATE_BYTES = 1024 * 1024


def routes(house: House, admit: Admit) -> Door:
    """POST /items/batch."""
    door = Door(house)

    @door.post(
        "/items/batch",
        needs="items.submit",
        streams=True,
        response_class=Streamed,
        responses=described("application/x-ndjson"),
    )
    async def submit_batch(call: Call, request: Request) -> Streamed:
        """NDJSON of any length, gzip allowed. One answer line for each row, in order, after its transaction is on
        disk; the last line sums up. Sent again with the same Idempotency-Key (or keys in the rows), what was stored
        is recognised, so an interrupted upload is simply repeated."""
        prefix = _prefix(request.headers.get(KEY_HEADER))
        unpack = _unpacker(request.headers.get("Content-Encoding"))
        rows = _rows(request, unpack, house.settings.max_item_bytes, house.body_within_s)
        return Streamed(_answers(call, admit, rows, prefix), media_type="application/x-ndjson")

    return door


def _prefix(key: str | None) -> str | None:
    """What the keys of rows without one begin with; the number of the row comes behind it."""
    if key is not None:
        check_key(key)
        if len(key) > LONGEST_PREFIX:
            raise BadRequest(f"{KEY_HEADER} has at most {LONGEST_PREFIX} characters here.", code="bad_header")
    return key


@dataclass(slots=True)
class _Line:
    """One row as it came; `too_long` where it was cut."""

    number: int
    text: bytes
    too_long: bool = False


@dataclass(slots=True)
class _Sum:
    rows: int = 0
    stored: int = 0
    repeated: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Splitter:
    """Cuts a stream into lines; what is longer than the limit is dropped but counted, so memory stays flat."""

    limit: int
    held: bytearray = field(default_factory=bytearray)
    dropping: bool = False
    number: int = 0

    def feed(self, chunk: bytes) -> Iterator[_Line]:
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            self._hold(piece)
            yield from self._cut()
        self._hold(rest)

    def end(self) -> Iterator[_Line]:
        if self.held or self.dropping:
            yield from self._cut()

    def _hold(self, piece: bytes) -> None:
        if self.dropping:
            return
        self.held += piece
        if len(self.held) > self.limit:
            self.dropping = True
            self.held.clear()

    def _cut(self) -> Iterator[_Line]:
        self.number += 1
        text, too_long = bytes(self.held).strip(), self.dropping
        self.held.clear()
        self.dropping = False
        if text or too_long:
            yield _Line(self.number, text, too_long)


class _Plain:
    """A body as it came."""

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def end(self) -> None:
        """Nothing can be missing that the connection would not have told."""


class _Gzip:
    """Inflates in bounded pieces, so that a bomb is read piece by piece, never whole; members may follow each other."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._begun = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._inflate.eof:
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
            self._begun = True
            try:
                piece = self._inflate.decompress(chunk, INFLATE_BYTES)
                while piece:
                    yield piece
                    chunk = self._inflate.unconsumed_tail
                    piece = b"" if self._inflate.eof else self._inflate.decompress(chunk, INFLATE_BYTES)
            except zlib.error:
                raise BadRequest("The body is not gzip, or it is damaged.", code="bad_header") from None
            chunk = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def end(self) -> None:
        if self._begun and not self._inflate.eof:
            raise BadRequest("The body ends in the middle of its gzip; send it again.", code="bad_header")


def _unpacker(encoding: str | None) -> _Plain | _Gzip:
    if encoding is None:
        return _Plain()
    if encoding.lower() != "gzip":
        raise BadRequest("Content-Encoding is gzip or left out.", code="bad_header")
    return _Gzip()


async def _rows(request: Request, unpack: _Plain | _Gzip, limit: int, quiet_s: float) -> AsyncIterator[list[_Line]]:
    """Lines in groups for one transaction each."""
    splitter, group, size = _Splitter(limit), list[_Line](), 0
    async for chunk in _chunks(request, quiet_s):
        for piece in unpack.pieces(chunk):
            for line in splitter.feed(piece):
                group.append(line)
                size += len(line.text)
                if len(group) >= BATCH or size >= BATCH_BYTES:
                    yield group
                    group, size = [], 0
    group += splitter.end()
    if group:
        yield group
    unpack.end()


async def _chunks(request: Request, quiet_s: float) -> AsyncIterator[bytes]:
    """The body as it comes. Raises TooSlow when nothing comes for that long: the upload may be of any length, but it
    must go on."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(quiet_s):
                chunk = await anext(stream, None)
        except TimeoutError:
            why = f"Nothing came for {quiet_s:g} s. Send it again with the same key; what is stored is recognised."
            raise TooSlow(why) from None
        if chunk is None:
            return
        yield chunk


async def _answers(
    call: Call, admit: Admit, groups: AsyncIterator[list[_Line]], prefix: str | None
) -> AsyncIterator[bytes]:
    total = _Sum()
    try:
        async for group in groups:
            yield await run_in_threadpool(_admit_group, call, admit, group, prefix, total)
    except HandrailFault as fault:
        yield _line({"row": None, "error": _error(fault)})
        return
    except ClientDisconnect:
        return
    yield _line(
        {"done": True, "rows": total.rows, "stored": total.stored, "repeated": total.repeated, "failed": total.failed}
    )


def _admit_group(call: Call, admit: Admit, group: list[_Line], prefix: str | None, total: _Sum) -> bytes:
    """Admits one group in one transaction; the answer lines in the order of the rows."""
    read = [_read(line, prefix) for line in group]
    good = [kept for kept in read if not isinstance(kept, HandrailFault)]
    answers = iter(_admitted(call, admit, good))
    lines = []
    for line, kept in zip(group, read, strict=True):
        total.rows += 1
        answer = kept if isinstance(kept, HandrailFault) else next(answers)
        if isinstance(answer, HandrailFault):
            total.failed += 1
            lines.append(_line({"row": line.number, "error": _error(answer)}))
            continue
        total.repeated += answer.repeated
        total.stored += not answer.repeated
        result = answer.result
        lines.append(
            _line(
                {
                    "row": line.number,
                    "key": result["key"],
                    "item_id": result["item_id"],
                    "status": result["status"],
                    "repeated": answer.repeated,
                }
            )
        )
    call.house.signals.fire("jobs", "events", f"queues:{call.project_id}")
    return b"".join(lines)


def _admitted(call: Call, admit: Admit, good: list[dict[str, Any]]) -> list[Any]:
    """The answers for the rows that could be read; a group that could not be stored answers each row with why."""
    if not good:
        return []
    try:
        answers = admit(call.project_id, call.caller.actor, good)
    except HandrailFault as fault:
        return [fault] * len(good)
    return [getattr(answer, "fault", answer) for answer in answers]


def _read(line: _Line, prefix: str | None) -> dict[str, Any] | HandrailFault:
    if line.too_long:
        return TooLarge("This row is longer than an item may be.")
    try:
        body = parse_strict(line.text)
        kept, _ = read_item(body, None)
    except BadJson as error:
        return BadRequest(f"The row cannot be read as JSON: {error}.")
    except HandrailFault as fault:
        return fault
    if prefix is not None:
        kept.setdefault("key", f"{prefix}:{line.number}")
    return kept


def _error(fault: HandrailFault) -> dict[str, Any]:
    """The one error shape, as a row of the answer carries it."""
    return {
        "code": fault.code,
        "message": fault.message,
        "status": fault.status,
        "retry": fault.retry,
        "fields": [
            {name: getattr(one, name) for name in ("path", "line", "column", "code", "message", "suggestion")}
            for one in fault.fields
        ],
        "docs": f"/docs/errors#{fault.code}",
    }


def _line(value: dict[str, Any]) -> bytes:
    return (dumps(value) + "\n").encode()
