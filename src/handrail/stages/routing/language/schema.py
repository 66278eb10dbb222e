"""The language as JSON Schema, for editors."""

from __future__ import annotations

from typing import Any  # Any: JSON Schema is plain JSON

from handrail.extend.checks import CheckRegistry
from handrail.stages.routing.language.grammar import POLICY, THEN


def schema(checks: CheckRegistry | None = None) -> dict[str, Any]:
    """JSON Schema (2020-12) of what `load` reads. With the server's checks it knows their names and options too.

    >>> schema()["properties"]["policy"]
    {'const': 1}
    """
    described = POLICY.schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Handrail policy",
    }
    if checks is not None:
        described["properties"]["checks"] = {
            "type": "object",
            "properties": {plugin.name: _options(plugin.options.model_json_schema()) for plugin in checks.all()},
            "additionalProperties": False,
        }
    return described


def _options(options: dict[str, Any]) -> dict[str, Any]:
    properties = options.get("properties", {}) | {"then": THEN.schema()}
    return {"anyOf": [options | {"properties": properties}, {"type": "null"}]}
