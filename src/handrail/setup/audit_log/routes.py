"""HTTP of the audit log: `/audit-log` and what belongs to it, `/items/{id}/evidence`, and the tiles at the root."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar  # Any: rows, lines of JSON

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from handrail.audit import Verdict, child, evidence, last_checkpoint, verifier
from handrail.audit.notes import Checkpoint, NoteRefused, parse_note
from handrail.audit.tiles import HIGHEST, parse_path
from handrail.kit import sheets
from handrail.kit.clock import to_ms
from handrail.kit.errors import FieldFault, HandrailFault, Invalid
from handrail.kit.jsons import dumps, loads
from handrail.setup.audit_log import queries
from handrail.setup.audit_log.errors import (
    BadCheckpoint,
    BeyondTheLog,
    CheckRunning,
    NoCheckpointYet,
    NoSuchTile,
    OtherProjects,
)
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.caller import inside
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.web.streamed import Streamed, described
from handrail.wire.audit_log import AuditEntryOut, AuditLogState, Evidence, Hashes, LastCheck, VerifyIn
from handrail.wire.base import Moment, Page

T = TypeVar("T")
NEEDS = "audit_log.read"
LOG = "audit_log"
"""The subject of entries about the log itself."""
TOLD_AGAIN = timedelta(minutes=10)
"""Who turns pages or reloads within this time is noted once."""
SHEET = ("index", "entry_id", "at", "kind", "actor", "actor_name", "subject", "commitment", "leaf_hash")
SHEET_ROWS = 500
Place = Annotated[int, Query(ge=0, lt=2**53)]


class PlainText(Response):
    """For the description of the API."""

    media_type = "text/plain"


class Bytes(Response):
    """For the description of the API."""

    media_type = "application/octet-stream"


def routes(
    house: House, last_check: Callable[[], LastCheck | None], note: Callable[[Verdict, datetime], None]
) -> list[Door]:
    """All doors of the audit log. `note` is told what a check that somebody asked for has found."""
    door, root = Door(house), Door(house, prefix="")
    _entries(door)
    _heads(door, last_check)
    _proofs(door)
    _whole(door, note)
    _tiles(root)
    return [door, root]


def _entries(door: Door) -> None:
    told: dict[str, datetime] = {}

    @door.get(
        "/audit-log",
        needs=NEEDS,
        response_model=Page[AuditEntryOut],
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    )
    def list_audit_entries(
        call: Call,
        kind: Annotated[str | None, Query(max_length=500)] = None,
        actor_id: Annotated[str | None, Query(max_length=80)] = None,
        item_id: Annotated[str | None, Query(max_length=36)] = None,
        since: Annotated[Moment | None, Query(alias="from")] = None,
        until: Annotated[Moment | None, Query(alias="to")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Any:
        """Entries about this project, newest first. `kind` takes several with commas; `actor_id` a person, a key or
        `system`. With `Accept: text/csv` the whole list comes as a sheet. That somebody reads here is itself noted in
        the log, once in ten minutes for the same question; a sheet is noted each time."""
        given = {
            "kind": kind.split(",") if kind is not None else None, "actor_id": actor_id, "item_id": item_id,
            "from": since, "to": until,
        }  # fmt: skip
        filters = {name: value for name, value in given.items() if value is not None}
        if "text/csv" in call.request.headers.get("Accept", ""):
            return _sheet(call, filters, has_cursor=cursor is not None)
        after = read_cursor(cursor, call.project_id, filters, (int, str))
        found, names = call.read(lambda session: _look(session, call.project_id, filters, after, limit))
        last = found[limit - 1] if len(found) > limit else None
        if cursor is None:
            _note_reading(call, told, {name: _plain(value) for name, value in filters.items()})
        return Page[AuditEntryOut](
            data=[_entry(one, names) for one in found[:limit]],
            next_cursor=write_cursor((to_ms(last["at"]), last["id"]), call.project_id, filters) if last else None,
        )

    @door.get("/items/{id}/evidence", needs=NEEDS, of="item")
    def get_evidence(call: Call, id: str) -> Evidence:
        """Every entry about one item with its proof against the newest checkpoint, to be checked without Handrail.
        The details are in it for those who may also read the item."""
        with_details = call.caller.may("items.read")
        key = call.house.audit_key
        found = call.read(lambda s: evidence.of_item(s, key, call.project_id, id, with_details=with_details))
        _note_reading(call, told, {"evidence": id})
        return Evidence(**found)


Found = tuple[Sequence[Mapping[str, Any]], dict[str, str]]
"""Rows, one more than asked for where there are more, and the names of the people in them."""


def _look(
    session: Session, project_id: str, filters: Mapping[str, Any], after: tuple[Any, ...] | None, limit: int
) -> Found:
    found = queries.page(session, project_id, filters, after, limit)
    actors = {one["actor"] for one in found}
    return found, queries.names(session, {one.removeprefix("person:") for one in actors if _is_person(one)})


def _sheet(call: Call, filters: Mapping[str, Any], *, has_cursor: bool) -> Response:
    """The whole list as CSV. The log notes that it left the house; that entry is not on it."""
    if has_cursor:
        fault = FieldFault("/cursor", "unknown_parameter", "A sheet is sent whole; leave the cursor out.")
        raise Invalid(fields=(fault,))
    told = {"format": "audit_log.csv", "filters": {name: _plain(value) for name, value in filters.items()}}
    subject, until = f"project:{call.project_id}", call.house.store.now()
    call.house.store.write(lambda session: call.audit(session, "export.started", subject, told))
    bounded = {**filters, "to": min(until, filters.get("to", until))}
    headers = {"Content-Disposition": 'attachment; filename="audit-log.csv"', "X-Content-Type-Options": "nosniff"}
    kind = "text/csv; charset=utf-8; header=present"
    return StreamingResponse(_sheet_lines(call, bounded), media_type=kind, headers=headers)


def _sheet_lines(call: Call, filters: Mapping[str, Any]) -> Iterator[str]:
    yield "\ufeff" + sheets.line(SHEET)  # the mark tells Excel that this is UTF-8
    after: tuple[Any, ...] | None = None
    while True:
        try:
            found, names = call.read(lambda s: _look(s, call.project_id, filters, after, SHEET_ROWS))  # noqa: B023
        except HandrailFault as fault:
            yield sheets.line([f"The list ends here: {fault.message}"])
            return
        shown = [_entry(one, names).model_dump() for one in found[:SHEET_ROWS]]
        yield "".join(sheets.line(one[name] for name in SHEET) for one in shown)
        if len(found) <= SHEET_ROWS:
            return
        last = found[SHEET_ROWS - 1]
        after = to_ms(last["at"]), last["id"]


def _is_person(actor: str) -> bool:
    return actor.startswith("person:")


def _plain(value: Any) -> Any:
    return to_ms(value) if isinstance(value, datetime) else value


def _note_reading(call: Call, told: dict[str, datetime], what: Mapping[str, Any]) -> None:
    """Adds to the log that this caller reads it."""
    mark, now = dumps([call.caller.actor, call.project_id, dict(what)]), call.house.store.now()
    before = told.get(mark)
    if before is not None and now - before < TOLD_AGAIN:
        return
    if len(told) > 10_000:
        told.clear()
    call.house.store.write(lambda session: call.audit(session, "audit_log.read", LOG, dict(what)))
    told[mark] = now


def _entry(row: Mapping[str, Any], names: Mapping[str, str]) -> AuditEntryOut:
    actor = str(row["actor"])
    return AuditEntryOut(
        entry_id=row["id"],
        index=row["log_index"],
        at=row["at"],
        actor=actor,
        actor_name=names.get(actor.removeprefix("person:")) if _is_person(actor) else None,
        kind=row["kind"],
        subject=row["subject"],
        commitment=loads(row["entry"])["commitment"],
        leaf_hash=row["leaf_hash"],
    )


def _heads(door: Door, last_check: Callable[[], LastCheck | None]) -> None:
    @door.get("/audit-log/checkpoint", needs=NEEDS, anywhere=True, response_class=PlainText)
    def get_checkpoint(call: Call) -> Response:
        """The newest signed head of the log, as a C2SP checkpoint. Keep it: it fixes all that came before."""
        note = call.read(last_checkpoint)
        if note is None:
            raise NoCheckpointYet()
        return Response(note, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})

    @door.get("/audit-log/state", needs=NEEDS, anywhere=True)
    def get_audit_log_state(call: Call) -> AuditLogState:
        """How long the log is, its checkpoint, the key that checks it, and what the server's last check said."""
        key = call.house.audit_key

        def look(session: Session) -> AuditLogState:
            return AuditLogState(
                size=evidence.size(session),
                checkpoint=last_checkpoint(session),
                verifier_key=verifier(session, key).text(),
                last_check=last_check(),
            )

        return call.read(look)


