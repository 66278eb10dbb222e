"""The check of some entries that stand one behind the other: each against its own leaf, seal, columns and details, the
leaves against the tiles. It knows nothing of the others, so that several processes share a log among them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any  # Any: rows

from handrail.audit.entries import AuditKey, commitment, entry_text
from handrail.audit.merkle import Frontier, leaf_hash, node_hash
from handrail.audit.tiles import HASH, TILE, folded
from handrail.kit.clock import from_ms, to_text
from handrail.kit.jsons import canonical, loads
from handrail.storage import Session

LENGTH = TILE * TILE
"""So long that a whole stretch is one hash of level 2; it begins at a multiple of this."""
PAGE = 32 * TILE
Read = Callable[[Callable[[Session], Any]], Any]
Row = tuple[Any, ...]

_COLUMNS = """log_index, CAST(id AS TEXT), CAST(project_id AS TEXT), at, actor, kind, subject, details, salt, entry,
    leaf_hash, seal"""
ENTRIES = f"""
SELECT {_COLUMNS} FROM audit_entries WHERE log_index >= :first AND log_index < :last ORDER BY log_index
"""  # noqa: S608  # constants
WAITING = f"""
SELECT {_COLUMNS} FROM audit_entries WHERE log_index IS NULL AND id > :after ORDER BY id LIMIT :limit
"""  # noqa: S608  # constants
BEYOND = f"""
SELECT {_COLUMNS} FROM audit_entries WHERE log_index >= :size OR log_index < 0 ORDER BY log_index
"""  # noqa: S608  # constants
_LEAVES = "SELECT tile, hashes FROM audit_tiles WHERE level = 0 AND tile >= :first AND tile <= :last"
_ABOVE = "SELECT hashes FROM audit_tiles WHERE level = 1 AND tile = :tile"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad index and what is wrong there; no index where that cannot be told."""

    index: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Task:
    """Which entries, and the sizes of the signed heads that end among them."""

    first: int
    last: int
    sizes: tuple[int, ...]
    has_upper: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was found. `roots` holds for each size the root over the stretch up to there; `root` is that of all."""

    last: int
    root: bytes
    roots: tuple[tuple[int, bytes], ...]
    fault: Fault | None = None


def check(read: Read, key: AuditKey, task: Task, progress: Callable[[int], None] | None = None) -> Stretch:
    """Reads the entries in pages, each in one transaction. Ends at the first fault."""
    seal, sizes = key.sealer(), frozenset(task.sizes)
    tree, roots, above = Frontier(), list[tuple[int, bytes]](), list[bytes]()
    fault: Fault | None = None
    for first in range(task.first, task.last, PAGE):
        last = min(first + PAGE, task.last)
        rows, leaves = read(partial(_page, first, last))
        good, why = _check_rows(rows, leaves, first, last, key, seal)
        leaves = leaves[: good * HASH]
        for at in range(0, len(leaves), TILE * HASH):
            tile = leaves[at : at + TILE * HASH]
            root = _grow(tree, tile, first + at // HASH, sizes, roots)
            if len(tile) == TILE * HASH:
                above.append(root)
                tree.append(root)
        if why is not None:
            fault = Fault(first + good, why)
            break
        if progress is not None:
            progress(last)
    root = tree.root() if tree.size * TILE == task.last - task.first else b""
    if fault is None and task.has_upper:
        fault = _check_above(read, task.first, b"".join(above))
    return Stretch(task.last, root, tuple(roots), fault)


def _page(first: int, last: int, session: Session) -> tuple[list[Row], bytes]:
    """The entries and, beside them, what the tiles hold for them; zeros where they hold nothing."""
    tile_first, tile_last = first // TILE, (last - 1) // TILE
    found = dict(session.run(_LEAVES, {"first": tile_first, "last": tile_last}))
    empty = bytes(TILE * HASH)
    whole = b"".join(
        bytes(found.get(tile, b""))[: TILE * HASH].ljust(TILE * HASH, b"\0") if tile in found else empty
        for tile in range(tile_first, tile_last + 1)
    )
    skip = (first - tile_first * TILE) * HASH
    return session.run(ENTRIES, {"first": first, "last": last}), whole[skip : skip + (last - first) * HASH]


def _check_rows(
    rows: Sequence[Row], leaves: bytes, first: int, last: int, key: AuditKey, seal: Callable[[bytes], bytes]
) -> tuple[int, str | None]:
    """How many entries are good, and what is wrong with the next one.

    The loop accepts what is written exactly as we write it, which is nearly everything; whatever it does not accept
    is looked at once more by `entry_fault`, which decides and finds the words.
    """
    second, begin, place = -1, "", 0
    index = first
    for row in rows:
        log_index, id, project_id, at, actor, kind, subject, details, salt, entry, leaf, sealed = row
        if log_index != index:
            return index - first, "the entry is missing"
        hashed = sha256(b"\0" + entry.encode()).digest()
        is_plain = details is not None and salt is not None and len(salt) == 32 and "\\" not in entry
        if is_plain and hashed.hex() == leaf and seal(hashed).hex() == sealed:
            if at // 1000 != second:
                second = at // 1000
                begin = to_text(from_ms(second * 1000))[:-4]
            told = _commitment(salt, details)
            project = "null" if project_id is None else f'"{project_id}"'
            is_plain = entry == (
                f'{{"actor":"{actor}","at":"{begin}{at % 1000:03d}Z","commitment":"{told}","id":"{id}",'
                f'"kind":"{kind}","project_id":{project},"subject":"{subject}","version":1}}'
            )
        else:
            is_plain = False
        if not is_plain:
            why = entry_fault(row, key)
            if why is not None:
                return index - first, why
        if hashed != leaves[place : place + HASH]:
            return index - first, "it is not the entry that was numbered here"
        index += 1
        place += HASH
    return index - first, None if index == last else "the entry is missing"


def _commitment(salt: str, details: str) -> str | None:
    """What was committed to; None where somebody wrote a salt that is no hex as we write it."""
    try:
        bare = bytes.fromhex(salt)
    except ValueError:
        return None
    return sha256(bare + details.encode()).hexdigest() if bare.hex() == salt else None


def entry_fault(row: Row, key: AuditKey) -> str | None:
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
    if committed not in (_commitment(salt, details), _commitment_of_value(salt, details)):
        return "its details are not those that were committed to"
    return None


def as_committed(salt: str | None, details: str | None, entry: str) -> str | None:
    """Details in the form that was committed to; older rows keep them in another order. What fits in neither form
    stays as it is."""
    if salt is None or details is None or f'"commitment":"{_commitment(salt, details)}"' in entry:
        return details
    told = _commitment_of_value(salt, details)
    return canonical(loads(details)).decode() if told is not None and told in entry else details


def _commitment_of_value(salt: str, details: str) -> str | None:
    try:
        return commitment(salt, canonical(loads(details))) if bytes.fromhex(salt).hex() == salt else None
    except ValueError:
        return None


def _grow(tree: Frontier, tile: bytes, first: int, sizes: Collection[int], roots: list[tuple[int, bytes]]) -> bytes:
    """The root over one tile; notes the root over the stretch at each signed size inside it."""
    last = first + len(tile) // HASH
    if len(tile) == TILE * HASH and sizes.isdisjoint(range(first + 1, last + 1)):  # type: ignore[attr-defined]  # a frozenset
        return folded(tile)
    inside = Frontier()
    for at in range(0, len(tile), HASH):
        inside.append(tile[at : at + HASH])
        size = first + at // HASH + 1
        if size in sizes:
            root = inside.root()
            for left in reversed(tree.roots):
                root = node_hash(left, root)
            roots.append((size, root))
    return inside.root()


def _check_above(read: Read, first: int, expected: bytes) -> Fault | None:
    """The tile of level 1 over this stretch."""
    found = read(lambda session: session.run(_ABOVE, {"tile": first // LENGTH}))
    stored = bytes(found[0][0]) if found else b""
    for at in range(0, len(expected), HASH):
        if stored[at : at + HASH] != expected[at : at + HASH]:
            return Fault(first + at // HASH * TILE, "a tile of level 1 does not fit the entries below it")
    return None
