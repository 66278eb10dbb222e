"""The whole log as plain files, laid out as C2SP says, so that anyone checks it with a program of their own.

key                      the verifier key
checkpoint               the newest signed head
tile/<level>/...         the tree
tile/entries/...         what was hashed
rows/<first>.jsonl       the rows as they are stored, details and salts among them (left out on demand)
rows/waiting.jsonl       rows that have no number yet
rows/beyond.jsonl        rows whose number the newest head does not cover; there should be none
heads.jsonl              every signed head
tiles.jsonl              how many hashes each tile of the database holds
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # Any: rows

from handrail.audit import stretch
from handrail.audit.entries import AuditKey
from handrail.audit.sequencer import last_checkpoint, verifier
from handrail.audit.stretch import Read
from handrail.audit.tiles import HASH, HIGHEST, TILE, path_of
from handrail.audit.verify import NO_ID
from handrail.kit.jsons import dumps
from handrail.storage import Session

PAGE = 32 * TILE
COLUMNS = (
    "index", "id", "project_id", "at", "actor", "kind", "subject", "details", "salt", "entry", "leaf_hash", "seal",
)  # fmt: skip
HEAD = ("size", "root", "at", "frontier", "signature", "checkpoint")
_HEADS = f"SELECT {', '.join(HEAD)} FROM audit_heads WHERE size <= :size ORDER BY size"  # noqa: S608  # constants
_TILES = """
SELECT level, tile, hashes FROM audit_tiles WHERE level = :level AND tile >= :first ORDER BY tile LIMIT 500
"""
_LEVELS = "SELECT DISTINCT level FROM audit_tiles ORDER BY level"
_SIZE = """
SELECT COALESCE(MAX(size), 0), (SELECT COALESCE(MAX(log_index), -1) + 1 FROM audit_entries) FROM audit_heads
"""
_HELD = "SELECT level, tile, LENGTH(hashes) FROM audit_tiles ORDER BY level, tile"
_ROWS = stretch.ENTRIES


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written."""

    entries: int
    waiting: int
    files: int


def export(
    read: Read,
    key: AuditKey,
    folder: Path,
    *,
    with_rows: bool = True,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Exported:
    """Writes the log into an empty folder, as of its newest head. Whatever stands in the tables is written as it is:
    to find out whether it is right is the verifier's work."""
    files = _Files(folder)
    signed, size = read(lambda session: _write_head(session, key, files, with_rows))
    _write_tiles(read, files, signed)
    entries = 0
    for first in range(0, size, PAGE):
        last = min(first + PAGE, size)
        rows = read(_asking(_ROWS, {"first": first, "last": last}))
        _write_entries(files, rows, first, last)
        if with_rows:
            files.write(f"rows/{first:012d}.jsonl", _lines(_disclosed(row) for row in rows))
        entries += len(rows)
        progress(last, size)
    waiting = _write_waiting(read, files) if with_rows else 0
    return Exported(entries, waiting, files.count)


def _write_head(session: Session, key: AuditKey, files: _Files, with_rows: bool) -> tuple[int, int]:
    """What must be of one moment; how many entries the head covers, and how many of them there are at most."""
    size, there = (int(one) for one in session.run(_SIZE)[0])
    note = last_checkpoint(session)
    files.write("key", (verifier(session, key).text() + "\n").encode())
    if note is not None:
        files.write("checkpoint", note.encode())
    heads = session.run(_HEADS, {"size": size})
    files.write("heads.jsonl", _lines(dict(zip(HEAD, row, strict=True)) for row in heads))
    held = ({"level": level, "tile": tile, "bytes": count} for level, tile, count in session.run(_HELD))
    files.write("tiles.jsonl", _lines(held))
    if with_rows:
        beyond = session.run(stretch.BEYOND, {"size": size})
        files.write("rows/beyond.jsonl", _lines(dict(zip(COLUMNS, row, strict=True)) for row in beyond))
    return size, min(size, there)


def _asking(statement: str, values: dict[str, Any]) -> Callable[[Session], list[tuple[Any, ...]]]:
    return lambda session: session.run(statement, values)


def _write_tiles(read: Read, files: _Files, size: int) -> None:
    """Every tile, as far as the head goes: what the sequencer added since is not of this head."""
    for (level,) in read(lambda session: session.run(_LEVELS)):
        first, count = 0, size >> 8 * level if 0 <= level <= HIGHEST else 0
        while first * TILE < count:
            values = {"level": level, "first": first}
            found = read(_asking(_TILES, values))
            if not found:
                break
            for _, tile, hashes in found:
                kept = bytes(hashes)[: max(0, min(count - tile * TILE, TILE)) * HASH]
                if len(kept) >= HASH:
                    files.write(f"tile/{level}/{path_of(tile, len(kept) // HASH)}", kept)
            first = found[-1][1] + 1


def _write_entries(files: _Files, rows: list[tuple[Any, ...]], first: int, last: int) -> None:
    texts = {row[0]: row[9].encode() for row in rows}
    for start in range(first, last, TILE):
        inside = [texts.get(index) for index in range(start, min(start + TILE, last))]
        there = [text for text in inside if text is not None]
        if len(there) == len(inside):
            bundle = b"".join(len(text).to_bytes(2, "big") + text for text in there if len(text) < 1 << 16)
            files.write(f"tile/entries/{path_of(start // TILE, len(inside))}", bundle)


def _write_waiting(read: Read, files: _Files) -> int:
    after, count = NO_ID, 0
    files.write("rows/waiting.jsonl", b"")
    with (files.folder / "rows/waiting.jsonl").open("wb") as out:
        while True:
            values = {"after": after, "limit": PAGE}
            rows = read(_asking(stretch.WAITING, values))
            if not rows:
                return count
            out.write(_lines(_disclosed(row) for row in rows))
            count, after = count + len(rows), rows[-1][1]


def _disclosed(row: tuple[Any, ...]) -> dict[str, Any]:
    """A row as it is stored; details that were written in another order than they are committed to, in that order."""
    one = dict(zip(COLUMNS, row, strict=True))
    return {**one, "details": stretch.as_committed(one["salt"], one["details"], one["entry"])}


def _lines(values: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(_line(one) for one in values)


def _line(value: dict[str, Any]) -> bytes:
    return dumps(value).encode() + b"\n"


class _Files:
    """Writes below one folder, which must be empty or not there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self._made: set[Path] = set()

    def write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        path.write_bytes(content)
        self.count += 1
