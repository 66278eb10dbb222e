"""`make real-run DATA=... [CORRECTIONS=...]`."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.real_run.data import RealOutput, Truth, real_outputs
from benchmarks.real_run.reviewers import Tally, review_all
from benchmarks.real_run.server import OpenProject, ServerProcess, open_project, run_json
from handrail import Handrail
from handrail.client.api import Api
from handrail.domain.item import segment_of
from handrail.stages.routing.draws import draw
from handrail.stats.shares import Interval, wilson

REVIEWERS = 8
SEEDS = 20
AUDIT_SHARE = 0.10
FORMATS = ("jsonl", "trl-sft", "trl-dpo", "trl-kto")
POLICY = Path(__file__).with_name("policy.yaml")


@dataclass(frozen=True)
class Ran:
    """What one run came to."""

    items: int
    by_status: Mapping[str, int]
    overrides: int
    reviewed: int
    audited: int
    audit_errors: int
    estimate: Interval
    true_error: float
    covered: int
    seconds: Mapping[str, float]
    exports: Mapping[str, int]


def main() -> None:
    options = argparse.ArgumentParser(prog="make real-run", description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--corrections", type=Path, default=None)
    options.add_argument("--database", default=None, help="postgresql://...; by default a new SQLite file")
    options.add_argument("--json", type=Path, default=None, help="where to keep the figures")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-real-run-") as folder:
        server = ServerProcess(Path(folder), given.database)
        server.start()
        try:
            ran = run(server, real_outputs(given.data, given.corrections), Path(folder))
        finally:
            server.stop()
    show(ran)
    if given.json is not None:
        given.json.write_text(json.dumps(as_json(ran), indent=1))


def policy_for(rows: Sequence[RealOutput]) -> str:
    """The policy of this run, every segment of the data declared at `exception`."""
    segments = sorted({segment_of(one.item["domain"], one.item["task"]) for one in rows})
    declared = ", ".join(f'"{segment}": exception' for segment in segments)
    return POLICY.read_text("utf-8").replace("SEGMENTS", "{" + declared + "}")


def run(server: ServerProcess, rows: list[RealOutput], folder: Path) -> Ran:
    """Imports, reviews, audits and exports over HTTP; the figures."""
    project, seconds = open_project(server, policy_for(rows), REVIEWERS), {}
    bar = Progress(
        TextColumn("{task.description:>8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    with bar:
        began = time.perf_counter()
        item_ids = submit(server, project, rows, bar)
        seconds["import, check, route"] = time.perf_counter() - began
        truth = {item_ids[one.item["key"]]: one.truth for one in rows}
        began, tally = time.perf_counter(), Tally()
        task = bar.add_task("review", total=None)
        review_all(server.url, project.reviewers, truth.__getitem__, tally, lambda: bar.advance(task))
        seconds["review and audit"] = time.perf_counter() - began
        began = time.perf_counter()
        items = settled_items(server, project)
        exports = export_all(server, project, folder)
        seconds["settle and export"] = time.perf_counter() - began
    return figures(rows, truth, items, tally, seconds, exports)


def submit(server: ServerProcess, project: OpenProject, rows: list[RealOutput], bar: Progress) -> dict[str, str]:
    """Sends every item; key -> item id."""
    found: dict[str, str] = {}
    task = bar.add_task("import", total=len(rows))
    with Handrail(server.url, project.key, timeout=60.0) as hr:
        for row in hr.submit_many([one.item for one in rows]):
            if row.error is not None or row.item_id is None or row.key is None:
                raise RuntimeError(f"row {row.row} was refused: {row.error}")
            found[row.key] = row.item_id
            bar.advance(task)
    return found


def settled_items(server: ServerProcess, project: OpenProject) -> list[dict[str, Any]]:
    """All items once none is pending: the last verdicts settle within moments."""
    with Api(server.url, project.key) as api:
        for _ in range(200):
            if not api.get("/v1/items", status="pending", limit=1)["data"]:
                break
            time.sleep(0.1)
        return list(api.rows("/v1/items", limit=200))


def export_all(server: ServerProcess, project: OpenProject, folder: Path) -> dict[str, int]:
    """Rows of each export format."""
    counts: dict[str, int] = {}
    for name in FORMATS:
        run_json(["export", name, "-o", str(folder / "exports" / name), "--json"], server, project.key)
        manifest = json.loads((folder / "exports" / name / "manifest.json").read_text())
        counts[name] = manifest["rows"]
    return counts


def figures(
    rows: list[RealOutput],
    truth: Mapping[str, Truth],
    items: list[dict[str, Any]],
    tally: Tally,
    seconds: Mapping[str, float],
    exports: Mapping[str, int],
) -> Ran:
    released = [one["item_id"] for one in items if one["action"] == "release"]
    wrong = {item_id for item_id in released if truth[item_id].is_bad}
    errors = sum(verdict != "approve" for verdict in tally.audits.values())
    return Ran(
        items=len(rows),
        by_status=Counter(f"{one['action']}:{one['status']}" for one in items),
        overrides=sum(verdict != "approve" for verdict in tally.verdicts.values()),
        reviewed=len(tally.verdicts),
        audited=len(tally.audits),
        audit_errors=errors,
        estimate=wilson(errors, len(tally.audits)),
        true_error=len(wrong) / len(released) if released else 0.0,
        covered=sum(covers(seed, released, wrong) for seed in range(SEEDS)),
        seconds=seconds,
        exports=exports,
    )


def covers(seed: int, released: Sequence[str], wrong: set[str]) -> bool:
    """Whether the interval from another draw of the same audits covers the true error of the released."""
    key = seed.to_bytes(16, "big")
    picked = [one for one in released if draw(key, "audit", one) < AUDIT_SHARE]
    interval = wilson(sum(one in wrong for one in picked), len(picked))
    return interval.covers(len(wrong) / len(released))


def show(ran: Ran) -> None:
    table = Table(title="Real outputs through Handrail", show_header=False)
    for name, value in lines(ran):
        table.add_row(name, value)
    Console().print(table)


def lines(ran: Ran) -> list[tuple[str, str]]:
    low, high = ran.estimate.low, ran.estimate.high
    released = sum(count for name, count in ran.by_status.items() if name.startswith("release"))
    return [
        ("items", f"{ran.items:,}"),
        ("released without a person", f"{released:,}"),
        ("blocked", f"{sum(count for name, count in ran.by_status.items() if name.endswith('blocked')):,}"),
        ("reviewed by a person", f"{ran.reviewed:,}"),
        ("overrides (edited or rejected)", f"{ran.overrides:,} ({ran.overrides / max(1, ran.reviewed):.1%})"),
        ("audited of the released", f"{ran.audited:,} ({ran.audited / max(1, released):.1%})"),
        (
            "error of the released, estimated from audits",
            f"{ran.audit_errors / max(1, ran.audited):.1%} [{low:.1%}, {high:.1%}] 95%",
        ),
        ("error of the released, true", f"{ran.true_error:.1%}"),
        (f"draws of {SEEDS} whose interval covers it", f"{ran.covered}"),
        *((f"seconds: {name}", f"{value:.1f}") for name, value in ran.seconds.items()),
        ("seconds: all", f"{sum(ran.seconds.values()):.1f}"),
        *((f"rows exported: {name}", f"{count:,}") for name, count in ran.exports.items()),
        ("pending at the end", f"{sum(count for name, count in ran.by_status.items() if name.endswith('pending')):,}"),
    ]


def as_json(ran: Ran) -> dict[str, Any]:
    return {"lines": dict(lines(ran)), "covered": ran.covered, "true_error": ran.true_error}


if __name__ == "__main__":
    main()
