"""An export as it travels and as it lies in files: the bytes of its lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: rows are JSON

from handrail.kit.jsons import dumps_line
from handrail.stages.learning.rules import Decided, Format, safe_cell, table_line
from handrail.stages.learning.service import Stretch, Wanted
from handrail.web.paging import write_cursor
from handrail.wire.exports import ExportPart


def bound_of(wanted: Wanted) -> dict[str, Any]:
    """What a cursor of this export is good for, and nothing else."""
    bound = {**wanted.filters, "format": wanted.format.value, "from": wanted.since, "to": wanted.until}
    return bound if wanted.is_masked else {**bound, "masked": False}


def lines_of(wanted: Wanted, stretch: Stretch) -> list[bytes]:
    """The lines of a stretch, the one with the cursor last."""
    cursor = write_cursor(stretch.after or (0, ""), wanted.project_id, bound_of(wanted))
    part = ExportPart(cursor=cursor, items=stretch.items, excluded=stretch.excluded, done=stretch.is_last)
    lines = [dumps_line({"row": row, "lineage": lineage(one)}) for row, one in stretch.rows]
    return [*lines, dumps_line(part.model_dump())]


def file_line(format: Format, row: Mapping[str, Any]) -> bytes:
    """A row as a line of its file."""
    return table_line(map(safe_cell, row.values())) if format is Format.CSV else dumps_line(row)


def lineage_lines(stretch: Stretch, before: int) -> list[bytes]:
    """What each row of a stretch came from; rows are counted from 1, `before` are written already."""
    return [dumps_line({"row": number, **lineage(one)}) for number, (_, one) in enumerate(stretch.rows, before + 1)]


def lineage(decided: Decided) -> dict[str, Any]:
    """What a row of this item came from: a LineageOut, made by hand because there are very many."""
    review, recall = decided.review, decided.recall
    return {
        "item_id": decided.item.id,
        "review_id": review and review.id,
        "verdict": review and review.verdict,
        "policy_version": decided.item.policy_version,
        "content_hash": decided.outcome.content_hash,
        "recall_id": recall and recall.id,
    }
