"""How far an import has come, kept beside the file, so that it can go on after any kind of end."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from handrail.cli.files_in.tables import BadFile
from handrail.kit.jsons import dumps, loads

PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows up to `row` have been acknowledged or refused; what became of them."""

    row: int = 0
    stored: int = 0
    repeated: int = 0
    refused: int = 0
    error_bytes: int = 0  # of the file of refused rows, up to `row`


@dataclass(frozen=True, slots=True)
class Job:
    """What an import is: another file, mapping or server is another import."""

    file_hash: str
    mapping: str
    url: str


class StateFile:
    """`<file>.import.json`. Replaced in one step after each batch; gone when the import is complete."""

    def __init__(self, source: Path, job: Job) -> None:
        self.path = source.with_name(source.name + ".import.json")
        self._job = job

    def load(self) -> Progress | None:
        """How far this very import came; None without a state. Raises BadFile for the state of another import."""
        try:
            kept = loads(self.path.read_bytes())
            job, progress = Job(**kept["job"]), Progress(**kept["progress"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            raise BadFile(
                f"{self.path} cannot be read; delete it and run again: rows stored already are recognised."
            ) from None
        if job != self._job:
            raise BadFile(f"{self.path} belongs to another file, mapping or server; delete it to begin anew.")
        return progress

    def save(self, progress: Progress) -> None:
        """On disk when this returns, whole or not at all."""
        draft = self.path.with_name(self.path.name + ".new")
        with draft.open("wb") as file:
            file.write(dumps({"job": asdict(self._job), "progress": asdict(progress)}).encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def hash_of(path: Path) -> str:
    """SHA-256 of a file's bytes, hex."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
