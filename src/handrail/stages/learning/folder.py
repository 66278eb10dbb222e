"""The folder of an export: unfinished files that can be gone on with, finished ones that are whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any  # Any: rows are JSON

from handrail.kit.jsons import loads
from handrail.stages.learning.rules import COLUMNS, Format, table_line

LINEAGE = "lineage.jsonl"
MANIFEST = "manifest.json"
_NAMES = {Format.JSONL: "items.jsonl", Format.CSV: "items.csv"}


class FolderRefused(Exception):
    """The folder holds something else; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What lies on the disk for sure: everything up to `cursor`."""

    asked: Mapping[str, Any]  # the parameters of the request
    head: Mapping[str, Any] | None = None
    cursor: str | None = None
    is_done: bool = False
    data_bytes: int = 0
    lineage_bytes: int = 0
    rows: int = 0
    items: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    policy_versions: tuple[int, ...] = ()


def manifest_of(progress: Progress, created_at: str) -> dict[str, Any]:
    """What a finished export says of itself, but for its files."""
    assert progress.head is not None
    return {
        **progress.head,
        "rows": progress.rows,
        "items": progress.items,
        "excluded": dict(sorted(progress.excluded.items())),
        "policy_versions": list(progress.policy_versions),
        "created_at": created_at,
    }


class Folder:
    """One export of one format in one folder. A context manager: closes what is open."""

    def __init__(self, path: Path, format: Format) -> None:
        self.path, self.format = path, format
        self.name = _NAMES.get(format, f"{format.value}.jsonl")
        self._state = path / f".{self.name}.state.json"
        self._data: IO[bytes] | None = None
        self._lineage: IO[bytes] | None = None

    def prepare(self) -> None:
        """Makes the folder. Raises FolderRefused where it holds a finished export of another format."""
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            format = loads((self.path / MANIFEST).read_bytes()).get("format")
        except FileNotFoundError:
            return
        except (OSError, ValueError, AttributeError):
            format = None
        if format != self.format.value:
            raise FolderRefused(
                f"{self.path} holds another export ({format or 'unknown'}); name a folder of its own with -o."
            )

    def found(self, asked: Mapping[str, Any]) -> Progress | None:
        """How far this very export came. Raises FolderRefused for the state of another one."""
        try:
            kept = loads(self._state.read_bytes())
            progress = Progress(**{**kept, "policy_versions": tuple(kept["policy_versions"])})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            raise FolderRefused(f"{self._state} cannot be read; leave out --resume to begin anew.") from None
        if dict(progress.asked) != dict(asked):
            raise FolderRefused("The unfinished export here has other filters; leave out --resume to begin anew.")
        return progress

    def open(self, progress: Progress) -> None:
        """Opens the unfinished files, cut back to what is sure."""
        self._data = _cut(self._part(self.name), progress.data_bytes)
        self._lineage = _cut(self._part(LINEAGE), progress.lineage_bytes)
        if self.format is Format.CSV and progress.data_bytes == 0:
            self._data.write(table_line(COLUMNS))

    def add(self, rows: Iterable[bytes], lineage: Iterable[bytes]) -> None:
        """Adds lines, and what they came from."""
        assert self._data is not None
        assert self._lineage is not None
        self._data.writelines(rows)
        self._lineage.writelines(lineage)

    def save(self, progress: Progress) -> Progress:
        """Puts all that was added on the disk, then the state that says so."""
        assert self._data is not None
        assert self._lineage is not None
        for file in (self._data, self._lineage):
            _to_disk(file)
        sure = replace(progress, data_bytes=self._data.tell(), lineage_bytes=self._lineage.tell())
        _write(self._state, asdict(sure))
        return sure

    def finish(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """The manifest with its files. Gives them their names; it comes last, so that a folder with one is whole."""
        self.close()
        files = [
            {"name": name, "bytes": self._part(name).stat().st_size, "sha256": _hash(self._part(name))}
            for name in (self.name, LINEAGE)
        ]
        (self.path / MANIFEST).unlink(missing_ok=True)
        for name in (self.name, LINEAGE):
            self._part(name).replace(self.path / name)
        whole = {**manifest, "files": files}
        _write(self.path / MANIFEST, whole, indent=True)
        self._state.unlink(missing_ok=True)
        return whole

    def close(self) -> None:
        for file in (self._data, self._lineage):
            if file is not None:
                file.close()
        self._data = self._lineage = None

    def _part(self, name: str) -> Path:
        return self.path / f".{name}.part" if name == self.name else self.path / f".{self.name}.{name}.part"

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _cut(path: Path, length: int) -> IO[bytes]:
    """The file, opened for writing behind its first `length` bytes."""
    file = path.open("r+b" if length else "w+b")
    if file.seek(0, os.SEEK_END) < length:
        file.close()
        raise FolderRefused(f"{path} is shorter than it was; leave out --resume to begin anew.")
    file.truncate(length)
    file.seek(length)
    return file


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _write(path: Path, value: Mapping[str, Any], *, indent: bool = False) -> None:
    """Replaces a JSON file in one step."""
    import json

    draft = path.with_name(f"{path.name}.new" if path.name.startswith(".") else f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=2 if indent else None).encode() + b"\n")
        _to_disk(file)
    draft.replace(path)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
