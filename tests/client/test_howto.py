"""The code of the manual runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from handrail.testing import FakeHandrail
from tests.client.real import RealBackend

HOWTO = Path(__file__).parents[2] / "docs" / "howto"


def blocks(page: str) -> str:
    """All Python of a page, as one script: later blocks use the names of earlier ones."""
    text = (HOWTO / page).read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def test_recall_and_appeal_against_the_fake(handrail: FakeHandrail) -> None:
    names: dict[str, Any] = {}
    exec(blocks("recall-and-appeal.md"), names)
    assert handrail.outcome(names["result"].item_id).recall is not None


def test_recall_and_appeal_against_a_server(real_server: RealBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_URL", real_server.server.url)
    monkeypatch.setenv("HANDRAIL_KEY", real_server.project.key)
    script = blocks("recall-and-appeal.md").replace("confidence=0.97)", 'confidence=0.97, domain="suite", task="free")')
    exec(script, {})
