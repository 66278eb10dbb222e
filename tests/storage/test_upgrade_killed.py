"""Killed in the middle of an upgrade or a restore, a process leaves all or nothing; the next try goes through."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from handrail.audit import verify
from handrail.storage.migrate import HEAD
from tests.support.commands import Commands, commands
from tests.support.stored import FOLDER, Stored, empty_place, stored, stored_file, stored_postgres

__all__ = ["commands", "empty_place", "stored", "stored_file", "stored_postgres"]

DIES = """
import os, signal, sys
from sqlalchemy import Engine, event

kind, what, times = sys.argv[1], sys.argv[2], int(sys.argv[3])

def meets(text):
    global times
    times -= what in text
    if times == 0:
        os.kill(os.getpid(), signal.SIGKILL)

if kind == "statement":
    event.listen(Engine, "before_cursor_execute", lambda *given: meets(given[2]))
else:  # what the operating system is asked for
    sys.addaudithook(lambda name, given: meets(str(given[0])) if name == kind else None)

from handrail.cli.main import run
run(sys.argv[4:])
"""


def killed(kind: str, what: str, times: int, *arguments: str) -> None:
    """Runs a command that is killed when it comes to this the so-manieth time."""
    command = [sys.executable, "-c", DIES, kind, what, str(times), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ))
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


UPGRADE = [
    ("statement", "INSERT INTO outcome_order"),  # where rows are made from rows
    ("statement", f"'{HEAD}'"),  # all is done but for the last mark
]


@pytest.mark.parametrize(("kind", "what"), UPGRADE, ids=["rows", "last"])
def test_an_upgrade_that_is_killed_begins_again(stored: Stored, kind: str, what: str) -> None:
    killed(kind, what, 1, "audit", "verify", *stored.options)
    if stored.url.startswith("sqlite"):
        is_whole(stored.data / f"handrail.db.before-{HEAD}-was-0001")
    taken_over(stored)


def test_a_copy_that_was_not_finished_has_not_its_name(stored_file: Path, stored: Stored) -> None:
    """Killed between copying and naming; the next start copies again."""
    if not stored.url.startswith("sqlite"):
        killed("statement", "pg_advisory_lock", 1, "audit", "verify", *stored.options)
        taken_over(stored)
        return
    killed("os.rename", ".part", 1, "audit", "verify", *stored.options)
    assert not (stored.data / f"handrail.db.before-{HEAD}-was-0001").exists()
    taken_over(stored)
    is_whole(stored.data / f"handrail.db.before-{HEAD}-was-0001")
    assert list(stored.data.glob("*.part")) == []


def is_whole(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def taken_over(stored: Stored) -> None:
    """A server of today starts, and nothing of then is missing."""
    with stored.today() as today:
        for one in stored.manifest.tables:
            there = today.rows(f"SELECT COUNT(*) FROM {one.name}")[0][0]
            assert there >= one.rows, one.name
        assert today.rows("SELECT version_num FROM alembic_version") == [(HEAD,)]
        found = verify(today.installation.store.read, today.installation.house.audit_key)
        assert (found.ok, found.size) == (True, stored.manifest.audit_size), found


RESTORE = [
    ("open", "outcomes.jsonl.gz", 2),  # half of the tables are filled; the first time its sum is looked at
    ("statement", f"'{HEAD}'", 1),
]


@pytest.mark.parametrize(("kind", "what", "times"), RESTORE, ids=["filling", "last"])
def test_a_restore_that_is_killed_leaves_nothing_and_is_begun_again(
    empty_place: Stored, commands: Commands, kind: str, what: str, times: int
) -> None:
    killed(kind, what, times, "restore", str(FOLDER), *empty_place.options)
    if empty_place.url.startswith("sqlite"):
        assert not empty_place.path.exists()
    done = commands("restore", FOLDER, *empty_place.options)
    assert done.code == 0, done.err
    assert "The audit log is whole" in done.out
    assert list(empty_place.data.glob("*.restoring*")) == []
    taken_over(empty_place)
