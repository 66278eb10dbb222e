"""What a webhook may be, and which events are for it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any  # Any: results are JSON

from handrail.domain.event import EVENT_TYPES, OUTCOME_TYPES, TEST_TYPE, is_wanted, unknown_types
from handrail.kit.addresses import AddressRefused, Target, read_address
from handrail.kit.durations import parse_duration
from handrail.kit.errors import FieldFault, Invalid
from handrail.stages.delivering.errors import AddressNotAllowed

OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a webhook wants."""

    webhook_id: str
    types: Sequence[str]


def check_types(types: Sequence[str]) -> None:
    """Passes for event types and globs that some event matches. Raises Invalid, with the likeliest word."""
    faults = []
    for one in unknown_types(types):
        close = get_close_matches(one, EVENT_TYPES, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        faults.append(
            FieldFault(
                f"/types/{types.index(one)}",
                "unknown_value",
                f"No event is called so.{hint}",
                suggestion=close[0] if close else None,
            )
        )
    if faults:
        raise Invalid(fields=tuple(faults))


def check_url(url: str, allowed: Collection[str]) -> Target:
    """The parts of an address that may be called. Raises AddressNotAllowed."""
    try:
        return read_address(url, allowed)
    except AddressRefused as error:
        raise AddressNotAllowed(str(error), fields=(FieldFault("/url", "address_refused", str(error)),)) from None


def read_overlap(text: str | None) -> timedelta:
    """How long the old secret signs too. Raises Invalid for anything but a duration of at most 7 days."""
    if text is None:
        return OVERLAP
    try:
        span = parse_duration(text)
    except ValueError as error:
        raise Invalid(fields=(FieldFault("/overlap", "bad_type", f"{error}."),)) from None
    if span > LONGEST_OVERLAP:
        raise Invalid(fields=(FieldFault("/overlap", "too_long", "At most 7d; then the old secret is of no use."),))
    return span


def salts_in_force(webhook: Mapping[str, Any], now: datetime) -> list[str]:
    """The salts whose secrets sign now, the newest first."""
    old = webhook["old_salt"]
    rotating = old is not None and webhook["old_until"] is not None and now < webhook["old_until"]
    return [webhook["salt"], old] if rotating else [webhook["salt"]]


def receivers(event: Mapping[str, Any], webhooks: Sequence[Wanted], chosen: Mapping[str, str]) -> list[str]:
    """The ids of the webhooks that get an event. `chosen`: item id -> the one webhook its outcome goes to.

    >>> app, all_items = Wanted("app", ["item.released"]), Wanted("all", ["item.*"])
    >>> receivers({"type": "item.released", "subject": "i"}, [app, all_items], {})
    ['app', 'all']
    >>> receivers({"type": "item.released", "subject": "i"}, [app, all_items], {"i": "app"})
    ['app']
    """
    if event["type"] == TEST_TYPE:
        return []  # made together with its delivery
    only = chosen.get(event["subject"]) if event["type"] in OUTCOME_TYPES else None
    if only is not None:
        return [one.webhook_id for one in webhooks if one.webhook_id == only]
    return [one.webhook_id for one in webhooks if is_wanted(event["type"], one.types)]


def without_texts(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope for a webhook that wants no content: ids and words of ours stay, what was written goes."""
    result = envelope["data"].get("result")
    if result is None:
        return dict(envelope)
    bare = {**result, "text": None, "output": None, "reason": ""}
    if result.get("route") is not None:
        kept = {name: one for name, one in result["route"]["values"].items() if not isinstance(one, str | list | dict)}
        bare["route"] = {**result["route"], "values": kept}
    if result.get("recall") is not None:
        bare["recall"] = {**result["recall"], "reason": None, "correction": None}
    return {**envelope, "data": {**envelope["data"], "result": bare}}


def p95(values: Sequence[int]) -> int | None:
    """The 95th percentile by nearest rank; None of nothing.

    >>> p95([10, 20, 30]), p95([])
    (30, None)
    """
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)] if values else None
