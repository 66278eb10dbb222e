"""Why the audit log cannot show something.

HandrailFault
├── BadRequest 400: BadCheckpoint
├── Forbidden 403: OtherProjects
├── NotFound 404: NoCheckpointYet, NoSuchTile, BeyondTheLog
└── Conflict 409: CheckRunning
"""

from __future__ import annotations

from handrail.kit.errors import BadRequest, Conflict, Forbidden, NotFound


class BadCheckpoint(BadRequest):
    """This is no checkpoint of this log; send the whole text, with its signature, as it was given out."""

    code = "bad_checkpoint"


class OtherProjects(Forbidden):
    """Bundles hold entries of all projects; whoever reads the log of each may have them. Prove yours one by one."""

    code = "other_projects"


class NoCheckpointYet(NotFound):
    """The audit log has no checkpoint yet; the first one comes within a second of the first entry."""

    code = "no_checkpoint"


class NoSuchTile(NotFound):
    """The tree has no such tile; the checkpoint says how many entries there are."""


class BeyondTheLog(NotFound):
    """The log is not that long; ask for an index below the size, and for a size up to that of the checkpoint."""

    code = "beyond_log"


class CheckRunning(Conflict):
    """A check of the whole log runs already; wait until it is done."""

    code = "check_running"
