"""`handrail export FORMAT -o DIR`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any  # Any: a manifest is JSON

import typer
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from handrail.cli.errors import WrongUse
from handrail.cli.files_out.run import Export
from handrail.cli.moments import moment_of
from handrail.cli.place import Place, placed
from handrail.client import HandrailError
from handrail.kit.clock import SystemClock, to_text
from handrail.stages.learning.folder import Folder, FolderRefused, Progress
from handrail.stages.learning.rules import Format

_OWN_OPTIONS = frozenset({"format", "from", "to", "limit", "cursor"})


@placed(here=False)
def export_files(
    format: Annotated[Format, typer.Argument(help="What a row looks like.")],
    folder: Annotated[Path, typer.Option("--output", "-o", file_okay=False, help="The folder for the files.")],
    place: Place,
    since: Annotated[str | None, typer.Option("--from", help="Decided at this time or later; a day or a time.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Decided before this time.")] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", help="name=value, such as domain=claims; several times.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the unfinished export in the folder.")] = False,
) -> None:
    """Write decided items into a folder: the rows, manifest.json and lineage.jsonl.

    Training formats hold only what people decided, never answers to audit samples. A folder with a manifest is whole.
    """
    asked = {
        "format": format.value,
        "from": _time(since, "--from"),
        "to": _time(until, "--to"),
        **_filters(where or ()),
    }
    target = Folder(folder, format)
    try:
        target.prepare()
        begun = target.found(asked) if resume else None
        if begun is not None:
            place.tell(f"Going on behind {begun.items:,} items.")
        with place.api() as api, target, _bar(place) as moved:
            manifest = Export(api, target, SystemClock(), moved).run(begun or Progress(asked))
    except FolderRefused as refused:
        raise WrongUse(str(refused)) from None
    except OSError as error:
        raise WrongUse(f"{folder} cannot be written: {error.strerror or error}.") from None
    except HandrailError:
        place.tell("What is on the disk stays. Go on with --resume.")
        raise
    except KeyboardInterrupt:
        place.tell("Interrupted; what is on the disk stays. Go on with --resume.")
        raise typer.Exit(130) from None
    place.say(manifest, _summary(target, manifest))


def _time(text: str | None, option: str) -> str | None:
    return None if text is None else to_text(moment_of(text, option))


def _filters(pairs: Sequence[str]) -> dict[str, str]:
    """Filters by name; values of one name are alternatives."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name or name in _OWN_OPTIONS:
            raise WrongUse(f"--where {pair!r}: write name=value, for instance --where domain=claims.")
        found.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in sorted(found.items())}


def _summary(target: Folder, manifest: dict[str, Any]) -> str:
    told = f"{target.path / target.name}: {manifest['rows']:,} rows from {manifest['items']:,} items"
    without = ", ".join(f"{reason} {count:,}" for reason, count in manifest["excluded"].items())
    return f"{told}; without a row: {without}" if without else told


@contextmanager
def _bar(place: Place) -> Iterator[Callable[[Progress], None]]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.fields[rows]:,} rows from {task.completed:,} items"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=place.console(), transient=True) as bar:
        task = bar.add_task("exporting", total=None, rows=0)
        yield lambda progress: bar.update(task, completed=progress.items, rows=progress.rows)
