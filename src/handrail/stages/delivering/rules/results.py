"""What the caller gets: the Result, one shape for released, blocked and pending. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: rows and outputs are JSON

from handrail.domain.item import Output
from handrail.kit.clock import to_text
from handrail.kit.jsons import content_hash


def result(
    item: Mapping[str, Any],
    route: Mapping[str, Any] | None,
    outcome: Mapping[str, Any] | None,
    output: Mapping[str, Any],
    *,
    recall: Mapping[str, Any] | None = None,
    stopped: bool = False,
) -> dict[str, Any]:
    """The Result of one item. `item`, `outcome`: rows with moments as datetimes; `route`: as stored; `output`: the
    model's; `recall`: the newest one. While a stop is in force a pending answer shows no draft (guarantee 8)."""
    shared = {
        "item_id": item["id"],
        "key": item["key"],
        "route": short_route(route),
        "reference": item["reference"],
        "due_at": to_text(item["due_at"]) if item["due_at"] else None,
        "recall": None if recall is None else _recall(recall),
    }
    if outcome is not None:
        return shared | {
            "status": outcome["status"],
            "source": outcome["source"],
            "decided_by": outcome["decided_by"],
            "text": outcome["text"] if recall is None else _text_of(recall["correction"]),
            "output": outcome["output"],
            "content_hash": outcome["content_hash"],
            "show": outcome["show"],
            "label": None,
            "reason": outcome["reason"],
            "categories": outcome["categories"],
            "review": outcome["review"],
            "decided_at": to_text(outcome["decided_at"]),
            "late": bool(outcome["late"]),
        }
    return shared | _pending(route, output, stopped)


def _recall(recall: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "recalled_at": to_text(recall["recalled_at"]),
        **{name: recall[name] for name in ("why", "reason", "severity", "categories", "correction")},
    }


def _text_of(correction: Mapping[str, Any] | None) -> str | None:
    """What may be shown now: nothing of what was given out, only what took its place."""
    return None if correction is None else Output(correction).text


def _pending(route: Mapping[str, Any] | None, output: Mapping[str, Any], stopped: bool) -> dict[str, Any]:
    show = str((route or {}).get("show", "nothing"))
    if show == "draft" and stopped:
        show = "nothing"
    draft = show == "draft"
    fallback = (route or {}).get("fallback")
    return {
        "status": "pending",
        "source": None,
        "decided_by": None,
        "text": Output(output).text if draft else fallback if show == "fallback" else None,
        "output": output if draft else None,
        "content_hash": content_hash(output) if draft else None,
        "show": show,
        "label": (route or {}).get("label") if draft else None,
        "reason": (route or {}).get("reason", ""),
        "categories": [],
        "review": None,
        "decided_at": None,
        "late": False,
    }


_SHORT = ("action", "rule", "queue", "values", "policy_version", "autonomy", "probability")


def short_route(route: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The part of a Route that callers get."""
    if route is None:
        return None
    return {name: route[name] for name in _SHORT} | {"audit": (route.get("audit") or {}).get("probability")}
