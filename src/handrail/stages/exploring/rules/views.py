"""Saved views: a name for a question. Some are there from the start."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST = 50
COLUMNS = (
    "item", "output", "outcome", "segment", "confidence", "received", "decided", "due", "queue", "model", "rule",
    "state", "language",
)  # fmt: skip
"""The columns a list can show."""
RELEASE_ABOVE = 0.9
"""Where a policy's bands name no confidence, a model counts as sure of itself from here on."""


@dataclass(frozen=True, slots=True)
class GivenView:
    """A view that everyone has. `code` is what the screen translates."""

    code: str
    name: str
    filters: dict[str, str] = field(default_factory=dict)
    sort: str = "-received_at"


def given_views(release_above: float | None) -> list[GivenView]:
    """The views of a project whose bands release above this confidence."""
    above = f"{RELEASE_ABOVE if release_above is None else release_above:g}"
    changed = {"verdict": "edit,reject", "decided": "this_week"}
    return [
        GivenView("overdue", "Overdue", {"overdue": "true"}, "received_at"),
        GivenView("overridden_this_week", "Overridden this week", changed, "-decided_at"),
        GivenView("confidently_wrong", "Confidently wrong", {"error": "true", "confidence_from": above}, "-confidence"),
        GivenView("found_wrong_by_audit", "Released and found wrong by audit", {"audited": "wrong"}),
    ]
