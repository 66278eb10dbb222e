"""HTTP of exports that are made into files meanwhile, and of the jobs that make them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any  # Any: rows

from fastapi import Query
from starlette.responses import FileResponse, Response

from handrail.kit.errors import Forbidden, NotFound
from handrail.kit.ids import is_id
from handrail.stages.learning import asked
from handrail.stages.learning.asked import ExportDesk
from handrail.stages.learning.errors import ExportExpired, ExportNotDone, FilesElsewhere
from handrail.stages.learning.making import SIGNAL
from handrail.stages.learning.queries import exports as queries
from handrail.stages.learning.rules import Format
from handrail.stages.learning.service import Wanted
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.wire.base import Page
from handrail.wire.exports import ExportFile, ExportIn, ExportMade, ExportOut, JobOut, JobProgress

MOST_BEGUN = 10_000
_TIMES = frozenset({"decided_from", "decided_to"})


class File(Response):
    """For the description of the API."""

    media_type = "application/octet-stream"


def routes(house: House, desk: ExportDesk) -> Door:
    """`/exports` and `/jobs/{id}`."""
    door = Door(house)
    _asking(door)
    _looking(door)
    _files(door, desk)
    return door


def _asking(door: Door) -> None:
    @door.post("/exports", needs="exports.write", response_model=JobOut, status_code=202)
    def create_export(call: Call, body: ExportIn) -> Response:
        """Begins an export into files; the answer is a job to ask for until it is done. With `masked: false` nothing
        is taken out of the rows, which only those may ask for who may see it on the items too."""
        if not body.masked and not call.caller.may("items.unmask"):
            raise Forbidden("Only those who may unmask items can export what is masked; leave out `masked`.")
        filters = body.filters
        words = filters.model_dump(exclude=set(_TIMES), exclude_none=True)
        wanted = Wanted(
            call.project_id,
            Format(body.format),
            filters.decided_from,
            filters.decided_to or call.house.store.now(),
            words,
            is_masked=body.masked,
        )

        def work(session: Session) -> Answer:
            row = asked.ask(session, wanted, call.caller.actor)
            told = {"format": body.format, "filters": body.filters.model_dump(mode="json", exclude_none=True)}
            call.audit(session, "export.started", f"export:{row['id']}", {**told, "masked": body.masked})
            return Answer(job_out(row), 202, (("Location", f"/v1/jobs/{row['id']}"),))

        return call.change(work, wake=(SIGNAL,))

    @door.get("/jobs/{id}", needs="self")
    def get_job(call: Call, id: str) -> JobOut:
        """How far something is that you asked for, and what came of it."""
        row = call.read(lambda s: queries.of_actor(s, call.caller.actor, id)) if is_id(id) else None
        if row is None:
            raise NotFound()
        return job_out(row)


def _looking(door: Door) -> None:
    @door.get("/exports", needs="exports.read")
    def list_exports(
        call: Call,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Page[ExportOut]:
        """The project's exports, newest first."""
        after = read_cursor(cursor, call.project_id, {}, (str,))

        def look(session: Session) -> Page[ExportOut]:
            found = queries.page(session, call.project_id, after[0] if after else None, limit + 1)
            names = queries.names(session, [one["actor"] for one in found])
            more = write_cursor((found[limit - 1]["id"],), call.project_id, {}) if len(found) > limit else None
            return Page[ExportOut](data=[export_out(one, names) for one in found[:limit]], next_cursor=more)

        return call.read(look)

    @door.get("/exports/{id}", needs="exports.read", of="export")
    def get_export(call: Call, id: str) -> ExportOut:
        """One export: what it covers, how far it is, its files."""

        def look(session: Session) -> ExportOut:
            row = _found(session, call, id)
            return export_out(row, queries.names(session, [row["actor"]]))

        return call.read(look)


def _files(door: Door, desk: ExportDesk) -> None:
    told: set[tuple[str, str, str]] = set()  # who has begun to fetch what; a download comes in many parts

    @door.get("/exports/{id}/files/{file}", needs="exports.read", of="export", response_class=File)
    def get_export_file(call: Call, id: str, file: str) -> Response:
        """One file of an export that is done. `Range` goes on where a download ended; the ETag is that of the bytes."""
        row = call.read(lambda session: _found(session, call, id))
        if not row["masked"]:
            call.need("items.unmask")
        if row["state"] != "done":
            raise ExportNotDone()
        if row["removed_at"] is not None or row["expires_at"] < call.house.store.now():
            raise ExportExpired()
        known = {one["name"]: one["sha256"] for one in row["manifest"]["files"]} | {"manifest.json": None}
        if file not in known:
            raise NotFound()
        path = desk.folder / str(row["id"]) / file
        if not path.is_file():
            raise FilesElsewhere()
        begun = (call.caller.actor, str(row["id"]), file)
        is_first = call.request.headers.get("Range", "bytes=0-").replace(" ", "").startswith("bytes=0-")
        if is_first or begun not in told:
            what = {"file": file, "sha256": known[file]}
            call.house.store.write(lambda s: call.audit(s, "export.downloaded", f"export:{row['id']}", what))
            if len(told) > MOST_BEGUN:
                told.clear()
            told.add(begun)
        headers = {"ETag": f'"{known[file] or row["id"]}"', "Cache-Control": "private, no-cache"}
        return FileResponse(path, media_type="application/octet-stream", filename=file, headers=headers)


def _found(session: Session, call: Call, id: str) -> Mapping[str, Any]:
    row = queries.by_id(session, call.project_id, id)
    if row is None:
        raise NotFound()
    return row


def job_out(row: Mapping[str, Any]) -> JobOut:
    """An export as the job that makes it."""
    return JobOut(
        job_id=row["id"],
        kind="export",
        state=row["state"],
        progress=JobProgress(done=row["items"], of=row["of_items"]),
        result=_made(row),
        error=row["error"],
    )


def export_out(row: Mapping[str, Any], names: Mapping[str, str]) -> ExportOut:
    """An export as it travels."""
    return ExportOut(
        export_id=row["id"],
        format=row["format"],
        filters=row["filters"],
        decided_from=row["decided_from"],
        decided_to=row["decided_to"],
        masked=row["masked"],
        state=row["state"],
        progress=JobProgress(done=row["items"], of=row["of_items"]),
        result=_made(row),
        error=row["error"],
        asked_by=row["actor"],
        asked_by_name=names.get(row["actor"]),
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        expires_at=row["expires_at"],
        removed=row["removed_at"] is not None,
    )


def _made(row: Mapping[str, Any]) -> ExportMade | None:
    manifest = row["manifest"]
    if manifest is None:
        return None
    files = [] if row["removed_at"] is not None else [ExportFile(**one) for one in manifest["files"]]
    return ExportMade(manifest={name: one for name, one in manifest.items() if name != "files"}, files=files)
