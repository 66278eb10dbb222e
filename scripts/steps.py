"""Runs named commands, counts what they report, and says at the end what passed and what could not run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

WIDTH = 100


def is_ci() -> bool:
    """Whether this runs where nothing may be left out (CI=true)."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


@dataclass(frozen=True, slots=True)
class Command:
    """What to run. `junit` is the file in which it reports its tests, if it does."""

    name: str
    words: Sequence[str]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    junit: Path | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """How one command ended."""

    name: str
    ok: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    output: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """What could not run here, and the command that changes that."""

    name: str
    add: str


def run(command: Command, *, quiet: bool = False) -> Done:
    """Runs one command; its output goes to the terminal, or into the result when quiet."""
    if command.junit:
        command.junit.parent.mkdir(parents=True, exist_ok=True)
        command.junit.unlink(missing_ok=True)
    if not quiet:
        print(f"\n== {command.name}", flush=True)
    began = time.perf_counter()
    ended = subprocess.run(
        command.words,
        cwd=command.cwd,
        env={**os.environ, **command.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
    )
    passed, failed, skipped = _counted(command.junit)
    silent = command.junit is not None and passed + failed + skipped == 0
    return Done(
        command.name,
        ended.returncode == 0 and failed == 0 and not silent,
        time.perf_counter() - began,
        passed,
        failed,
        skipped,
        (ended.stdout or "") + ("it reported no test at all\n" if silent else ""),
    )


def run_side_by_side(commands: Sequence[Command], workers: int = 2) -> list[Done]:
    """Runs commands that do not disturb each other; prints the output of those that failed."""
    with ThreadPoolExecutor(workers) as pool:
        results = []
        for done in pool.map(lambda command: run(command, quiet=True), commands):
            print(f"{'passed' if done.ok else 'FAILED':8}{done.name} ({done.seconds:.1f} s)", flush=True)
            if not done.ok:
                print(done.output.rstrip(), flush=True)
            results.append(done)
    return results


def _counted(junit: Path | None) -> tuple[int, int, int]:
    if junit is None or not junit.exists():
        return 0, 0, 0
    tests = failed = skipped = 0
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        tests += 1
        failed += case.find("failure") is not None or case.find("error") is not None
        skipped += case.find("skipped") is not None
    return tests - failed - skipped, failed, skipped


def closing_lines(
    done: Sequence[Done], missing: Sequence[Missing], *, seconds: float, strict: bool
) -> tuple[list[str], bool]:
    """The last lines, and whether all is well. Strict: what was skipped or could not run counts as failed.

    >>> closing_lines([Done("unit", True, 2.0, 3, 0, 1)], [], seconds=2.0, strict=False)[1]
    True
    >>> closing_lines([Done("unit", True, 2.0, 3, 0, 1)], [], seconds=2.0, strict=True)[1]
    False
    """
    lines = [_rule("summary")]
    for one in done:
        counts = f"{_tests(one.passed, one.failed, one.skipped)}, " if one.passed + one.failed + one.skipped else ""
        lines.append(f"{'passed' if one.ok else 'FAILED':8} {one.name}: {counts}{one.seconds:.1f} s")
    lines += [f"NOT RUN  {one.name}; to add it: {one.add}" for one in missing]
    tests = [sum(getattr(one, name) for one in done) for name in ("passed", "failed", "skipped")]
    left_out = strict and bool(tests[2] or missing)
    if left_out:
        lines.append("with CI=true nothing may be skipped or left out, so this run failed")
    broken = sum(not one.ok for one in done)
    steps = f"{len(done) - broken} steps passed, {broken} failed" + (f", {len(missing)} not run" if missing else "")
    totals = f"{_tests(*tests)}; {steps}" if any(tests) else steps
    lines.append(_rule(f"{totals} in {seconds:.2f}s"))
    return lines, not broken and not left_out


def close(done: Sequence[Done], missing: Sequence[Missing] = (), *, began: float) -> int:
    """Prints the closing lines and gives the exit code. `began` is what time.perf_counter() said at the start."""
    lines, good = closing_lines(done, missing, seconds=time.perf_counter() - began, strict=is_ci())
    sys.stderr.flush()
    print("\n" + "\n".join(lines), flush=True)
    return 0 if good else 1


def _tests(passed: int, failed: int, skipped: int) -> str:
    return f"{passed} passed, {failed} failed, {skipped} skipped"


def _rule(text: str) -> str:
    return f" {text} ".center(WIDTH, "=")
