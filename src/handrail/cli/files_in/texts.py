"""Files of text lines: JSONL and CSV, also gzipped."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from handrail.cli.files_in.mapping import Kind
from handrail.cli.files_in.tables import LONGEST_LINE, BadFile, SourceRow, names_of
from handrail.kit.jsons import BadJson, parse_strict

PIECE = 1024 * 1024


_DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)


class _Bytes:
    """A file's bytes, unpacked where it is gzipped, with the place reached in the file as it lies on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.total = path.stat().st_size
        self._raw: IO[bytes] = path.open("rb")
        self.is_packed = self._raw.read(2) == b"\x1f\x8b"
        self._raw.seek(0)
        self.stream: IO[bytes] = cast(IO[bytes], gzip.GzipFile(fileobj=self._raw)) if self.is_packed else self._raw

    def check(self, *, is_text: bool) -> None:
        """Reads everything once. Raises BadFile if it cannot be unpacked, or is not UTF-8 where it is to be text."""
        if not (self.is_packed or is_text):
            return
        decoder, read = codecs.getincrementaldecoder("utf-8")(), 0
        whole = _Bytes(self.path)
        try:
            while piece := whole.stream.read(PIECE):
                if is_text:
                    decoder.decode(piece)
                read += len(piece)
            decoder.decode(b"", final=True)
        except _DAMAGED as error:
            raise BadFile(f"{self.path.name} is damaged: {error}. Nothing of it was sent.") from None
        except UnicodeDecodeError as error:
            where = f"behind byte {read + error.start:,}"
            raise BadFile(f"{self.path.name} is not UTF-8 ({where}); save it as CSV UTF-8 and try again.") from None
        finally:
            whole.close()

    @property
    def done(self) -> int:
        return self._raw.tell()

    def close(self) -> None:
        self.stream.close()
        self._raw.close()


class JsonLines:
    """One JSON object on each line."""

    columns: Sequence[str] | None = None
    kind: Kind = "json"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bytes = _Bytes(path)
        self.total = self._bytes.total

    @property
    def done(self) -> int:
        return self._bytes.done

    def rows(self) -> Iterator[SourceRow]:
        number = 0
        try:
            while line := self._bytes.stream.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    self._skip_line()
                    yield SourceRow(number, {}, 0, f"The line is longer than {LONGEST_LINE:,} bytes.")
                    continue
                text = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
                if text:
                    yield self._row(number, text)
        except _DAMAGED as error:
            raise BadFile(f"{self._path.name} is damaged behind line {number}: {error}.") from None

    def check(self) -> None:
        self._bytes.check(is_text=False)  # a line that is not UTF-8 is one refused row

    def _row(self, number: int, text: bytes) -> SourceRow:
        if number == 1 and text.startswith(b"["):
            raise BadFile(f"{self._path.name} is one JSON list; write each object on a line of its own (JSONL).")
        try:
            value = parse_strict(text)
        except BadJson as error:
            return SourceRow(
                number, {"line": text[:2_000].decode("utf-8", "replace")}, len(text), f"Not JSON: {error}."
            )
        if not isinstance(value, dict):
            return SourceRow(number, {"line": value}, len(text), "A line holds one JSON object.")
        return SourceRow(number, value, len(text))

    def _skip_line(self) -> None:
        while (more := self._bytes.stream.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
            pass

    def close(self) -> None:
        self._bytes.close()


class Csv:
    """Comma, semicolon, tab or bar between the cells, found from the header; UTF-8. Cells are texts, never formulas."""

    kind: Kind = "texts"

    def __init__(self, path: Path) -> None:
        csv.field_size_limit(LONGEST_LINE)
        self._path = path
        self._bytes = _Bytes(path)
        self.total = self._bytes.total
        self._text = io.TextIOWrapper(self._bytes.stream, encoding="utf-8-sig", newline="")
        first = self._readline()
        if not first.strip():
            raise BadFile(f"{path.name} has no header; its first line names the columns.")
        self._delimiter = max(",;\t|", key=first.count)
        try:
            header = next(csv.reader(_again(first, self._text), delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            raise BadFile(f"The header of {path.name} cannot be read: {error}.") from None
        self.columns = names_of(header, path)

    @property
    def done(self) -> int:
        return self._bytes.done

    def rows(self) -> Iterator[SourceRow]:
        reader = csv.reader(self._text, delimiter=self._delimiter, strict=True)
        number = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield SourceRow(number, {}, 0, f"The row cannot be read as CSV: {error}.")
                continue
            except (UnicodeDecodeError, *_DAMAGED) as error:
                raise BadFile(_why_unreadable(self._path, error, number)) from None
            if cells:
                number += 1
                yield self._row(number, cells)

    def check(self) -> None:
        self._bytes.check(is_text=True)

    def _row(self, number: int, cells: list[str]) -> SourceRow:
        size = sum(map(len, cells))
        named = dict(zip(self.columns, cells, strict=False))
        if len(cells) != len(self.columns):
            fault = f"The row has {len(cells)} cells and the header {len(self.columns)}; is a quote or a comma missing?"
            return SourceRow(number, named, size, fault)
        return SourceRow(number, named, size)

    def _readline(self) -> str:
        try:
            return self._text.readline(LONGEST_LINE)
        except (UnicodeDecodeError, *_DAMAGED) as error:
            raise BadFile(_why_unreadable(self._path, error, 0)) from None

    def close(self) -> None:
        self._text.close()
        self._bytes.close()


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _why_unreadable(path: Path, error: Exception, rows: int) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"{path.name} is not UTF-8 (behind row {rows}); save it as CSV UTF-8 and try again."
    return f"{path.name} is damaged behind row {rows}: {error}."
