"""X6: no room left in the middle of a decision, an entry of the audit log, an export, a backup.

Each is refused with 503 or 507 and leaves nothing half written; reads go on; and once there is room, the same requests
go through without a restart. The room ends in two ways: a limit on the size of files, and, in
the long campaign, a small disk that is really full.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from benchmarks.real_run.server import PASSWORD, PROJECT, ServerProcess, open_project
from handrail.audit import AuditKey, verify
from handrail.client.api import Api
from handrail.client.errors import ApiError
from handrail.kit.secrets import derive, load_secret
from handrail.storage import open_store
from scripts import postgres
from tests.support.house import Served

POLICY = """
policy: 1
queues: {team: {undo: 0s}}
"""
MIB = 1024 * 1024
PIECE = 750_000
"""Of an item's text: two thirds of what one request may hold."""
FULL = (503, 507)


@dataclass
class Place:
    """A server, and a way to take all room from its database and to give it back."""

    server: ServerProcess
    take: Callable[[], None]
    give: Callable[[], None]
    takes_all: bool = True
    """False: only the longest table finds no room."""


def small_disk(folder: Path, stack: ExitStack, size: str) -> Path:
    """A disk of its own; only root may mount one."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    stack.callback(lambda: subprocess.run(["umount", "-l", str(folder)], check=True))
    return folder


def ballast(disk: Path, leaves: int) -> tuple[Callable[[], None], Callable[[], None]]:
    """Fills a disk but for `leaves` bytes, and empties it again."""
    file = disk / "ballast"

    def take() -> None:
        found = os.statvfs(disk)
        file.write_bytes(b"\0" * (found.f_bavail * found.f_frsize - leaves))

    return take, file.unlink


def limits(
    pids: Callable[[], list[int]], most: Callable[[], int], user: str | None = None
) -> tuple[Callable[[], None], Callable[[], None]]:
    """Limits the size of files that these processes of `user` write, and lifts that."""

    def put(size: str) -> None:
        for pid in pids():
            if Path(f"/proc/{pid}").exists():
                subprocess.run(["prlimit", f"--pid={pid}", f"--fsize={size}:"], user=user, check=True)

    return lambda: put(str(most())), lambda: put("unlimited")


def on_sqlite(kind: str, folder: Path, stack: ExitStack) -> Place:
    if kind == "disk":
        disk = small_disk(folder / "disk", stack, "64m")
        return Place(ServerProcess(disk), *ballast(disk, 2 * MIB))
    server = ServerProcess(folder)
    wal = folder / "data" / "handrail.db-wal"

    def pids() -> list[int]:
        assert server.process is not None
        return [server.process.pid]

    return Place(server, *limits(pids, lambda: wal.stat().st_size + 2 * MIB))


def on_postgres(kind: str, folder: Path, stack: ExitStack) -> Place:
    found = postgres.installations()
    if not found:
        pytest.skip(f"no PostgreSQL here; to add it: {postgres.ADD}")
    own = stack.enter_context(postgres.started(found[0]))
    url = own.url
    if kind == "disk":
        disk = small_disk(own.home / "disk", stack, "64m")
        (disk / "tables").mkdir()
        for one in (disk, disk / "tables"):
            if own.user is not None:
                shutil.chown(one, own.user)
        name = f"small_{secrets.token_hex(4)}"
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"CREATE TABLESPACE small LOCATION '{disk / 'tables'}'".encode())
            admin.execute(f"CREATE DATABASE {name} TABLESPACE small".encode())
        return Place(ServerProcess(folder, f"{url.rpartition('/')[0]}/{name}"), *ballast(disk, 2 * MIB))

    def pids() -> list[int]:
        with psycopg.connect(url) as admin:
            found = admin.execute("SELECT pid FROM pg_stat_activity").fetchall()
        return [own.pid, *(row[0] for row in found)]

    # its log is written in files of 16 MiB, made whole at once: tables alone can grow past that
    return Place(ServerProcess(folder, url), *limits(pids, lambda: 16 * MIB + 8192, own.user), takes_all=False)


@pytest.fixture(
    params=[
        pytest.param((on_sqlite, "limit"), id="sqlite-limit"),
        pytest.param((on_sqlite, "disk"), id="sqlite-disk", marks=pytest.mark.long),  # it mounts a disk
        pytest.param((on_postgres, "limit"), id="postgresql-limit", marks=pytest.mark.postgres),
        pytest.param((on_postgres, "disk"), id="postgresql-disk", marks=[pytest.mark.postgres, pytest.mark.long]),
    ]
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A server that runs."""
    make, kind = request.param
    with ExitStack() as stack:
        made = make(kind, tmp_path, stack)
        stack.callback(made.server.stop)
        made.server.start(60)
        yield made


@dataclass
class Caller:
    """Sends requests once, and tells how each was answered."""

    client: httpx.Client

    def send(self, key: str, output: str) -> httpx.Response:
        body = {"output": output, "key": key}
        return self.client.post("/v1/items", json=body, headers={"Idempotency-Key": key})


