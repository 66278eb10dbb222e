"""The work of an export in a process of its own: it would hold the interpreter's lock of a server for too long.

What it needs comes on stdin as one line of JSON, so that no password of a database stands in a command line. What it
makes goes to stdout: the lines of the stream behind its head. With a folder it makes files there instead and tells how
far it is, a line of JSON each: `{"items": n, "of": n}` on the way, `{"manifest": ...}` or `{"error": ...}` at the end.
"""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any  # Any: an order is JSON

from handrail.kit.clock import SystemClock, from_ms, to_ms, to_text
from handrail.kit.errors import HandrailFault, StorageFull
from handrail.kit.jsons import dumps, dumps_line, loads
from handrail.stages.learning.folder import Folder, FolderRefused, Progress, manifest_of
from handrail.stages.learning.lines import file_line, lineage_lines, lines_of
from handrail.stages.learning.queries import decided
from handrail.stages.learning.rules import Format
from handrail.stages.learning.service import Wanted, next_stretch
from handrail.storage.errors import translate
from handrail.storage.reading import Read, beside

COMMAND = (sys.executable, "-m", "handrail.stages.learning.child")
ENVIRONMENT = {"MALLOC_TRIM_THRESHOLD_": "16777216", "MALLOC_MMAP_THRESHOLD_": "16777216"}
"""glibc would give the memory of each stretch back and ask for it anew: a fifth of the time."""
NICE = 10
SAVE_BYTES = 32 * 1024 * 1024
"""So much is written between two moments at which all is on the disk for sure."""
STRETCH = 300
"""Items that are read and written before the next: few enough to lie in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the child is to do."""

    url: str
    wanted: Wanted
    after: tuple[int, str] | None = None
    folder: str | None = None
    head: Mapping[str, Any] | None = None  # of the manifest, where there is a folder

    def text(self) -> bytes:
        wanted = self.wanted
        told = {
            "url": self.url,
            "project_id": wanted.project_id,
            "format": wanted.format.value,
            "since": None if wanted.since is None else to_ms(wanted.since),
            "until": to_ms(wanted.until),
            "filters": {name: list(words) for name, words in wanted.filters.items()},
            "is_masked": wanted.is_masked,
            "after": self.after,
            "folder": self.folder,
            "head": self.head,
        }
        return dumps(told).encode() + b"\n"

    @classmethod
    def read(cls, text: bytes) -> Order:
        told: dict[str, Any] = loads(text)
        since = None if told["since"] is None else from_ms(told["since"])
        wanted = Wanted(
            told["project_id"],
            Format(told["format"]),
            since,
            from_ms(told["until"]),
            told["filters"],
            is_masked=told["is_masked"],
        )
        after = None if told["after"] is None else (told["after"][0], told["after"][1])
        return cls(told["url"], wanted, after, told["folder"], told["head"])


def stream(read: Read[Any], order: Order) -> None:
    """All stretches to stdout, each read when the one before has been taken."""
    out, after = sys.stdout.buffer, order.after
    while True:
        found = read(lambda session: next_stretch(session, order.wanted, after, STRETCH))  # noqa: B023  # called at once
        out.write(b"".join(lines_of(order.wanted, found)))  # at once: each small write would wake the server
        if found.is_last:
            return
        after = found.after


def make_files(read: Read[Any], order: Order, tell: Callable[[dict[str, Any]], None]) -> None:
    """Rows, lineage and manifest into the folder; goes on where an earlier process was ended."""
    assert order.folder is not None
    wanted = order.wanted
    with Folder(Path(order.folder), wanted.format) as folder:
        folder.prepare()
        progress = _begun(folder, order)
        of = read(lambda s: decided.count(s, wanted.project_id, wanted.filters, since=wanted.since, until=wanted.until))
        folder.open(progress)
        while not progress.is_done:
            progress = folder.save(_fill(read, folder, wanted, progress))
            tell({"items": progress.items, "of": of})
        tell({"manifest": folder.finish(manifest_of(progress, to_text(SystemClock().now())))})


def _begun(folder: Folder, order: Order) -> Progress:
    anew = Progress({"export": order.folder}, order.head)
    try:
        return folder.found(anew.asked) or anew
    except FolderRefused:
        return anew


def _fill(read: Read[Any], folder: Folder, wanted: Wanted, progress: Progress) -> Progress:
    """Writes stretches until SAVE_BYTES are written or all is."""
    versions: set[int | None] = set(progress.policy_versions)
    written = 0
    after = _place(progress.cursor)
    while written < SAVE_BYTES and not progress.is_done:
        found = read(lambda session: next_stretch(session, wanted, after, STRETCH))  # noqa: B023  # called at once
        rows = [file_line(wanted.format, row) for row, _ in found.rows]
        folder.add(rows, lineage_lines(found, progress.rows))
        written += sum(map(len, rows))
        versions |= {one.item.policy_version for _, one in found.rows}
        after = found.after
        progress = replace(
            progress,
            cursor=None if after is None else f"{after[0]} {after[1]}",
            is_done=found.is_last,
            rows=progress.rows + len(rows),
            items=progress.items + found.items,
            excluded=dict(Counter(progress.excluded) + Counter(found.excluded)),
        )
    return replace(progress, policy_versions=tuple(sorted(one for one in versions if one is not None)))


def _place(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    at, _, id = cursor.partition(" ")
    return int(at), id


def _tell(line: dict[str, Any]) -> None:
    sys.stdout.buffer.write(dumps_line(line))
    sys.stdout.buffer.flush()


def main() -> None:
    """Runs in the child."""
    os.nice(NICE)
    order = Order.read(sys.stdin.buffer.readline())
    try:
        with beside(order.url) as read:
            if order.folder is None:
                stream(read, order)
            else:
                make_files(read, order, _tell)
    except BrokenPipeError:
        os._exit(0)  # nobody listens any more
    except Exception as error:
        fault = StorageFull() if _is_full(error) else translate(error)
        if not isinstance(fault, HandrailFault):
            raise
        _tell({"error": {"code": fault.code, "message": fault.message, "retry": fault.retry}})
    sys.stdout.flush()


def _is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


if __name__ == "__main__":
    main()
