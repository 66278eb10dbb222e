"""Files of typed cells: XLSX and Parquet. openpyxl and pyarrow are loaded when such a file is opened."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any  # Any: cells hold what their files hold
from zipfile import BadZipFile, ZipFile

from handrail.cli.files_in.mapping import Kind
from handrail.cli.files_in.tables import BadFile, SourceRow, names_of

AT_ONCE = 200


class Xlsx:
    """One sheet of a workbook. A formula is never worked out here: its cell is what the workbook last showed, or, if it
    shows nothing, the text of the formula."""

    kind: Kind = "typed"

    def __init__(self, path: Path, sheet: str | None) -> None:
        from openpyxl import load_workbook

        def opened(*, shown: bool) -> Any:
            return load_workbook(path, read_only=True, data_only=shown, keep_links=False)

        self._path = path
        with _workbook_errors(path, "is no XLSX workbook"):
            self._books = [opened(shown=True)]
            if _has_formulas(path):
                self._books.append(opened(shown=False))
        name = self._sheet_name(path, sheet)
        most = self._books[0][name].max_row
        self._rows = self._read(name)
        with _workbook_errors(path, "is damaged"):
            header = next(self._rows, ())
        while header and header[-1] is None:
            header = header[:-1]
        if not header:
            raise BadFile(f"The sheet {name!r} of {path.name} has no header; its first row names the columns.")
        self.columns = names_of(header, path)
        self.total = most - 1 if most else None
        self.done = 0

    def _sheet_name(self, path: Path, sheet: str | None) -> str:
        names = self._books[0].sheetnames
        if sheet is None:
            return str(names[0])
        if sheet not in names:
            raise BadFile(f"{path.name} has no sheet {sheet!r}; it has: {', '.join(names)}.")
        return sheet

    def _read(self, name: str) -> Iterator[tuple[Any, ...]]:
        sheets = [book[name] for book in self._books]
        for one in sheets:
            one.reset_dimensions()  # what the file says about its own size may be wrong
        values = [one.iter_rows(values_only=True) for one in sheets]
        if len(values) == 1:
            yield from values[0]
            return
        for shown, written in zip(*values, strict=True):
            yield tuple(b if a is None else a for a, b in zip(shown, written, strict=True))

    def rows(self) -> Iterator[SourceRow]:
        with _workbook_errors(self._path, "is damaged"):
            for number, cells in enumerate(self._rows, start=1):
                self.done = number
                if any(one is not None for one in cells):
                    yield self._row(number, cells)

    def check(self) -> None:
        with _workbook_errors(self._path, "is damaged"), ZipFile(self._path) as archive:
            bad = archive.testzip()
        if bad is not None:
            raise BadFile(f"{self._path.name} is damaged ({bad}). Nothing of it was sent.")

    def _row(self, number: int, cells: tuple[Any, ...]) -> SourceRow:
        named = dict(zip(self.columns, cells, strict=False))
        extra = [one for one in cells[len(self.columns) :] if one is not None]
        fault = "There is something to the right of the last column that has a name." if extra else None
        return SourceRow(number, named, sum(len(str(one)) for one in cells), fault)

    def close(self) -> None:
        for book in self._books:
            book.close()


@contextmanager
def _workbook_errors(path: Path, what: str) -> Iterator[None]:
    """Turns the errors of zip and XML parsers into a sentence. (Those of XML are SyntaxErrors.)"""
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        yield
    except (
        BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        OSError,
        EOFError,
        SyntaxError,
        zlib.error,
    ) as error:
        raise BadFile(f"{path.name} {what}: {error}.") from None


def _has_formulas(path: Path) -> bool:
    """Whether any sheet holds a formula; only then the workbook is read twice."""
    with ZipFile(path) as archive:
        return any(_holds(archive.open(name), (b"<f>", b"<f ")) for name in archive.namelist() if "worksheets/" in name)


def _holds(stream: IO[bytes], marks: tuple[bytes, ...]) -> bool:
    with stream:
        kept = b""
        while piece := stream.read(1 << 16):
            whole = kept + piece
            if any(mark in whole for mark in marks):
                return True
            kept = whole[-3:]
    return False


class Parquet:
    """A Parquet file, read by column pages."""

    kind: Kind = "typed"

    def __init__(self, path: Path) -> None:
        import pyarrow
        from pyarrow import parquet

        try:
            self._file = parquet.ParquetFile(path, buffer_size=1 << 20)
        except (pyarrow.ArrowException, OSError) as error:
            raise BadFile(f"{path.name} is no Parquet file: {str(error).splitlines()[0]}.") from None
        self._path = path
        self.columns = names_of(self._file.schema_arrow.names, path)
        self.total = self._file.metadata.num_rows
        self.done = 0

    def rows(self) -> Iterator[SourceRow]:
        import pyarrow

        try:
            for batch in self._file.iter_batches(batch_size=AT_ONCE, use_threads=False):
                size = batch.nbytes // max(1, batch.num_rows)
                for cells in batch.to_pylist():
                    self.done += 1
                    yield SourceRow(self.done, cells, size)
        except (pyarrow.ArrowException, OSError) as error:
            why = str(error).splitlines()[0]
            raise BadFile(f"{self._path.name} is damaged behind row {self.done}: {why}.") from None

    def check(self) -> None:
        """Nothing that could be had for less than reading it all: its footer was read when it was opened."""

    def close(self) -> None:
        self._file.close()
