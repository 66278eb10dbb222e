"""`handrail export`: whole files or none, and after any end the same bytes."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from handrail.cli.files_out.run import Export
from handrail.client.api import Api
from handrail.client.errors import Unreachable
from handrail.kit.clock import SystemClock
from handrail.stages.learning.folder import Folder, Progress
from handrail.stages.learning.rules import Format
from handrail.web.permissions import Role
from tests.support.commands import Commands
from tests.support.house import RELEASES, Served

AWKWARD = 'He said: "no" \u2028 \u202e é 🧾 \\u0041\n=1+1, '


@pytest.fixture
def reviewed(served: Served) -> Served:
    """Five items decided by a person, one released by the policy."""
    served.person("rose@desk.invalid", Role.REVIEWER, Role.LEAD)
    ids = served.submit(*({"prompt": f"Question {n}?", "output": f"={n} {AWKWARD}"} for n in range(5)))
    edit = {"verdict": "edit", "severity": "minor", "reason": "tone", "output": {"type": "text", "text": AWKWARD}}
    approve: dict[str, Any] = {"verdict": "approve"}
    served.decide(served.signed_in("rose@desk.invalid"), {id: edit if n % 2 else approve for n, id in enumerate(ids)})
    served.policy(RELEASES)
    served.submit({"prompt": "?", "output": "released", "confidence": 0.99, "domain": "claims"})
    return served


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def test_an_export_is_whole_and_traceable(reviewed: Served, commands: Commands, tmp_path: Path) -> None:
    ended = commands("export", "trl-dpo", "-o", tmp_path / "out", *reviewed.options())
    assert ended.code == 0
    assert "2 rows from 6 items; without a row: no_person 1, no_replacement 3" in ended.out
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [
        "lineage.jsonl",
        "manifest.json",
        "trl-dpo.jsonl",
    ]
    rows, lineage = read(tmp_path / "out" / "trl-dpo.jsonl"), read(tmp_path / "out" / "lineage.jsonl")
    assert rows[0] == {
        "prompt": [{"role": "user", "content": "Question 1?"}],
        "chosen": [{"role": "assistant", "content": AWKWARD}],
        "rejected": [{"role": "assistant", "content": f"=1 {AWKWARD}"}],
    }
    assert [one["row"] for one in lineage] == [1, 2]
    by_review = {row[0]: row[1] for row in reviewed.rows("SELECT id, item_id FROM reviews WHERE state = 'final'")}
    assert all(by_review[one["review_id"]] == one["item_id"] for one in lineage)

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    for one in manifest["files"]:
        content = (tmp_path / "out" / one["name"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (one["bytes"], one["sha256"])
    assert (manifest["format"], manifest["project"], manifest["rows"], manifest["items"]) == ("trl-dpo", "claims", 2, 6)
    assert manifest["excluded"] == {"no_person": 1, "no_replacement": 3}
    assert manifest["policy_versions"] == [2]


def test_filters_reach_the_manifest(reviewed: Served, commands: Commands, tmp_path: Path) -> None:
    more = ["--where", "domain=claims", "--where", "domain=other", "--from", "2020-01-01"]
    ended = commands("export", "jsonl", "-o", tmp_path, *more, "--json", *reviewed.options())
    assert ended.json["rows"] == 1
    assert ended.json["filters"] == {"domain": ["claims", "other"]}
    assert ended.json["decided_from"] == "2020-01-01T00:00:00.000Z"
    assert read(tmp_path / "items.jsonl")[0]["submitted"]["output"]["text"] == "released"


def test_a_table_holds_no_formula(reviewed: Served, commands: Commands, tmp_path: Path) -> None:
    assert commands("export", "csv", "-o", tmp_path, *reviewed.options()).code == 0
    with (tmp_path / "items.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == 6
    assert found[0]["output"] == f"'=0 {AWKWARD}"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in found for cell in row.values())


class Interrupted(Exception):
    """The test's own end of an export."""


