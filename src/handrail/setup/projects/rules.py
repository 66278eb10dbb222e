"""Decisions about projects: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: settings are JSON
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


APPROVAL = "policy_needs_approval"
"""The setting that asks for a second person before a policy is activated; the others belong to the web app."""


def check_settings(settings: Mapping[str, Any]) -> None:
    """Passes for settings the server can read. Raises Invalid.

    >>> check_settings({"policy_needs_approval": True, "anything": 1})
    """
    if not isinstance(settings.get(APPROVAL, False), bool):
        raise Invalid(fields=(FieldFault(f"/settings/{APPROVAL}", "bad_type", "Write true or false."),))