def _proofs(door: Door) -> None:
    @door.get("/audit-log/proof", needs=NEEDS, anywhere=True)
    def get_inclusion_proof(call: Call, index: Place, size: Place | None = None) -> Hashes:
        """The hashes from an entry to the root over `size` entries (RFC 9162); the newest head without a size."""
        return _proved(call, lambda s: evidence.inclusion(s, index, evidence.size(s) if size is None else size))

    @door.get("/audit-log/consistency", needs=NEEDS, anywhere=True)
    def get_consistency_proof(
        call: Call,
        old: Annotated[int, Query(alias="from", ge=0, lt=2**53)],
        new: Annotated[int | None, Query(alias="to", ge=0, lt=2**53)] = None,
    ) -> Hashes:
        """The hashes that show that the log of `to` entries goes on where that of `from` ended (RFC 9162)."""
        return _proved(call, lambda s: evidence.consistency(s, old, evidence.size(s) if new is None else new))


def _proved(call: Call, work: Callable[[Session], list[bytes]]) -> Hashes:
    try:
        return Hashes(hashes=[one.hex() for one in call.read(work)])
    except (ValueError, LookupError):
        raise BeyondTheLog() from None


def _whole(door: Door, note: Callable[[Verdict, datetime], None]) -> None:
    running: set[str] = set()

    @door.post("/audit-log/verify", needs=NEEDS, response_class=Streamed, responses=described("application/x-ndjson"))
    async def verify_audit_log(call: Call, body: VerifyIn) -> Streamed:
        """Checks the whole log, in a process of its own. NDJSON: how far it is, and in the last line what was found:
        `ok` and `size`, or the first bad index and why."""
        since = await run_in_threadpool(_checkpoint_of, call, body.since) if body.since is not None else None
        if running:
            raise CheckRunning()
        running.add(call.caller.actor)
        return Streamed(_lines(call, since, running, note), media_type="application/x-ndjson")


