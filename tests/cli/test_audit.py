"""`handrail audit`: beside a running server, on both stores; and the second verifier on what it wrote."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from handrail.audit.notes import Verifier, parse_note
from tests.audit.second import PATH, second
from tests.support.commands import Commands
from tests.support.house import Served


def here(served: Served) -> list[str]:
    return ["--database", served.database, "--data-dir", str(served.data_dir)]


def at_work(served: Served, count: int = 3) -> str:
    """Items that the log tells of, all numbered; the id of the last one."""
    made = [served.api.request("POST", "/v1/items", json={"output": f"A letter, {n}."}).json for n in range(count)]
    while served.installation.worker.run_sequencer():
        pass
    return str(made[-1]["item_id"])


def test_verify_says_ok_or_the_first_bad_index(served: Served, commands: Commands) -> None:
    at_work(served)
    size = served.installation.store.read(lambda s: s.run("SELECT MAX(size) FROM audit_heads"))[0][0]
    told = commands("audit", "verify", *here(served))
    assert (told.code, told.out) == (0, f"ok, {size} entries, 0 not yet numbered\n")
    served.installation.store.write(lambda s: s.change("UPDATE audit_entries SET kind = 'x' WHERE log_index = 2"))
    told = commands("audit", "verify", "--json", *here(served))
    assert told.code == 1
    assert (told.json["ok"], told.json["first_bad_index"]) == (False, 2)
    assert "from index 2" in commands("audit", "verify", *here(served)).out


def test_verify_from_a_checkpoint_that_was_kept(served: Served, commands: Commands, tmp_path: Path) -> None:
    at_work(served)
    note = tmp_path / "checkpoint.txt"
    note.write_text(commands("audit", "checkpoint", *here(served)).out, encoding="utf-8")
    kept = parse_note(note.read_text(encoding="utf-8"))[0].size
    at_work(served)
    told = commands("audit", "verify", "--from", note, *here(served))
    assert told.code == 0, told
    assert f"go on from a checkpoint over {kept}," in told.out
    note.write_text("nothing", encoding="utf-8")
    told = commands("audit", "verify", "--from", note, *here(served))
    assert told.code == 2
    assert "holds no checkpoint of this log" in told.err
    assert commands("audit", "verify", "--from", tmp_path / "none", *here(served)).code == 2


def test_checkpoint_key_and_proof_are_the_same_here_and_from_a_server(served: Served, commands: Commands) -> None:
    at_work(served)
    for command in (("checkpoint",), ("key",), ("proof", "1")):
        local, remote = commands("audit", *command, *here(served)), commands("audit", *command, *served.options())
        assert (local.code, remote.code) == (0, 0), (local, remote)
        assert local.out == remote.out
    key = commands("audit", "key", *here(served)).out
    head = Verifier.parse(key).read(commands("audit", "checkpoint", "--json", *here(served)).json["note"])
    hashes = [bytes.fromhex(one) for one in commands("audit", "proof", "1", *here(served)).out.split()]
    leaf = served.installation.store.read(lambda s: s.run("SELECT leaf_hash FROM audit_entries WHERE log_index = 1"))
    assert second.proof_root(1, head.size, bytes.fromhex(leaf[0][0]), hashes) == head.root
    told = commands("audit", "proof", head.size, *here(served))
    assert (told.code, "not that long" in told.err) == (2, True)


def run(*arguments: object, key: str = "") -> subprocess.CompletedProcess[str]:
    """The second verifier as a stranger starts it, without a path to Handrail."""
    command = [sys.executable, "-I", str(PATH), *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"HANDRAIL_KEY": key}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)


def test_what_is_exported_is_checked_by_the_second_verifier(served: Served, commands: Commands, tmp_path: Path) -> None:
    at_work(served)
    note, key, folder = tmp_path / "checkpoint.txt", tmp_path / "key.txt", tmp_path / "log"
    note.write_text(commands("audit", "checkpoint", *here(served)).out, encoding="utf-8")
    key.write_text(commands("audit", "key", *here(served)).out, encoding="utf-8")
    at_work(served)
    told = commands("audit", "export", folder, "--json", *here(served))
    size = told.json["entries"]
    assert told.code == 0
    secret = served.installation.settings.secret_path
    for options in ([], ["--key", key], ["--key", key, "--since", note, "--secret", secret]):
        found = run(folder, *options)
        assert (found.returncode, found.stdout) == (0, f"ok, {size} entries\n"), found
    assert commands("audit", "export", folder, *here(served)).code == 2
    bare = tmp_path / "bare"
    commands("audit", "export", bare, "--without-rows", *here(served))
    assert not (bare / "rows").exists()
    assert run(bare, "--key", key).returncode == 0
    bundle = next((bare / "tile/entries").rglob("*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b"item.received", b"item.recieved", 1))
    found = run(bare, "--key", key)
    assert found.returncode == 1
    assert "The log is broken from index" in found.stdout


def test_the_second_verifier_checks_a_live_server_and_the_evidence_of_an_item(
    served: Served, commands: Commands, tmp_path: Path
) -> None:
    item = at_work(served)
    note, evidence = tmp_path / "checkpoint.txt", tmp_path / "evidence.json"
    note.write_text(commands("audit", "checkpoint", *here(served)).out, encoding="utf-8")
    at_work(served)
    found = run(served.url, "--since", note, key=served.key)
    assert found.returncode == 0, found
    assert found.stdout.startswith("ok, ")
    told = served.api.request("GET", f"/v1/items/{item}/evidence").json
    evidence.write_text(json.dumps(told), encoding="utf-8")
    found = run(evidence)
    assert (found.returncode, found.stdout) == (0, f"ok, {len(told['entries'])} entries\n")
    evidence.write_text(json.dumps(told).replace("item.received", "item.recieved"), encoding="utf-8")
    assert run(evidence).returncode == 1
    assert run(tmp_path / "nowhere").returncode == 2


HOWTO = PATH.parents[1] / "docs" / "howto" / "verify-the-audit-log.md"


def fetched(words: str, key: str) -> bytes:
    """What `curl -H <header>... <url>` gets."""
    *options, url = shlex.split(words.replace("$KEY", key))[1:]
    assert set(options[::2]) == {"-H"}
    headers = dict(header.split(": ", 1) for header in options[1::2])
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:  # our own server
        found: bytes = answer.read()
    return found


def test_every_command_of_the_howto_runs(
    served: Served, commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they stand there, one after the other, in one folder."""
    item = at_work(served)
    monkeypatch.chdir(tmp_path)
    told = served.api.request("GET", f"/v1/items/{item}/evidence").json
    Path("evidence.json").write_text(json.dumps(told), encoding="utf-8")
    blocks = re.findall(r"^```bash\n(.*?)^```", HOWTO.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) >= 8
    for line in lines:
        words, _, target = line.replace("$URL", served.url).partition(" > ")
        has_key = words.startswith("HANDRAIL_KEY=$KEY ")
        program, script, command, *rest = words.removeprefix("HANDRAIL_KEY=$KEY ").split()
        if program == "handrail":
            done = commands(script, command, *rest, *here(served))
            assert done.code == 0, (line, done)
            if target:
                Path(target).write_text(done.out, encoding="utf-8")
        elif program == "curl":
            Path(target).write_bytes(fetched(words, served.key))
            assert Path(target).read_text(encoding="utf-8-sig").startswith('"index",')
        else:
            assert (program, script) == ("python3", "tools/verify_audit_log.py")
            found = run(command, *rest, key=served.key if has_key else "")
            assert found.returncode == 0, (line, found)
