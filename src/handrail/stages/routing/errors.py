"""
Forbidden 403
└── FourEyes            an author does not approve the own work
Conflict 409
├── ApprovalMissing     the project wants a second person first
├── AlreadyApproved     once is enough
├── NothingBefore       there is no earlier version to go back to
└── ContentGone         the item was erased
"""

from __future__ import annotations

from handrail.kit.errors import Conflict, Forbidden


class FourEyes(Forbidden):
    """Nobody approves what they wrote, or what a key they made wrote; ask another lead."""

    code = "four_eyes"


class ApprovalMissing(Conflict):
    """A second person must approve this version before it is activated."""

    code = "approval_missing"


class AlreadyApproved(Conflict):
    """This version was approved before, or is in force; there is nothing left to approve."""

    code = "already_approved"


class NothingBefore(Conflict):
    """No version was in force before this one, so there is nothing to go back to."""

    code = "nothing_before"


class ContentGone(Conflict):
    """The content of this item was erased; test on another item, or paste one."""

    code = "content_gone"
