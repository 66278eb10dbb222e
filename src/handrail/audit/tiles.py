"""The tree as tiles (c2sp.org/tlog-tiles): each holds up to 256 hashes; a full one is one hash of the level above.

The sequencer writes them in the transaction that gives the numbers, so that a reader finds the tree whole at any head.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any  # Any: rows

from handrail.storage import Session

TILE = 256
HASH = 32
HIGHEST = 7
"""Eight levels hold 2**64 entries."""
_TILE = "SELECT hashes FROM audit_tiles WHERE level = :level AND tile = :tile"
_LAST = "SELECT tile, hashes FROM audit_tiles WHERE level = :level ORDER BY tile DESC LIMIT 1"
_FULL = "SELECT hashes FROM audit_tiles WHERE level = :level AND tile >= :first AND tile < :last ORDER BY tile"
_PUT = """
INSERT INTO audit_tiles (level, tile, hashes) VALUES (:level, :tile, :hashes)
ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes
"""
_PATH = re.compile(r"((?:x\d{3}/)*)(\d{3})(?:\.p/([1-9]\d{0,2}))?\Z")


def path_of(tile: int, width: int = TILE) -> str:
    """The place of a tile below its level.

    >>> path_of(1234067), path_of(7, 3)
    ('x001/x234/067', '007.p/3')
    """
    digits = f"{tile:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    whole = "/".join([*(f"x{one}" for one in groups[:-1]), groups[-1]])
    return whole if width == TILE else f"{whole}.p/{width}"


def parse_path(path: str) -> tuple[int, int] | None:
    """Tile and width of such a place; None for what is none.

    >>> parse_path("x001/x234/067"), parse_path("007.p/3"), parse_path("007.p/256"), parse_path("x000/007")
    ((1234067, 256), (7, 3), None, None)
    """
    found = _PATH.match(path)
    if found is None or len(path) > 40:
        return None
    tile, width = int(found[1].replace("x", "").replace("/", "") + found[2]), int(found[3] or TILE)
    is_plain = width <= TILE and not (found[3] and width == TILE)
    return (tile, width) if is_plain and path_of(tile, width) == path else None


def folded(hashes: bytes) -> bytes:
    """The root over two, four, eight ... hashes that stand one behind the other."""
    while len(hashes) > HASH:
        pairs = range(0, len(hashes), 2 * HASH)
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 2 * HASH]).digest() for at in pairs])
    return hashes


class Tiles:
    """The tiles as one session sees them; a callable that proofs take their hashes from."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, tile: int) -> bytes:
        """All hashes of one tile; none where there is none."""
        if (level, tile) not in self._known:
            found = self._session.run(_TILE, {"level": level, "tile": tile})
            self._known[level, tile] = bytes(found[0][0]) if found else b""
        return self._known[level, tile]

    def __call__(self, level: int, index: int) -> bytes:
        """The root over the 2**level leaves from `index * 2**level` on. Raises LookupError where the tiles end."""
        of_tile, above = divmod(level, 8)
        first = index << above
        tile, inside = divmod(first, TILE)
        found = self.tile(of_tile, tile)[inside * HASH : (inside + (1 << above)) * HASH]
        if len(found) != HASH << above:
            raise LookupError(f"the tree has no hash at level {level}, index {index}")
        return folded(found)


def store(session: Session, first: int, leaves: Sequence[bytes]) -> None:
    """Adds the leaf hashes from index `first` on, and what becomes full above them."""
    if _fill(session, 0, first, leaves):
        catch_up(session)


def catch_up(session: Session) -> None:
    """Makes what is missing above the leaves: after a tile was filled, or where an older version wrote leaves alone."""
    for level in range(HIGHEST):
        below = session.run(_LAST, {"level": level})
        if not below:
            return
        above = session.run(_LAST, {"level": level + 1})
        there = int(above[0][0]) * TILE + len(above[0][1]) // HASH if above else 0
        full = int(below[0][0]) + (len(below[0][1]) == TILE * HASH)
        if full > there:
            found = session.run(_FULL, {"level": level, "first": there, "last": full})
            _fill(session, level + 1, there, [folded(bytes(one[0])) for one in found])


def _fill(session: Session, level: int, first: int, hashes: Sequence[bytes]) -> bool:
    """Writes hashes into the tiles of one level; whether one of them is full now."""
    rows: list[dict[str, Any]] = []
    place = 0
    while place < len(hashes):
        tile, inside = divmod(first + place, TILE)
        taken = hashes[place : place + TILE - inside]
        before = session.run(_TILE, {"level": level, "tile": tile}) if inside else []
        kept = bytes(before[0][0])[: inside * HASH] if before else b""
        rows.append({"level": level, "tile": tile, "hashes": kept + b"".join(taken)})
        place += len(taken)
    session.run_many(_PUT, rows)
    return any(len(one["hashes"]) == TILE * HASH for one in rows)
