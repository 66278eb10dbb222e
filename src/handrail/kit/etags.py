"""ETags of what can be edited: no change of another is lost."""

from __future__ import annotations

from handrail.kit.errors import IfMatchRequired, Stale


def etag(revision: int) -> str:
    """
    >>> etag(7)
    '"r7"'
    """
    return f'"r{revision}"'


def check_match(if_match: str | None, revision: int) -> None:
    """Passes if the change was made on what is stored now. Raises IfMatchRequired and Stale."""
    if if_match is None:
        raise IfMatchRequired()
    if etag(revision) not in {one.strip() for one in if_match.split(",")}:
        raise Stale()
