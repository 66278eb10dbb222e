"""A Route as it is stored: JSON, with every step, so that years later it still explains itself."""

from __future__ import annotations

from typing import Any  # Any: JSON

from handrail.domain.route import Route


def route_json(route: Route) -> dict[str, Any]:
    """All fields of a Route as JSON."""
    return {
        "action": route.action.value,
        "rule": route.rule,
        "reason": route.reason,
        "policy_version": route.policy_version,
        "autonomy": route.autonomy.value,
        "queue": route.queue,
        "values": dict(route.values),
        "probability": route.probability,
        "audit": {"probability": route.audit.probability, "queue": route.audit.queue} if route.audit else None,
        "steps": [
            {"step": one.step, "rule": one.rule, "held": one.held, "values": dict(one.values), "note": one.note}
            for one in route.steps
        ],
        "category": route.category,
        "high_stakes": route.high_stakes,
        "uncertified": route.uncertified,
        "priority": route.priority,
        "deadline_s": route.deadline.total_seconds() if route.deadline else None,
        "show": route.show.value,
        "label": route.label,
        "fallback": route.fallback,
        "requires": route.requires,
    }
