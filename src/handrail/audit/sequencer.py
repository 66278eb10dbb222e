"""Gives each audit entry its index and the tree its new head, within a second, one sequencer at a time."""

from __future__ import annotations

from typing import Any

from handrail.audit.entries import AuditKey
from handrail.audit.merkle import Frontier
from handrail.kit.clock import to_ms
from handrail.kit.jsons import dumps, loads
from handrail.storage import Session

TILE = 256
BATCH = 2_000
_LOCK = 7_201_894_114

_LAST = "SELECT size, frontier FROM audit_heads ORDER BY size DESC LIMIT 1"
_UNNUMBERED = "SELECT id, leaf_hash FROM audit_entries WHERE log_index IS NULL ORDER BY id LIMIT :batch"
_NUMBER = "UPDATE audit_entries SET log_index = :log_index WHERE id = :id"
_TILE = "SELECT hashes FROM audit_tiles WHERE level = 0 AND tile = :tile"
_PUT_TILE = """
INSERT INTO audit_tiles (level, tile, hashes) VALUES (0, :tile, :hashes)
ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes
"""
_HEAD = """
INSERT INTO audit_heads (size, root, at, frontier, signature) VALUES (:size, :root, :at, :frontier, :signature)
"""


def sequence(session: Session, key: AuditKey) -> int:
    """Numbers up to BATCH waiting entries and signs the new head; how many there were."""
    if session.dialect == "postgresql" and not session.run(f"SELECT pg_try_advisory_xact_lock({_LOCK})")[0][0]:
        return 0  # another process is at it
    waiting = session.run(_UNNUMBERED, {"batch": BATCH})
    if not waiting:
        return 0
    frontier = _frontier(session)
    first = frontier.size
    leaves = [bytes.fromhex(leaf) for _, leaf in waiting]
    session.run_many(_NUMBER, [{"id": id, "log_index": first + place} for place, (id, _) in enumerate(waiting)])
    _store_leaves(session, first, leaves)
    frontier.extend(leaves)
    root = frontier.root()
    session.run(
        _HEAD,
        {
            "size": frontier.size,
            "root": root.hex(),
            "at": to_ms(session.now),
            "frontier": dumps([one.hex() for one in frontier.roots]),
            "signature": key.sign_head(frontier.size, root),
        },
    )
    return len(waiting)


def _frontier(session: Session) -> Frontier:
    last = session.run(_LAST)
    return Frontier(last[0][0], [bytes.fromhex(one) for one in loads(last[0][1])]) if last else Frontier()


def _store_leaves(session: Session, first: int, leaves: list[bytes]) -> None:
    """Fills the tiles from leaf `first` on."""
    rows: list[dict[str, Any]] = []
    place = 0
    while place < len(leaves):
        tile, inside = divmod(first + place, TILE)
        taken = leaves[place : place + TILE - inside]
        before = session.run(_TILE, {"tile": tile}) if inside else []
        kept = bytes(before[0][0])[: inside * 32] if before else b""
        rows.append({"tile": tile, "hashes": kept + b"".join(taken)})
        place += len(taken)
    session.run_many(_PUT_TILE, rows)
