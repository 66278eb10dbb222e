"""From a number to the items behind it: the filters of the items page that come nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from handrail.kit.clock import to_text
from handrail.stages.monitoring.rules.declared import Clock, Metric

_MORE: Mapping[str, Mapping[str, str]] = {
    "override_rate": {"verdict": "edit,reject"},
    "audit_escape_rate": {"source": "auto", "status": "released"},
    "audit_coverage": {"source": "auto", "status": "released"},
    "confidently_wrong": {"source": "auto", "status": "released"},
    "recall_rate": {"state": "recalled"},
    "post_review_error_rate": {"state": "recalled", "source": "human,edited"},
    "queue_depth": {"state": "in_review,second_review,in_adjudication"},
    "oldest_waiting": {"state": "in_review,second_review,in_adjudication", "sort": "received_at"},
    "held_now": {"state": "in_review,second_review,in_adjudication"},
}
_FILTERS = {"segment": None, "queue": "queue", "model": "model", "source": "source"}


def items_url(
    metric: Metric, since: datetime | None, until: datetime | None, picked: Mapping[str, Sequence[str]]
) -> str:
    """The address of the items page with the items of this stretch; `picked`: names of By and what was chosen.

    >>> from handrail.stages.monitoring.rules.declared import BY_KEY
    >>> items_url(BY_KEY["queue_depth"], None, None, {"queue": ["senior"]})
    '/items?state=in_review%2Csecond_review%2Cin_adjudication&queue=senior'
    """
    query = dict(_MORE.get(metric.key, {}))
    name = "received" if metric.clock is Clock.RECEIVED else "decided"
    if since is not None and until is not None:
        query |= {f"{name}_from": to_text(since), f"{name}_to": to_text(until)}
    for by, values in picked.items():
        query |= _filter(by, values)
    return "/items" + (f"?{urlencode(query)}" if query else "")


def items_urls(
    metric: Metric, stretches: Sequence[tuple[datetime, datetime]], picked: Mapping[str, Sequence[str]]
) -> list[str]:
    """The same for many stretches: only the moments differ, and writing the rest once is what makes it quick."""
    name = "received" if metric.clock is Clock.RECEIVED else "decided"
    base = items_url(metric, None, None, picked)
    base += "&" if "?" in base else "?"
    return [f"{base}{name}_from={_quoted(since)}&{name}_to={_quoted(until)}" for since, until in stretches]


def _quoted(moment: datetime) -> str:
    return to_text(moment).replace(":", "%3A")


def _filter(by: str, values: Sequence[str]) -> dict[str, str]:
    words = [one for one in values if one]
    if by == "segment":
        pairs = [one.split(":") if ":" in one else ["default", "default"] for one in words]
        return {
            name: ",".join(dict.fromkeys(pair[place] for pair in pairs))
            for place, name in enumerate(("domain", "task"))
        }
    return {by: ",".join(words)} if by in _FILTERS and words else {}
