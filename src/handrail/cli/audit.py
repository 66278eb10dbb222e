"""`handrail audit verify`."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from handrail.audit import AuditKey
from handrail.audit import verify as verify_log
from handrail.cli.options import Config, Database, DataDir, settings_of
from handrail.kit.secrets import derive, load_secret
from handrail.storage.reading import reading

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Check the audit log."""


@app.command()
def verify(
    config: Config = None,
    database: Database = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Check every entry, every leaf, every head, and that each decision stands in the log.

    Exit code 1 and the first bad index if something was altered. Reads only, so it may run beside a server.
    """
    settings = settings_of(config, database=database, data_dir=data_dir)
    key = AuditKey(derive(load_secret(settings.secret_path), "audit"))
    with (
        reading(settings.database_url) as read,
        Progress(
            TextColumn("checked"), BarColumn(), TextColumn("{task.completed:,}"), TimeRemainingColumn(),
            console=Console(stderr=True), transient=True,
        ) as bar,
    ):  # fmt: skip
        task = bar.add_task("verify", total=None)
        found = verify_log(read, key, lambda done: bar.update(task, completed=done))
    if as_json:
        print(
            json.dumps({"ok": found.ok, "size": found.size, "first_bad_index": found.first_bad_index, "why": found.why})
        )
    elif found.ok:
        print(f"ok, {found.size:,} entries, {found.unsequenced:,} not yet numbered")
    else:
        print(f"The log is broken from index {found.first_bad_index}: {found.why}.")
    raise typer.Exit(0 if found.ok else 1)
