"""Policies as they travel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal  # Any: values of a policy and of a route are JSON

from pydantic import Field, StringConstraints, model_validator

from handrail.kit.errors import FieldFault
from handrail.wire.base import ErrorField, Id, Moment, Request, Response
from handrail.wire.items import RouteFull, ScoreOut, SubmittedItem

Version = Annotated[int, Field(ge=1, le=1_000_000)]
Yaml = Annotated[str, StringConstraints(max_length=1_048_576)]


class PolicyIn(Request):
    yaml: Yaml
    note: Annotated[str, StringConstraints(max_length=2_000)] = ""
    base: Annotated[int, Field(ge=1)] | None = None


class PolicyOut(Response):
    version: int
    state: str
    yaml: str
    note: str
    author_id: Id | None
    created_at: Moment
    activated_at: Moment | None
    base: int | None = None  # the version its author started from
    approved_by: Id | None = None
    approved_at: Moment | None = None
    approval_note: str | None = None
    instead_of: int | None = None  # what it was put in place of, and where a rollback leads


class PoliciesOut(Response):
    data: list[PolicyOut]
    needs_approval: bool  # whether a second person must approve before a version is activated


class ApproveIn(Request):
    note: Annotated[str, StringConstraints(max_length=2_000)] = ""


class RollbackIn(Request):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]


class ValidateIn(Request):
    yaml: Yaml


class ValidateOut(Response):
    valid: bool
    fields: list[ErrorField]
    warnings: list[str]

    @classmethod
    def of(cls, faults: Sequence[FieldFault]) -> ValidateOut:
        """The answer for a text with faults."""
        return cls(
            valid=False, fields=[ErrorField.model_validate(one, from_attributes=True) for one in faults], warnings=[]
        )


class DiffIn(Request):
    """Two policies, each a version or a text."""

    from_: Annotated[Version | Yaml, Field(alias="from")]
    to: Version | Yaml


class ChangeOut(Response):
    path: str
    before: Any
    after: Any
    effect: str
    release: Literal["loosens", "tightens", "neither", "unclear"]


class DiffOut(Response):
    """What changes from one policy to another. `text` is a unified diff; `release` sums up the changes."""

    text: str
    changes: list[ChangeOut]
    release: Literal["loosens", "tightens", "neither", "unclear"]


class PolicyTestIn(Request):
    """An item, sent along or stored before, and the policy to try it on: a version, a text, or the active one."""

    item: SubmittedItem | None = None
    item_id: Id | None = None
    version: Version | None = None
    yaml: Yaml | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> PolicyTestIn:
        if (self.item is None) == (self.item_id is None):
            raise ValueError("send `item` or `item_id`, one of the two")
        if self.version is not None and self.yaml is not None:
            raise ValueError("send `version` or `yaml`, not both")
        return self


class PolicyTestOut(RouteFull):
    """The Route an item would get now, with every step. Nothing was stored, and nothing outside was asked."""

    category: str | None
    show: str
    label: str | None
    fallback: str | None
    requires: str
    priority: float
    deadline_s: float | None
    due_at: Moment | None
    queue_kind: str | None  # expert or supervisor
    stopped: bool
    not_asked: list[str]  # checks that would ask something outside
    scores: list[ScoreOut]


class CategoryUse(Response):
    """How often a kind of error was named."""

    category: str
    reviews: int
    audits: int
    share: float | None  # of audited releases; null without audits
    low: float | None
    high: float | None


class CategoriesOut(Response):
    """What reviews of the last days found, by category; `audits` is how many audited releases stand behind `share`."""

    since: Moment
    reviews: int
    audits: int
    level: float
    data: list[CategoryUse]
