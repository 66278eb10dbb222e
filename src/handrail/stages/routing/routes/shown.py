"""A version of a policy as it is shown, and its ETag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: rows

from handrail.wire.policies import PolicyOut


def etag(version: int) -> str:
    """What `activate` and `rollback` ask for in If-Match.

    >>> etag(3)
    '"r3"'
    """
    return f'"r{version}"'


def policy_out(row: Mapping[str, Any]) -> PolicyOut:
    """A version as it is shown."""
    return PolicyOut(**{name: row[name] for name in PolicyOut.model_fields})
