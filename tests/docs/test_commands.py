"""The commands that the manual names exist, with the options it gives them."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from handrail.cli.main import COMMANDS, app_of
from tests.docs.reading import DOCS, commands

PAGES = sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))
CALLS = [(page, words) for page in PAGES for words in commands(page)]


@pytest.mark.parametrize(("page", "words"), CALLS, ids=[f"{page}: {' '.join(words[:2])}" for page, words in CALLS])
def test_a_command_of_the_manual_exists(page: str, words: list[str]) -> None:
    assert words[0] in COMMANDS, page
    path = [words[0], *(words[1:2] if not COMMANDS[words[0]].endswith((":" + words[0], "_file", "_files")) else [])]
    shown = CliRunner().invoke(app_of(), [*path, "--help"], terminal_width=250)
    told = re.sub(r"\x1b\[[0-9;]*m", "", shown.output)
    assert shown.exit_code == 0, told
    for option in (word for word in words if word.startswith("--")):
        assert option in told, f"{page}: {' '.join(words)}"
