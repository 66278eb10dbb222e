"""`handrail metrics rebuild`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from handrail.cli.options import Config, Database, DataDir, settings_of
from handrail.cli.running import Running
from handrail.stages.monitoring.counting import rebuild as rebuild_counts

app = typer.Typer(no_args_is_help=True)


@app.callback()
def metrics() -> None:
    """Look after the counts that metrics are made of."""


@app.command()
def rebuild(
    config: Config = None,
    database: Database = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Count everything again from the tables, in one transaction.

    Metrics are the same afterwards unless something was wrong; what servers observed of their own time stays. On the
    embedded database stop the server first; on PostgreSQL events get no numbers until it is done.
    """
    settings = settings_of(config, database=database, data_dir=data_dir)
    with Running(settings) as running:
        items = running.installation.store.write(rebuild_counts)
    print(json.dumps({"items": items}) if as_json else f"Counted {items:,} items again.")
