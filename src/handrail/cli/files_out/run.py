"""The export itself: one answer, written as it comes; one that breaks off is gone on with behind its last cursor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from time import sleep
from typing import Any  # Any: lines are JSON

from handrail.client import Unreachable
from handrail.client.api import Api
from handrail.client.errors import Unavailable
from handrail.kit.clock import Clock, to_text
from handrail.kit.jsons import loads
from handrail.stages.learning.folder import Folder, Progress, manifest_of
from handrail.stages.learning.rules import COLUMNS, Format, safe_cell, table_line

PATH = "/v1/exports/stream"
TRIES = 4
SAVE_BYTES = 64 * 1024 * 1024
"""So much is written between two moments at which all is on the disk for sure."""
_ROW = b'{"row":'
_LINEAGE = b',"lineage":{"item_id":'
"""Where the row ends, in the last place: what a row came from holds no text of others."""


@dataclass
class Export:
    """One run into one folder."""

    api: Api
    folder: Folder
    clock: Clock
    on_progress: Callable[[Progress], None] = lambda _: None
    sleep: Callable[[float], None] = sleep

    def run(self, progress: Progress) -> dict[str, Any]:
        """The manifest, once all files are whole. Raises Unreachable and ApiError; what was saved can be resumed."""
        self.folder.open(progress)
        sure, failed = progress, 0
        while not sure.is_done:
            before = sure.cursor
            try:
                for saved in self._stream(sure):
                    sure = saved
                    self.on_progress(sure)
            except (Unreachable, Unavailable):
                failed = 1 if sure.cursor != before else failed + 1
                if failed >= TRIES:
                    raise
                self.sleep(0.25 * 2**failed)
                self.folder.open(sure)
        manifest = manifest_of(sure, to_text(self.clock.now()))
        self.folder.finish(manifest)
        return manifest

    def _stream(self, progress: Progress) -> Iterator[Progress]:
        """Writes what one answer holds, up to its end or until it breaks off; what is sure, each time it is more."""
        read, written = _Reading(self.folder.format, progress), 0
        for lines in _whole_lines(self.api.stream(PATH, _parameters(progress))):
            for rows, lineage in read.take(lines):
                self.folder.add(rows, lineage)
                written += sum(map(len, rows))
                if written >= SAVE_BYTES or read.progress.is_done:
                    yield self.folder.save(read.progress)
                    written = 0
        if not read.progress.is_done:
            raise Unreachable("The answer broke off before its end.")


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Lines without their ends; a last one that is not whole is left out."""
    rest: list[bytes] = []
    for piece in pieces:
        first, *others = piece.split(b"\n")
        rest.append(first)
        if others:
            yield [b"".join(rest), *others[:-1]]
            rest = [others[-1]]


class _Reading:
    """Lines of the stream as lines of the files, no row of JSON read where the file holds it as it came."""

    def __init__(self, format: Format, progress: Progress) -> None:
        self.progress = progress  # at the end of the last whole stretch
        self._format = format
        self._rows: list[bytes] = []  # of the stretch that is not over yet
        self._lineage: list[bytes] = []
        self._versions = set(progress.policy_versions)

    def take(self, lines: Iterable[bytes]) -> Iterator[tuple[list[bytes], list[bytes]]]:
        """Rows and lineage of each stretch that is over by now."""
        for line in lines:
            if line.startswith(_ROW):
                row, lineage = self._parts(line)
                self._rows.append(row)
                self._lineage.append(lineage)
            elif line and self._tell(loads(line)):
                yield self._rows, self._lineage
                self._rows, self._lineage = [], []

    def _parts(self, line: bytes) -> tuple[bytes, bytes]:
        end = line.rindex(_LINEAGE)
        row, told = line[len(_ROW) : end], line[end + len(b',"lineage":') : -1]
        self._versions.add(loads(told)["policy_version"])
        if self._format is Format.CSV:
            table = loads(row)
            row = table_line(safe_cell(table[name]) for name in COLUMNS)
        else:
            row += b"\n"
        number = self.progress.rows + len(self._rows) + 1
        return row, b'{"row":%d,%b\n' % (number, told[1:])

    def _tell(self, line: Mapping[str, Any]) -> bool:
        """Whether the line ends a stretch."""
        if "export" in line:
            self.progress = replace(self.progress, head=self.progress.head or line["export"])
        elif "cursor" in line:
            self.progress = replace(
                self.progress,
                cursor=line["cursor"],
                is_done=line["done"],
                rows=self.progress.rows + len(self._rows),
                items=self.progress.items + line["items"],
                excluded=dict(Counter(self.progress.excluded) + Counter(line["excluded"])),
                policy_versions=tuple(sorted(self._versions - {None})),
            )
        else:
            raise Unreachable(line.get("error", {}).get("message", _NO_EXPORT))
        return "cursor" in line


_NO_EXPORT = "The answer has not the form of an export; check the address and the versions."


def _parameters(progress: Progress) -> dict[str, str | int | bool | None]:
    """Behind the first stretch the end of the export is the one that the first answer named."""
    asked = {**progress.asked, "cursor": progress.cursor}
    return asked if progress.head is None else {**asked, "to": progress.head["decided_to"]}