def noise(length: int = PIECE) -> str:
    """A text that cannot be packed."""
    return secrets.token_hex(length // 2)


def refused(told: httpx.Response) -> bool:
    """Whether there was no room; any other answer than that or success is a failure."""
    if told.status_code in (200, 201, 202):
        return False
    assert told.status_code in FULL, told.text
    assert told.json()["error"]["retry"] is True
    return True


@pytest.mark.timeout(240)
def test_x06_no_room_in_the_middle_of_decisions(place: Place) -> None:
    server = place.server
    project = open_project(server, POLICY, 1)
    reviewer = Api(server.url, retries=0).sign_in(project.reviewers[0], PASSWORD, project=PROJECT)
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {project.key}"}, timeout=60) as client:
        caller = Caller(client)
        first = caller.send("first", "a text").json()["item_id"]
        held = reviewer.post("/v1/assignments/claim", {"limit": 1})["assignments"][0]
        place.take()
        kept, lost = fill(caller)
        verdict = {
            "fence": held["fence"],
            "active_ms": 4_000,
            "verdict": "edit",
            "reason": "mended",
            "output": {"type": "text", "text": noise()},
        }
        review = f"/v1/assignments/{held['assignment_id']}/review"
        headers = {"Idempotency-Key": "the verdict"}
        if place.takes_all:
            with pytest.raises(ApiError) as told:
                reviewer.post(review, verdict, **headers)
            assert told.value.status in FULL
        look_while_full(client, first, kept, lost)
        place.give()
        reviewer.post(review, verdict, **headers)  # the same request, the same process
        for key, output in lost.items():
            assert not refused(caller.send(key, output))
        until_all_is_told(client, {first})
        stored = {one["key"] for one in Api(server.url, project.key).rows("/v1/items", limit=200)}
        assert stored == {"first", *kept, *lost}
    assert server.process is not None
    assert server.process.poll() is None
    server.stop()
    assert log_is_whole(server)


def fill(caller: Caller) -> tuple[list[str], dict[str, str]]:
    """Sends items until three in a row have no room: the keys that were kept, and what was refused."""
    kept, lost = list[str](), dict[str, str]()
    for number in range(60):
        key, output = f"n{number}", noise()
        if refused(caller.send(key, output)):
            lost[key] = output
        else:
            kept.append(key)
        if len(lost) == 3:
            return kept, lost
    raise AssertionError("there was room for everything")


def look_while_full(client: httpx.Client, first: str, kept: list[str], lost: dict[str, str]) -> None:
    """Reads work, and show all that was answered as kept and nothing of what was refused."""
    told = client.get(f"/v1/items/{first}")
    assert (told.status_code, told.json()["status"]) == (200, "pending")
    there = {one["key"] for one in client.get("/v1/items", params={"limit": 100}).json()["data"]}
    assert there == {"first", *kept}
    assert not there & set(lost)
    assert client.get("/v1/reviews").json()["data"] == []


def until_all_is_told(client: httpx.Client, decided: set[str]) -> None:
    """The worker goes on too: what was decided is settled and told."""
    for _ in range(300):
        events = client.get("/v1/events", params={"limit": 200}).json()["data"]
        if decided <= {one["subject"] for one in events if one["type"] == "item.released"}:
            return
        time.sleep(0.1)
    raise AssertionError("the worker did not go on")


def log_is_whole(server: ServerProcess) -> bool:
    key = AuditKey(derive(load_secret(server.folder / "data" / "secret"), "audit"))
    store = open_store(server.database_url)
    try:
        return verify(store.read, key).ok
    finally:
        store.close()


def limited(most: int, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A command of ours in a process that may write no file longer than `most` bytes."""
    code = (
        "import resource, runpy, sys; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY)); "
        "runpy.run_module('handrail', run_name='__main__', alter_sys=True)"
    )
    command = [sys.executable, "-c", code, str(most), *(str(one) for one in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture
def full_house(served: Served) -> Served:
    """Items whose texts together are much longer than what may be written."""
    served.policy(
        "policy: 1\nqueues: {review: {}}\nautonomy: {segments: {default: monitor}}\naudit: {share: 0%, queue: review}"
    )
    served.submit(*({"prompt": "?", "output": noise(20_000)} for _ in range(20)))
    return served


def test_x06_an_export_without_room_is_no_export_and_can_be_gone_on_with(full_house: Served, tmp_path: Path) -> None:
    out, options = tmp_path / "out", ["--to", "2100-01-01", *full_house.options()]
    ended = limited(100_000, "export", "jsonl", "-o", out, *options)
    assert ended.returncode != 0
    assert "cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (out / "manifest.json").exists()
    assert [one.name for one in out.glob("*.jsonl")] == []  # unfinished files have other names
    assert limited(100 * MIB, "export", "jsonl", "-o", out, "--resume", *options).returncode == 0
    assert limited(100 * MIB, "export", "jsonl", "-o", tmp_path / "whole", *options).returncode == 0
    assert (out / "items.jsonl").read_bytes() == (tmp_path / "whole" / "items.jsonl").read_bytes()


def test_x06_a_backup_without_room_is_no_backup(full_house: Served, tmp_path: Path) -> None:
    options = ["--database", full_house.database, "--data-dir", full_house.data_dir]
    ended = limited(50_000, "backup", tmp_path / "copy", *options)
    assert ended.returncode != 0
    assert "cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.glob("copy*"))
    ended = limited(100 * MIB, "backup", tmp_path / "copy", *options)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "copy" / "manifest.json").exists()
