"""`handrail import`: files of all formats become items, once, whatever happens in between."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow
import pytest
from pyarrow import parquet

from tests.support.commands import Commands
from tests.support.house import Served

NOWHERE = "http://127.0.0.1:9"
"""Nobody listens there: a command that sends something ends with 4, not with 2."""


def bodies(served: Served) -> list[dict[str, Any]]:
    """What was stored, in the order it came."""
    sql = "SELECT body FROM item_contents JOIN items ON items.id = item_id ORDER BY items.id"
    return [json.loads(row[0]) for row in served.rows(sql)]


def write_jsonl(path: Path, *rows: object) -> Path:
    path.write_text(
        "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in rows), encoding="utf-8"
    )
    return path


# --- what a file's rows become ----------------------------------------------------------------------------------------


def test_a_csv_is_mapped_by_its_names_and_by_hand(served: Served, commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(
        "Question,Answer,Confidence,passages,sum,zip,note\n"
        'Is it insured?,"Yes, it is.",0.81,Escape of water is insured.,62400,01067,left out\n'
        "And glass?,No.,,,,,\n",
        encoding="utf-8-sig",
    )
    more = ["--map", "metadata.amount=sum", "--map", "metadata.zip:text=zip", "--set", "domain=claims"]
    ended = commands("import", file, *more, *served.options())
    assert (ended.code, ended.out) == (0, "2 stored, 0 repeated, 0 refused\n")
    assert "Left out: note" in ended.err
    first, second = bodies(served)
    key = first.pop("key")
    assert key.endswith(":1")
    assert len(key.partition(":")[0]) == 32
    assert first == {
        "output": {"type": "text", "text": "Yes, it is."},
        "prompt": "Is it insured?",
        "confidence": 0.81,
        "context": [{"text": "Escape of water is insured.", "id": "1"}],
        "metadata": {"amount": 62400, "zip": "01067"},
        "domain": "claims",
    }
    assert second["output"]["text"] == "No."
    assert "confidence" not in second


def test_jsonl_goes_through_as_it_is(served: Served, commands: Commands, tmp_path: Path) -> None:
    item = {
        "key": "k-1", "output": {"type": "json", "value": {"a": [1, " ", None]}},
        "messages": [{"role": "user", "content": "  "}],
        "metadata": {"amount": 1.5, "tags": ["x"]}, "context": [{"id": "p1", "text": "é \u2028 \u0001"}],
    }  # fmt: skip
    file = tmp_path / "claims.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(item).encode() + b"\n\n" + b'{"output": "two"}\n'))
    ended = commands("import", file, "--json", *served.options())
    assert ended.json == {"rows": 2, "stored": 2, "repeated": 0, "refused": 0}
    assert bodies(served)[0] == item
    assert bodies(served)[1]["key"].endswith(":3")  # the number of its line


def test_a_dotted_column_is_found_inside_an_object(served: Served, commands: Commands, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "a.jsonl", {"input": {"q": "Insured?"}, "llm": {"text": "Yes."}, "id": 7})
    ended = commands("import", file, "--map", "prompt=input.q", "--map", "output=llm.text", *served.options())
    assert ended.code == 0
    assert (bodies(served)[0]["prompt"], bodies(served)[0]["output"]["text"]) == ("Insured?", "Yes.")
    assert "Left out: id" in ended.err


def test_a_workbook_is_read_as_data(served: Served, commands: Commands, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["output", "metadata.amount", "metadata.seen", "key"])
    sheet.append(['=HYPERLINK("http://example.invalid")', 62400, datetime(2026, 10, 3, 9, 30), 48213])  # noqa: DTZ001  # as Excel has it
    sheet.append([None, None, None, None])
    sheet.append(["plain", 1.5, None, None])
    book.save(tmp_path / "claims.xlsx")
    ended = commands("import", tmp_path / "claims.xlsx", *served.options())
    assert ended.out == "2 stored, 0 repeated, 0 refused\n"
    first, second = bodies(served)
    assert first["output"]["text"] == '=HYPERLINK("http://example.invalid")'
    assert first["metadata"] == {"amount": 62400, "seen": "2026-10-03T09:30:00.000Z"}
    assert first["key"] == "48213"
    assert second["metadata"] == {"amount": 1.5}


def test_parquet_keeps_its_types(served: Served, commands: Commands, tmp_path: Path) -> None:
    table = pyarrow.table(
        {
            "output": ["one", "two"],
            "confidence": [0.5, float("nan")],
            "contexts": [["a", "b"], []],
            "metadata": [{"amount": 3}, {"amount": None}],
        }
    )
    parquet.write_table(table, tmp_path / "claims.parquet")
    assert commands("import", tmp_path / "claims.parquet", *served.options()).code == 0
    first, second = bodies(served)
    assert first["context"] == [{"text": "a", "id": "1"}, {"text": "b", "id": "2"}]
    assert (first["confidence"], first["metadata"]) == (0.5, {"amount": 3})
    assert "confidence" not in second


# --- rows and files that cannot be used -------------------------------------------------------------------------------


def test_refused_rows_are_kept_with_their_reasons(served: Served, commands: Commands, tmp_path: Path) -> None:
    file = write_jsonl(
        tmp_path / "a.jsonl",
        {"output": "good"},
        "{broken",
        {"output": "x", "confidence": 7},
        {"output": "x", "confidence": "high"},
        {"output": "fine"},
    )
    errors = tmp_path / "errors.ndjson"
    ended = commands("import", file, "--errors", errors, *served.options())
    assert (ended.code, ended.out) == (1, "2 stored, 0 repeated, 3 refused\n")
    found = [json.loads(line) for line in errors.read_text(encoding="utf-8").splitlines()]
    assert [one["row"] for one in found] == [2, 3, 4]
    assert [one["error"]["code"] for one in found] == ["bad_row", "invalid", "invalid"]
    assert found[1]["original"] == {"output": "x", "confidence": 7}
    assert found[2]["error"]["fields"][0]["path"] == "/confidence"
    assert "row 2 is refused" in ended.err


def test_the_same_file_again_stores_nothing(served: Served, commands: Commands, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "a.jsonl", {"output": "one"}, {"output": "two"})
    assert commands("import", file, *served.options()).out == "2 stored, 0 repeated, 0 refused\n"
    assert commands("import", file, *served.options()).out == "0 stored, 2 repeated, 0 refused\n"
    assert (
        commands("import", file, "--key-prefix", "again", *served.options()).out == "2 stored, 0 repeated, 0 refused\n"
    )
    assert served.count("items") == 4
    assert list(tmp_path.glob("*.import.json*")) == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.jsonl", b'[{"output": "x"}]', "is one JSON list"),
        ("a.jsonl.gz", gzip.compress(b'{"output": "x"}\n' * 9000)[:-20], "is damaged: "),
        ("a.csv", b"", "has no header"),
        ("a.csv", b"output,output\nx,y\n", "two columns called output"),
        ("a.csv", "output\nStraße\n".encode("latin-1"), "is not UTF-8"),
        ("a.csv", b"text,sum\nx,1\n", "Which column holds the model's output?"),
        ("a.xlsx", b"PK no workbook", "is no XLSX workbook"),
        ("a.parquet", b"PAR1 nothing", "is no Parquet file"),
        ("a.doc", b"x", "does not tell what it is"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(
    commands: Commands, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    ended = commands("import", tmp_path / name, "--url", NOWHERE, "--key", "hrk_x")
    assert ended.code == 2
    assert told in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--map", "outptu=output"], "did you mean output?"),
        (["--map", "output=outptu"], "Did you mean 'output'?"),
        (["--map", "output"], "write field=column"),
        (["--map", "prompt.x=output"], "has no parts"),
        (["--map", "metadata.a:date=output"], "is no type"),
        (["--map", "domain=output", "--set", "domain=x"], "both by --map and by --set"),
        (["--errors", "a.csv"], "names the file itself"),
    ],
)
def test_a_wrong_mapping_sends_nothing(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("output\nx\n", encoding="utf-8")
    ended = commands("import", "a.csv", *more, "--url", NOWHERE, "--key", "hrk_x")
    assert ended.code == 2
    assert told in ended.err


# --- exit codes -------------------------------------------------------------------------------------------------------


def test_exit_codes_tell_who_refused(served: Served, commands: Commands, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "a.jsonl", {"output": "one"})
    key = served.new_key(served.project_id, "items.submit", "items.outcome")
    assert commands("import", file, "--url", served.url, "--key", key, "--project", "claims").code == 0
    assert commands("import", file, "--url", served.url, "--key", key, "--project", "other").code == 5
    assert commands("import", file, "--url", served.url, "--key", "hrk_00000000_" + "x" * 43).code == 5
    assert commands("import", file, "--url", served.url).code == 2
    assert commands("import", file, "--key", key).code == 3
    assert commands("import", file, "--url", "http://127.0.0.1:9", "--key", key).code == 4
