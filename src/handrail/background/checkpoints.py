"""The event `checkpoint.signed`: each project hears of the log's newest signed head, at most once an hour.

Who keeps these events elsewhere, a webhook's receiver for instance, holds what shows a cut or rewritten log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from handrail.audit import last_checkpoint
from handrail.audit.notes import parse_note
from handrail.background import outbox
from handrail.kit.clock import to_ms
from handrail.storage import Session

SUBJECT = "audit_log"
EVERY = timedelta(hours=1)
LOOK_EVERY = timedelta(minutes=1)

# A project that was never told is told an hour after it was made.
_DUE = """
SELECT projects.id, COALESCE((SELECT MAX(events.sequence) FROM events
    WHERE events.subject = :subject AND events.project_id = projects.id), 0)
FROM projects WHERE projects.created_at <= :before AND NOT EXISTS (SELECT 1 FROM events
    WHERE events.subject = :subject AND events.project_id = projects.id AND events.at > :before)
"""


@dataclass
class Hourly:
    """Keeps the sequencer from asking the database at each of its turns."""

    looked_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        return self.looked_at is None or now - self.looked_at >= LOOK_EVERY

    def told(self, now: datetime) -> None:
        self.looked_at = now


def tell(session: Session) -> int:
    """Adds the event for each project whose hour is over; how many there were."""
    note = last_checkpoint(session)
    if note is None:
        return 0
    head = parse_note(note)[0]
    due = session.run(_DUE, {"subject": SUBJECT, "before": to_ms(session.now - EVERY)})
    data = {"checkpoint": {"size": head.size, "root": head.root.hex(), "note": note}}
    rows = [
        outbox.row("checkpoint.signed", SUBJECT, int(last) + 1, project_id=project_id, at=session.now, data=data)
        for project_id, last in due
    ]
    if rows:
        outbox.emit(session, rows)
    return len(rows)
