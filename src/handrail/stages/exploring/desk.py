"""What exploring asks of the policy, which another room keeps; joined in app.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from handrail.storage import Session


class Policies(Protocol):
    """What a project's policy says of finding items."""

    def filterable(self, session: Session, project_id: str) -> Mapping[str, str]:
        """The metadata keys that may be searched by, each with its type: number, string, boolean, time or list."""
        ...

    def release_above(self, session: Session, project_id: str) -> float | None:
        """The confidence above which outputs are released; None where the bands go by something else."""
        ...

    def categories(self, session: Session, project_id: str) -> list[str]:
        """The kinds of errors."""
        ...
