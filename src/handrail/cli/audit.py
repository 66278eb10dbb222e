"""`handrail audit`: check the log, and take out of it what others check it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar  # Any: answers are JSON

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from handrail.audit import AuditKey, evidence, last_checkpoint, verifier
from handrail.audit.export import export
from handrail.audit.notes import Checkpoint, NoteRefused, parse_note
from handrail.audit.parallel import verify_url
from handrail.cli.beside import reading
from handrail.cli.errors import WrongUse
from handrail.cli.options import Config, Database, DataDir, settings_of
from handrail.cli.place import AsJson, Place, Quiet, placed
from handrail.kit.secrets import load_secret
from handrail.kit.settings import Settings
from handrail.storage import Session

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Check the audit log; take out checkpoints, proofs and the whole of it."""


@app.command()
def verify(
    config: Config = None,
    database: Database = None,
    data_dir: DataDir = None,
    since: Annotated[
        Path | None,
        typer.Option("--from", help="A checkpoint that was kept elsewhere: the log must go on from there."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check every entry, every tile, every head, and that each decision stands in the log.

    Exit code 1 and the first bad index if something was altered. Reads only, so it may run beside a server.
    """
    settings = settings_of(config, database=database, data_dir=data_dir)
    key = key_of(settings)
    kept = None if since is None else _checkpoint_in(since, key)
    with reading(settings.database_url), _bar("checked", quiet) as moved:
        found = verify_url(settings.database_url, key, moved, since=kept)
    told = {"ok": found.ok, "size": found.size, "first_bad_index": found.first_bad_index, "why": found.why}
    if found.ok:
        since_told = f", which go on from a checkpoint over {kept.size:,}" if kept else ""
        text = f"ok, {found.size:,} entries{since_told}, {found.unsequenced:,} not yet numbered"
    elif found.first_bad_index is None:
        text = f"The log is broken: {found.why}."
    else:
        text = f"The log is broken from index {found.first_bad_index}: {found.why}."
    Place(as_json=as_json).say(told, text)
    raise typer.Exit(0 if found.ok else 1)


@app.command()
@placed()
def checkpoint(place: Place) -> None:
    """Print the newest signed head of the log. Keep it elsewhere: with it a log that was cut or rewritten is found."""
    if place.is_remote:
        with place.api() as api:
            note = api.request("GET", "/v1/audit-log/checkpoint").body.decode()
    else:
        note = _read(place, last_checkpoint) or ""
        if not note:
            raise WrongUse("The log has no checkpoint yet: start the server, and wait for a second.")
    head = parse_note(note)[0]
    place.say({"origin": head.origin, "size": head.size, "root": head.root.hex(), "note": note}, note.rstrip("\n"))


@app.command("key")
@placed()
def show_key(place: Place) -> None:
    """Print the verifier key, with which anybody checks the signature of a checkpoint."""
    if place.is_remote:
        with place.api() as api:
            key = api.request("GET", "/v1/audit-log/state").json["verifier_key"]
    else:
        key = _read(place, lambda session: verifier(session, key_of(place.settings)).text())
    place.say({"verifier_key": key}, key)


@app.command()
@placed()
def proof(
    index: Annotated[int, typer.Argument(min=0, help="The number of the entry in the log.")],
    place: Place,
    size: Annotated[
        int | None, typer.Option("--size", min=1, help="The size of the checkpoint; else that of the newest one.")
    ] = None,
) -> None:
    """Print the hashes that lead from an entry to the root of a checkpoint (RFC 9162), lowest first, in hex."""
    if place.is_remote:
        with place.api() as api:
            params = {"index": index, "size": size}
            hashes = api.request("GET", "/v1/audit-log/proof", params=params).json["hashes"]
    else:
        try:
            hashes = _read(place, lambda session: _proof(session, index, size))
        except (ValueError, LookupError):
            raise WrongUse("The log is not that long; see `handrail audit checkpoint`.") from None
    place.say({"index": index, "hashes": hashes}, "\n".join(hashes))


@app.command("export")
def export_log(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that is not there.")],
    config: Config = None,
    database: Database = None,
    data_dir: DataDir = None,
    without_rows: Annotated[
        bool, typer.Option("--without-rows", help="Leave out the rows with details and salts.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write the whole log as plain files: tiles and entries as C2SP says, checkpoint, key, and the rows.

    tools/verify_audit_log.py checks such a folder and needs nothing of Handrail.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUse(f"{folder} is not empty; name another folder.")
    settings = settings_of(config, database=database, data_dir=data_dir)
    key = key_of(settings)
    try:
        with reading(settings.database_url) as read, _bar("written", quiet) as moved:
            done = export(read, key, folder, with_rows=not without_rows, progress=moved)
    except OSError as error:
        raise WrongUse(f"{folder} cannot be written: {error.strerror or error}.") from None
    told = {"entries": done.entries, "waiting": done.waiting, "files": done.files}
    Place(as_json=as_json).say(told, f"{folder}: {done.entries:,} entries in {done.files:,} files")


def key_of(settings: Settings) -> AuditKey:
    """The key of the installation on this machine."""
    return AuditKey.of(load_secret(settings.secret_path), settings)


def _read(place: Place, work: Callable[[Session], T]) -> T:
    with reading(place.settings.database_url) as read:
        found: Any = read(work)
        return found  # type: ignore[no-any-return]  # what the work returned


def _proof(session: Session, index: int, size: int | None) -> list[str]:
    of_size = evidence.size(session) if size is None else size
    return [one.hex() for one in evidence.inclusion(session, index, of_size)]


def _checkpoint_in(path: Path, key: AuditKey) -> Checkpoint:
    """The checkpoint in a file, signed by this log. Raises WrongUse."""
    try:
        note = path.read_text(encoding="utf-8")
        return key.signer(parse_note(note)[0].origin).verifier.read(note)
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path} cannot be read: {error}.") from None
    except NoteRefused as refused:
        raise WrongUse(f"{path} holds no checkpoint of this log: {refused}.") from None


@contextmanager
def _bar(word: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn(word), BarColumn(), TextColumn("{task.completed:,}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, quiet=quiet), transient=True) as bar:
        task = bar.add_task(word, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
