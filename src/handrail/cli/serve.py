"""`handrail serve` and `handrail worker`."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from handrail.background.duties import ALL, Duty, read_duties
from handrail.cli.options import Config, Database, DataDir, Host, Port, settings_of
from handrail.cli.processes import Processes
from handrail.cli.running import Running, say_ready

Worker = Annotated[
    str | None, typer.Option("--worker", help="inside, or off where workers run as processes of their own.")
]


def serve(
    config: Config = None,
    database: Database = None,
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    worker: Worker = None,
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, max=64, help="How many server processes (PostgreSQL).")
    ] = None,
) -> None:
    """Start the server. The first start prints a link that makes the first admin; it works once."""
    settings = settings_of(
        config, database=database, data_dir=data_dir, host=host, port=port, worker=worker, processes=processes
    )
    if settings.processes > 1:
        several = Processes(settings)
        with Running(settings) as running:  # brings the schema up to date once, before there are many
            _tell_setup_link(running)
        several.serve(lambda: say_ready(settings.own_url))
        return
    with Running(settings) as running:
        _tell_setup_link(running)
        running.serve()


def _tell_setup_link(running: Running) -> None:
    link = running.setup_link()
    if link is not None:
        print(f"Make the first admin here (this link works once): {link}", flush=True)


def worker(
    config: Config = None,
    database: Database = None,
    data_dir: DataDir = None,
    only: Annotated[
        str | None,
        typer.Option("--only", help="Some duties alone, by commas: jobs, timers, deliveries. Others do the rest."),
    ] = None,
) -> None:
    """Run a worker process beside servers that were started with --worker off (PostgreSQL)."""
    duties = _duties(only)
    settings = settings_of(config, database=database, data_dir=data_dir)
    with Running(settings) as running:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        running.start_worker(inside=False, duties=duties)
        print("The worker runs.", flush=True)
        stopped.wait()


def _duties(only: str | None) -> frozenset[Duty]:
    try:
        return ALL if only is None else read_duties(only)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--only") from None
