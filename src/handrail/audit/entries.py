"""Writing to the audit log: each transition adds an unnumbered row in its own transaction; the sequencer numbers it.

The hashed entry holds no content: what happened is committed to by a salted hash, so that erasing salt and details
leaves every proof whole.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: details are JSON
from urllib.parse import urlsplit

from handrail.audit.merkle import leaf_hash
from handrail.audit.notes import Signer, is_name
from handrail.kit.clock import to_ms, to_text
from handrail.kit.ids import new_id
from handrail.kit.jsons import canonical, dumps
from handrail.kit.secrets import derive
from handrail.kit.settings import Settings, SettingsRefused
from handrail.storage import Session

SYSTEM = "system"
_ROW = b"audit-row"
OUTCOME = ("item_id", "status", "source", "decided_by", "text", "content_hash", "reason", "decided_at")
REVIEW = ("id", "item_id", "person_id", "kind", "verdict", "output", "severity", "categories", "reason", "submitted_at")
RECALL = ("id", "item_id", "number", "why", "reason", "severity", "categories", "correction", "actor", "recalled_at")
"""The columns of a decision that its audit entry commits to."""


@dataclass(frozen=True, slots=True)
class AuditKey:
    """Seals rows and heads, so that rows put in by SQL alone are found; signs the checkpoints for everybody else.

    `name` is what the log is called if somebody says so; else it keeps the name of its last checkpoint, and the first
    one is made under `first_name`: a log that changes its name looks like another log to those who hold checkpoints.
    """

    secret: bytes
    name: str = ""
    first_name: str = "handrail/audit-log"

    @staticmethod
    def of(secret: bytes, settings: Settings) -> AuditKey:
        """The key of this installation. Raises SettingsRefused for a name that no log can have."""
        if settings.audit_log_name and not is_name(settings.audit_log_name):
            raise SettingsRefused(
                f"The setting `audit_log_name` is {settings.audit_log_name!r}; write up to 200 characters without "
                "blanks and plus signs, for instance desk.example.org/audit-log."
            )
        own = urlsplit(settings.own_url)
        return AuditKey(
            derive(secret, "audit"), settings.audit_log_name, f"{own.netloc}{own.path.rstrip('/')}/audit-log"
        )

    def signer(self, name_before: str | None) -> Signer:
        """Signs checkpoints; `name_before` is the name in the last one."""
        seed = hmac.new(self.secret, b"audit-checkpoint", hashlib.sha256).digest()
        return Signer(self.name or name_before or self.first_name, seed)

    def sealer(self) -> Callable[[bytes], bytes]:
        """What `seal` does, as bytes and for many leaves: HMAC with its two beginnings hashed once."""
        block = (
            self.secret.ljust(64, b"\0")
            if len(self.secret) <= 64
            else hashlib.sha256(self.secret).digest().ljust(64, b"\0")
        )
        begin = hashlib.sha256(bytes(one ^ 0x36 for one in block) + _ROW)
        end = hashlib.sha256(bytes(one ^ 0x5C for one in block))

        def seal(leaf: bytes) -> bytes:
            inner, outer = begin.copy(), end.copy()
            inner.update(leaf)
            outer.update(inner.digest())
            return outer.digest()

        return seal

    def seal(self, leaf: bytes) -> str:
        return hmac.new(self.secret, _ROW + leaf, hashlib.sha256).hexdigest()

    def sign_head(
        self, size: int, root: bytes, at: int | None = None, note: str | None = None, before: int | None = None
    ) -> str:
        """The seal of a head. `before` is the size of the head before it, so that none can be taken out from between;
        heads of older versions say nothing of that, and the oldest have no time and note under their seal."""
        more = b"" if at is None or note is None else at.to_bytes(8, "big") + note.encode()
        begin = b"audit-head" if before is None else b"audit-head-after" + before.to_bytes(8, "big")
        whole = begin + size.to_bytes(8, "big") + root + more
        return hmac.new(self.secret, whole, hashlib.sha256).hexdigest()


def commitment(salt: str, details: bytes) -> str:
    """SHA-256 over the salt and the canonical details, hex."""
    return hashlib.sha256(bytes.fromhex(salt) + details).hexdigest()


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
    id, salt, told = new_id(), os.urandom(16).hex(), canonical(dict(details or {}))
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
        "details": told.decode(),  # as it was committed to, so that who checks it need not write it anew
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
