"""The day as a project counts it."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from handrail.stages.reviewing.queries import queues
from handrail.storage import Session


def midnight(session: Session, project_id: str) -> datetime:
    """When today began in the project's own zone."""
    zone = ZoneInfo(queues.zone_of(session, project_id))
    return datetime.combine(session.now.astimezone(zone).date(), time(), zone)