@pytest.mark.parametrize("format", [Format.TRL_SFT, Format.CSV])
def test_an_interrupted_export_gives_the_same_files(
    reviewed: Served, commands: Commands, tmp_path: Path, format: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ends after the first of several stretches, leaves half a row behind, and goes on."""
    monkeypatch.setattr("handrail.cli.files_out.run.SAVE_BYTES", 1)
    monkeypatch.setattr("handrail.stages.learning.routes.stream.FIRST", 4)  # a process of its own does the rest
    until = "2100-01-01T00:00:00.000Z"
    asked = {"format": format.value, "from": None, "to": until}

    def stop(progress: Progress) -> None:
        if progress.items == 4:
            raise Interrupted

    with Api(reviewed.url, reviewed.key) as api, Folder(tmp_path / "b", format) as folder:
        folder.prepare()
        with pytest.raises(Interrupted):
            Export(api, folder, SystemClock(), stop).run(Progress(asked))
    assert not (tmp_path / "b" / "manifest.json").exists()
    for part in (tmp_path / "b").glob(".*.part"):
        part.write_bytes(part.read_bytes() + b'{"half a ro')

    options = [format.value, "--to", "2100-01-01", *reviewed.options()]
    ended = commands("export", *options, "-o", tmp_path / "b", "--resume")
    assert "Going on behind 4 items." in ended.err
    assert commands("export", *options, "-o", tmp_path / "a").code == 0
    names = sorted(one.name for one in (tmp_path / "a").iterdir())
    assert sorted(one.name for one in (tmp_path / "b").iterdir()) == names
    for name in set(names) - {"manifest.json"}:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    manifests = [json.loads((tmp_path / one / "manifest.json").read_text(encoding="utf-8")) for one in "ab"]
    assert {**manifests[0], "created_at": ""} == {**manifests[1], "created_at": ""}


def test_what_is_resumed_must_be_the_same_export(reviewed: Served, commands: Commands, tmp_path: Path) -> None:
    nobody = Api("http://127.0.0.1:9", reviewed.key, retries=0)
    begun = Progress({"format": "jsonl", "from": None, "to": None})
    with Folder(tmp_path, Format.JSONL) as folder:
        folder.open(begun)
        folder.save(begun)
        with pytest.raises(Unreachable):
            Export(nobody, folder, SystemClock(), sleep=lambda _: None).run(begun)
    options = ["jsonl", "-o", tmp_path, *reviewed.options()]
    refused = commands("export", *options, "--where", "domain=claims", "--resume")
    assert refused.code == 2
    assert "has other filters" in refused.err
    assert commands("export", *options, "--resume").code == 0


def test_a_folder_holds_one_format(reviewed: Served, commands: Commands, tmp_path: Path) -> None:
    assert commands("export", "jsonl", "-o", tmp_path, *reviewed.options()).code == 0
    before = (tmp_path / "manifest.json").read_bytes()
    refused = commands("export", "trl-sft", "-o", tmp_path, *reviewed.options())
    assert refused.code == 2
    assert "holds another export (jsonl)" in refused.err
    assert (tmp_path / "manifest.json").read_bytes() == before
    assert commands("export", "jsonl", "-o", tmp_path, *reviewed.options()).code == 0


def test_a_person_exports_with_their_password(
    reviewed: Served, commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--url", reviewed.url, "--project", "claims", "--email", "rose@desk.invalid"]
    monkeypatch.setenv("HANDRAIL_PASSWORD", "not the password at all")
    assert commands("export", "jsonl", "-o", tmp_path, *options).code == 5
    monkeypatch.setenv("HANDRAIL_PASSWORD", "correct horse battery staple")
    assert commands("export", "jsonl", "-o", tmp_path, *options).code == 0
    assert reviewed.rows("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL")[0][0] == 1  # the test's own browser


def test_wrong_use_is_a_sentence(commands: Commands, tmp_path: Path) -> None:
    base = ["export", "jsonl", "-o", tmp_path, "--url", "http://127.0.0.1:9", "--key", "hrk_x"]
    assert "write name=value" in commands(*base, "--where", "domain").err
    assert "write name=value" in commands(*base, "--where", "cursor=x").err
    assert "say the zone" in commands(*base, "--from", "2026-11-21T10:00:00").err
    assert commands(*base, "--to", "yesterday").code == 2
