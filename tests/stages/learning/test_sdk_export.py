"""`.export` of both clients over a real server: whole files, gone on with after a break, refused with a sentence."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handrail.client import AsyncHandrail, Handrail, Manifest, Unreachable
from handrail.client.errors import Forbidden, Invalid
from tests.support.house import RELEASES, Served


@pytest.fixture
def making(served: Served) -> Iterator[Served]:
    """A server whose maker runs, with three items that were released."""
    served.policy(RELEASES)
    served.submit(*({"prompt": "?", "output": f"{n} é", "confidence": 0.99, "model": f"m{n}"} for n in range(3)))
    served.installation.maker.start()
    yield served
    served.installation.maker.stop()


def rows(manifest: Manifest) -> list[dict[str, Any]]:
    path = next(one.path for one in manifest.files if one.path.name == "items.jsonl")
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def exports(served: Served) -> int:
    return served.count("exports")


def test_both_clients_write_whole_files(making: Served, tmp_path: Path) -> None:
    with Handrail(making.url, making.key) as hr:
        first = hr.export("jsonl", tmp_path / "a", until="2100-01-01T00:00:00Z")
    assert (first.rows, first.items, len(rows(first))) == (3, 3, 3)
    for one in first.files:
        assert hashlib.sha256(one.path.read_bytes()).hexdigest() == one.sha256
    assert json.loads((tmp_path / "a" / "manifest.json").read_bytes()) == first.whole
    assert sorted(one.name for one in (tmp_path / "a").iterdir()) == ["items.jsonl", "lineage.jsonl", "manifest.json"]

    async def again() -> Manifest:
        async with AsyncHandrail(making.url, making.key) as hr:
            return await hr.export("jsonl", tmp_path / "b", model=["m0", "m2"])

    second = asyncio.run(again())
    assert [one["model"] for one in rows(second)] == ["m0", "m2"]


def test_what_broke_off_goes_on_where_it_was(making: Served, tmp_path: Path) -> None:
    """What a download that was ended leaves: which export it was, and a part of a file."""
    with Handrail(making.url, making.key) as hr:
        whole = hr.export("jsonl", tmp_path / "a")
        left = tmp_path / "b"
        left.mkdir()
        asked = {"format": "jsonl", "filters": {}, "masked": True}
        state = left / ".handrail-export.json"
        state.write_text(json.dumps({"job_id": whole.export_id, "asked": asked}), encoding="utf-8")
        content = (tmp_path / "a" / "items.jsonl").read_bytes()
        (left / ".items.jsonl.part").write_bytes(content[:10])
        again = hr.export("jsonl", left)
        assert (again.export_id, exports(making)) == (whole.export_id, 1)
        assert (left / "items.jsonl").read_bytes() == content

        state.write_text(json.dumps({"job_id": whole.export_id, "asked": asked}), encoding="utf-8")
        (left / ".items.jsonl.part").write_bytes(b"something else")
        with pytest.raises(Unreachable, match="did not arrive as it was sent"):
            hr.export("jsonl", left)
        assert (left / "items.jsonl").read_bytes() == content  # a whole file is never replaced by less
        assert hr.export("jsonl", left).export_id == whole.export_id
        assert hr.export("csv", left).export_id != whole.export_id


def test_what_is_refused_says_why(making: Served, tmp_path: Path) -> None:
    with Handrail(making.url, making.key) as hr, pytest.raises(Invalid):
        hr.export("parquet", tmp_path)  # type: ignore[arg-type]  # that is the point
    weak = making.new_key(making.project_id, "items.submit")
    with Handrail(making.url, weak) as hr, pytest.raises(Forbidden):
        hr.export("jsonl", tmp_path)
