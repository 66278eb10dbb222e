"""Servers as processes of their own: started, waited for, measured, ended."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import ROOT

READY_S = 60.0


@dataclass(frozen=True)
class Running:
    """A server that answers; `started_s` is how long that took, `started_cpu_s` its processor time."""

    port: int
    pid: int
    started_s: float
    started_cpu_s: float


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, user and system, in seconds; to 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Resident memory of a process, in megabytes (10^6 bytes)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def peak_mb(pid: int) -> float:
    """The most memory the process ever had resident, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


@contextmanager
def serve(data: Path, database: str, *more: str) -> Iterator[Running]:
    """`handrail serve` on a database."""
    port = _free_port()
    command = ("-m", "handrail", "serve", "--data-dir", str(data), "--database", database, "--port", str(port), *more)
    with running(command, port, "/readyz", data / "serve.log") as found:
        yield found


@contextmanager
def bare(database: str, log: Path, *, group: bool = False) -> Iterator[Running]:
    """The bare route of `benchmarks.bare`."""
    port = _free_port()
    command = ("-m", "benchmarks.bare", database, str(port), *(("--group",) if group else ()))
    with running(command, port, "/ready", log) as found:
        yield found


@contextmanager
def running(command: Sequence[str], port: int, ready: str, log: Path) -> Iterator[Running]:
    """A Python process that serves, from when it answers until it is told to end."""
    began = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HANDRAIL_")}
    with log.open("ab") as out:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        _await_ready(process, port, ready, log)
        yield Running(port, process.pid, time.perf_counter() - began, cpu_seconds(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_ready(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    until = time.perf_counter() + READY_S
    while time.perf_counter() < until:
        if process.poll() is not None:
            break
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"the server does not start: {log.read_text(encoding='utf-8')[-2_000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
