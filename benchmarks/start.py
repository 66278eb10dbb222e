"""Cold start of `handrail serve`, and its resident memory when nothing happens."""

from __future__ import annotations

import time

from benchmarks import processes
from benchmarks.databases import fresh
from benchmarks.table import Figure

IDLE_S = 3.0
STARTS = 3


def measure(server: str | None) -> list[Figure]:
    """From the start of the process to the first 200 of /readyz: on an empty database, then on one that is there."""
    took, cpu, memory = list[float](), list[float](), 0.0
    with fresh(server) as database:
        for _ in range(1 + STARTS):
            with processes.serve(database.folder, database.url) as running:
                took.append(running.started_s)
                cpu.append(running.started_cpu_s)
                if len(took) > STARTS:
                    time.sleep(IDLE_S)
                    memory = processes.resident_mb(running.pid)
        first, again = took[0], min(took[1:])
        later = ", ".join(f"{one:.2f}" for one in took[1:])
        where = [f"first start, with migrations: {first:.2f} s; later ones: {later} s; CPU of one {min(cpu[1:]):.2f} s"]
        return [
            Figure("start to /readyz", database.store, again, "s", "<= 2 s", where=where),
            Figure("idle memory", database.store, memory, "MB", "<= 150 MB"),
        ]
