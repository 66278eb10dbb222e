"""An export from the first question to files that are whole: asked for, waited for, downloaded piece by piece."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any  # Any: filters and manifests are JSON
from urllib.parse import quote

from handrail.client.encode import to_bytes
from handrail.client.errors import NotFound, ServerError, Unreachable
from handrail.client.exchange import Answer, Operation, Pause, Request
from handrail.domain.result import Problem
from handrail.kit.clock import to_text
from handrail.kit.jsons import dumps, loads

PIECE = 8 * 1024 * 1024
_STATE = ".handrail-export.json"
_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.1, 2.0
_TIMES = {"since": "from", "until": "to"}


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file of an export, as it lies on this disk."""

    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export covers and what it left out; `whole` is all of it, as in manifest.json."""

    export_id: str
    format: str
    rows: int
    items: int
    excluded: Mapping[str, int]
    files: tuple[ManifestFile, ...]
    whole: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exporting:
    """Steps of one export. `request` sends one request and repeats it where that is safe."""

    request: Any  # Any: Calls.request; its type would make the two files import each other

    def run(self, format: str, path: str | Path, filters: Mapping[str, Any], *, masked: bool) -> Operation[Manifest]:
        """Files in the folder `path`. Run again after a break, it goes on where it was."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        asked = {"format": format, "filters": filters_of(filters), "masked": masked}
        job = yield from self._job(folder, asked)
        id, looks = str(job["job_id"]), _FIRST_LOOK_S
        while job["state"] in ("queued", "running"):
            yield Pause(looks)
            looks = min(_LONGEST_LOOK_S, looks * 1.5)
            job = (yield from self._get(f"/v1/jobs/{id}")).json
        if job["state"] != "done":
            (folder / _STATE).unlink(missing_ok=True)
            raise ServerError(Problem(code=job["error"]["code"], message=job["error"]["message"], status=500))
        manifest: dict[str, Any] = {**job["result"]["manifest"], "files": job["result"]["files"]}
        files: tuple[ManifestFile, ...] = ()
        for one in job["result"]["files"]:
            files += ((yield from self._download(id, folder, one)),)
        _replace(folder / "manifest.json", dumps(manifest).encode() + b"\n")
        (folder / _STATE).unlink(missing_ok=True)
        return Manifest(id, format, manifest["rows"], manifest["items"], manifest["excluded"], files, manifest)

    def _job(self, folder: Path, asked: Mapping[str, Any]) -> Operation[dict[str, Any]]:
        """The job of the same question that was broken off, else a new one."""
        begun = _begun(folder, asked)
        if begun is not None:
            with suppress(NotFound):
                before: dict[str, Any] = (yield from self._get(f"/v1/jobs/{begun}")).json
                if before["state"] != "failed" and (before["result"] is None or before["result"]["files"]):
                    return before
        headers = {"Content-Type": "application/json"}
        answer = yield from self.request(Request("POST", "/v1/exports", {}, headers, to_bytes(asked)))
        job: dict[str, Any] = answer.json
        for left in folder.glob(".*.part"):
            left.unlink()
        _replace(folder / _STATE, dumps({"job_id": job["job_id"], "asked": asked}).encode())
        return job

    def _download(self, id: str, folder: Path, told: Mapping[str, Any]) -> Operation[ManifestFile]:
        """One file, by ranges; what is on the disk already is not asked for again."""
        name, size = Path(str(told["name"])).name, int(told["bytes"])
        part = folder / f".{name}.part"
        while (held := part.stat().st_size if part.exists() else 0) < size:
            headers = {"Range": f"bytes={held}-{min(held + PIECE, size) - 1}"}
            answer = yield from self._get(f"/v1/exports/{id}/files/{quote(name)}", headers)
            with part.open("ab") as file:
                file.write(answer.body)
        part.touch()
        with part.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != told["sha256"]:
            part.unlink()
            raise Unreachable(f"{name} did not arrive as it was sent; export again into the same folder.")
        part.replace(folder / name)
        return ManifestFile(folder / name, size, found)

    def _get(self, path: str, headers: Mapping[str, str] | None = None) -> Operation[Answer]:
        answer: Answer = yield from self.request(Request("GET", path, {}, headers or {}, None, 30.0))
        return answer


def filters_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as they travel: one value or several, moments as text.

    >>> filters_of({"domain": "claims", "model": None, "since": "2026-11-01T00:00:00Z"})
    {'domain': ['claims'], 'from': '2026-11-01T00:00:00Z'}
    """
    return {_TIMES.get(name, name): _filter(name, value) for name, value in given.items() if value is not None}


def _filter(name: str, value: str | datetime | Sequence[str]) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    return value if name in _TIMES else [value] if isinstance(value, str) else list(value)


def _begun(folder: Path, asked: Mapping[str, Any]) -> str | None:
    try:
        kept = loads((folder / _STATE).read_bytes())
        return str(kept["job_id"]) if kept["asked"] == asked else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _replace(path: Path, content: bytes) -> None:
    """Replaces a file in one step."""
    draft = path.with_name(f".{path.name.removeprefix('.')}.new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
