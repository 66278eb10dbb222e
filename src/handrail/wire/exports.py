"""Exports as they travel: NDJSON of four kinds of lines, told apart by the one name they hold.

`{"export": ExportHead}` once, then for each stretch `{"row": {...}, "lineage": LineageOut}` and one
`{"cursor": ..., "items": n, "excluded": {reason: n}}`, at the end `{"done": true, ...}`.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias  # Any: rows have the shape of their format

from handrail.wire.base import Id, Moment, Response

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
