"""Events as they leave: CloudEvents 1.0 JSON, the same on every channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: event data is JSON

from handrail.domain.event import OUTCOME_TYPES
from handrail.kit.clock import to_text
from handrail.stages.delivering.queries import outcomes as queries
from handrail.stages.delivering.service.results import results_of_rows
from handrail.storage import Session


def envelopes(session: Session, project_id: str, found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The envelopes of events of one project, in their order."""
    if not found:
        return []
    decided = sorted({one["subject"] for one in found if one["type"] in OUTCOME_TYPES})
    items = queries.items_by_id(session, project_id, decided)
    results = {one["item_id"]: one for one in results_of_rows(session, project_id, items)}
    source = f"/projects/{queries.slug_of(session, project_id)}"
    return [
        {
            "specversion": "1.0",
            "id": one["id"],
            "source": source,
            "type": one["type"],
            "subject": one["subject"],
            "time": to_text(one["at"]),
            "datacontenttype": "application/json",
            "data": {"version": 1, "sequence": one["sequence"]} | one["data"] | _changed(one, results),
        }
        for one in found
    ]


def _changed(event: Mapping[str, Any], results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The changed object under its own name: whole where an outcome was given, else its id."""
    if event["type"] in OUTCOME_TYPES:
        return {"result": results.get(event["subject"])}
    return {"item": {"item_id": event["subject"]}} if event["type"].startswith("item.") else {}
