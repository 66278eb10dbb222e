"""Files in and out by the command line: rows a second and peak memory. `python -m benchmarks.files [--rows N]`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import processes
from benchmarks.databases import fresh
from benchmarks.table import ROOT, Figure, render, save
from handrail.kit.clock import SystemClock
from handrail.kit.settings import Settings

TEXT = "We will pay for the water damage of 3 October, less the deductible. " * 20
POLICY = """
policy: 1
autonomy: {segments: {default: exception}}
bands: {on: confidence, rows: [{above: 0.9, then: release, uncertified: true}, {queue: review}]}
"""


@dataclass(frozen=True)
class Ran:
    """One command: how long, and the most memory it held at once."""

    seconds: float
    peak_mb: float
    said: str


def ran(*arguments: object) -> Ran:
    """Runs `handrail ...` as a process of its own."""
    environment = {name: one for name, one in os.environ.items() if not name.startswith("HANDRAIL_")}
    command = [sys.executable, "-m", "handrail", *map(str, arguments)]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _peak_mb(process.pid))
        time.sleep(0.02)
    took = time.perf_counter() - began
    assert process.stdout is not None
    return Ran(took, peak, process.stdout.read().decode().strip())


def _peak_mb(pid: int) -> float:
    """The most memory a process has held since its program began; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024 if "VmHWM:" in status else 0.0


def write_jsonl(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            item = {"output": f"{number} {TEXT}", "prompt": "?", "confidence": 0.95, "metadata": {"sum": number}}
            file.write(json.dumps(item) + "\n")


def write_csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("output,prompt,confidence,metadata.sum\n")
        file.writelines(f'"{number} {TEXT}",?,0.95,{number}\n' for number in range(rows))


def write_parquet(path: Path, rows: int) -> None:
    import pyarrow
    from pyarrow import parquet

    texts = pyarrow.array(f"{number} {TEXT}" for number in range(rows))
    numbers = pyarrow.array([0.95] * rows)
    parquet.write_table(pyarrow.table({"output": texts, "confidence": numbers}), path, row_group_size=rows)


def write_xlsx(path: Path, rows: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["output", "confidence"])
    for number in range(rows):
        sheet.append([f"{number} {TEXT}", 0.95])
    book.save(path)


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "parquet": write_parquet,
    "xlsx": write_xlsx,
}


def make_project(url: str, folder: Path) -> str:
    """The key of a project `bench`, made before the server starts."""
    from handrail.app import install
    from handrail.setup.access.service.keys import NewKey, create_key
    from handrail.setup.hand import Hand
    from handrail.setup.projects.service import NewProject, create_project
    from handrail.stages.routing import service as routing
    from handrail.web.permissions import ALL

    made = install(Settings(database=url, data_dir=str(folder)), SystemClock())
    hand = Hand(made.house.audit_key)
    wanted = NewProject("bench", "Bench")
    project = made.store.write(lambda s: create_project(s, hand, wanted, founder_id=None, roles=frozenset()))
    version = made.store.write(lambda s: routing.propose(s, project, POLICY, "", None)["version"])
    made.store.write(lambda s: routing.activate(s, project, version, None))
    new = NewKey("bench", sorted(ALL))
    own = hand.at(project)
    _, key = made.store.write(lambda s: create_key(s, made.access.tokens, own, new, allowed=ALL, by=None))
    made.close()
    return key


def measure(server: str | None, rows: int, formats: Sequence[str] = tuple(WRITERS)) -> list[Figure]:
    """Imports a file of each format, then exports all that is decided."""
    with fresh(server) as database:
        key = make_project(database.url, database.folder)
        figures = []
        with processes.serve(database.folder, database.url) as running:
            options = ["--url", f"http://127.0.0.1:{running.port}", "--key", key]
            for format in formats:
                file = database.folder / f"rows.{format}"
                WRITERS[format](file, rows)
                figures += _figures(
                    f"import {format}", database.store, rows, ran("import", file, *options), "<= 150 MB"
                )
            exported = ran("export", "jsonl", "-o", database.folder / "out", *options)
            total = rows * len(formats)
            figures += _figures("export jsonl", database.store, total, exported, "<= 200 MB", ">= 40,000 rows/s")
    return figures


def _figures(what: str, store: str, rows: int, one: Ran, memory_aim: str, aim: str = "") -> list[Figure]:
    return [
        Figure(f"{what} of {rows:,} rows", store, rows / one.seconds, "rows/s", aim, where=[one.said]),
        Figure(f"{what}, peak memory", store, one.peak_mb, "MB", memory_aim),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="of each file; 100000 for the measure of the aim")
    parser.add_argument("--format", choices=tuple(WRITERS), action="append", help="this one alone; several times")
    options = parser.parse_args()
    figures = measure(None, options.rows, options.format or tuple(WRITERS))
    print(render(figures))
    print(f"saved: {save(figures, [])}")


if __name__ == "__main__":
    main()
