"""The export itself: one request for each stretch, on the disk before the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any  # Any: lines are JSON

from handrail.cli.files_out.folder import Folder, Progress
from handrail.client import Unreachable
from handrail.client.api import Api
from handrail.kit.clock import Clock, to_text
from handrail.kit.jsons import loads

PATH = "/v1/exports/stream"
AT_ONCE = 5_000
WAIT_S = 60.0


@dataclass
class Export:
    """One run into one folder."""

    api: Api
    folder: Folder
    clock: Clock
    on_progress: Callable[[Progress], None] = lambda _: None

    def run(self, progress: Progress) -> dict[str, Any]:
        """The manifest, once all files are whole. Raises Unreachable and ApiError; what was saved can be resumed."""
        self.folder.open(progress)
        while not progress.is_done:
            progress = self.folder.save(self._stretch(progress))
            self.on_progress(progress)
        manifest = self._manifest(progress)
        self.folder.finish(manifest)
        return manifest

    def _stretch(self, progress: Progress) -> Progress:
        answer = self.api.request("GET", PATH, params=_parameters(progress), wait_s=WAIT_S)
        lines = [loads(line) for line in answer.body.split(b"\n") if line]
        if len(lines) < 2 or "export" not in lines[0] or "cursor" not in lines[-1]:
            raise Unreachable("The answer has not the form of an export; check the address and the versions.")
        head, *rows, part = lines
        for number, line in enumerate(rows, start=progress.rows + 1):
            self.folder.add(line["row"], line["lineage"], number)
        versions = {one["lineage"]["policy_version"] for one in rows} - {None}
        return replace(
            progress,
            head=progress.head or head["export"],
            cursor=part["cursor"],
            is_done=part["done"],
            rows=progress.rows + len(rows),
            items=progress.items + part["items"],
            excluded=dict(Counter(progress.excluded) + Counter(part["excluded"])),
            policy_versions=tuple(sorted({*progress.policy_versions, *versions})),
        )

    def _manifest(self, progress: Progress) -> dict[str, Any]:
        assert progress.head is not None
        return {
            **progress.head,
            "rows": progress.rows,
            "items": progress.items,
            "excluded": dict(sorted(progress.excluded.items())),
            "policy_versions": list(progress.policy_versions),
            "created_at": to_text(self.clock.now()),
        }


def _parameters(progress: Progress) -> Mapping[str, Any]:
    """Behind the first stretch the end of the export is the one that the first answer named."""
    asked = {**progress.asked, "limit": AT_ONCE, "cursor": progress.cursor}
    return asked if progress.head is None else {**asked, "to": progress.head["decided_to"]}
