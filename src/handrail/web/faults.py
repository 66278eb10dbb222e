"""What pydantic found, as faults at JSON Pointers."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any  # Any: pydantic's error details and the body they are about

from handrail.kit.errors import FieldFault

MOST = 50
_CODES = {
    "extra_forbidden": "unknown_field",
    "missing": "missing_key",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_pattern_mismatch": "bad_format",
    "literal_error": "unknown_value",
    "enum": "unknown_value",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "value_error": "invalid",
}
_MESSAGES = {
    "string_too_long": "At most {max_length:,} characters.",
    "string_too_short": "At least {min_length:,} characters.",
    "too_long": "At most {max_length:,} entries; got {actual_length:,}.",
    "too_short": "At least {min_length:,} entries; got {actual_length:,}.",
}


def faults_of(
    errors: Sequence[Mapping[str, Any]], body: Any = None, known: Sequence[str] = ()
) -> tuple[FieldFault, ...]:
    """One fault for each error, at most 50. `body` tells which parts of a location are keys and which are only the
    tags of a union; `known` are names to suggest for an unknown one."""
    return tuple(_fault(error, body, known) for error in errors[:MOST])


def _fault(error: Mapping[str, Any], body: Any, known: Sequence[str]) -> FieldFault:
    kind = str(error["type"])
    path = pointer(error["loc"], body)
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        return FieldFault(
            path, "unknown_field", f"There is no such field.{hint}", suggestion=close[0] if close else None
        )
    if kind == "missing":
        return FieldFault(path, "missing_key", "This field is required.")
    code = _CODES.get(kind) or ("bad_type" if kind.endswith(("_type", "_parsing")) else kind)
    return FieldFault(path, code, _message(kind, error))


def _message(kind: str, error: Mapping[str, Any]) -> str:
    """A sentence about what is wrong, never with the value itself."""
    try:
        return _MESSAGES[kind].format(**error.get("ctx", {}))
    except (KeyError, ValueError):  # no sentence of ours, or a length pydantic does not know
        text = str(error["msg"]).removeprefix("Value error, ")
        return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def pointer(location: Sequence[int | str], body: Any = None) -> str:
    """A location as a JSON Pointer.

    >>> pointer(("output", "text", "text"), {"output": {"type": "text", "text": 1}})
    '/output/text'
    """
    parts, here = [], body
    for place, part in enumerate(location):
        last = place == len(location) - 1
        if _is_inside(part, here):
            here = here[part]
        elif body is not None and not last:
            continue  # the tag of a union
        elif body is not None and here is not body and not isinstance(here, dict):
            continue
        parts.append(str(part).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in parts)


def _is_inside(part: int | str, here: Any) -> bool:
    if isinstance(here, dict):
        return part in here
    return isinstance(here, list) and isinstance(part, int) and part < len(here)
