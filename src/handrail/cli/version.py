"""`handrail version`."""

from __future__ import annotations

from handrail.kit.version import VERSION


def version() -> None:
    """Print the version."""
    print(VERSION)
