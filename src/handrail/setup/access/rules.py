"""Decisions about access: pure, no session, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from handrail.kit.errors import FieldFault, Invalid
from handrail.setup.access.errors import BeyondYourself, LastAdmin, TooManySignIns
from handrail.web.permissions import ALL, KEY_DEFAULT, Role

SESSION_LASTS = timedelta(hours=12)
SESSION_IDLES = timedelta(hours=2)
INVITE_LASTS = timedelta(days=7)
SIGN_INS = 10
SIGN_IN_WINDOW = timedelta(minutes=15)
FOUNDER = frozenset({Role.ADMIN, Role.LEAD, Role.ENGINEER})
"""The roles of whoever makes a project."""


def session_ends_at(started_at: datetime, now: datetime) -> datetime:
    """When a session used at `now` ends: after idling, at the latest SESSION_LASTS after its start.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> session_ends_at(noon, noon).hour, session_ends_at(noon, noon + timedelta(hours=11)).hour
    (14, 0)
    """
    return min(started_at + SESSION_LASTS, now + SESSION_IDLES)


def may_try(attempts: Sequence[datetime], now: datetime) -> None:
    """Passes if one more sign-in may be tried after these, oldest first. Raises TooManySignIns."""
    recent = [at for at in attempts if at > now - SIGN_IN_WINDOW]
    if len(recent) >= SIGN_INS:
        wait = recent[-SIGN_INS] + SIGN_IN_WINDOW - now
        raise TooManySignIns(retry_after_s=max(1, -(-wait // timedelta(seconds=1))))


def may_use_password(until: datetime | None, now: datetime, *, off: bool) -> bool:
    """Whether a right password lets this person in: always, or where passwords are `off`, `until` a moment.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> may_use_password(None, noon, off=True), may_use_password(noon, noon - timedelta(hours=1), off=True)
    (False, True)
    """
    return not off or (until is not None and until > now)


def scopes_of_key(wanted: Sequence[str] | None, own: frozenset[str]) -> list[str]:
    """The scopes a new key gets, sorted. Raises Invalid for words that are no permission, BeyondYourself for others'.

    >>> scopes_of_key(["events.read"], frozenset({"events.read", "items.read"}))
    ['events.read']
    """
    scopes = KEY_DEFAULT if wanted is None else frozenset(wanted)
    unknown = sorted(scopes - ALL)
    if unknown:
        raise Invalid(
            fields=tuple(
                FieldFault(f"/scopes/{(wanted or []).index(word)}", "unknown_value", "This is no permission.")
                for word in unknown
            )
        )
    beyond = sorted(scopes - own)
    if beyond:
        raise BeyondYourself(f"A key cannot do more than the one who makes it; you do not have: {', '.join(beyond)}.")
    return sorted(scopes)


def level_of(roles: Iterable[Role]) -> Literal["junior", "senior"]:
    """The level a person begins with.

    >>> level_of({Role.REVIEWER}), level_of({Role.LEAD})
    ('junior', 'senior')
    """
    return "senior" if {Role.SENIOR, Role.LEAD} & set(roles) else "junior"


def level_after(before: frozenset[Role], after: frozenset[Role], level: str) -> str:
    """The level after a change of roles: the one set by hand, unless the roles now say another."""
    return level_of(after) if level_of(after) != level_of(before) else level


def keep_an_admin(admins: Iterable[str], leaving: str) -> None:
    """Passes if an admin is left when `leaving` is none any more. Raises LastAdmin."""
    others = set(admins) - {leaving}
    if leaving in set(admins) and not others:
        raise LastAdmin()
