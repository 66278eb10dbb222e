"""Whether the log is whole: entries against their leaves, leaves against the signed heads, decisions against entries.

What it can find: any entry changed, removed, put in or moved after it was numbered, a head or leaf table that does not
fit, and decisions without an entry. What it cannot: a tail cut together with its heads - only a checkpoint kept
elsewhere shows that - and what an operator does who holds the database and the secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # Any: rows

from sqlalchemy import Executable, func, select

from handrail.audit.entries import OUTCOME, RECALL, REVIEW, AuditKey, commitment, digest, entry_text
from handrail.audit.merkle import Frontier, leaf_hash
from handrail.audit.sequencer import TILE
from handrail.kit.clock import from_ms
from handrail.kit.jsons import loads
from handrail.storage import Session
from handrail.storage.tables import audit_entries

CHUNK = 2_000
AT_ONCE = 500
NO_ID = "00000000-0000-0000-0000-000000000000"
Progress = Callable[[int], None]
Read = Callable[[Callable[[Session], Any]], Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ok` with the number of entries, or the first bad index and what is wrong there."""

    ok: bool
    size: int
    first_bad_index: int | None = None
    why: str | None = None
    unsequenced: int = 0


_ENTRIES = """
SELECT log_index, id, project_id, at, actor, kind, subject, details, salt, entry, leaf_hash, seal FROM audit_entries
WHERE log_index >= :first AND log_index < :last ORDER BY log_index
"""
_HEADS = "SELECT size, root, signature FROM audit_heads ORDER BY size"
_TILE = "SELECT hashes FROM audit_tiles WHERE level = 0 AND tile = :tile"
_BEYOND = """
SELECT MIN(log_index) FROM audit_entries WHERE log_index >= (SELECT COALESCE(MAX(size), 0) FROM audit_heads)
"""
_WAITING = """
SELECT log_index, id, project_id, at, actor, kind, subject, details, salt, entry, leaf_hash, seal FROM audit_entries
WHERE log_index IS NULL AND id > :after ORDER BY id LIMIT :limit
"""


class _Broken(Exception):
    def __init__(self, index: int, why: str) -> None:
        super().__init__(why)
        self.index, self.why = index, why


def verify(read: Read, key: AuditKey, progress: Progress | None = None) -> Verdict:
    """Checks the whole log in chunks, each in a transaction of its own. `read` is a store's `read`."""
    heads = _rows(read, _HEADS, {})
    size = int(heads[-1][0]) if heads else 0
    try:
        _check_heads(heads, key)
        _check_entries(read, heads, size, key, progress)
        _check_surplus(read)
        waiting = _check_waiting(read, key, size)
        _check_decisions(read, size)
    except _Broken as broken:
        return Verdict(False, size, broken.index, broken.why)
    return Verdict(True, size, unsequenced=waiting)


