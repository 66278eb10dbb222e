"""Files as rows, read a little at a time: JSONL, CSV, XLSX, Parquet, the first two also gzipped.

A file that cannot be read at all raises BadFile with a sentence; a row that cannot be read comes as a SourceRow with
its `fault`, and the reading goes on behind it. pyarrow and openpyxl are loaded by those who need them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, assert_never  # Any: cells hold what their files hold

from handrail.cli.errors import WrongUse
from handrail.cli.files_in.mapping import Kind

LONGEST_LINE = 16 * 1024 * 1024
"""In bytes; what is longer is no item, and is skipped without being held."""


class BadFile(WrongUse):
    """The file cannot be read; the message says what is wrong and what to do."""


class FileFormat(StrEnum):
    """What `handrail import` reads."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


_BY_SUFFIX = {
    ".jsonl": FileFormat.JSONL, ".ndjson": FileFormat.JSONL, ".csv": FileFormat.CSV, ".tsv": FileFormat.CSV,
    ".xlsx": FileFormat.XLSX, ".xlsm": FileFormat.XLSX, ".parquet": FileFormat.PARQUET, ".pq": FileFormat.PARQUET,
}  # fmt: skip


def format_of(path: Path) -> FileFormat:
    """The format that the file's name tells. Raises BadFile.

    >>> format_of(Path("claims.jsonl.gz")).value
    'jsonl'
    """
    name = path.name.lower().removesuffix(".gz")
    found = _BY_SUFFIX.get("." + name.rpartition(".")[2])
    if found is None:
        raise BadFile(f"The name {path.name} does not tell what it is; say --format jsonl, csv, xlsx or parquet.")
    return found


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row as it stands in the file. `number` counts from 1: lines of JSONL, else rows below the header."""

    number: int
    cells: Mapping[str, Any]
    size: int  # about how many bytes it takes
    fault: str | None = None


class Table(Protocol):
    """An open file. `columns` is None where each row brings its own names; `total` and `done` are for progress.

    `check` raises BadFile for a damaged file, before anything of it is sent: no file is taken by half.
    """

    @property
    def columns(self) -> Sequence[str] | None: ...

    @property
    def kind(self) -> Kind: ...

    @property
    def total(self) -> int | None: ...

    @property
    def done(self) -> int: ...

    def check(self) -> None: ...

    def rows(self) -> Iterator[SourceRow]: ...

    def close(self) -> None: ...


def open_table(path: Path, format: FileFormat, sheet: str | None = None) -> Table:
    """The file, its header read. Raises BadFile."""
    from handrail.cli.files_in.sheets import Parquet, Xlsx  # late: they build on this module
    from handrail.cli.files_in.texts import Csv, JsonLines

    match format:
        case FileFormat.JSONL:
            return JsonLines(path)
        case FileFormat.CSV:
            return Csv(path)
        case FileFormat.XLSX:
            return Xlsx(path, sheet)
        case FileFormat.PARQUET:
            return Parquet(path)
        case _:
            assert_never(format)


def names_of(header: Sequence[Any], path: Path) -> list[str]:
    """The names of the columns; one without a name is called by its place. Raises BadFile for two alike."""
    names = [str(one).strip() if one not in (None, "") else f"column {at}" for at, one in enumerate(header, start=1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadFile(f"{path.name} has two columns called {', '.join(twice)}; rename one of each.")
    return names


def shown(cells: Mapping[str, Any]) -> dict[str, Any]:
    """A source row for the file of refused rows; what JSON has no form for becomes text."""
    return {str(name): _plain(value) for name, value in cells.items()}


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float():
            return value if not isinstance(value, int) or abs(value) < 2**63 else str(value)
        case str():
            return value.encode("utf-8", "replace").decode()
        case datetime() | date() | time():
            return value.isoformat()
        case dict():
            return {str(name): _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return str(value)
