"""What delivering works with, joined once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: rows and details are JSON

from handrail.audit import AuditKey, append, row
from handrail.kit.traces import NO_TRACES, Traces
from handrail.stages.delivering.rules import signing
from handrail.stages.delivering.rules.webhooks import salts_in_force
from handrail.storage import Session


@dataclass(frozen=True, slots=True)
class DeliveryDesk:
    """The keys of audit log and webhooks, which hosts of the own network may be called, and where traces go."""

    key: AuditKey
    webhook_key: bytes
    allowed_hosts: Sequence[str] = ()
    traces: Traces = NO_TRACES

    def secret(self, webhook_id: str, salt: str) -> str:
        """The secret in the form it is shown in, once."""
        return signing.secret_text(signing.secret_bytes(self.webhook_key, webhook_id, salt))

    def secrets_in_force(self, webhook: Mapping[str, Any], now: datetime) -> list[bytes]:
        """What signs for a webhook now, the newest first."""
        return [signing.secret_bytes(self.webhook_key, webhook["id"], salt) for salt in salts_in_force(webhook, now)]

    def note(
        self, session: Session, kind: str, webhook: Mapping[str, Any], actor: str, details: Mapping[str, Any]
    ) -> None:
        """Adds an audit entry about a webhook."""
        project_id = webhook["project_id"]
        append(
            session,
            [row(self.key, kind, webhook["id"], project_id=project_id, actor=actor, at=session.now, details=details)],
        )
