"""Decisions about projects: pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handrail.kit.errors import FieldFault, Invalid

EMPTY_POLICY = "policy: 1\n"
"""Sends every item to a person."""


def check_zone(zone: str) -> None:
    """Passes for a time zone of the IANA database. Raises Invalid.

    >>> check_zone("Europe/Berlin")
    """
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            fields=(FieldFault("/zone", "unknown_value", 'Name a zone such as "Europe/Berlin" or "UTC".'),)
        ) from None
