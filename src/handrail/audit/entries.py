"""Writing to the audit log: each transition adds an unnumbered row in its own transaction; the sequencer numbers it.

The hashed entry holds no content: what happened is committed to by a salted hash, so that erasing salt and details
leaves every proof whole.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: details are JSON

from handrail.audit.merkle import leaf_hash
from handrail.kit.clock import to_ms, to_text
from handrail.kit.ids import new_id
from handrail.kit.jsons import canonical, dumps
from handrail.storage import Session

SYSTEM = "system"
OUTCOME = ("item_id", "status", "source", "decided_by", "text", "content_hash", "reason", "decided_at")
REVIEW = ("id", "item_id", "person_id", "kind", "verdict", "output", "severity", "categories", "reason", "submitted_at")
RECALL = ("id", "item_id", "number", "why", "reason", "severity", "categories", "correction", "actor", "recalled_at")
"""The columns of a decision that its audit entry commits to."""


@dataclass(frozen=True, slots=True)
class AuditKey:
    """Seals rows and heads, so that rows put in by SQL alone are found."""

    secret: bytes

    def seal(self, leaf: bytes) -> str:
        return hmac.new(self.secret, b"audit-row" + leaf, hashlib.sha256).hexdigest()

    def sign_head(self, size: int, root: bytes) -> str:
        return hmac.new(self.secret, b"audit-head" + size.to_bytes(8, "big") + root, hashlib.sha256).hexdigest()


def commitment(salt: str, details: Mapping[str, Any]) -> str:
    """SHA-256 over the salt and the canonical details, hex."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(details)).hexdigest()


def digest(value: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, hex: how a stored row is bound to its entry."""
    return hashlib.sha256(canonical(value)).hexdigest()


def entry_text(
    *, id: str, project_id: str | None, at: datetime, actor: str, kind: str, subject: str, commitment: str
) -> str:
    """The canonical JSON that is hashed; under 64 KiB by construction."""
    return dumps(
        {
            "actor": actor,
            "at": to_text(at),
            "commitment": commitment,
            "id": id,
            "kind": kind,
            "project_id": project_id,
            "subject": subject,
            "version": 1,
        }
    )


def row(
    key: AuditKey,
    kind: str,
    subject: str,
    *,
    project_id: str | None,
    actor: str,
    at: datetime,
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One audit row, ready to be stored with `append`."""
    id, salt, told = new_id(), os.urandom(16).hex(), dict(details or {})
    entry = entry_text(
        id=id, project_id=project_id, at=at, actor=actor, kind=kind, subject=subject, commitment=commitment(salt, told)
    )
    leaf = leaf_hash(entry.encode())
    return {
        "id": id,
        "project_id": project_id,
        "at": to_ms(at),
        "actor": actor,
        "kind": kind,
        "subject": subject,
        "details": dumps(told),
        "salt": salt,
        "entry": entry,
        "leaf_hash": leaf.hex(),
        "seal": key.seal(leaf),
    }


_INSERT = """
INSERT INTO audit_entries (id, project_id, at, actor, kind, subject, details, salt, entry, leaf_hash, seal)
VALUES (:id, :project_id, :at, :actor, :kind, :subject, :details, :salt, :entry, :leaf_hash, :seal)
"""


def append(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows to the log, in the transaction of what they tell."""
    session.run_many(_INSERT, rows)
