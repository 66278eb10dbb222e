"""Why a project cannot be as asked.

HandrailFault
└── Conflict 409: SlugTaken
"""

from __future__ import annotations

from handrail.kit.errors import Conflict


class SlugTaken(Conflict):
    """Another project has this slug; choose another one."""

    code = "slug_taken"
