"""
Conflict 409
├── LeaseLost           someone else holds it, or the lease is over
├── AlreadyDecided      carries the Result
└── UndoOver            the window has passed
Invalid 422
└── BadReview           the verdict lacks something; each field says what
"""

from __future__ import annotations

from handrail.kit.errors import Conflict, Invalid


class LeaseLost(Conflict):
    """Someone else now holds this item, or your lease is over; your work is kept, reload the queue."""

    code = "lease_lost"


class AlreadyDecided(Conflict):
    """This item was decided meanwhile; your work is kept, the Result stands beside this error."""

    code = "already_decided"


class UndoOver(Conflict):
    """The time to undo is over; the item can be reopened with a reason."""

    code = "undo_over"


class BadReview(Invalid):
    """The verdict lacks something; each field says what."""

    code = "invalid"
