"""Whose hand makes a change: it signs the audit entries. The same for a request and for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any  # Any: details of an entry are JSON

from handrail.audit import SYSTEM, AuditKey, append, row
from handrail.storage import Session


@dataclass(frozen=True, slots=True)
class Hand:
    """An actor (`person:<id>`, `key:<id>` or `system`) at work in one project, or outside all of them."""

    key: AuditKey
    actor: str = SYSTEM
    project_id: str | None = None

    def of(self, person_id: str) -> Hand:
        """The same work, told as that person's own."""
        return replace(self, actor=f"person:{person_id}")

    def at(self, project_id: str | None) -> Hand:
        """The same hand in another project."""
        return replace(self, project_id=project_id)

    def note(self, session: Session, kind: str, subject: str, details: Mapping[str, Any] | None = None) -> None:
        """Adds one audit entry in the transaction of what it tells."""
        append(
            session,
            [
                row(
                    self.key,
                    kind,
                    subject,
                    project_id=self.project_id,
                    actor=self.actor,
                    at=session.now,
                    details=details,
                )
            ],
        )
