"""What all request and response types share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, StringConstraints, WithJsonSchema

from handrail.kit.clock import to_text


class Request(BaseModel):
    """A body from outside: unknown fields are refused, types are not bent."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Response(BaseModel):
    """A body we send: it always holds every documented field."""

    # a default is what we send where nothing is known, never a field left out: so the description requires them all
    model_config = ConfigDict(frozen=True, from_attributes=True, json_schema_serialization_defaults_required=True)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("say the zone, for instance 2026-11-21T11:43:57.000Z")
    return moment


Moment = Annotated[
    datetime,
    AfterValidator(_aware),
    PlainSerializer(to_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]

T = TypeVar("T")


class Page(Response, Generic[T]):
    """One page of a list; `next_cursor` is null on the last one."""

    data: list[T]
    next_cursor: str | None = None
    count: int | None = None
    count_is: str | None = None


class ErrorField(Response):
    path: str
    line: int | None = None
    column: int | None = None
    code: str
    message: str
    suggestion: str | None = None


class ErrorBody(Response):
    code: str
    message: str
    status: int
    retry: bool
    fields: list[ErrorField] = []
    request_id: str | None = None
    docs: str


class Error(Response):
    """The one shape of an error. `result` and `current` come beside it where contract.md says so."""

    error: ErrorBody
