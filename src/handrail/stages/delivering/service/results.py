"""Giving outcomes to callers: one look, or waiting for the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: results are JSON

from handrail.kit.errors import NotFound
from handrail.stages.delivering.queries import outcomes as queries
from handrail.stages.delivering.queries.outcomes import Parts
from handrail.stages.delivering.rules import results as rules
from handrail.storage import Session

NO_OUTPUT = {"output": {"type": "text", "text": ""}}
"""What stands in for the output of an item whose content is gone."""


def result_of(
    session: Session, project_id: str, *, item_id: str | None = None, key: str | None = None
) -> dict[str, Any]:
    """The present Result of one item. Raises NotFound."""
    item = queries.item(session, project_id, item_id=item_id, key=key)
    if item is None:
        raise NotFound()
    return result_of_row(session, item)


def result_of_row(session: Session, item: Mapping[str, Any]) -> dict[str, Any]:
    """The present Result of an item already read."""
    return results_of_rows(session, item["project_id"], [item])[0]


def results_of_rows(session: Session, project_id: str, found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The present Results of items of one project, in their order."""
    parts = queries.parts(session, [one["id"] for one in found])
    any_pending = any(one.outcome is None for one in parts.values())
    stopped = any_pending and queries.stop_in_force(session, project_id)
    return [_result(one, parts[one["id"]], stopped) for one in found]


def _result(item: Mapping[str, Any], parts: Parts, stopped: bool) -> dict[str, Any]:
    output = parts.body.get("output") or (parts.body.get("candidates") or [NO_OUTPUT])[0]["output"]
    return rules.result(item, parts.route, parts.outcome, output, recall=parts.recall, stopped=stopped)
