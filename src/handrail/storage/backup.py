"""Backups: every table as packed JSON lines from one snapshot, readable without Handrail, for either store.

A backup is a folder: `manifest.json`, `secret` (mode 0600, unless left out) and `tables/<name>.jsonl.gz`, one JSON
array a row in the order of the manifest's columns; bytes are `{"base64": "..."}`. It is written beside its place and
renamed when it is whole, so what stands there is never half of one.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any  # Any: rows hold what their columns hold

from handrail.kit.clock import to_text
from handrail.storage.errors import DatabaseRefused
from handrail.storage.migrate import HEAD
from handrail.storage.session import Session
from handrail.storage.tables import metadata

FORMAT = 1
LEFT_OUT = frozenset({"sessions", "sign_in_attempts", "item_texts", "item_facets", "explorer_marks"})
"""What a restored copy must not bring back, because people sign in again; and what the explorer makes anew from the
items, each store in a form of its own."""
Told = Callable[[str, int], None]
"""Called with the table and the rows written so far."""


class BackupRefused(Exception):
    """A backup cannot be written or read; the message says why."""


@dataclass(frozen=True, slots=True)
class TableCopy:
    """One table of a backup."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    format: int
    version: str
    schema: str
    store: str
    taken_at: str
    has_secret: bool
    audit_size: int
    audit_root: str | None
    tables: tuple[TableCopy, ...]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables)


def take(session: Session, folder: Path, *, version: str, secret: bytes | None, at: datetime, told: Told) -> Manifest:
    """Writes a backup of what this one transaction sees. Raises BackupRefused and DatabaseRefused."""
    if folder.exists():
        raise BackupRefused(f"{folder} is there already; name a new folder.")
    found = session.run("SELECT version_num FROM alembic_version")
    if not found or found[0][0] != HEAD:
        raise DatabaseRefused("This database is not at the schema of this version; start the server once, then repeat.")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # an earlier try that ended in the middle
    (part / "tables").mkdir(parents=True, mode=0o700)
    try:
        made = _write(session, part, version, secret, at, told)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise BackupRefused(f"The backup cannot be written: {error.strerror}; nothing is kept of it.") from error
    part.rename(folder)
    return made


def _write(session: Session, part: Path, version: str, secret: bytes | None, at: datetime, told: Told) -> Manifest:
    head = session.run("SELECT size, root FROM audit_heads ORDER BY size DESC LIMIT 1")
    tables = [one for one in metadata.sorted_tables if one.name not in LEFT_OUT]
    copies = tuple(_copy(session, part, one.name, tuple(one.columns.keys()), told) for one in tables)
    if secret is not None:
        write_secret(part / "secret", secret)
    size, root = head[0] if head else (0, None)
    made = Manifest(
        FORMAT, version, HEAD, session.dialect, to_text(at), secret is not None, int(size), root, copies
    )  # fmt: skip
    _write_through(part / "manifest.json", json.dumps(asdict(made), indent=1).encode())
    return made


def _copy(session: Session, part: Path, name: str, columns: tuple[str, ...], told: Told) -> TableCopy:
    path, rows = path_of(part, name), 0
    with path.open("wb") as raw:
        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=3, mtime=0) as out:
            for row in session.stream(f"SELECT {quoted(columns)} FROM {name}"):  # noqa: S608  # names of our own tables
                out.write(json.dumps([_packed(value) for value in row], ensure_ascii=False).encode() + b"\n")
                rows += 1
                if rows % 1_000 == 0:
                    told(name, rows)
        raw.flush()
        os.fsync(raw.fileno())
    told(name, rows)
    return TableCopy(name, columns, rows, sha256_of(path))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup. Raises BackupRefused."""
    try:
        told = json.loads((folder / "manifest.json").read_text("utf-8"))
        tables = tuple(TableCopy(**{**one, "columns": tuple(one["columns"])}) for one in told.pop("tables"))
        found = Manifest(**told, tables=tables)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupRefused(f"{folder} holds no backup that can be read: {error}.") from error
    if found.format != FORMAT:
        raise BackupRefused(f"This backup has format {found.format}; this version reads {FORMAT}.")
    return found


def check_files(folder: Path, manifest: Manifest) -> None:
    """Passes if every file is there and unaltered. Raises BackupRefused."""
    for one in manifest.tables:
        path = path_of(folder, one.name)
        if not path.is_file() or sha256_of(path) != one.sha256:
            raise BackupRefused(f"{path} is missing or was altered since the backup; take another one.")


def rows_of(folder: Path, name: str) -> Iterator[tuple[Any, ...]]:
    """The rows of one table, in the order they were written."""
    with gzip.open(path_of(folder, name), "rb") as lines:
        for line in lines:
            yield tuple(_unpacked(value) for value in json.loads(line))


def path_of(folder: Path, name: str) -> Path:
    """Where a table lies in a backup."""
    return folder / "tables" / f"{name}.jsonl.gz"


def quoted(columns: Sequence[str]) -> str:
    """Names of columns for a statement; some are words of SQL.

    >>> quoted(("id", "freeze"))
    '"id", "freeze"'
    """
    return ", ".join(f'"{one}"' for one in columns)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_secret(path: Path, secret: bytes) -> None:
    """A secret that its owner alone may read, on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _packed(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value


def _unpacked(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, Mapping) else value
