"""Why an export is not given, or not begun.

HandrailFault
├── Conflict 409: ExportNotDone, FilesElsewhere, TooManyExports
└── NotFound 404: ExportExpired
"""

from __future__ import annotations

from handrail.kit.errors import Conflict, NotFound


class ExportNotDone(Conflict):
    """This export has no files yet; ask again when its state is done."""

    code = "export_not_done"


class FilesElsewhere(Conflict):
    """The files of this export were made on another machine; let all servers and workers share the folder that the
    setting `exports_dir` names, and start the export again."""

    code = "files_elsewhere"


class TooManyExports(Conflict):
    """This project has as many exports under way as it may have at once; wait until one is done."""

    code = "too_many_exports"


class ExportExpired(NotFound):
    """The files of this export were removed when their time was over; start the export again."""

    code = "export_expired"
