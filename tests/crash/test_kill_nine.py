"""X1: kill -9 of the server at random moments. Nothing acknowledged is lost, nothing is decided or told twice."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import psycopg
import pytest
from psycopg import sql

from benchmarks.real_run.__main__ import policy_for
from benchmarks.real_run.data import RealOutput, Truth, real_outputs
from benchmarks.real_run.server import ServerProcess
from handrail.demo.world import claims
from tests.crash.campaign import Campaign

SHORT_KILLS, SHORT_ITEMS = 3, 120
LONG_KILLS = int(os.environ.get("KILLS", "20"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerProcess]:
    """A server on a database of its own, not yet started."""
    if request.param == "sqlite":
        made = ServerProcess(tmp_path)
        yield made
        made.stop()
        return
    base, name = request.getfixturevalue("postgres_server"), f"handrail_crash_{secrets.token_hex(6)}"
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made = ServerProcess(tmp_path, f"{base.rpartition('/')[0]}/{name}")
        yield made
        made.stop()
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def invented(count: int) -> list[RealOutput]:
    """Claims of the example desk, with what is known of them."""
    found = []
    for claim in claims(7, count):
        item: dict[str, Any] = {
            name: claim.item[name] for name in ("key", "output", "context", "domain", "task") if name in claim.item
        }
        found.append(RealOutput(item, Truth(bool(claim.truth.errors), None)))
    return found


@pytest.mark.timeout(300)
def test_x01_kill_nine_under_load(server: ServerProcess) -> None:
    rows = invented(SHORT_ITEMS)
    campaign = Campaign(server, policy_for(rows), rows, SHORT_KILLS, Random(1))
    campaign.run()
    assert campaign.problems == []
    assert len(campaign.restarts_s) == SHORT_KILLS
    assert campaign.tally.verdicts
    assert campaign.tally.audits


@pytest.mark.long
def test_x01_kill_nine_long(server: ServerProcess) -> None:
    """The real outputs where DATA names them, else invented ones; KILLS kills."""
    data = os.environ.get("DATA")
    rows = (
        real_outputs(Path(data), Path(os.environ["CORRECTIONS"]) if "CORRECTIONS" in os.environ else None)
        if data
        else invented(3_000)
    )
    campaign = Campaign(server, policy_for(rows), rows, LONG_KILLS, Random(int(os.environ.get("SEED", "1"))), 3.0)
    campaign.run()
    tally, slowest, usual = campaign.tally, max(campaign.restarts_s), median(campaign.restarts_s)
    sys.stdout.write(f"{len(campaign.acked)} items, {len(tally.verdicts)} verdicts, {len(tally.audits)} audits; ")
    sys.stdout.write(f"{len(campaign.restarts_s)} kills; back after {usual:.1f} s, at most {slowest:.1f} s (aim 5 s)\n")
    assert campaign.problems == []
