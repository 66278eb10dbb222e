"""What every route may reach: the store, the audit key, signals, settings. Joined once, in app.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from handrail.audit import AuditKey
from handrail.background.signals import Signals
from handrail.kit.settings import Settings
from handrail.storage import Session, Store
from handrail.web.caller import Identity
from handrail.web.limits import Limits
from handrail.web.timings import Timings


class Identify(Protocol):
    """Finds out who a cookie or an API key belongs to; None for one that is unknown, ended or expired."""

    def by_cookie(self, session: Session, token: str) -> Identity | None: ...

    def by_key(self, session: Session, key: str) -> Identity | None: ...


@dataclass
class House:
    """The collaborators of all routes."""

    store: Store
    audit_key: AuditKey
    signals: Signals
    settings: Settings
    identify: Identify
    project_by_slug: Callable[[Session, str], str | None]
    version: str
    mark_key: bytes  # hashes the bodies of repeated requests: some hold passwords
    limits: Limits = field(default_factory=Limits)
    timings: Timings = field(default_factory=Timings)
    body_within_s: float = 30.0
    identities: dict[str, tuple[float, Identity]] = field(default_factory=dict)

    def forget(self, *hashes: str) -> None:
        """Drops cached identities at once in this process; others notice within half a second."""
        if not hashes:
            self.identities.clear()
        for one in hashes:
            self.identities.pop(one, None)
