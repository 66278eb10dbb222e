"""All tests, with everything they need started here. Parts by name: python -m scripts.test [python] [ui] [client] [e2e]

HANDRAIL_TEST_PG   the URL of a PostgreSQL server to use instead of starting one
CHROMIUM           the browser, if it is not where Debian puts it
CI=true            nothing may be skipped: what cannot run is a failure
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts import postgres
from scripts.setup import ROOT, UI, VENV, node_folder, with_path
from scripts.steps import Command, Done, Missing, close, run

REPORTS = ROOT / ".local" / "reports"
# Each database test runs on SQLite and on the first server; these folders also on every further one.
ON_EVERY_SERVER = ("storage", "audit", "background")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PARTS = ("python", "ui", "client", "e2e")
IN_MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30
"""Bytes that must be free in memory before temporary files go there."""


def main(arguments: Sequence[str]) -> int:
    wanted = arguments or PARTS
    if set(wanted) - set(PARTS):
        print(__doc__, file=sys.stderr)
        return 2
    began = time.perf_counter()
    done: list[Done] = []
    missing: list[Missing] = []
    if set(wanted) & {"python", "e2e"}:
        # First, because tests of the server look at the pages it serves.
        done.append(run(Command("web app, build", [sys.executable, "-m", "scripts.setup", "web"], ROOT)))
    with scratch() as folder:
        os.environ["TMPDIR"] = str(folder)
        for part in wanted:
            {"python": python_tests, "ui": ui_tests, "client": client_tests, "e2e": browser_tests}[part](done, missing)
    return close(done, missing, began=began)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for temporary files, gone afterwards; in memory where there is room.

    Each commit of a test waits for its disk, milliseconds at a time. Tests kill processes and never the machine, so no
    promise rests on that; a test about a disk that is full or slow brings its own.
    """
    has_room = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ROOM
    with tempfile.TemporaryDirectory(prefix="handrail-", dir=IN_MEMORY if has_room else None) as folder:
        Path(folder).chmod(0o755)  # tests that run as another user must find their files in it
        yield Path(folder)


def python_tests(done: list[Done], missing: list[Missing]) -> None:
    """All of tests/ and the examples in docstrings; then what touches the database on each further PostgreSQL."""
    given = os.environ.get("HANDRAIL_TEST_PG")
    if given:
        done.append(run(_pytest("Python, SQLite and the given PostgreSQL", "python", given)))
        return
    servers = postgres.installations()
    if not servers:
        missing.append(Missing("everything on PostgreSQL", postgres.ADD))
        done.append(run(_pytest("Python, SQLite only", "python", None, "-m", "not postgres and not long")))
        return
    first, *further = servers
    with postgres.running(first) as url:
        done.append(run(_pytest(f"Python, SQLite and PostgreSQL {first.version}", "python", url)))
    folders = [f"tests/{name}" for name in ON_EVERY_SERVER if (ROOT / "tests" / name).is_dir()] or ["tests"]
    for server in further:
        with postgres.running(server) as url:
            name = f"Python, the database tests on PostgreSQL {server.version}"
            done.append(run(_pytest(name, f"postgres-{server.major}", url, *folders, "-k", "postgres")))
    if not further:
        missing.append(Missing("the database tests on a second version of PostgreSQL", postgres.ADD))


def _pytest(name: str, report: str, url: str | None, *words: str) -> Command:
    junit = REPORTS / f"{report}.xml"
    command = [
        str(VENV / "bin" / "python"),
        "-m",
        "pytest",
        "-q",
        "-n",
        str((os.cpu_count() or 2) + 1),  # one more than cores: there is always one that waits
        "--dist",
        "worksteal",
        f"--junitxml={junit}",
    ]
    environment = {"HANDRAIL_TEST_PG": url} if url else {}
    return Command(name, [*command, *words], ROOT, environment, junit)


def ui_tests(done: list[Done], missing: list[Missing]) -> None:
    """The unit tests of the web app."""
    junit = REPORTS / "ui.xml"
    words = [
        str(node_folder() / "npm"),
        "test",
        "--",
        "--reporter=default",
        "--reporter=junit",
        f"--outputFile.junit={junit}",
    ]
    done.append(run(Command("web app, unit tests", words, UI, with_path(node_folder()), junit)))


def client_tests(done: list[Done], missing: list[Missing]) -> None:
    """The TypeScript client against a server of its own, with the tools of the web app."""
    junit = REPORTS / "client.xml"
    environment = {**with_path(node_folder()), "HANDRAIL": str(VENV / "bin" / "handrail")}
    words = [
        str(node_folder() / "npm"),
        "run",
        "client",
        "--",
        "--reporter=default",
        "--reporter=junit",
        f"--outputFile.junit={junit}",
    ]
    done.append(run(Command("TypeScript client", words, UI, environment, junit)))


def browser_tests(done: list[Done], missing: list[Missing]) -> None:
    """The journeys in a real browser against a real server."""
    browser = find_browser()
    if browser is None:
        missing.append(Missing("the web app in a browser (no Chromium found)", "apt-get install -y chromium"))
        return
    junit = REPORTS / "e2e.xml"
    environment = {
        **with_path(node_folder()),
        "CHROMIUM": browser,
        "HANDRAIL": str(VENV / "bin" / "handrail"),
        "PLAYWRIGHT_JUNIT_OUTPUT_FILE": str(junit),
        # Playwright would look for browsers of its own; ours is the machine's.
        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1",
    }
    words = [str(node_folder() / "npm"), "run", "e2e", "--", "--reporter=list,junit"]
    done.append(run(Command("web app in a browser", words, UI, environment, junit)))


def find_browser() -> str | None:
    """The Chromium of this machine: CHROMIUM, else the usual names."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else shutil.which(named)
    return next((found for found in map(shutil.which, BROWSERS) if found), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
