"""The import itself: rows in stretches, each sent, acknowledged and noted before the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any  # Any: items are JSON

from handrail.cli.files_in.mapping import BadCell, Mapper
from handrail.cli.files_in.state import Progress, StateFile
from handrail.cli.files_in.tables import SourceRow, Table, shown
from handrail.client import Handrail, Row
from handrail.domain.result import Problem, to_json
from handrail.kit.errors import FieldFault
from handrail.kit.jsons import dumps

AT_ONCE = 500
AT_ONCE_BYTES = 8 * 1024 * 1024
SHOWN = 5
"""So many refused rows are told on stderr; the others stand in the file of errors."""


@dataclass(frozen=True, slots=True)
class Read:
    """A row ready to be sent, or why it cannot be."""

    source: SourceRow
    item: Mapping[str, Any] | None = None
    problem: Problem | None = None


class ErrorFile:
    """NDJSON of refused rows: `row`, `error`, `original`. Goes on behind `from_bytes`; what lies behind is cut off."""

    def __init__(self, path: Path | None, from_bytes: int) -> None:
        self._file: IO[bytes] | None = None
        if path is not None:
            self._file = path.open("r+b" if path.exists() else "w+b")
            self._file.truncate(from_bytes)
            self._file.seek(from_bytes)

    def add(self, source: SourceRow, problem: Problem) -> None:
        if self._file is not None:
            error = {name: one for name, one in to_json(problem).items() if one is not None}
            line = {"row": source.number, "error": error, "original": shown(source.cells)}
            self._file.write(dumps(line).encode() + b"\n")

    def flush(self) -> int:
        """How long the file is, once all of it is handed to the system."""
        if self._file is None:
            return 0
        self._file.flush()
        return self._file.tell()

    def __enter__(self) -> ErrorFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()


@dataclass
class Import:
    """One run over one file."""

    table: Table
    mapper: Mapper
    handrail: Handrail
    key_prefix: str
    state: StateFile
    errors: Path | None
    tell: Callable[[str], None]
    on_progress: Callable[[Progress], None] = lambda _: None

    def run(self, progress: Progress) -> Progress:
        """Sends all rows behind `progress`. Raises Unreachable and ApiError with the state kept; BadFile likewise."""
        with ExitStack() as open_files:
            errors = open_files.enter_context(ErrorFile(self.errors, progress.error_bytes))
            for stretch in self._stretches(progress.row):
                progress = self._send(stretch, progress, errors)
                self.state.save(progress)
                self.on_progress(progress)
        self.state.remove()
        return progress

    def _stretches(self, after: int) -> Iterator[list[Read]]:
        """Rows behind `after`, so many that they fit into one request."""
        stretch: list[Read] = []
        size = 0
        for source in self.table.rows():
            if source.number <= after:
                continue
            if stretch and (len(stretch) >= AT_ONCE or size + source.size > AT_ONCE_BYTES):
                yield stretch
                stretch, size = [], 0
            stretch.append(self._read(source))
            size += source.size
        if stretch:
            yield stretch

    def _read(self, source: SourceRow) -> Read:
        if source.fault is not None:
            return Read(source, problem=Problem(code="bad_row", message=source.fault, status=422))
        try:
            item = self.mapper.item(source.cells)
        except BadCell as error:
            fault = FieldFault(error.path, "bad_type", error.message)
            message = f"{error.path[1:]}: {error.message}."
            return Read(source, problem=Problem(code="invalid", message=message, status=422, fields=(fault,)))
        return Read(source, {"key": f"{self.key_prefix}:{source.number}", **item})

    def _send(self, stretch: list[Read], progress: Progress, errors: ErrorFile) -> Progress:
        """What has become of all rows once these are through; refused ones are noted in their order."""
        answers = self.handrail.submit_many((one.item for one in stretch if one.item is not None), batch=AT_ONCE)
        stored, repeated, refused = progress.stored, progress.repeated, progress.refused
        for one in stretch:
            answer = Row(row=0, error=one.problem) if one.item is None else next(answers)
            if answer.error is not None:
                refused += 1
                errors.add(one.source, answer.error)
                self._tell_refused(one.source, answer.error, refused)
            elif answer.repeated:
                repeated += 1
            else:
                stored += 1
        return replace(
            progress,
            row=stretch[-1].source.number,
            stored=stored,
            repeated=repeated,
            refused=refused,
            error_bytes=errors.flush(),
        )

    def _tell_refused(self, source: SourceRow, problem: Problem, count: int) -> None:
        if count <= SHOWN:
            where = "".join(f"; {one.path or 'row'}: {one.message}" for one in problem.fields[:3])
            self.tell(f"row {source.number} is refused: {problem.message}{where} [{problem.code}]")
        elif count == SHOWN + 1 and self.errors is None:
            self.tell("more rows are refused; --errors FILE keeps all of them with their reasons")


def counts(progress: Progress) -> dict[str, int]:
    """What is printed at the end."""
    told = asdict(progress)
    return {"rows": told["stored"] + told["repeated"] + told["refused"]} | {
        name: told[name] for name in ("stored", "repeated", "refused")
    }
