"""Labelled model outputs as items and as what simulated reviewers know. No label goes into an item."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SLUG = re.compile(r"[^a-z0-9]+")
_ROLES = {"user": "user", "agent": "assistant", "assistant": "assistant", "system": "system"}


@dataclass(frozen=True)
class Truth:
    """What people said of one output; known to the reviewers who are played, never to the router."""

    is_bad: bool
    corrected: str | None


@dataclass(frozen=True)
class RealOutput:
    """One row of the data: the item as it is submitted, and the truth about it."""

    item: dict[str, Any]
    truth: Truth


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSONL file, packed or not."""
    packed = path.suffix == ".gz"
    with gzip.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def corrections_of(path: Path | None) -> dict[str, str]:
    """Corrected texts by the id of the output; those that changed nothing are left out."""
    if path is None:
        return {}
    return {row["id"]: row["corrected"] for row in rows_of(path) if row["corrected"] != row["output"]}


def real_outputs(data: Path, corrections: Path | None) -> list[RealOutput]:
    """Every row as an item with its truth."""
    corrected = corrections_of(corrections)
    return [RealOutput(item_of(row), Truth(bool(row["is_bad"]), corrected.get(row["id"]))) for row in rows_of(data)]


def item_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The body of `POST /v1/items`: only what a caller would know when the model has answered."""
    item: dict[str, Any] = {
        "key": row["id"],
        "output": row["output"],
        "domain": slug(row["domain"]),
        "task": slug(row["task"]),
        "model": row["model"],
        "group": row["group"],
    }
    if row["history"]:
        asked = {"role": "user", "content": row["prompt"]}
        item["messages"] = [{"role": _ROLES[one["speaker"]], "content": one["text"]} for one in row["history"]] + [
            asked
        ]
    elif row["prompt"]:
        item["prompt"] = row["prompt"]
    if row["context"]:
        item["context"] = [{"id": "1", "text": row["context"]}]  # a context string is one passage
    return item


def slug(name: str) -> str:
    """A name in the form of a slug.

    >>> slug("Healthcare / Medicine")
    'healthcare-medicine'
    """
    return _SLUG.sub("-", name.lower()).strip("-")[:64] or "default"
