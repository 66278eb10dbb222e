"""`handrail worker --only`: what is wrong is said before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import Commands


@pytest.mark.parametrize("only", ["delivery", "jobs,,x", ""], ids=["word", "list", "nothing"])
def test_a_duty_that_does_not_exist_is_wrong_use(commands: Commands, only: str, tmp_path: Path) -> None:
    ended = commands("worker", "--data-dir", tmp_path, "--only", only)
    assert ended.code == 2
    assert "the duties are jobs, timers" in " ".join(ended.err.replace("│", " ").split())
    assert not list(tmp_path.iterdir())
