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


LOOSER = RELEASES.replace("0.9", "0.8")


def test_diff_tells_each_change_with_its_effect(commands: Commands, tmp_path: Path) -> None:
    before, after = tmp_path / "before.yaml", tmp_path / "after.yaml"
    before.write_text(RELEASES, encoding="utf-8")
    after.write_text(LOOSER, encoding="utf-8")
    ended = commands("policy", "diff", before, after)
    assert ended.code == 1
    assert ended.out == (
        "! bands.rows[0]: Outputs with confidence above 0.8 to 0.9 (included) are released by a number that nothing "
        "certifies instead of going to review.\nRelease: loosens.\n"
    )
    same = commands("policy", "diff", before, before)
    assert (same.code, same.out) == (0, "They mean the same.\n")
    after.write_text(BROKEN, encoding="utf-8")
    faulty = commands("policy", "diff", before, after)
    assert (faulty.code, faulty.out.splitlines()[0].partition(" ")[0]) == (1, "after.yaml:3:12")
    assert commands("policy", "diff", before, tmp_path / "none.yaml").code == 2


def test_stored_versions_are_compared_tried_and_taken_back(
    served: Served, commands: Commands, tmp_path: Path, options: list[str]
) -> None:
    served.policy(RELEASES)
    served.policy(LOOSER)
    before, after = (
        str(served.api.get("/v1/policies/active")["version"] - 1),
        str(served.api.get("/v1/policies/active")["version"]),
    )
    assert commands("policy", "diff", before, after, "--json", *options).json["release"] == "loosens"
    item = tmp_path / "item.json"
    item.write_text('{"output": "We pay.", "confidence": 0.85}', encoding="utf-8")
    tried = commands("policy", "test", after, "--item", item, "--json", *options).json
    assert (tried["action"], tried["rule"]) == ("release", "bands[0]")
    shown = commands("policy", "test", before, "--item", item, *options)
    assert shown.out.splitlines()[-1].startswith("review in review (expert): confidence 0.85")
    assert commands("policy", "test", before, *options).code == 2
    back = commands("policy", "rollback", "--reason", "too loose", "--json", *options)
    assert back.json == {"version": int(before), "before": int(after)}
    assert served.api.get("/v1/policies/active")["version"] == int(before)
    kinds = [row[0] for row in served.rows("SELECT kind FROM audit_entries")]
    assert kinds.count("policy.rolled_back") == 1
