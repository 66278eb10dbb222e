"""Signs of life of the workers, so that every process can tell whether one runs."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handrail.background.duties import ALL, Duty, told
from handrail.kit.clock import to_ms
from handrail.kit.ids import new_id
from handrail.storage import Session

EVERY = timedelta(seconds=5)
FORGOTTEN = timedelta(days=1)

_BEAT = """
INSERT INTO worker_beats (id, host, pid, inside, started_at, beat_at, duties)
VALUES (:id, :host, :pid, :inside, :started_at, :now, :duties)
ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at
"""
_FORGET = "DELETE FROM worker_beats WHERE beat_at < :before"
_END = "DELETE FROM worker_beats WHERE id = :id"


@dataclass
class Pulse:
    """One worker's sign of life. `inside`: it runs in a server, not in a process of its own."""

    inside: bool = True
    duties: frozenset[Duty] = ALL
    id: str = field(default_factory=new_id)
    started_at: datetime | None = None
    last: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether it is time for the next one; also after the clock was set back."""
        return self.last is None or not timedelta(0) <= now - self.last < EVERY

    def beat(self, session: Session) -> None:
        """Writes one."""
        self.last = session.now
        self.started_at = self.started_at or session.now
        row = {
            "id": self.id,
            "host": socket.gethostname()[:64],
            "pid": os.getpid(),
            "inside": int(self.inside),
            "started_at": to_ms(self.started_at),
            "now": to_ms(session.now),
            "duties": told(self.duties),
        }
        session.run(_BEAT, row)
        session.run(_FORGET, {"before": to_ms(session.now - FORGOTTEN)})

    def end(self, session: Session) -> None:
        """Takes it back: this worker ended as it should."""
        session.run(_END, {"id": self.id})
