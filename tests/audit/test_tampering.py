"""T38 with both verifiers: forty random tamperings a store, all found at the right index. The long campaign is
`make audit-tampering N=1000`."""

from __future__ import annotations

from pathlib import Path

from handrail.storage import AnyStore
from tests.audit.tampering import KINDS, campaign


def test_t38_random_tampering_is_found_by_both_verifiers(store: AnyStore, tmp_path: Path) -> None:
    seen = campaign(store, 40, 7, tmp_path / "exported")
    assert [one for one in seen if not one.is_right] == []
    assert len({one.done.kind for one in seen}) > len(KINDS) // 2
