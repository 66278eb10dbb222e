"""Cursors: opaque, bound to project, list and filters, so that one is never used where it does not belong."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any  # Any: filter values of many types

import orjson

from handrail.kit.clock import to_ms
from handrail.web.errors import BadCursor


def write_cursor(after: tuple[int | str, ...], project_id: str, filters: Mapping[str, Any]) -> str:
    """The cursor that continues behind the row with these sort values."""
    return base64.urlsafe_b64encode(orjson.dumps([_bound(project_id, filters), *after])).decode().rstrip("=")


def read_cursor(
    cursor: str | None, project_id: str, filters: Mapping[str, Any], kinds: tuple[type, ...]
) -> tuple[Any, ...] | None:
    """The sort values behind a cursor; None without one. Raises BadCursor for one made elsewhere."""
    if cursor is None:
        return None
    try:
        bound, *after = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, binascii.Error):
        raise BadCursor() from None
    if not all(map(_is_sort_value, after)):
        raise BadCursor()
    if bound != _bound(project_id, filters) or [type(one) for one in after] != list(kinds):
        raise BadCursor()
    return tuple(after)


def _is_sort_value(value: object) -> bool:
    """Whether both databases can compare with it."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return isinstance(value, str) and "\0" not in value


def _bound(project_id: str, filters: Mapping[str, Any]) -> str:
    plain = {name: to_ms(value) if isinstance(value, datetime) else value for name, value in filters.items()}
    return hashlib.sha256(orjson.dumps([project_id, plain], option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
