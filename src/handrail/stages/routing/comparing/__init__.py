"""Two policies side by side: what differs, key by key, and what each difference does."""

from handrail.stages.routing.comparing.changes import compare
from handrail.stages.routing.comparing.words import Change, Release, overall

__all__ = ["Change", "Release", "compare", "overall"]
