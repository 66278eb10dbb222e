"""Facets: what else an item may be found by, as a name and a value that are compared as text."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any  # Any: metadata is JSON of the caller's own shape

from handrail.kit.clock import to_text

LONGEST = 200
METADATA = "metadata."


def stored_value(text: str) -> str:
    """A value as it is compared: long ones by their beginning and their hash.

    >>> len(stored_value("x" * 2_000))
    200
    """
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 33] + "#" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def metadata_values(kind: str, value: Any) -> list[str]:
    """What a metadata value of this declared kind is found by. A value of another kind is found by nothing.

    >>> metadata_values("number", 62400), metadata_values("number", 62400.5), metadata_values("boolean", True)
    (['62400'], ['62400.5'], ['true'])
    >>> metadata_values("time", "2026-11-21T12:00:00+01:00"), metadata_values("list", ["a", 1, "a"])
    (['2026-11-21T11:00:00.000Z'], ['a', '1'])
    """
    if value is None:
        return []
    if kind == "list":
        return list(dict.fromkeys(_plain(one) for one in value if one is not None)) if isinstance(value, list) else []
    found = asked_value(kind, value if isinstance(value, str) else _plain(value))
    if found is None or isinstance(value, str) is not (kind in ("string", "time")):
        return []
    return [found]


def asked_value(kind: str, text: str) -> str | None:
    """A value somebody asks for, as it is stored; None if the kind has no such value.

    >>> asked_value("number", "62400.0"), asked_value("boolean", "yes"), asked_value("number", "many")
    ('62400', None, None)
    """
    match kind:
        case "number":
            return _number(text)
        case "boolean":
            return text if text in ("true", "false") else None
        case "time":
            return _time(text)
        case _:
            return stored_value(text)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(str(value)) or str(value)
    return stored_value(str(value))


def _number(text: str) -> str | None:
    try:
        number = float(text)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    return str(int(number)) if number == int(number) and abs(number) < 2**53 else repr(number)


def _time(text: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return to_text(moment) if moment.tzinfo is not None else None


def facets_of(
    body: Mapping[str, Any],
    keys: Mapping[str, str],
    *,
    categories: Iterable[str] = (),
    is_error: bool | None = None,
    audited: str | None = None,
) -> list[tuple[str, str]]:
    """Name and value of all that an item is found by. What people said of it is given only once it is decided."""
    given = body.get("metadata") or {}
    found = [
        (METADATA + name, value)
        for name, kind in keys.items()
        if name in given
        for value in metadata_values(kind, given[name])
    ]
    found += [("category", stored_value(name)) for name in categories]
    if is_error is not None:
        found.append(("error", "true" if is_error else "false"))
    if audited is not None:
        found.append(("audited", audited))
    return list(dict.fromkeys(found))
