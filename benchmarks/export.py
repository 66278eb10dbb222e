"""Export of decided items: the stream alone, and into files; beside reading the same rows and writing their bytes."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks import files, processes
from benchmarks.databases import Database, fresh
from benchmarks.decided import decided_desk
from benchmarks.processes import Running, peak_mb
from benchmarks.table import Figure
from handrail.stages.learning.queries import decided as queries
from handrail.storage import Session, open_store

AIM = ">= 40,000 rows/s"
MEMORY = "<= 200 MB"
AT_ONCE = 300
FAR = datetime(2100, 1, 1, tzinfo=UTC)
After: TypeAlias = "tuple[int, str] | None"
RECEIVED = 1024 * 1024


def measure(server: str | None, rows: int, *, short: bool = False) -> list[Figure]:
    """Exports `rows` items once over the stream and once with the command."""
    with fresh(server) as database:
        key = decided_desk(database, rows, short=short)
        raw = _raw(database, rows)
        # without a worker, which would fill the explorer with the new items meanwhile
        with processes.serve(database.folder, database.url, "--worker", "off") as running:
            with _watched(running.pid) as memory:
                began, cpu = time.perf_counter(), _cpu_seconds(running.pid)
                size = _drain(running, key)
                stream_s = time.perf_counter() - began
                time.sleep(0.5)  # until the child has been waited for, and its time counts
                cpu_us = (_cpu_seconds(running.pid) - cpu) / rows * 1e6
            address = f"http://127.0.0.1:{running.port}"
            out = database.folder / "out"
            command = files.ran("export", "jsonl", "-o", out, "--url", address, "--key", key)
            written = (out / "items.jsonl").stat().st_size
    told = f"server and child: {cpu_us:.0f} us CPU a row"
    kind, store = ("short items" if short else "items of 4 KB"), database.store
    what = f"export of {rows:,} {kind}"
    raw_is = "the same rows read in one process by the same statement, their bytes written to a file, nothing else"
    load = f"load average {os.getloadavg()[0]:.1f}"
    return [
        Figure(
            f"{what}, stream", store, rows / stream_s, "rows/s", AIM, rows / raw, raw_is,
            where=[f"{size / 1e6:,.0f} MB, {size / rows:,.0f} bytes a row; {load}", told],
        ),
        Figure(f"{what}, command", store, rows / command.seconds, "rows/s", AIM, rows / raw, raw_is,
               where=[f"{written / 1e6:,.0f} MB in the file; {command.said}; {load}"]),
        Figure("export, memory of the server", store, memory.server_mb, "MB", MEMORY),
        Figure("export, memory of its child", store, memory.child_mb, "MB", MEMORY),
        Figure("export, memory of the command", store, command.peak_mb, "MB", MEMORY),
    ]  # fmt: skip


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _drain(running: Running, key: str) -> int:
    """Bytes of the whole stream, received and let go of."""
    with closing(socket.create_connection(("127.0.0.1", running.port))) as line:
        head = f"GET /v1/exports/stream?format=jsonl HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        line.sendall(f"{head}Connection: close\r\n\r\n".encode())
        held, size, last = bytearray(RECEIVED), 0, b""
        while count := line.recv_into(held):
            size += count
            last = (last + bytes(held[max(0, count - 64) : count]))[-64:]
    if b'"done":true' not in last:
        raise RuntimeError(f"the export did not come to its end: {last!r}")
    return size


def _raw(database: Database, rows: int) -> float:
    """Seconds to read the rows by keyset and write their bytes."""
    store, target = open_store(database.url), database.folder / "raw"
    project_id = store.read(lambda session: session.run("SELECT project_id FROM outcomes LIMIT 1")[0][0])
    began = time.perf_counter()
    try:
        with target.open("wb") as file:
            after: After = None
            while True:
                texts, after = store.read(lambda s, after=after: _page(s, project_id, after))  # type: ignore[misc]  # called at once
                if after is None:
                    break
                file.writelines(texts)
    finally:
        store.close()
    return time.perf_counter() - began


def _page(session: Session, project_id: str, after: After) -> tuple[list[bytes], After]:
    wanted: dict[str, Any] = {"since": None, "until": FAR, "after": after, "limit": AT_ONCE, "whole": True}
    found = list(queries.decided_after(session, project_id, {}, **wanted))
    ids = [one.item.id for one in found]
    queries.deciding_reviews(session, ids)
    queries.standing_recalls(session, ids)
    texts = ["".join([one for one in (*row.item, *row.outcome, *row) if type(one) is str]).encode() for row in found]
    return texts, (found[-1].outcome.decided_at, found[-1].item.id) if found else None


@dataclass
class _Memory:
    server_mb: float = 0.0
    child_mb: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)


@contextmanager
def _watched(pid: int) -> Iterator[_Memory]:
    """The most that a process and its children had resident, each at its own peak."""
    memory = _Memory()

    def look() -> None:
        while not memory.stop.wait(0.05):
            memory.server_mb = max(memory.server_mb, _peak(pid))
            memory.child_mb = max(memory.child_mb, sum(map(_peak, _children(pid))))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield memory
    finally:
        memory.stop.set()
        thread.join()


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(one) for path in found for one in path.read_text(encoding="ascii").split()]


def _peak(pid: int) -> float:
    try:
        return peak_mb(pid)
    except (OSError, ValueError, IndexError):
        return 0.0
