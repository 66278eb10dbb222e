"""Where a value stands in a JSON text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]  # documented only by its use; stubs leave it out

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")


def locate(text: str, path: Sequence[str | int]) -> tuple[int, int] | None:
    """Start and end of the value that `path` names in a valid JSON text; None where there is none.

    >>> locate('{"a": [1, {"b": true}]}', ["a", 1, "b"])
    (16, 20)
    """
    place = _blank(text, 0)
    for part in path:
        found = _key(text, place, part) if text[place : place + 1] == "{" else _entry(text, place, part)
        if found is None:
            return None
        place = found
    return place, _end(text, place)


def _key(text: str, place: int, wanted: str | int) -> int | None:
    place = _blank(text, place + 1)
    while text[place] != "}":
        name, place = scanstring(text, place + 1)
        place = _blank(text, _blank(text, place) + 1)
        if name == wanted:
            return place
        place = _next(text, place)
    return None


def _entry(text: str, place: int, wanted: str | int) -> int | None:
    if text[place : place + 1] != "[" or not isinstance(wanted, int):
        return None
    place = _blank(text, place + 1)
    for _ in range(wanted):
        if text[place] == "]":
            return None
        place = _next(text, place)
    return None if text[place] == "]" else place


def _next(text: str, place: int) -> int:
    """The place after a value, its comma and the blanks about it."""
    place = _blank(text, _end(text, place))
    return _blank(text, place + 1) if text[place] == "," else place


def _end(text: str, place: int) -> int:
    return _DECODER.raw_decode(text, place)[1]


def _blank(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return match.end() if match else place
