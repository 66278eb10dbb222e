"""Refuses to build a wheel or source archive without the web app inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any  # Any: the builder's own signature

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebAppHook(BuildHookInterface):  # type: ignore[misc,type-arg,unused-ignore]  # hatchling ships no types
    """Runs before each build; an editable install has no need of the web app yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        page = Path(self.root) / "src" / "handrail" / "web" / "static" / "index.html"
        if not page.exists():
            raise FileNotFoundError("the web app is not built; run `make build`, which builds it first")
