"""`handrail stop` and `handrail lift`, as the manual writes them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from handrail.web.permissions import Role
from tests.support.commands import Commands
from tests.support.house import Served

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "stop-everything.md"


def test_the_commands_of_the_manual_run_in_their_order(served: Served, commands: Commands) -> None:
    lines = re.findall(r"^\$ handrail (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 5
    for line in lines:
        ended = commands(*shlex.split(line), "--json", *served.options())
        assert ended.code == 0, ended.err
        assert ended.json["in_force"] is line.startswith("stop")
        assert ended.json == served.api.get("/v1/stop")
    assert commands("lift", *served.options()).code == 5


def test_a_stop_is_said_in_one_sentence(served: Served, commands: Commands) -> None:
    ended = commands("stop", "--reason", "two wrong amounts", "--freeze", "--everywhere", *served.options())
    assert ended.out.startswith("Frozen in every project since 20")
    assert ended.out.endswith(": two wrong amounts\n")
    assert served.submit({"output": "x"})
    assert commands("lift", "--everywhere", *served.options()).out == "No stop is in force.\n"
    assert commands("stop", *served.options()).code == 2


def test_who_may_not_is_told(served: Served, commands: Commands) -> None:
    served.person("ana@desk.invalid", Role.REVIEWER)
    key = served.new_key(served.project_id, "items.submit")
    ended = commands("stop", "--reason", "x", "--url", served.url, "--key", key)
    assert (ended.code, "role does not allow" in ended.err) == (5, True)
