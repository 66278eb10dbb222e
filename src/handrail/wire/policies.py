"""Policies as they travel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from handrail.kit.errors import FieldFault
from handrail.wire.base import ErrorField, Id, Moment, Request, Response

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


class PoliciesOut(Response):
    data: list[PolicyOut]


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
