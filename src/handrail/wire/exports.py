"""Exports as they travel: NDJSON of four kinds of lines, told apart by the one name they hold.

`{"export": ExportHead}` once, then for each stretch `{"row": {...}, "lineage": LineageOut}` and one
`{"cursor": ..., "items": n, "excluded": {reason: n}}`, at the end `{"done": true, ...}`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias  # Any: rows have the shape of their format

from pydantic import ConfigDict, Field, StringConstraints

from handrail.wire.base import Id, Moment, Request, Response

ExportFormat: TypeAlias = Literal["jsonl", "csv", "trl-sft", "trl-dpo", "trl-kto"]


class ExportHead(Response):
    """What an export covers; the same for all of its parts."""

    version: int = 1
    format: ExportFormat
    project: str
    is_demo: bool
    decided_from: Moment | None
    decided_to: Moment  # exclusive; the moment the export began unless it was named
    filters: dict[str, list[str]]
    masked: list[str]  # fields that were taken out of every row
    left_out: list[str]  # what is never in this format, in words
    handrail_version: str


class LineageOut(Response):
    """What one row came from."""

    item_id: Id
    review_id: Id | None  # null where no person decided
    verdict: str | None
    policy_version: int | None
    content_hash: str | None  # of the outcome's output as it was given out
    recall_id: Id | None  # null unless the outcome was taken back; a row that trains then holds the correction


class ExportLine(Response):
    """One row of the format, and what it came from."""

    row: dict[str, Any]
    lineage: LineageOut


class ExportPart(Response):
    """The end of a stretch: `cursor` goes on behind it. `excluded` counts items that gave no row, by reason."""

    cursor: str
    items: int
    excluded: dict[str, int]
    done: bool


Words: TypeAlias = Annotated[
    list[Annotated[str, StringConstraints(max_length=255)]], Field(min_length=1, max_length=200)
]


class ExportFilters(Request):
    """Which decided items: each filter takes alternatives, all filters must hold. `from` is inclusive, `to` is not."""

    model_config = ConfigDict(populate_by_name=True)

    decided_from: Annotated[Moment | None, Field(alias="from", strict=False)] = None
    decided_to: Annotated[Moment | None, Field(alias="to", strict=False)] = None
    status: Words | None = None
    domain: Words | None = None
    task: Words | None = None
    model: Words | None = None
    prompt_version: Words | None = None
    language: Words | None = None
    queue: Words | None = None
    rule: Words | None = None
    verdict: Words | None = None
    source: Words | None = None
    group: Words | None = None


class ExportIn(Request):
    """An export to be made into files. `masked: false` also needs the permission `items.unmask`."""

    format: ExportFormat
    filters: ExportFilters = ExportFilters()
    masked: bool = True


class ExportFile(Response):
    name: str
    bytes: int
    sha256: str


class ExportError(Response):
    """Why an export failed; start it again once that is mended."""

    code: str
    message: str


class JobProgress(Response):
    done: int
    of: int | None  # null until it is counted


class ExportMade(Response):
    """What an export became. The manifest is the file manifest.json without its list of files."""

    manifest: dict[str, Any]
    files: list[ExportFile]


JobState: TypeAlias = Literal["queued", "running", "done", "failed"]


class JobOut(Response):
    """Something long that was asked for: ask again until it is done or has failed."""

    job_id: Id
    kind: Literal["export"]
    state: JobState
    progress: JobProgress
    result: ExportMade | None
    error: ExportError | None


class ExportOut(Response):
    """An export that somebody asked for; `export_id` is the id of its job too."""

    export_id: Id
    format: ExportFormat
    filters: dict[str, list[str]]
    decided_from: Moment | None
    decided_to: Moment
    masked: bool
    state: JobState
    progress: JobProgress
    result: ExportMade | None
    error: ExportError | None
    asked_by: str  # person:<id> or key:<id>
    asked_by_name: str | None
    created_at: Moment
    finished_at: Moment | None
    expires_at: Moment | None  # its files are removed then
    removed: bool
