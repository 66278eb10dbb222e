"""Audit samples as they travel."""

from __future__ import annotations

from handrail.wire.base import Id, Moment, Response


class ItemSample(Response):
    """One random look at what was released. `verdict` and `is_error` are null until a person has answered."""

    segment: str
    pick: str  # uniform or active
    probability: float  # with which it was drawn; what an estimate weighs by
    drawn_at: Moment
    answered_at: Moment | None
    verdict: str | None
    is_error: bool | None


class AuditSampleOut(ItemSample):
    """The same in a list of samples."""

    item_id: Id
