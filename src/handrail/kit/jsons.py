"""JSON: strict at the door, canonical where it is hashed, fast where it is stored."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any  # Any: JSON values have no narrower static type

import orjson
import rfc8785

MAX_DEPTH = 64
MAX_VALUES = 20_000
MAX_INTEGER = 2**53 - 1


class BadJson(ValueError):
    """The text is not JSON that Handrail takes; the message says why."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]  # add returns None on purpose
        raise BadJson(f"the key {twice[:80]!r} stands twice in one object")
    return found


def _constant(name: str) -> Any:
    raise BadJson(f"{name} is not a JSON number")


def parse_strict(body: bytes) -> Any:
    """The value of a JSON text from outside. Raises BadJson for what other parsers let through.

    Refused: not UTF-8, duplicate keys, NaN and Infinity, numbers too large for a double, whole numbers beyond
    2**53 - 1 (they would lose digits on the way), NUL, lone surrogates, nesting over 64, over 20,000 values.

    >>> parse_strict(b'{"a": 1}')
    {'a': 1}
    >>> parse_strict(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    handrail.kit.jsons.BadJson: the key 'a' stands twice in one object
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson(f"not UTF-8 at byte {error.start}") from None
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise BadJson(f"nested deeper than {MAX_DEPTH}") from None
    except BadJson:
        raise
    except json.JSONDecodeError as error:
        raise BadJson(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except ValueError:  # the interpreter's own limit on digits of a whole number
        raise BadJson("a whole number has too many digits") from None
    _refuse_hostile(value, escapes=b"\\u" in body)
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def _refuse_hostile(value: Any, *, escapes: bool) -> None:
    """Walks level by level; texts need a look only where the body held escapes (NUL and surrogates need one)."""
    level: list[Any] = [value]
    count = 1
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for one in level:
            kind = type(one)
            if kind is dict:
                if escapes:
                    _refuse_texts(one)
                inner.extend(one.values())
            elif kind is list:
                inner.extend(one)
            else:
                _refuse_scalar(one, escapes)
        count += len(inner)
        if count > MAX_VALUES:
            raise BadJson(f"more than {MAX_VALUES:,} values")
        if not inner:
            return
        level = inner
    for one in level:
        if type(one) in (dict, list):
            raise BadJson(f"nested deeper than {MAX_DEPTH}")
        _refuse_scalar(one, escapes)


def _refuse_scalar(value: Any, escapes: bool) -> None:
    kind = type(value)
    if kind is float:
        if not math.isfinite(value):
            raise BadJson("a number is too large for a double")
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise BadJson("a whole number beyond 2^53 - 1 would lose digits; send it as a string")
    elif escapes and kind is str:
        _refuse_text(value)


def _refuse_texts(texts: Iterable[str]) -> None:
    for text in texts:
        _refuse_text(text)


def _refuse_text(text: str) -> None:
    if "\0" in text:
        raise BadJson("a text holds a NUL character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise BadJson("a text holds half of a surrogate pair") from None


def dumps(value: Any) -> str:
    """Compact JSON, for storing and sending. Moments are made text by `kit.clock.to_text` first."""
    return orjson.dumps(value).decode()


def written(text: str | None) -> orjson.Fragment | None:
    """A JSON text that Handrail wrote, to stand as it is inside of what `dumps` writes; None stays null.

    >>> dumps({"a": written('{"b":1.0}'), "c": written(None)})
    '{"a":{"b":1.0},"c":null}'
    """
    return None if text is None else orjson.Fragment(text)


def dumps_line(value: Any) -> bytes:
    """One line of JSON Lines."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def loads(text: str | bytes) -> Any:
    """The value of a JSON text that Handrail itself wrote."""
    return orjson.loads(text)


def canonical(value: Any) -> bytes:
    """RFC 8785: the one byte form of a JSON value.

    >>> canonical({"b": 1, "a": "é"})
    b'{"a":"\\xc3\\xa9","b":1}'
    """
    try:
        return orjson.dumps(_alike(value), option=orjson.OPT_SORT_KEYS)
    except _WrittenOtherwise:
        return rfc8785.dumps(value)


class _WrittenOtherwise(Exception):
    """orjson, which is many times faster, would write this value in another form."""


def _alike(value: Any) -> Any:
    """The value such that orjson writes its canonical form: whole floats as integers. Raises _WrittenOtherwise for
    keys outside ASCII, which it sorts in another order, and for floats that have an exponent in one of the forms."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _alike_float(value)
    if isinstance(value, dict):
        if not all(isinstance(name, str) and name.isascii() for name in value):
            raise _WrittenOtherwise
        return {name: _alike(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_alike(one) for one in value]
    return value


def _alike_float(value: float) -> float:
    if value.is_integer() and abs(value) <= MAX_INTEGER:
        return int(value)
    if 1e-4 < abs(value) < 1e15:
        return value
    raise _WrittenOtherwise


def content_hash(value: Mapping[str, Any]) -> str:
    """`sha256:` and the hex digest of the canonical form.

    >>> content_hash({"type": "text", "text": "x"})[:15]
    'sha256:ed06e303'
    """
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()
