"""`handrail policy`."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from tests.support.commands import Commands
from tests.support.house import RELEASES, Served

BROKEN = "policy: 1\nqueues:\n  junior: {deadlin: 4h}\n"


def test_check_names_every_fault_with_its_place(commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    ended = commands("policy", "check", file)
    assert ended.code == 1
    assert ended.out == 'policy.yaml:3:12 queues.junior.deadlin: unknown key; did you mean "deadline"? [unknown_key]\n'
    assert commands("policy", "check", file, "--json").json["fields"][0]["line"] == 3
    file.write_text(RELEASES, encoding="utf-8")
    assert commands("policy", "check", file).code == 0
    assert commands("policy", "check", tmp_path / "none.yaml").code == 2


@pytest.fixture(params=["http", "here"])
def options(request: pytest.FixtureRequest, served: Served) -> list[str]:
    return served.options() if request.param == "http" else served.here()


def test_activate_puts_a_file_in_force_once(
    served: Served, commands: Commands, tmp_path: Path, options: list[str]
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(RELEASES, encoding="utf-8")
    before = served.api.get("/v1/policies/active")["version"]
    ended = commands("policy", "activate", file, "--note", "sure outputs go out", "--json", *options)
    assert ended.json == {"version": before + 1, "changed": True}
    active = served.api.get("/v1/policies/active")
    assert (active["version"], active["yaml"], active["note"]) == (before + 1, RELEASES, "sure outputs go out")
    assert served.api.post("/v1/items", {"output": "x", "confidence": 0.99})["status"] == "released"
    again = commands("policy", "activate", file, "--note", "again", "--json", *options)
    assert again.json == {"version": before + 1, "changed": False}
    kinds = [row[0] for row in served.rows("SELECT kind FROM audit_entries")]
    assert kinds.count("policy.activated") == 1


def test_a_broken_policy_leaves_the_active_one(
    served: Served, commands: Commands, tmp_path: Path, options: list[str]
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    before = served.api.get("/v1/policies/active")
    ended = commands("policy", "activate", file, "--note", "x", *options)
    assert ended.code == 1
    assert "policy.yaml:3:12 queues.junior.deadlin" in ended.out
    assert served.api.get("/v1/policies/active") == before


def test_the_schema_is_for_editors(commands: Commands) -> None:
    schema = commands("policy", "schema").json
    good = {"policy": 1, "queues": {"junior": {"deadline": "4h", "at_breach": "block"}}}
    jsonschema.validate(good, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"policy": 1, "queues": {"junior": {"deadlin": "4h"}}}, schema)
