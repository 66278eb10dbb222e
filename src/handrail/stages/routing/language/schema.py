"""The language as JSON Schema, for editors."""

from __future__ import annotations

from typing import Any  # Any: JSON Schema is plain JSON

from handrail.extend.checks import CheckRegistry
from handrail.stages.routing.language.descriptions import DESCRIPTIONS
from handrail.stages.routing.language.grammar import POLICY, THEN


def schema(checks: CheckRegistry | None = None) -> dict[str, Any]:
    """JSON Schema (2020-12) of what `load` reads. With the server's checks it knows their names and options too.

    >>> schema()["properties"]["policy"]["const"]
    1
    """
    described = _described(POLICY.schema(), "") | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Handrail policy",
    }
    if checks is not None:
        described["properties"]["checks"] = {
            "type": "object",
            "properties": {
                plugin.name: _options(plugin.options.model_json_schema()) | {"description": plugin.promise}
                for plugin in checks.all()
            },
            "additionalProperties": False,
            "description": DESCRIPTIONS["checks"].words,
        }
    return described


def _described(schema: dict[str, Any], pattern: str) -> dict[str, Any]:
    """The same, with the words for each key, so that an editor can show them."""
    told = dict(schema)
    for inside, mark in (("patternProperties", ".*"), ("items", "[]")):
        if inside == "items" and inside in told:
            told[inside] = _described(told[inside], pattern + mark)
        elif inside in told:
            told[inside] = {key: _described(inner, pattern + mark) for key, inner in told[inside].items()}
    if "properties" in told:
        above = f"{pattern}." if pattern else ""
        told["properties"] = {key: _described(inner, above + key) for key, inner in told["properties"].items()}
    words = DESCRIPTIONS.get(pattern)
    if words is not None:
        default = "" if words.default is None else f" Default: {words.default}."
        told["description"] = words.words + default
    return told


def _options(options: dict[str, Any]) -> dict[str, Any]:
    properties = options.get("properties", {}) | {"then": THEN.schema()}
    then = properties["then"] | {"description": "What a fail leads to. Default: review."}
    return {"anyOf": [options | {"properties": properties | {"then": then}}, {"type": "null"}]}
