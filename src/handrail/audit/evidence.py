"""What is handed to those who check for themselves: proofs, entry bundles, and the evidence of one item."""

from __future__ import annotations

from typing import Any  # Any: evidence is JSON

from handrail.audit import proofs
from handrail.audit.entries import AuditKey
from handrail.audit.notes import parse_note
from handrail.audit.sequencer import last_checkpoint, verifier
from handrail.audit.stretch import as_committed
from handrail.audit.tiles import TILE, Tiles
from handrail.storage import Session

FORMAT = "handrail-audit-evidence/1"
_SIZE = "SELECT COALESCE(MAX(size), 0) FROM audit_heads"
_BUNDLE = "SELECT entry FROM audit_entries WHERE log_index >= :first AND log_index < :last ORDER BY log_index"
_OF_SUBJECT = """
SELECT log_index, entry, leaf_hash, details, salt FROM audit_entries
WHERE project_id = :project_id AND subject = :subject ORDER BY at, id
"""


def size(session: Session) -> int:
    """How many entries the newest signed head covers."""
    return int(session.run(_SIZE)[0][0])


def inclusion(session: Session, index: int, of_size: int) -> list[bytes]:
    """The proof for one entry in the tree over `of_size` entries. Raises ValueError and LookupError."""
    _within(session, of_size)
    return proofs.inclusion(Tiles(session), index, of_size)


def consistency(session: Session, old: int, new: int) -> list[bytes]:
    """The proof that the tree over `new` entries goes on where that over `old` ended. Raises as `inclusion` does."""
    _within(session, new)
    return proofs.consistency(Tiles(session), old, new)


def _within(session: Session, wanted: int) -> None:
    if wanted > size(session):
        raise LookupError(f"the log has fewer than {wanted} entries")


def tile(session: Session, level: int, number: int, width: int) -> bytes | None:
    """The first `width` hashes of a tile; None where the log does not hold so many."""
    whole = Tiles(session).tile(level, number)
    return whole[: width * 32] if len(whole) >= width * 32 else None


def bundle(session: Session, number: int, width: int) -> bytes | None:
    """The entries below a tile of level 0 as they are hashed, each behind its length in two bytes."""
    first = number * TILE
    rows = session.run(_BUNDLE, {"first": first, "last": first + width})
    if len(rows) != width or first + width > size(session):
        return None
    texts = [row[0].encode() for row in rows]
    return b"".join(len(text).to_bytes(2, "big") + text for text in texts)


def of_item(session: Session, key: AuditKey, project_id: str, item_id: str, *, with_details: bool) -> dict[str, Any]:
    """Every entry about one item with its details and its proof against the newest checkpoint."""
    note = last_checkpoint(session)
    covered, tiles = parse_note(note)[0].size if note else 0, Tiles(session)
    rows = session.run(_OF_SUBJECT, {"project_id": project_id, "subject": item_id})
    numbered = [row for row in rows if row[0] is not None and row[0] < covered]
    return {
        "format": FORMAT,
        "item_id": item_id,
        "verifier_key": verifier(session, key).text(),
        "checkpoint": note,
        "waiting": len(rows) - len(numbered),
        "entries": [
            {
                "index": index,
                "entry": entry,
                "leaf_hash": leaf,
                "details": as_committed(salt, details, entry) if with_details else None,
                "salt": salt if with_details else None,
                "proof": [one.hex() for one in proofs.inclusion(tiles, index, covered)],
            }
            for index, entry, leaf, details, salt in sorted(numbered)
        ],
    }
