"""`handrail import FILE`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from handrail.cli.errors import WrongUse
from handrail.cli.files_in.mapping import Mapper, read_pairs
from handrail.cli.files_in.run import Import, counts
from handrail.cli.files_in.state import Job, Progress, StateFile, hash_of
from handrail.cli.files_in.tables import BadFile, FileFormat, Table, format_of, open_table
from handrail.cli.place import Place, placed
from handrail.client import Handrail, Unreachable
from handrail.client.api import Api
from handrail.client.config import find_url
from handrail.kit.jsons import dumps

KEY_DIGITS = 32
"""Of the file's hash, in the keys of its rows."""
TIMEOUT_S = 30.0
TRIES = 5


@placed(here=False, person=False)
def import_file(  # noqa: PLR0913  # each is an option of the command
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSONL, CSV, XLSX or Parquet.")],
    place: Place,
    format: Annotated[FileFormat | None, typer.Option("--format", help="Else told by the file's name.")] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", help="field=column; several times. For instance --map metadata.amount=sum."),
    ] = None,
    constants: Annotated[
        list[str] | None, typer.Option("--set", help="field=value for every row; several times: --set domain=claims.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Of a workbook; else its first.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the last run of this import ended.")] = False,
    errors: Annotated[Path | None, typer.Option("--errors", help="NDJSON of the refused rows goes here.")] = None,
    key_prefix: Annotated[
        str | None, typer.Option("--key-prefix", help="Keys are <prefix>:<row>; else <hash of the file>:<row>.")
    ] = None,
) -> None:
    """Bring the rows of a file in as items; running the same file again stores nothing twice.

    A row's key is its own, or made of the file's hash and the row's number. Columns find their fields by name, or by
    --map. Exit code 1 if rows were refused.
    """
    if errors is not None and errors.resolve() == file.resolve():
        raise WrongUse("--errors names the file itself; name another one.")
    said = read_pairs(mapped or (), "--map"), read_pairs(constants or (), "--set")
    mapping = dumps([mapped, constants, format, sheet, key_prefix])
    with closing(open_table(file, format or format_of(file), sheet)) as table:
        mapper = Mapper(*said, table.kind)
        mapper.check(table.columns)
        _tell_plan(place, table, mapper)
        done = _import(place, file, table, mapper, _Options(resume, errors, key_prefix, mapping))
    if table.columns is None and mapper.left_out:
        place.tell(_left_out(mapper))
    told = counts(done)
    place.say(told, f"{told['stored']:,} stored, {told['repeated']:,} repeated, {told['refused']:,} refused")
    raise typer.Exit(1 if done.refused else 0)


@dataclass(frozen=True, slots=True)
class _Options:
    """What was said about this run beside file and mapping."""

    resume: bool
    errors: Path | None
    key_prefix: str | None
    mapping: str


def _import(place: Place, file: Path, table: Table, mapper: Mapper, options: _Options) -> Progress:
    settings = place.settings
    url = find_url(settings.url or None)
    if not settings.key:
        raise WrongUse("An import needs an API key of the project: --key hrk_..., or HANDRAIL_KEY.")
    if place.project is not None:
        _check_project(url, settings.key, place.project)
    table.check()
    file_hash = hash_of(file)
    state = StateFile(file, Job(file_hash, options.mapping, url))
    progress = _begin(place, state, resume=options.resume)
    prefix = options.key_prefix or file_hash[:KEY_DIGITS]
    with Handrail(url, settings.key, timeout=TIMEOUT_S, retries=TRIES) as handrail, _bar(place, table) as moved:
        run = Import(table, mapper, handrail, prefix, state, options.errors, place.tell, moved)
        try:
            return run.run(progress)
        except KeyboardInterrupt:
            place.tell("Interrupted; what was stored stays. Go on with --resume.")
            raise typer.Exit(130) from None
        except (Unreachable, BadFile):
            place.tell("What was stored stays. Go on with --resume.")
            raise


def _check_project(url: str, key: str, project: str) -> None:
    """Passes if the key belongs to this project. Raises NotFound."""
    with Api(url, key, project=project) as api:
        api.get("/v1/outcomes", limit=1)


def _begin(place: Place, state: StateFile, *, resume: bool) -> Progress:
    found = state.load() if resume else None
    if resume and found is None:
        place.tell("There is nothing to resume; beginning with the first row.")
    if found is not None:
        place.tell(f"Going on behind row {found.row:,}.")
    try:
        state.save(found or Progress())
    except OSError as error:
        raise BadFile(
            f"{state.path} cannot be written ({error.strerror}); copy the file to a folder of your own."
        ) from None
    return found or Progress()


def _tell_plan(place: Place, table: Table, mapper: Mapper) -> None:
    if table.columns is None:
        return
    place.tell("  ".join(f"{field}={column}" for field, column in sorted(mapper.plan(table.columns).items())))
    if mapper.left_out:
        place.tell(_left_out(mapper))


def _left_out(mapper: Mapper) -> str:
    names = list(mapper.left_out)
    shown = ", ".join(names[:20]) + (" ..." if len(names) > 20 else "")
    return f"Left out: {shown}. To bring one along: --map metadata.{names[0]}={names[0]}"


@contextmanager
def _bar(place: Place, table: Table) -> Iterator[Callable[[Progress], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=place.console(), transient=True) as bar:
        task = bar.add_task("importing", total=table.total, rows=0)

        def moved(progress: Progress) -> None:
            rows = progress.stored + progress.repeated + progress.refused
            bar.update(task, completed=table.done, rows=rows)

        yield moved
