"""HTTP of learning: exports as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any  # Any: rows are JSON

from fastapi import Query
from starlette.responses import Response, StreamingResponse

from handrail.kit.errors import HandrailFault
from handrail.kit.jsons import dumps
from handrail.stages.learning import queries
from handrail.stages.learning.rules import MASKED, PLAIN_LEAVES_OUT, TRAINING_LEAVES_OUT, Decided, Format
from handrail.stages.learning.service import Stretch, Wanted, next_stretch
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.web.streamed import described
from handrail.wire.base import Moment
from handrail.wire.exports import ExportHead, ExportPart

NDJSON = "application/x-ndjson"
STRETCH = 500
Words = Annotated[str | None, Query(max_length=2_000)]
_KINDS = (int, str)


def routes(house: House) -> Door:
    """GET /exports/stream."""
    door = Door(house)

    @door.get(
        "/exports/stream",
        needs="exports.read",
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
        self.bound: dict[str, Any] = {
            **wanted.filters,
            "format": wanted.format.value,
            "from": wanted.since,
            "to": wanted.until,
        }

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
        wanted = self.wanted
        project = self.call.read(lambda session: queries.project(session, wanted.project_id))
        head = ExportHead(
            format=wanted.format.value,
            project=project["slug"],
            is_demo=bool(project["is_demo"]),
            decided_from=wanted.since,
            decided_to=wanted.until,
            filters={name: list(words) for name, words in wanted.filters.items()},
            masked=[] if wanted.format.trains else list(MASKED),
            left_out=list(TRAINING_LEAVES_OUT if wanted.format.trains else PLAIN_LEAVES_OUT),
            handrail_version=self.call.house.version,
        )
        return _line({"export": head.model_dump(mode="json")})

    def stretch(self, after: tuple[int, str] | None, most: int) -> tuple[bytes, Stretch]:
        """The lines of the next items, the one with the cursor last."""

        def look(session: Session) -> Stretch:
            return next_stretch(session, self.wanted, after, most)

        found = self.call.read(look)
        cursor = write_cursor(found.after or (0, ""), self.wanted.project_id, self.bound)
        part = ExportPart(cursor=cursor, items=found.items, excluded=found.excluded, done=found.is_last)
        lines = [_line({"row": row, "lineage": lineage(one)}) for row, one in found.rows]
        return b"".join([*lines, _line(part.model_dump())]), found

    def whole(self, after: tuple[int, str] | None) -> Iterator[bytes]:
        """All stretches, each read when the one before has been sent."""
        yield self.head()
        while True:
            try:
                lines, found = self.stretch(after, STRETCH)
            except HandrailFault as fault:
                yield _line({"error": {"code": fault.code, "message": fault.message, "retry": fault.retry}})
                return
            yield lines
            if found.is_last:
                return
            after = found.after


def lineage(decided: Decided) -> dict[str, Any]:
    """What a row of this item came from: a LineageOut, made by hand because there are very many."""
    review, recall = decided.review, decided.recall
    return {
        "item_id": decided.item["id"],
        "review_id": review["id"] if review else None,
        "verdict": review["verdict"] if review else None,
        "policy_version": decided.item["policy_version"],
        "content_hash": decided.outcome["content_hash"],
        "recall_id": recall["id"] if recall else None,
    }


def _line(value: dict[str, Any]) -> bytes:
    return (dumps(value) + "\n").encode()
