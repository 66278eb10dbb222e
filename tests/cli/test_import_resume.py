"""An import that is killed in the middle goes on: nothing is stored twice, nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.commands import Commands
from tests.support.house import Served

ROWS = 4_000
BAD = frozenset(range(7, ROWS + 1, 100))


def write_rows(path: Path) -> None:
    lines = (
        '{"output": 1, "confidence": 5}' if n in BAD else json.dumps({"output": f"row {n}"}) for n in range(1, ROWS + 1)
    )
    path.write_text("\n".join(lines), encoding="utf-8")


# A shell that runs the tests in the background lets all below it ignore Ctrl-C.
LISTENING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from handrail.cli import main
main()
"""


def begin(file: Path, errors: Path, served: Served) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-c",
        LISTENING,
        "import",
        str(file),
        "--errors",
        str(errors),
    ]
    environment = {name: one for name, one in os.environ.items() if not name.startswith("HANDRAIL_")}
    return subprocess.Popen(
        [*command, *served.options()],
        env=environment,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def wait_for_some(state: Path) -> int:
    """The row that a running import has reached, once it is neither the first nor the last."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if state.exists():
            row = int(json.loads(state.read_text(encoding="utf-8"))["progress"]["row"])
            if row > 0:
                return row
        time.sleep(0.005)
    raise AssertionError("the import did not begin")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_import_goes_on(served: Served, commands: Commands, tmp_path: Path, number: signal.Signals) -> None:
    file, errors = tmp_path / "rows.jsonl", tmp_path / "errors.ndjson"
    write_rows(file)
    running = begin(file, errors, served)
    wait_for_some(tmp_path / "rows.jsonl.import.json")
    running.send_signal(number)
    code = running.wait(timeout=30)
    assert code == (130 if number is signal.SIGINT else -signal.SIGKILL)
    assert served.count("items") < ROWS - len(BAD), "it was stopped too late to show anything"

    ended = commands("import", file, "--errors", errors, "--resume", "--json", *served.options())
    assert ended.code == 1
    assert "Going on behind row" in ended.err
    assert ended.json["rows"] == ROWS
    assert ended.json["refused"] == len(BAD)
    assert served.count("items") == ROWS - len(BAD)
    keys = {row[0] for row in served.rows("SELECT key FROM items")}
    assert {int(key.partition(":")[2]) for key in keys} == set(range(1, ROWS + 1)) - BAD
    told = [json.loads(line)["row"] for line in errors.read_text(encoding="utf-8").splitlines()]
    assert told == sorted(BAD)


def test_another_file_under_the_same_name_is_not_gone_on_with(
    served: Served, commands: Commands, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"output": "one"}\n', encoding="utf-8")
    assert commands("import", file, "--url", "http://127.0.0.1:9", "--key", served.key).code == 4
    kept = (tmp_path / "rows.jsonl.import.json").read_text(encoding="utf-8")
    file.write_text('{"output": "two"}\n', encoding="utf-8")
    ended = commands("import", file, "--resume", *served.options())
    assert ended.code == 2
    assert "belongs to another file, mapping or server" in ended.err
    assert (tmp_path / "rows.jsonl.import.json").read_text(encoding="utf-8") == kept
    assert served.count("items") == 0
