"""Every key of the language, as the grammar has them: what descriptions and effects are complete against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any  # Any: shapes of many kinds

from handrail.stages.routing.language.grammar import POLICY
from handrail.stages.routing.language.shapes import At, ListOf, MapOf, Record, Shape


def keys() -> tuple[str, ...]:
    """All keys as patterns, `*` for a name the author chose, `[]` for an entry of a list.

    >>> [key for key in keys() if key.startswith("categories")]
    ['categories', 'categories.*.severity', 'categories.*.tolerate']
    """
    return tuple(_of_record(POLICY, ""))


def _of_record(record: Record, above: str) -> Iterator[str]:
    for name, shape in record.fields.items():
        pattern = f"{above}{name}"
        yield pattern
        inner, mark = _inner(shape)
        if isinstance(inner, Record):
            yield from _of_record(inner, f"{pattern}{mark}.")


def _inner(shape: Shape[Any]) -> tuple[Shape[Any], str]:
    """What stands inside, and how a pattern says so."""
    match shape:
        case At():
            return _inner(shape.inner)
        case ListOf():
            return _inner(shape.inner)[0], "[]"
        case MapOf():
            return _inner(shape.inner)[0], ".*"
        case _:
            return shape, ""
