"""`handrail demo`: the example desk, a seeded simulation of insurance claims on an ordinary server."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from handrail.cli.options import Config, Database, DataDir, Host, Port, settings_of
from handrail.cli.running import Running
from handrail.demo.desk import NOTICE
from handrail.demo.opening import VISITOR, open_desk
from handrail.demo.traffic import EVERY_S, Traffic
from handrail.kit.settings import Settings

FOLDER = "./handrail-demo"


def demo(
    config: Config = None,
    database: Database = None,
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    seed: Annotated[int, typer.Option(help="The seed of the simulation.")] = 1,
    every: Annotated[float, typer.Option(help="Seconds between two arrivals.", min=0.05)] = EVERY_S,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin with an empty desk.")] = False,
) -> None:
    """Open the example desk: simulated claims, a simulated model, simulated colleagues, and you."""
    settings = _settings(settings_of(config, database=database, data_dir=data_dir, host=host, port=port))
    folder = Path(settings.data_dir)
    if fresh:
        _clear(folder)
    with Running(settings) as running:
        desk = open_desk(running.installation, folder)
        traffic = Traffic(settings.own_url, desk, seed, every)

        def ready(url: str) -> None:
            print(
                f"Handrail is ready: {url}\nSign in as {VISITOR} with the password {desk.visitor_password}\n{NOTICE}",
                flush=True,
            )
            traffic.start()

        try:
            running.serve(ready)
        finally:
            traffic.stop()


def _settings(settings: Settings) -> Settings:
    """A folder of its own, unless one was named."""
    named = settings.origins.get("data_dir") != "default"
    return settings if named else replace(settings, data_dir=FOLDER)


def _clear(folder: Path) -> None:
    """Removes an earlier example desk, and nothing that is not one."""
    if (folder / "example-desk.json").exists():
        shutil.rmtree(folder)
