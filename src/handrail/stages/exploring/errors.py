"""
Forbidden 403: PeopleOnly, LeadsShare
"""

from __future__ import annotations

from handrail.kit.errors import Forbidden


class PeopleOnly(Forbidden):
    """Saved views belong to people; a key has none. Sign in."""


class LeadsShare(Forbidden):
    """Only a lead shares views with the project; save it for yourself, without `shared`."""
