"""The tutorial runs as it is written, and prints what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handrail.web.permissions import Role
from tests.docs.reading import blocks
from tests.support.house import Served

PAGE = "tutorial/first-outcome.md"


def test_the_first_outcome(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    send, take, pass_ = (compile(text, PAGE, "exec") for text in blocks(PAGE, "python"))
    monkeypatch.setenv("HANDRAIL_URL", served.url)
    monkeypatch.setenv("HANDRAIL_KEY", served.key)
    names: dict[str, Any] = {}

    exec(send, names)
    assert capsys.readouterr().out.startswith("pending - ")

    served.person("ana@example.org", Role.REVIEWER)
    better = {"type": "text", "text": "Dear customer, we will pay EUR 120."}
    verdict = {"verdict": "edit", "output": better, "severity": "major", "reason": "The deductible was missing."}
    with served.signed_in("ana@example.org") as ana:
        served.decide(ana, {names["result"].item_id: verdict})

    exec(take, names)
    assert capsys.readouterr().out == f"released edited\n{better['text']}\n"

    served.policy(blocks(PAGE, "yaml")[0])
    exec(pass_, names)
    assert capsys.readouterr().out == "released pending\n"
