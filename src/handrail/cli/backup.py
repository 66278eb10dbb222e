"""`handrail backup` and `handrail restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from handrail.audit import AuditKey
from handrail.audit.parallel import verify_url
from handrail.cli.beside import reading
from handrail.cli.options import Config, Database, DataDir, settings_of
from handrail.kit.clock import SystemClock
from handrail.kit.secrets import derive, load_secret
from handrail.kit.settings import Settings
from handrail.kit.version import VERSION
from handrail.storage import WriterLock
from handrail.storage.backup import Manifest, Told, read_manifest, take, write_secret
from handrail.storage.errors import DatabaseRefused
from handrail.storage.restore import restore as fill

Folder = Annotated[Path, typer.Argument(help="The folder of the backup.", file_okay=False)]


def backup(
    folder: Folder,
    config: Config = None,
    database: Database = None,
    data_dir: DataDir = None,
    without_secret: Annotated[
        bool, typer.Option("--without-secret", help="Leave the secret out; keep it elsewhere, nothing works without.")
    ] = False,
) -> None:
    """Copy everything into a new folder, from one snapshot; may run beside a server.

    Sessions are left out: after a restore people sign in again.
    """
    settings = settings_of(config, database=database, data_dir=data_dir)
    secret = load_secret(settings.secret_path)
    with reading(settings.database_url) as read, _progress("copied") as told:

        def copy(session: object) -> Manifest:
            kept = None if without_secret else secret
            return take(session, folder, version=VERSION, secret=kept, at=SystemClock().now(), told=told)  # type: ignore[arg-type]  # reading() gives sessions

        made = read(copy)
    assert isinstance(made, Manifest)
    print(f"{folder}: {made.rows:,} rows of {len(made.tables)} tables, {made.audit_size:,} entries of the audit log")
    print(
        "It holds all that people wrote" + ("." if without_secret else " and the secret: keep it where they are safe.")
    )


def restore(folder: Folder, config: Config = None, database: Database = None, data_dir: DataDir = None) -> None:
    """Fill an empty place from a backup, on either database, and check its audit log; exit code 1 if it is altered."""
    settings = settings_of(config, database=database, data_dir=data_dir)
    manifest = read_manifest(folder)
    with _alone(settings), _progress("restored") as told:
        _place_secret(settings, folder, manifest)
        fill(folder, manifest, settings.database_url, told)
    print(f"{manifest.rows:,} rows of {manifest.taken_at} are back.")
    key = AuditKey(derive(load_secret(settings.secret_path), "audit"))
    with reading(settings.database_url), _progress("checked") as told:
        found = verify_url(settings.database_url, key, lambda done, _: told("the audit log", done))
    if not found.ok:
        print(f"The audit log is broken from index {found.first_bad_index}: {found.why}.")
        raise typer.Exit(1)
    print(f"The audit log is whole: {found.size:,} entries.")


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Keeps a server from starting on a SQLite file that is just being filled."""
    if not settings.database_url.startswith("sqlite:///"):
        yield
        return
    lock = WriterLock(Path(settings.database_url.removeprefix("sqlite:///")))
    lock.take()
    try:
        yield
    finally:
        lock.release()


def _place_secret(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """Puts the backup's secret where the settings say. Raises DatabaseRefused where another one stands."""
    kept = (folder / "secret").read_bytes() if manifest.has_secret else None
    path = settings.secret_path
    if not path.exists():
        if kept is None:
            raise DatabaseRefused(f"This backup was made without its secret; put that at {path} first (mode 0600).")
        write_secret(path, kept)
    elif kept is not None and path.read_bytes() != kept:
        raise DatabaseRefused(f"Another secret stands at {path}; restore into a new --data-dir, or move it away first.")


@contextmanager
def _progress(verb: str) -> Iterator[Told]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, object] = {}

        def told(table: str, rows: int) -> None:
            if table not in tasks:
                tasks[table] = bar.add_task(f"{verb} {table}", total=None)
            bar.update(tasks[table], completed=rows)  # type: ignore[arg-type]  # a task's id

        yield told
