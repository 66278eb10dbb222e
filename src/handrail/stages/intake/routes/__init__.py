"""HTTP of intake: one item, a batch, looking at items."""

from handrail.stages.intake.routes.items import read_item

__all__ = ["read_item"]
