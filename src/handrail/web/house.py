"""What every route may reach: the store, the audit key, signals, settings. Joined once, in app.py."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from handrail.audit import AuditKey
from handrail.background.signals import Signals
from handrail.kit.settings import Settings
from handrail.kit.traces import NO_TRACES, Traces
from handrail.storage import Session, Store
from handrail.web.caller import Identity
from handrail.web.limits import Limits
from handrail.web.timings import Timings

OWNERS_MOST = 20_000


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
    traces: Traces = NO_TRACES
    body_within_s: float = 30.0
    identities: dict[str, tuple[float, Identity]] = field(default_factory=dict)
    owners: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)
    """The projects of objects, by kind and id, the latest found: an object never changes its project."""

    def note_owner(self, kind: str, id: str, project_id: str) -> None:
        """Remembers whose an object is, until many others were found."""
        self.owners[kind, id] = project_id
        while len(self.owners) > OWNERS_MOST:
            with suppress(KeyError):  # another thread was faster
                self.owners.popitem(last=False)

    def forget(self, *hashes: str) -> None:
        """Drops cached identities at once in this process; others notice within half a second."""
        if not hashes:
            self.identities.clear()
        for one in hashes:
            self.identities.pop(one, None)
