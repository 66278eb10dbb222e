"""The page of the API: each operation and each body of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any  # Any: an OpenAPI document is JSON

from handrail.web.door import GuardedRoute
from handrail.web.permissions import PUBLIC, SELF
from scripts.reference.errors import codes_of
from scripts.reference.markdown import anchor, page, table

Json = Mapping[str, Any]
TEXT = """\
Base `/v1`, JSON in UTF-8; the same as [openapi.json](openapi.json), for people. Programs send `Authorization:
Bearer hrk_...`; people sign in. People name the project in the header `Handrail-Project`, except where the
path holds the id of an object: then it is that object's own. Every change takes an `Idempotency-Key`; what is
edited has an `ETag` and asks for it back in `If-Match`. [Errors](errors.md) have one shape; besides those
named below any request may meet `rate_limited`, `overloaded`, `unavailable`, `storage_full` and `internal`."""
_WORDS = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern", "format")


def operations(document: Json) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "responses" in operation:
                yield method.upper(), path, operation


def gaps(document: Json) -> Iterator[str]:
    """Operations that do not say what they do."""
    for method, path, operation in operations(document):
        if not operation.get("description", "").strip():
            yield f"{method} {path} has no sentence: write the docstring of its function"


def page_of(document: Json, routes: Mapping[str, GuardedRoute]) -> str:
    """docs/reference/api.md."""
    groups: dict[str, list[str]] = {}
    for method, path, operation in operations(document):
        group = path.removeprefix("/v1").split("/")[1] or "root"
        groups.setdefault(group, []).append(_entry(method, path, operation, routes[operation["operationId"]]))
    parts = [f"## {name}\n\n" + "\n\n".join(groups[name]) for name in sorted(groups)]
    bodies = [_body(name, schema) for name, schema in sorted(document["components"]["schemas"].items())]
    return page("API", TEXT, *parts, "## Bodies", *bodies)


def _entry(method: str, path: str, operation: Json, route: GuardedRoute) -> str:
    needs = operation["x-handrail-permission"]
    who = {PUBLIC: "Open to everyone.", SELF: "For everyone who is signed in, on what is their own."}
    parts = [
        f"### {method} {path}",
        " ".join(operation.get("description", "").split()),
        who.get(needs, f"Needs `{needs}`."),
        table(["parameter", "in", "type", ""], [_parameter(one) for one in operation.get("parameters", ())]),
        _body_line(operation),
        "\n".join(f"- {line}" for line in _answers(operation)),
        "Errors: " + ", ".join(f"[`{code}`](errors.md#{code})" for code in codes(method, operation, route)) + ".",
    ]
    return "\n\n".join(part for part in parts if part)


def _parameter(one: Json) -> list[str]:
    must = "required" if one.get("required") else ""
    return [f"`{one['name']}`", one["in"], kind_of(one.get("schema", {})), one.get("description") or must]


def _body_line(operation: Json) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    return "\n".join(f"Body: {_media(name, one)}" for name, one in content.items())


def _media(name: str, one: Json) -> str:
    kind = kind_of(one.get("schema", {}))
    return kind if name == "application/json" else f"`{name}`" + (f", {kind}" if one.get("schema") else "")


def _answers(operation: Json) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        if status != "default":
            content = ", ".join(_media(name, one) for name, one in answer.get("content", {}).items())
            yield f"{status}: {content or 'nothing'}"


def codes(method: str, operation: Json, route: GuardedRoute) -> list[str]:
    """The codes an operation may answer: those of its kind, and those its own room has."""
    needs, has_body = operation["x-handrail-permission"], "requestBody" in operation
    found = {"unknown_parameter", "invalid", *codes_of(_room(route.endpoint.__module__), reading=method == "GET")}
    if needs != PUBLIC:
        found |= {"unauthenticated", "session_ended", "forbidden", "not_found"}
        if needs != SELF and route.guard.of is None and not route.guard.anywhere:
            found.add("project_required")
    if method != "GET":
        found |= {"bad_header", "key_mismatch", "too_large"}
    if has_body:
        found |= {"bad_json", "unknown_field"}
    if any(one["name"] == "cursor" for one in operation.get("parameters", ())):
        found.add("bad_cursor")
    return sorted(found)


def _room(module: str) -> str:
    """The package that answers for a module: `handrail.stages.reviewing`, `handrail.setup.access`."""
    return ".".join(module.split(".")[:3])


def _body(name: str, schema: Json) -> str:
    rest = "" if "properties" in schema else f"{kind_of(schema)}."
    told = " ".join(schema.get("description", "").split())
    return "\n\n".join(part for part in (f"### {name}", told, fields_of(schema) or rest) if part)


def fields_of(schema: Json) -> str:
    """The fields of an object as a table."""
    must = set(schema.get("required", ()))
    rows = [
        [f"`{name}`", kind_of(one), "required" if name in must else _default(one), one.get("description", "")]
        for name, one in schema.get("properties", {}).items()
    ]
    return table(["field", "type", "default", "meaning"], rows)


def _default(one: Json) -> str:
    if "default" not in one:
        return ""
    value = one["default"]
    return "null" if value is None else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def kind_of(schema: Json) -> str:
    """A schema in words.

    >>> kind_of({"anyOf": [{"type": "array", "items": {"type": "string", "maxLength": 9}}, {"type": "null"}]})
    'list of string (maxLength 9) or null'
    """
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[`{name}`](#{anchor(name)})"
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return " or ".join(dict.fromkeys(kind_of(one) for one in schema[word]))
    if "const" in schema or "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema.get("enum", [schema.get("const")]))
    return _plain(schema)


def _plain(schema: Json) -> str:
    kind = schema.get("type", "anything")
    if kind == "array":
        text = f"list of {kind_of(schema.get('items', {}))}"
    elif kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        text = f"object of {kind_of(schema['additionalProperties'])}"
    else:
        text = str(kind)
    limits = ", ".join(f"{word} {schema[word]}" for word in _WORDS if word in schema and word != "pattern")
    limits += (", " if limits else "") + f"pattern `{schema['pattern']}`" if "pattern" in schema else ""
    return f"{text} ({limits})" if limits else text
