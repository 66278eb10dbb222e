"""From Python values to the bytes that are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from numbers import Integral, Real
from typing import Any  # Any: the values are JSON of the caller's own shape

from handrail.kit.clock import to_text
from handrail.kit.jsons import dumps


def to_bytes(value: Any) -> bytes:
    """JSON of mappings, sequences, texts, numbers and moments. Raises ValueError for what would change on the way.

    >>> to_bytes({"amount": 5, "tags": ("a", "b")})
    b'{"amount":5,"tags":["a","b"]}'
    >>> to_bytes({"confidence": float("nan")})
    Traceback (most recent call last):
    ValueError: confidence: this number is not finite; leave it out when it is unknown
    """
    plain = _plain(value, "")
    try:
        return dumps(plain).encode()
    except TypeError as error:  # orjson's word for a lone surrogate and for whole numbers over 64 bits
        raise ValueError(f"this cannot be sent as JSON: {error}") from None


def _plain(value: Any, path: str) -> Any:
    match value:
        case None | bool() | str():
            return value
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"{path or 'value'}: say the zone of this time")
            return to_text(value)
        case Integral():
            return int(value)
        case Real():  # also the numbers of numpy
            if not isfinite(value):
                raise ValueError(f"{path or 'value'}: this number is not finite; leave it out when it is unknown")
            return float(value)
        case Mapping():
            return {
                _name(name, path): _plain(one, f"{path}.{name}" if path else str(name)) for name, one in value.items()
            }
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            return [_plain(one, f"{path}[{index}]") for index, one in enumerate(value)]
        case _:
            raise ValueError(f"{path or 'value'}: {type(value).__name__} has no JSON form")


def _name(name: object, path: str) -> str:
    if isinstance(name, str):
        return name
    raise ValueError(f"{path or 'value'}: names must be text, this one is {type(name).__name__}")
