"""From a number to the items behind it: the address of the items page, which holds the filters of `GET /v1/items`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import quote, urlencode

from handrail.kit.clock import to_text

PAGE = "/items"
Value = str | int | float | bool | datetime | Iterable[str]


def items_url(filters: Mapping[str, Value | None]) -> str:
    """The items page with these filters, as a path of this server; what is None is left out.

    >>> items_url({"queue": "senior", "status": ["pending", "blocked"], "overdue": True, "rule": None})
    '/items?queue=senior&status=pending,blocked&overdue=true'
    """
    asked = {name: _text(value) for name, value in filters.items() if value is not None}
    return PAGE + ("?" + urlencode(asked, quote_via=quote, safe=",:") if asked else "")


def _text(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value.replace(",", r"\,")
        case datetime():
            return to_text(value)
        case int() | float():
            return str(value)
        case _:
            return ",".join(one.replace(",", r"\,") for one in value)
