"""The code of docs/howto/export-decisions.md runs, and does what the page says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handrail.client import Handrail
from handrail.stages.learning.asked import AT_ONCE
from handrail.stages.learning.rules import Format
from handrail.web.permissions import Role
from tests.docs.reading import DOCS, blocks
from tests.support.house import Served

PAGE = "howto/export-decisions.md"


def test_edits_of_the_domain_are_kept(served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    served.person("rose@desk.invalid", Role.REVIEWER)
    ids = served.submit(*({"prompt": "?", "output": "No.", "domain": name} for name in ("claims", "other")))
    edit = {"verdict": "edit", "severity": "minor", "reason": "tone", "output": {"type": "text", "text": "Sorry, no."}}
    served.decide(served.signed_in("rose@desk.invalid"), dict.fromkeys(ids, edit))
    page: dict[str, Any] = {}
    exec(compile(blocks(PAGE, "python")[0], PAGE, "exec"), page)
    served.installation.maker.start()
    try:
        with Handrail(served.url, served.key) as hr:
            page["keep_edits"](hr, str(tmp_path))
    finally:
        served.installation.maker.stop()
    assert "1 rows from 1 items; left out: {}" in capsys.readouterr().out
    assert json.loads((tmp_path / "trl-dpo.jsonl").read_bytes())["rejected"] == [
        {"role": "assistant", "content": "No."}
    ]


def test_the_page_names_every_format_and_the_limit() -> None:
    text = (DOCS / PAGE).read_text(encoding="utf-8")
    assert all(f"`{one.value}`" in text for one in Format)
    assert f"at most {'five' if AT_ONCE == 5 else AT_ONCE} under way" in text
