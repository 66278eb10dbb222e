"""What may follow a decision: taking it back, correcting it, asking for another look."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from handrail.wire.base import Request, Slug
from handrail.wire.items import AnyOutput

Reason = Annotated[str, StringConstraints(min_length=1, max_length=4_000, strip_whitespace=True)]
Who = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class RecallIn(Request):
    """Takes an outcome back. Without a severity it is that of the worst category."""

    reason: Reason
    severity: Literal["minor", "major", "critical"] | None = None
    categories: Annotated[list[Slug], Field(max_length=50)] = []


class OverrideIn(RecallIn):
    """Takes an outcome back and gives what is right in its place."""

    correction: AnyOutput
    checks_overridden: Reason | None = None  # why a correction that fails a check goes out all the same


class AppealIn(Request):
    """The person concerned asks for another look; `by` says who, in the words of the application."""

    reason: Reason
    by: Who


class ReopenIn(Request):
    """A colleague asks for another look, in the item's own queue unless another is named."""

    reason: Reason
    queue: Slug | None = None
