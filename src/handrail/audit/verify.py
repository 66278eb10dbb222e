"""Whether the log is whole: entries against their leaves, leaves against the signed heads, decisions against entries.

What it can find: any entry changed, removed, put in or moved after it was numbered, a head, tile or checkpoint that
does not fit, and decisions without an entry. What it cannot: a tail cut together with its heads - only a checkpoint
kept elsewhere shows that, and is handed in as `since` - and what an operator does who holds database and secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol  # Any: rows

from handrail.audit import decisions, stretch
from handrail.audit.entries import AuditKey
from handrail.audit.merkle import EMPTY_ROOT, Frontier, node_hash
from handrail.audit.notes import Checkpoint, NoteRefused, parse_note
from handrail.audit.stretch import LENGTH, Read, Stretch, Task
from handrail.audit.tiles import HASH, HIGHEST, folded
from handrail.kit.jsons import loads

CHUNK = 2_000
NO_ID = "00000000-0000-0000-0000-000000000000"
Progress = Callable[[int, int], None]
"""Told how many entries are checked, and of how many."""

_HEADS = "SELECT size, root, at, frontier, signature, checkpoint FROM audit_heads ORDER BY size"
_BEYOND = """
SELECT MIN(log_index) FROM audit_entries WHERE log_index >= (SELECT COALESCE(MAX(size), 0) FROM audit_heads)
    OR log_index < 0
"""
_HELD = """
SELECT level, SUM(LENGTH(hashes)), MAX(tile), (SELECT COALESCE(MAX(size), 0) FROM audit_heads)
FROM audit_tiles GROUP BY level ORDER BY level
"""
_TILES = "SELECT hashes FROM audit_tiles WHERE level = :level ORDER BY tile"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ok` with the number of entries, or the first bad index and what is wrong there."""

    ok: bool
    size: int
    first_bad_index: int | None = None
    why: str | None = None
    unsequenced: int = 0


class Hands(Protocol):
    """Who does the work: this process alone, or several (`handrail.audit.parallel`)."""

    def stretches(self, tasks: Sequence[Task], progress: Callable[[int], None]) -> Iterator[Stretch]:
        """What was found in each stretch, in their order."""
        ...

    def decisions(self) -> Iterator[str | None]:
        """What is wrong with each table of decisions."""
        ...


@dataclass(frozen=True, slots=True)
class Alone:
    """All work in this process."""

    read: Read
    key: AuditKey

    def stretches(self, tasks: Sequence[Task], progress: Callable[[int], None]) -> Iterator[Stretch]:
        return (stretch.check(self.read, self.key, task, progress) for task in tasks)

    def decisions(self) -> Iterator[str | None]:
        return (decisions.check(self.read, binding) for binding in decisions.BINDINGS)


@dataclass(frozen=True, slots=True)
class _Head:
    size: int
    root: bytes
    has_note: bool


class _Broken(Exception):
    def __init__(self, index: int | None, why: str) -> None:
        super().__init__(why)
        self.index, self.why = index, why


def verify(
    read: Read,
    key: AuditKey,
    progress: Progress | None = None,
    *,
    since: Checkpoint | None = None,
    hands: Hands | None = None,
) -> Verdict:
    """Checks the whole log in pages, each in a transaction of its own. `read` is a store's `read`.

    `since` is a checkpoint that was kept elsewhere; its signature is the caller's to check.
    """
    rows = _rows(read, _HEADS, {})
    size = int(rows[-1][0]) if rows else 0
    workers = hands or Alone(read, key)
    try:
        heads = list(_checked_heads(rows, key))
        if since is not None and since.size > size:
            raise _Broken(size, f"the log ends here, and the checkpoint knows {since.size} entries")
        _check_entries(read, heads, size, workers, since, progress)
        _check_surplus(read, has_upper=_has_upper(heads))
        waiting = _check_waiting(read, key, size)
        for why in workers.decisions():
            if why is not None:
                raise _Broken(size, why)
    except _Broken as broken:
        return Verdict(False, size, broken.index, broken.why)
    return Verdict(True, size, unsequenced=waiting)


