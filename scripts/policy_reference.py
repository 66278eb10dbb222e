"""Writes docs/reference/policy.md from the policy language itself: `python -m scripts.policy_reference`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # Any: JSON Schema is plain JSON

from handrail.plugins.checks import builtin_registry
from handrail.stages.routing.language.descriptions import DESCRIPTIONS
from handrail.stages.routing.language.keys import keys
from handrail.stages.routing.language.schema import schema

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "policy.md"
HEAD = """# The policy: every key

Generated from the language; `python -m scripts.policy_reference` writes it anew and a test compares it.
How to change a policy stands in [Change the policy](../howto/change-the-policy.md).

A policy is one YAML 1.2 document of at most 256 KiB, without anchors, aliases, tags and merge keys. Only `policy: 1`
must be there: that policy sends every item to a person.

In the names below, `*` stands for a name of your own and `[]` for an entry of a list.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_sections(), *_checks()]).rstrip() + "\n"


def _sections() -> Iterator[str]:
    """One table for each key at the top, with what stands below it."""
    described = keys()
    for top in (key for key in described if not any(mark in key for mark in ".[")):
        below = [key for key in described if key == top or key.startswith((f"{top}.", f"{top}["))]
        yield f"## `{top}`\n"
        yield "| key | takes | means | default |"
        yield "|---|---|---|---|"
        for key in below:
            words = DESCRIPTIONS[key]
            default = "" if words.default is None else _cell(words.default)
            yield f"| `{key}` | {_cell(_takes(_schema_of(key)))} | {_cell(words.words)} | {default} |"
        yield ""


def _schema_of(key: str) -> dict[str, Any]:
    found = schema()
    for part in key.replace("[]", ".[]").split("."):
        if part == "[]":
            found = found["items"]
        elif part == "*":
            found = next(iter(found["patternProperties"].values()))
        else:
            found = found["properties"][part]
    return found


def _takes(described: dict[str, Any]) -> str:
    """What may be written, in words."""
    match described:
        case {"const": value}:
            return f"`{value}`"
        case {"enum": words}:
            return ", ".join(f"`{word}`" for word in words)
        case {"anyOf": ways}:
            return "; ".join(_takes(one) for one in ways)
        case {"type": "array", "items": inner}:
            return f"a list of {_takes(inner)}" if inner else "a list"
        case {"patternProperties": _}:
            return "names, each with its value"
        case {"type": "object", "properties": properties}:
            return "keys: " + ", ".join(f"`{name}`" for name in properties)
        case {"type": [*kinds]}:
            return " or ".join(_KINDS[kind] for kind in kinds)
        case {"type": "number", "minimum": low, "maximum": high}:
            return f"a number from {low:g} to {high:g}"
        case {"type": "string", "pattern": pattern}:
            return _PATTERNS.get(pattern, "a text")
        case {"type": kind}:
            return _KINDS[kind]
    return "a value"


_KINDS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "`true`, `false`",
    "object": "keys with their values",
    "array": "a list",
    "null": "nothing",
}
_PATTERNS = {
    "^[a-z0-9][a-z0-9_.-]{0,63}$": "a name",
    "^[0-9]{1,9}(ms|s|m|h|d)$": "a duration such as `15m`",
    "%$": "a share such as `5%`",
}


def _checks() -> Iterator[str]:
    """The checks that come with the server; `then` is an option of each."""
    yield "## Checks that come with the server\n"
    yield "Each takes `then: review`, `block` or `note` beside its own options.\n"
    yield "| check | does | options |"
    yield "|---|---|---|"
    for plugin in builtin_registry().all():
        options = plugin.options.model_json_schema().get("properties", {})
        named = ", ".join(f"`{name}`" for name in options)
        yield f"| `{plugin.name}` | {_cell(plugin.promise)} | {named} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> int:
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
