"""Times as they are typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from handrail.cli.errors import WrongUse


def moment_of(text: str, option: str) -> datetime:
    """The moment that was meant: a day (its first moment in UTC) or a time with its zone.

    >>> moment_of("2026-11-01", "--from").isoformat()
    '2026-11-01T00:00:00+00:00'
    """
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{option}: write a day such as 2026-11-21, or 2026-11-21T11:43:57Z.") from None
    if moment.tzinfo is None:
        raise WrongUse(f"{option}: say the zone, for instance {text}Z.")
    return moment