def _checkpoint_of(call: Call, note: str) -> Checkpoint:
    """A checkpoint that this log signed. Raises BadCheckpoint."""
    key = call.house.audit_key
    try:
        return key.signer(parse_note(note)[0].origin).verifier.read(note)
    except NoteRefused as refused:
        raise BadCheckpoint(f"This is no checkpoint of this log: {refused}.") from None


async def _lines(
    call: Call, since: Checkpoint | None, running: set[str], note: Callable[[Verdict, datetime], None]
) -> AsyncIterator[bytes]:
    began = call.house.store.clock.now()
    try:
        async for line in child.lines(call.house.store, call.house.audit_key, since):
            if "ok" in line:
                note(Verdict(**line), began)
                told = {name: line[name] for name in ("ok", "size", "first_bad_index")}
                await run_in_threadpool(
                    call.house.store.write, lambda s, told=told: call.audit(s, "audit_log.verified", LOG, told)
                )
            yield dumps(line).encode() + b"\n"
    finally:
        running.clear()


def _tiles(root: Door) -> None:
    @root.get("/tile/{path:path}", needs=NEEDS, anywhere=True, response_class=Bytes)
    def get_tile(call: Call, path: str) -> Response:
        """The tree as C2SP tiles: `<level>/<tile>[.p/<width>]` holds hashes, `entries/<tile>[.p/<width>]` what was
        hashed. Entries are for those who may read the audit log of every project, because they stand in one log."""
        of, _, rest = path.partition("/")
        place = parse_path(rest)
        if place is None:
            raise NoSuchTile()
        if of == "entries":
            _may_see_all(call)
            found = call.read(lambda session: evidence.bundle(session, *place))
        elif of in {str(level) for level in range(HIGHEST + 1)}:
            found = call.read(lambda session: evidence.tile(session, int(of), *place))
        else:
            found = None
        if found is None:
            raise NoSuchTile()
        return Response(found, media_type="application/octet-stream")


def _may_see_all(call: Call) -> None:
    def allowed(project_id: str) -> bool:
        caller = inside(call.caller.identity, project_id)
        return caller is not None and caller.may(NEEDS)

    if not all(allowed(one) for one in call.read(queries.project_ids)):
        raise OtherProjects()