def _rows(read: Read, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = read(lambda session: session.run(sql, values))
    return found


def _selected(read: Read, query: Executable) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = read(lambda session: session.all(query))
    return found


def _is_hash(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{64}", text) is not None


def _check_heads(heads: list[tuple[Any, ...]], key: AuditKey) -> None:
    before = 0
    for size, root, signature in heads:
        if not _is_hash(root) or signature != key.sign_head(int(size), bytes.fromhex(root)):
            raise _Broken(before, f"the signed head over {size} entries was altered")
        before = int(size)


def _check_entries(
    read: Read, heads: list[tuple[Any, ...]], size: int, key: AuditKey, progress: Progress | None
) -> None:
    """Every entry against its own leaf and the leaf table, and the tree against each signed head on the way."""
    tree, signed_before = Frontier(), 0
    waiting_heads = iter(heads)
    head = next(waiting_heads, None)
    for first in range(0, size, CHUNK):
        last = min(first + CHUNK, size)
        values = {"first": first, "last": last}
        rows = _rows(read, _ENTRIES, values)
        leaves = _leaves(read, first, last - first)
        for index, row in _without_gaps(rows, first, last):
            why = entry_fault(row, key)
            if why is None and row[10] != leaves[index - first]:
                why = "it is not the entry that was numbered here"
            if why is not None:
                raise _Broken(index, why)
            tree.append(bytes.fromhex(row[10]))
            if head is not None and tree.size == head[0]:
                if tree.root().hex() != head[1]:
                    raise _Broken(signed_before, "the tree does not fit its signed head")
                signed_before, head = tree.size, next(waiting_heads, None)
        if progress is not None:
            progress(last)


def _without_gaps(rows: list[tuple[Any, ...]], first: int, last: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    found = iter(rows)
    for index in range(first, last):
        row = next(found, None)
        if row is None or row[0] != index:
            raise _Broken(index, "the entry is missing")
        yield index, row


def entry_fault(row: tuple[Any, ...], key: AuditKey) -> str | None:
    """What is wrong with one stored row; None if it says what was hashed and sealed."""
    _, id, project_id, at, actor, kind, subject, details, salt, entry, leaf, seal = row
    hashed = leaf_hash(entry.encode())
    if hashed.hex() != leaf or key.seal(hashed) != seal:
        return "the entry was altered, or put in from outside"
    committed = loads(entry)["commitment"]
    told = entry_text(
        id=id, project_id=project_id, at=from_ms(at), actor=actor, kind=kind, subject=subject, commitment=committed
    )
    if told != entry:
        return "its columns do not say what was hashed"
    if details is None or salt is None:
        return "its details are gone"
    if _commitment(salt, details) != committed:
        return "its details are not those that were committed to"
    return None


def _commitment(salt: str, details: str) -> str | None:
    """What was committed to; None where somebody wrote what is no JSON or no hex."""
    try:
        return commitment(salt, loads(details))
    except ValueError:
        return None


def _leaves(read: Read, first: int, count: int) -> list[str | None]:
    """The leaf table's hashes from `first` on; None where the table holds none."""
    wanted: list[str | None] = []
    for tile in range(first // TILE, (first + count - 1) // TILE + 1):
        found = _rows(read, _TILE, {"tile": tile})
        hashes = bytes(found[0][0]) if found else b""
        wanted += [hashes[at : at + 32].hex() or None for at in range(0, TILE * 32, 32)]
    skip = first % TILE
    return wanted[skip : skip + count]


def _check_surplus(read: Read) -> None:
    """In one snapshot: the sequencer goes on while we look."""
    beyond = _rows(read, _BEYOND, {})
    if beyond[0][0] is not None:
        raise _Broken(int(beyond[0][0]), "entries stand beyond the last signed head")


def _check_waiting(read: Read, key: AuditKey, size: int) -> int:
    """Rows not yet numbered must be sealed too; how many there are."""
    count, after = 0, NO_ID
    while True:
        values = {"after": after, "limit": CHUNK}
        rows = _rows(read, _WAITING, values)
        for row in rows:
            why = entry_fault(row, key)
            if why is not None:
                raise _Broken(size, f"an entry that waits for its number: {why}")
        if not rows:
            return count
        count += len(rows)
        after = rows[-1][1]


@dataclass(frozen=True, slots=True)
class _Binding:
    """A table of decisions and the entries that commit to its rows; the first column is its key."""

    table: str
    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]


_BINDINGS = (
    _Binding("outcomes", "outcome", OUTCOME, ("item.released", "item.blocked")),
    _Binding("reviews", "review", REVIEW, ("review.submitted",)),
    _Binding("recalls", "recall", RECALL, ("item.recalled",)),
)


def _check_decisions(read: Read, size: int) -> None:
    """Every outcome, review and recall must stand in the log as it stands in its table, and none may be gone."""
    for binding in _BINDINGS:
        _check_surplus_decisions(read, binding, size)
        _check_lost_decisions(read, binding, size)


def _check_surplus_decisions(read: Read, binding: _Binding, size: int) -> None:
    last = NO_ID
    while True:
        rows = _rows(read, _page(binding), {"last": last, "limit": CHUNK})
        if not rows:
            return
        values = [dict(zip(binding.columns, row, strict=True)) for row in rows]
        told = _told(read, binding, [one["item_id"] for one in values])
        for one in values:
            if (one["item_id"], digest(one)) not in told:
                why = f"{binding.table}: item {one['item_id']} has a decision that the log does not know"
                raise _Broken(size, why)
        last = values[-1][binding.columns[0]]


def _page(binding: _Binding) -> str:
    names, key = ", ".join(binding.columns), binding.columns[0]
    return f"SELECT {names} FROM {binding.table} WHERE {key} > :last ORDER BY {key} LIMIT :limit"  # noqa: S608  # constants


def _told(read: Read, binding: _Binding, items: list[str]) -> set[tuple[str, str]]:
    """What the log says of these items: pairs of item and digest."""
    found: set[tuple[str, str]] = set()
    wanted = sorted(set(items))
    columns = (audit_entries.c.subject, audit_entries.c.details)
    for first in range(0, len(wanted), AT_ONCE):
        query = select(*columns).where(
            audit_entries.c.subject.in_(wanted[first : first + AT_ONCE]), audit_entries.c.kind.in_(binding.kinds)
        )
        for entry in _selected(read, query):
            found.add((entry["subject"], str((entry["details"] or {}).get(binding.name))))
    return found


def _check_lost_decisions(read: Read, binding: _Binding, size: int) -> None:
    """Each such entry was written with one row, in one transaction: fewer rows than entries means that one is gone."""

    def counted(session: Session) -> tuple[int, int]:
        entries = select(func.count()).select_from(audit_entries).where(audit_entries.c.kind.in_(binding.kinds))
        rows = session.run(f"SELECT COUNT(*) FROM {binding.table}")  # noqa: S608  # a constant
        return int(session.scalar(entries)), int(rows[0][0])

    entries, rows = read(counted)
    if rows < entries:
        raise _Broken(size, f"{binding.table}: {entries - rows} decisions that the log knows are gone")
