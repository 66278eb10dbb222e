"""Durations as people write them: `500ms 8s 15m 4h 2d`."""

from __future__ import annotations

import re
from datetime import timedelta

_FORM = re.compile(r"([0-9]{1,9})(ms|s|m|h|d)\Z")
_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def parse_duration(text: str) -> timedelta:
    """The span that `text` names. Raises ValueError for anything else.

    >>> parse_duration("15m")
    datetime.timedelta(seconds=900)
    """
    match = _FORM.match(text)
    if match is None:
        raise ValueError("write a duration as a whole number and a unit: 500ms, 8s, 15m, 4h or 2d")
    return timedelta(milliseconds=int(match[1]) * _UNITS[match[2]])


def duration_text(span: timedelta) -> str:
    """The shortest way to write `span`.

    >>> duration_text(timedelta(hours=4)), duration_text(timedelta(seconds=90))
    ('4h', '90s')
    """
    whole = span // timedelta(milliseconds=1)
    for unit in ("d", "h", "m", "s"):
        if whole and whole % _UNITS[unit] == 0:
            return f"{whole // _UNITS[unit]}{unit}"
    return f"{whole}ms"
