"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handrail.kit.settings import Settings, load_settings

Config = Annotated[Path | None, typer.Option("--config", help="A TOML file with settings.")]
Database = Annotated[str | None, typer.Option("--database", help="sqlite:///<path> or postgresql://...")]
DataDir = Annotated[str | None, typer.Option("--data-dir", help="Where database and secret lie.")]
Host = Annotated[str | None, typer.Option("--host", help="The address to listen on.")]
Port = Annotated[int | None, typer.Option("--port", help="The port to listen on.")]


def settings_of(config: Path | None, **flags: object) -> Settings:
    """The settings in force; flags that were not given say nothing."""
    return load_settings(flags, file=config)
