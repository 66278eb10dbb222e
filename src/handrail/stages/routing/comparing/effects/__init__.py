"""What each key does when it changes: one function for each, so that a missing one shows in a test."""

from handrail.stages.routing.comparing.effects import items, queues, rules
from handrail.stages.routing.comparing.effects.table import DEFAULTS, EFFECTS, work_of

__all__ = ["DEFAULTS", "EFFECTS", "items", "queues", "rules", "work_of"]
