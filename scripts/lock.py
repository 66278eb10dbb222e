"""Writes requirements/*.txt from pyproject.toml: pinned, hashed, for every platform, without index addresses.

python -m scripts.lock              keeps what is pinned, adds and drops what pyproject.toml asks for
python -m scripts.lock --upgrade    takes the newest of everything
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORM = (
    "--universal", "--python-version", "3.11", "--generate-hashes", "--quiet",
    "--no-header", "--no-emit-index-url", "--no-emit-find-links",
)  # fmt: skip

# dev comes first and bounds the others, so that one version of a package holds everywhere.
LOCKS = {
    "dev": ("pyproject.toml", "--extra", "server", "--group", "dev"),
    "server": ("pyproject.toml", "--extra", "server"),
    "sdk": ("pyproject.toml",),
    "build": ("--group", "build"),
    "node": ("--group", "node"),
}


def main(arguments: list[str]) -> int:
    uv = shutil.which("uv") or _own_uv()
    for name, sources in LOCKS.items():
        bounds = () if name == "dev" else ("--constraint", "requirements/dev.txt")
        command = [
            uv,
            "pip",
            "compile",
            *sources,
            *FORM,
            *bounds,
            *arguments,
            "--output-file",
            f"requirements/{name}.txt",
        ]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        print(f"requirements/{name}.txt")
    return 0


def _own_uv() -> str:
    uv = ROOT / ".venv" / "bin" / "uv"
    if not uv.exists():
        subprocess.run([str(uv.with_name("python")), "-m", "pip", "install", "--quiet", "uv"], check=True)
    return str(uv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
