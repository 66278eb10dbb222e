"""The one table of a run: what was measured, beside the raw limit of the same run and the aim."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAVED = ROOT / ".local" / "bench"
_COLUMNS = ("what", "store", "ours", "raw limit", "ratio", "aim", "p50 / p99 ms")


@dataclass(frozen=True)
class Figure:
    """One measured line. `ours` and `raw` are in `unit`; `raw_is` says what exactly the raw limit does."""

    what: str
    store: str
    ours: float
    unit: str
    aim: str
    raw: float | None = None
    raw_is: str = ""
    p50_ms: float | None = None
    p99_ms: float | None = None
    where: Sequence[str] = field(default=())
    """Where the time goes, a line each."""


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie, by the nearest rank.

    >>> percentile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def render(figures: Sequence[Figure]) -> str:
    """The table as text; below it what each raw limit is and where the time goes."""
    rows = [_COLUMNS, *(_cells(one) for one in figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*lines, "", *_notes(figures)])


def _cells(one: Figure) -> tuple[str, ...]:
    ratio = f"{one.ours / one.raw:.0%}" if one.raw else ""
    raw = f"{one.raw:,.0f}" if one.raw else ""
    times = "" if one.p50_ms is None or one.p99_ms is None else f"{one.p50_ms:.1f} / {one.p99_ms:.1f}"
    return (one.what, one.store, f"{one.ours:,.{0 if one.ours >= 100 else 2}f} {one.unit}", raw, ratio, one.aim, times)


def _notes(figures: Sequence[Figure]) -> list[str]:
    notes: list[str] = []
    for one in figures:
        told = [*([f"raw limit: {one.raw_is}"] if one.raw_is else []), *one.where]
        if told:
            notes += [f"{one.what}, {one.store}", *(f"    {line}" for line in told)]
    return notes


def save(figures: Sequence[Figure], notes: Sequence[str]) -> Path:
    """Writes the run with machine and commit under .local/bench; the file."""
    SAVED.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC)
    run = {
        "at": at.isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": machine(),
        "notes": list(notes),
        "figures": [asdict(one) for one in figures],
    }
    file = SAVED / f"{at:%Y%m%dT%H%M%SZ}.json"
    file.write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    return file


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "platform": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": [round(one, 2) for one in os.getloadavg()],
        "sqlite": sqlite3.sqlite_version,
    }


def _commit() -> str:
    def told(*command: str) -> str:
        return subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    return told("rev-parse", "HEAD") + (" with changes" if told("status", "--porcelain") else "")
