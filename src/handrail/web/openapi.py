"""The description of the API, generated from the routes: permission and error shape on every operation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any  # Any: an OpenAPI document is JSON

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from handrail.web.door import Door
from handrail.web.permissions import PUBLIC
from handrail.wire.base import Error

_REF = "#/components/schemas/"


def describe(doors: Sequence[Door], version: str) -> dict[str, Any]:
    """The OpenAPI document of these doors. Raises ValueError if it would name a schema that is not there."""
    routes = [route.described for door in doors for route in door.routes]
    document = get_openapi(title="Handrail", version=version, routes=routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    models: list[type[BaseModel]] = [Error, *(model for door in doors for model in door.models)]
    for name, schema in _schemas(models).items():
        schemas.setdefault(name, schema)
    for operation in _operations(document):
        _complete(operation)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key, hrk_..."},
        "session": {"type": "apiKey", "in": "cookie", "name": "__Host-handrail"},
    }
    _check_refs(document)
    return document


def _schemas(models: Sequence[type[BaseModel]]) -> dict[str, Any]:
    pairs = [(model, "serialization" if model is Error else "validation") for model in dict.fromkeys(models)]
    _, found = models_json_schema(pairs, ref_template=_REF + "{model}")  # type: ignore[arg-type]  # a list of literals
    schemas: dict[str, Any] = found.get("$defs", {})
    return schemas


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document.get("paths", {}).values():
        yield from (one for one in path.values() if "responses" in one)


def _complete(operation: dict[str, Any]) -> None:
    """One error shape for whatever goes wrong, and who may call."""
    operation["responses"].pop("422", None)
    error = {"application/json": {"schema": {"$ref": _REF + "Error"}}}
    operation["responses"]["default"] = {"description": "An error; `code` says which.", "content": error}
    if operation["x-handrail-permission"] != PUBLIC:
        operation["security"] = [{"key": []}, {"session": []}]


def _check_refs(document: dict[str, Any]) -> None:
    missing = sorted(
        {ref for ref in _refs(document) if ref.removeprefix(_REF) not in document["components"]["schemas"]}
    )
    if missing:
        raise ValueError(f"These schemas are named but not there (give the route `reads=`): {', '.join(missing)}")


def _refs(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for one in part.values():
            yield from _refs(one)
    elif isinstance(part, list):
        for one in part:
            yield from _refs(one)
