"""
Conflict 409
├── NotDecided          nothing was given out yet, so there is nothing to take back
├── AlreadyRecalled     taken back without a correction before
├── AlreadyOpen         somebody looks at it again already
└── StopInForce         a freeze holds everything back
Invalid 422
└── BadRecall           the recall lacks something; each field says what
"""

from __future__ import annotations

from handrail.kit.errors import Conflict, Invalid


class NotDecided(Conflict):
    """This item has no outcome yet, so nothing was given out; it can be decided in its queue."""

    code = "not_decided"


class AlreadyRecalled(Conflict):
    """This item is recalled already; send a correction to put something in its place."""

    code = "already_recalled"


class AlreadyOpen(Conflict):
    """Somebody is asked to look at this item again already; wait for that answer."""

    code = "already_open"


class StopInForce(Conflict):
    """Everything is frozen and nothing leaves; repeat this once the stop is lifted."""

    code = "stop_in_force"


class BadRecall(Invalid):
    """The recall lacks something; each field says what."""

    code = "invalid"
