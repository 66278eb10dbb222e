"""Where the reference comes from: a whole installation is joined on an empty database and asked what it is."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any  # Any: an OpenAPI document is JSON

from handrail.app import install
from handrail.kit.settings import Settings
from handrail.web.door import GuardedRoute
from scripts.reference import api, commands, errors, permissions, plugins, settings
from scripts.setup import ROOT, UI, node_folder, with_path

FOLDER = ROOT / "docs" / "reference"
TYPES = ROOT / "clients" / "typescript" / "src" / "openapi.ts"
COMMAND = "make reference"
GAPS: list[str] = []
"""What the last run found that nobody has explained yet: settings without meaning, operations without a sentence."""


def generated() -> dict[Path, str]:
    """Every generated file with its content."""
    document, routes = described()
    GAPS[:] = [*api.gaps(document), *settings.gaps(), *commands.gaps()]
    canonical = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return {
        FOLDER / "openapi.json": canonical,
        FOLDER / "api.md": api.page_of(document, routes),
        FOLDER / "cli.md": commands.page_of(),
        FOLDER / "settings.md": settings.page_of(),
        FOLDER / "errors.md": errors.page_of(),
        FOLDER / "permissions.md": permissions.page_of(document),
        FOLDER / "plugins.md": plugins.page_of(),
        TYPES: types_of(canonical),
    }


def described() -> tuple[dict[str, Any], dict[str, GuardedRoute]]:
    """The OpenAPI document, and the routes by their name in it."""
    with tempfile.TemporaryDirectory(prefix="handrail-reference-") as folder:
        made = install(Settings(data_dir=folder, worker="off"))
        try:
            routes = [route for route in made.web.router.routes if isinstance(route, GuardedRoute)]
            return made.web.openapi(), {str(route.operation_id): route for route in routes}
        finally:
            made.close()


def types_of(document: str) -> str:
    """The TypeScript types of an OpenAPI document, by openapi-typescript."""
    script = UI / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    node = node_folder()
    with tempfile.TemporaryDirectory(prefix="handrail-reference-") as folder:
        source, target = Path(folder, "openapi.json"), Path(folder, "openapi.ts")
        source.write_text(document, encoding="utf-8")
        words = [
            str(node / "node"),
            str(script),
            str(source),
            "--output",
            str(target),
            "--alphabetize",
            "--default-non-nullable=false",
        ]
        told = subprocess.run(words, env=with_path(node), capture_output=True, text=True)
        if told.returncode:
            raise SystemExit(f"openapi-typescript refused the document: {told.stderr or told.stdout}")
        return target.read_text(encoding="utf-8")


def differing(files: dict[Path, str]) -> list[Path]:
    """The files that are not on disk as they would be generated."""
    return [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
