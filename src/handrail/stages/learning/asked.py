"""Exports that somebody asked for: begun, finished, failed; each told to the audit log and to webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any  # Any: rows, manifests

from handrail.audit import SYSTEM, AuditKey, append
from handrail.audit import row as entry
from handrail.background import outbox
from handrail.kit.ids import new_id
from handrail.stages.learning.errors import TooManyExports
from handrail.stages.learning.queries import decided
from handrail.stages.learning.queries import exports as queries
from handrail.stages.learning.rules import MASKED, PLAIN_LEAVES_OUT, TRAINING_LEAVES_OUT, Format
from handrail.stages.learning.service import Wanted
from handrail.storage import Session
from handrail.wire.exports import ExportHead

AT_ONCE = 5
"""Unfinished exports of a project."""


@dataclass(frozen=True, slots=True)
class ExportDesk:
    """What exports need beside the database."""

    key: AuditKey
    folder: Path
    keep: timedelta
    version: str


def ask(session: Session, wanted: Wanted, actor: str) -> Mapping[str, Any]:
    """A new export that waits to be made. Raises TooManyExports."""
    if queries.under_way(session, wanted.project_id) >= AT_ONCE:
        raise TooManyExports()
    id = new_id()
    values = {
        "id": id,
        "project_id": wanted.project_id,
        "actor": actor,
        "format": wanted.format.value,
        "filters": {name: list(words) for name, words in wanted.filters.items()},
        "decided_from": wanted.since,
        "decided_to": wanted.until,
        "masked": wanted.is_masked,
        "state": "queued",
        "attempt": 0,
        "fence": 0,
        "items": 0,
        "created_at": session.now,
    }
    queries.add(session, values)
    found = queries.by_id(session, wanted.project_id, id)
    assert found is not None
    return found


def wanted_of(row: Mapping[str, Any]) -> Wanted:
    """What an export covers."""
    return Wanted(
        row["project_id"],
        Format(row["format"]),
        row["decided_from"],
        row["decided_to"],
        row["filters"],
        is_masked=bool(row["masked"]),
    )


def head_of(session: Session, version: str, wanted: Wanted) -> ExportHead:
    """What an export says of itself before its first row."""
    project = decided.project(session, wanted.project_id)
    return ExportHead(
        format=wanted.format.value,
        project=project["slug"],
        is_demo=bool(project["is_demo"]),
        decided_from=wanted.since,
        decided_to=wanted.until,
        filters={name: list(words) for name, words in wanted.filters.items()},
        masked=[] if wanted.format.trains or not wanted.is_masked else list(MASKED),
        left_out=list(TRAINING_LEAVES_OUT if wanted.format.trains else PLAIN_LEAVES_OUT),
        handrail_version=version,
    )


def finish(session: Session, desk: ExportDesk, row: Mapping[str, Any], manifest: Mapping[str, Any]) -> bool:
    """Whether the export was still in these hands; then it is done."""
    now = session.now
    kept = queries.change(
        session, row["id"], row["fence"], state="done", lease_until=None, manifest=dict(manifest),
        items=manifest["items"], of_items=manifest["items"], finished_at=now, expires_at=now + desk.keep,
    )  # fmt: skip
    if kept:
        told = {name: manifest[name] for name in ("format", "filters", "rows", "items", "files")}
        _tell(session, desk, row, "done", told)
    return kept


def fail(session: Session, desk: ExportDesk, row: Mapping[str, Any], code: str, message: str) -> bool:
    """Whether the export was still in these hands; then it has failed for good."""
    error = {"code": code, "message": message}
    kept = queries.change(
        session, row["id"], row["fence"], state="failed", lease_until=None, error=error, finished_at=session.now
    )
    if kept:
        _tell(session, desk, row, "failed", {"code": code})
    return kept


def _tell(session: Session, desk: ExportDesk, row: Mapping[str, Any], state: str, told: Mapping[str, Any]) -> None:
    project_id, at = row["project_id"], session.now
    details = {"state": state, "asked_by": row["actor"], **told}
    told_to_log = entry(
        desk.key, "export.finished", f"export:{row['id']}", project_id=project_id, actor=SYSTEM, at=at, details=details
    )
    append(session, [told_to_log])
    data = {"export": {"export_id": row["id"], "state": state, **told}}
    outbox.emit(session, [outbox.row("export.finished", row["id"], 1, project_id=project_id, at=at, data=data)])
