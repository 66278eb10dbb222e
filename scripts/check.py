"""All that reads the code without running it: style, types, direction of imports, what may not be in the tree."""

from __future__ import annotations

import sys
import time

from scripts.setup import ROOT, UI, VENV, node_folder, with_path
from scripts.steps import Command, close, run_side_by_side


def main() -> int:
    began = time.perf_counter()
    tools = VENV / "bin"
    node = node_folder()
    path = with_path(tools, node)
    npm = str(node / "npm")
    # The slow ones first, so that the quick ones fill the second core.
    commands = [
        Command("types (mypy)", [str(tools / "mypy"), "--no-error-summary"], ROOT, path),
        Command("web app: lint", [npm, "run", "--silent", "lint"], UI, path),
        Command("web app: types", [npm, "run", "--silent", "typecheck"], UI, path),
        Command("TypeScript client: types", [npm, "run", "--silent", "client:types"], UI, path),
        Command("style (ruff check)", [str(tools / "ruff"), "check", "--quiet", "."], ROOT, path),
        Command("form (ruff format)", [str(tools / "ruff"), "format", "--check", "--quiet", "."], ROOT, path),
        Command("direction of imports", [str(tools / "lint-imports"), "--no-logo"], ROOT, path),
        Command("what is in the tree", [sys.executable, "-m", "scripts.check_tree"], ROOT, path),
    ]
    return close(run_side_by_side(commands), began=began)


if __name__ == "__main__":
    sys.exit(main())
