"""What may not be in the repository: addresses of registries, paths of one machine, secrets, unfinished work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 1_000_000
SHOWN = 50

# In parts, so that this file does not hold what it forbids.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("npmmirror", "com"),
        ("anaconda", "org"),
        ("golang", "org"),
        ("crates", "io"),
        ("debian", "org"),
        ("ubuntu", "com"),
        ("rubygems", "org"),
        ("docker", "io"),
    )
)
FOLDERS = "home|root|Users|work|mnt|opt"
WORDS = "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3))
RULES = {
    "the address of a package registry": re.compile(
        r"(?i)(?<![\w-])(?:" + "|".join(map(re.escape, REGISTRIES)) + r")\b"
    ),
    "a path of one machine": re.compile(rf"(?<![\w./:$}}~<-])/(?:{FOLDERS})/[\w.-]+"),
    "unfinished work": re.compile(rf"\b(?:{WORDS})\b"),
    "a mark of an unfinished merge": re.compile(r"^(?:<{7} |>{7} )"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*$"),
    "what looks like a secret": re.compile(
        r"\b(?:hrk_[0-9A-Za-z]{8}_[0-9A-Za-z_-]{43}|whsec_[0-9A-Za-z+/]{32,}={0,2}|AKIA[0-9A-Z]{16}"
        r"|gh[pousr]_[0-9A-Za-z]{36}|sk-[0-9A-Za-z]{32,}|xox[abprs]-[0-9A-Za-z-]{20,}|npm_[0-9A-Za-z]{36})\b"
    ),
}
# A documented example says so on its line.
HARMLESS = re.compile(r"(?i)example")
FORBIDDEN_FILES = re.compile(r"(?:^|/)(?:uv\.lock|\.env|id_rsa|.*\.(?:pem|key|db|sqlite3?|pyc|log))$")
LOCKS = re.compile(r"^(?:requirements/.*\.txt|.*package-lock\.json)$")


def main() -> int:
    faults = [fault for name in tracked_files() for fault in faults_of(name, (ROOT / name).read_bytes())]
    print("\n".join(faults[:SHOWN]))
    if len(faults) > SHOWN:
        print(f"and {len(faults) - SHOWN} more")
    return 1 if faults else 0


def tracked_files() -> list[str]:
    """What git holds or would take in; without git, all but the ignored folders."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return sorted(_walked())
    return [name for name in told.split("\0") if name and (ROOT / name).is_file()]


def _walked() -> Iterator[str]:
    ignored = {".git", ".venv", ".local", "node_modules", "static", "dist", "__pycache__"}
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in ignored and not name.startswith(".m")]
        yield from (str((Path(folder) / name).relative_to(ROOT)) for name in files)


def faults_of(name: str, content: bytes) -> list[str]:
    """One line for each thing in this file that may not be in the repository.

    >>> [len(faults_of("notes.md", text)) for text in (b"see /tmp/notes", b"see /ho" + b"me/ana/notes", b"a\\r\\nb")]
    [0, 1, 1]
    """
    faults = []
    if FORBIDDEN_FILES.search(name):
        faults.append(f"{name}: this kind of file does not belong into the repository")
    if len(content) > LARGEST:
        faults.append(f"{name}: {len(content):,} bytes; at most {LARGEST:,}")
    if b"\0" in content[:8192]:
        return faults
    if b"\r\n" in content:
        faults.append(f"{name}: lines end with CR LF")
    lines = content.decode("utf-8", errors="replace").split("\n")
    return faults + [fault for number, line in enumerate(lines, 1) for fault in _line_faults(name, number, line)]


def _line_faults(name: str, number: int, line: str) -> Iterator[str]:
    for rule, pattern in RULES.items():
        # Hashes in locks may spell anything.
        if LOCKS.match(name) and rule in ("unfinished work", "what looks like a secret"):
            continue
        match = pattern.search(line)
        if match and not (rule == "what looks like a secret" and HARMLESS.search(line)):
            yield f"{name}:{number}: {rule}: {match[0][:60]}"


if __name__ == "__main__":
    sys.exit(main())