def _rows(read: Read, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = read(lambda session: session.run(sql, values))
    return found


def _checked_heads(rows: Iterable[tuple[Any, ...]], key: AuditKey) -> Iterator[_Head]:
    """The heads, each with its seal, and with frontier and note that say the same."""
    before = 0
    last = None
    for size, root, at, frontier, signature, note in rows:
        last = note
        if re.fullmatch("[0-9a-f]{64}", root) is None or size < 1:
            raise _Broken(before, f"the signed head over {size} entries was altered")
        raw = bytes.fromhex(root)
        if not _is_sealed(key, size, raw, at, note, before, signature) or not _fits(size, raw, frontier, note):
            raise _Broken(before, f"the signed head over {size} entries was altered, or one before it was taken away")
        yield _Head(size, raw, note is not None)
        before = size
    if last is not None:
        try:
            key.signer(parse_note(last)[0].origin).verifier.read(last)
        except NoteRefused as refused:
            raise _Broken(before, f"the newest checkpoint: {refused}") from None


def _is_sealed(key: AuditKey, size: int, root: bytes, at: int, note: str | None, before: int, signature: str) -> bool:
    """Whether the seal is one we make, or one that an older version made, which says less."""
    if note is None:
        return signature == key.sign_head(size, root)
    at = max(at, 0)
    return signature in (key.sign_head(size, root, at, note, before), key.sign_head(size, root, at, note))


def _fits(size: int, root: bytes, frontier: str, note: str | None) -> bool:
    try:
        edge = Frontier(size, [bytes.fromhex(one) for one in loads(frontier)])
        head = parse_note(note)[0] if note is not None else None
    except (ValueError, TypeError):
        return False
    return edge.root() == root and (head is None or (head.size, head.root) == (size, root))


def _has_upper(heads: Sequence[_Head]) -> bool:
    """A log whose newest head has no checkpoint was written by a version without upper tiles, and not served since."""
    return not heads or heads[-1].has_note


def _check_entries(
    read: Read, heads: Sequence[_Head], size: int, hands: Hands, since: Checkpoint | None, progress: Progress | None
) -> None:
    """Every stretch, and the tree against each signed head on the way."""
    wanted = {head.size: head.root for head in heads}
    sizes = sorted({*wanted, *([since.size] if since is not None and since.size else [])})
    if since is not None and since.size == 0 and since.root != EMPTY_ROOT:
        raise _Broken(None, "the checkpoint is not one of this log")
    has_upper = _has_upper(heads)
    tasks = list(_tasks(size, sizes, has_upper))
    tree, signed_before, above = Frontier(), 0, list[bytes]()

    def told(done: int) -> None:
        if progress is not None:
            progress(done, size)

    for found in hands.stretches(tasks, told):
        for at, inside in found.roots:
            root = _joined(tree, inside)
            if at in wanted and root != wanted[at]:
                raise _Broken(signed_before, "the tree does not fit its signed head")
            if since is not None and at == since.size and root != since.root:
                raise _Broken(None, f"the log is another one than the checkpoint's: its first {at} entries differ")
            signed_before = at if at in wanted else signed_before
        if found.fault is not None:
            raise _Broken(found.fault.index, found.fault.why)
        if found.last % LENGTH == 0:
            tree.append(found.root)
            above.append(found.root)
    if has_upper:
        _check_above(read, above)


def _tasks(size: int, sizes: Sequence[int], has_upper: bool) -> Iterator[Task]:
    waiting = iter([*sizes, 0])
    head = next(waiting)
    for first in range(0, size, LENGTH):
        last, inside = min(first + LENGTH, size), list[int]()
        while first < head <= last:
            inside.append(head)
            head = next(waiting)
        yield Task(first, last, tuple(inside), has_upper)


def _joined(tree: Frontier, root: bytes) -> bytes:
    for left in reversed(tree.roots):
        root = node_hash(left, root)
    return root


def _check_above(read: Read, hashes: list[bytes]) -> None:
    """The tiles from level 2 on; the hashes of level 2 are the roots of the stretches."""
    width = LENGTH
    for level in range(2, HIGHEST + 1):
        if not hashes:
            return
        stored = b"".join(bytes(row[0]) for row in _rows(read, _TILES, {"level": level}))
        for place, one in enumerate(hashes):
            if stored[place * HASH : (place + 1) * HASH] != one:
                raise _Broken(place * width, f"a tile of level {level} does not fit the entries below it")
        whole = range(0, len(hashes) // 256 * 256, 256)
        hashes, width = [folded(b"".join(hashes[at : at + 256])) for at in whole], width * 256


def _check_surplus(read: Read, *, has_upper: bool) -> None:
    """In one snapshot each: the sequencer goes on while we look."""
    beyond = _rows(read, _BEYOND, {})
    if beyond[0][0] is not None:
        raise _Broken(max(0, int(beyond[0][0])), "entries stand beyond the last signed head")
    for level, total, tile, size in _rows(read, _HELD, {}):
        count = int(size) >> 8 * max(level, 0)
        fits = level >= 0 and int(total) == count * HASH and int(tile) == (count - 1) // 256
        if not fits and (has_upper or level == 0):
            raise _Broken(int(size), f"the tiles of level {level} hold too much")


def _check_waiting(read: Read, key: AuditKey, size: int) -> int:
    """Rows not yet numbered must be sealed too; how many there are."""
    count, after = 0, NO_ID
    while True:
        rows = _rows(read, stretch.WAITING, {"after": after, "limit": CHUNK})
        for row in rows:
            why = stretch.entry_fault(row, key)
            if why is not None:
                raise _Broken(size, f"an entry that waits for its number: {why}")
        if not rows:
            return count
        count += len(rows)
        after = rows[-1][1]
