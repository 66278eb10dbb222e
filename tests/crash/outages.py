"""PostgreSQL restarted under load, two servers and two workers killed in turn, and a probe that notes every answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

from benchmarks.real_run.reviewers import review_all
from benchmarks.real_run.server import OpenProject, ServerProcess, open_project
from handrail.client.api import Api
from scripts.postgres import Server
from tests.crash.campaign import REVIEWERS, SENDERS, Campaign

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
WAITS = frozenset({429, 503})


@dataclass
class WorkerProcess:
    """`handrail worker` beside servers that run without one."""

    server: ServerProcess
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "handrail", "worker", "--data-dir", str(self.server.folder / "data")]
        with self.server.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*command, "--database", self.server.database_url], stdout=out, stderr=out, env=dict(os.environ)
            )

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@dataclass
class Probe:
    """A client that never tries again and notes what each request was answered with, and how long none succeeded."""

    url: str
    key: str
    bodies: list[dict[str, object]]
    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    gaps_s: dict[str, list[float]] = field(default_factory=lambda: {"server": [], "database": []})
    """How long nothing succeeded, by what was away."""
    unreachable: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        failing_since, unreachable = None, 0
        with httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, timeout=30) as client:
            number = 0
            while not self._over.wait(0.05):
                number += 1
                ok = self._ask(client, self.bodies[number % len(self.bodies)], write=number % 2 == 0)
                now = time.perf_counter()
                if not ok:
                    failing_since = failing_since or now
                elif failing_since is not None:
                    away = "server" if self.unreachable > unreachable else "database"
                    self.gaps_s[away].append(now - failing_since)
                    failing_since, unreachable = None, self.unreachable

    def _ask(self, client: httpx.Client, body: dict[str, object], *, write: bool) -> bool:
        try:
            if write:
                told = client.post("/v1/items", json=body, headers={"Idempotency-Key": str(body["key"])})
            else:
                told = client.get("/v1/items", params={"limit": 1})
        except httpx.TransportError:  # the server itself was killed
            self.unreachable += 1
            return False
        self.answers[told.status_code] += 1
        if told.status_code < 400:
            return True
        waits = told.status_code in WAITS and "retry-after" in told.headers
        same_key_runs = told.status_code == 409 and told.json()["error"]["retry"]
        if not waits and not same_key_runs:
            self.wrong.append(f"{told.status_code}: {told.text[:300]}")
        return False

    def stop(self) -> None:
        self._over.set()


@dataclass
class Outages(Campaign):
    """The campaign on two servers and two workers. `kills` counts rounds; each takes away one thing, in turn."""

    postgres: Server | None = None
    nodes: list[ServerProcess] = field(default_factory=list)
    workers: list[WorkerProcess] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Submits and reviews everything while this and that is taken away, then looks at what is there."""
        for node in self.nodes:
            node.start(60)
        project = open_project(self.nodes[-1], self.policy, REVIEWERS)
        for worker in self.workers:
            worker.start()
        bodies = [dict(row.item) for row in self.rows]
        self.probes = [Probe(node.url, project.key, bodies) for node in self.nodes]
        threads = [threading.Thread(target=one) for one in (self._kill, *(probe.run for probe in self.probes))]
        for thread in threads:
            thread.start()
        try:
            self._work(project)
        finally:
            threads[0].join()
            for probe in self.probes:
                probe.stop()
            for thread in threads[1:]:
                thread.join()
        self._review(project)
        self._settle(project)
        self._check(project)
        self.problems += [one for probe in self.probes for one in probe.wrong]

    def _kill(self) -> None:
        steps: list[Callable[[], None]] = [
            self._restart_postgres,
            lambda: self._kill_worker(0),
            self._kill_backends,
            lambda: self._kill_node(0),
            self._restart_postgres,
            lambda: self._kill_worker(1),
            self._kill_backends,
            lambda: self._kill_node(1),
        ]
        try:
            for number in range(self.kills):
                time.sleep(self.rng.uniform(0.3, self.longest_life_s))
                steps[number % len(steps)]()
        except BaseException as error:  # a thread's end is silent otherwise
            self.problems.append(f"the campaign itself failed: {error!r}")
            raise
        self._look_who_died()

    def _restart_postgres(self) -> None:
        assert self.postgres is not None
        self.postgres.stop()
        for node, probe in zip(self.nodes, self.probes, strict=True):
            self._ask_without_database(node, probe)
        self.postgres.start()
        self.done["restarts of PostgreSQL"] += 1
        self._until_written()

    def _ask_without_database(self, node: ServerProcess, probe: Probe) -> None:
        """A read and a write while there is nothing to ask: both are told to come again, and soon."""
        with httpx.Client(base_url=node.url, headers={"Authorization": f"Bearer {probe.key}"}, timeout=30) as client:
            for told in (client.get("/v1/items"), client.post("/v1/items", json=probe.bodies[0])):
                if told.status_code != 503 or "retry-after" not in told.headers:
                    self.problems.append(f"without a database: {told.status_code} {told.text[:200]}")
                self.done["answers 503 without a database"] += 1

    def _kill_backends(self) -> None:
        """kill -9 of one process that serves a connection: the server ends all others and reads its log again."""
        assert self.postgres is not None
        with suppress(psycopg.OperationalError), psycopg.connect(self.postgres.url) as admin:
            pids = [row[0] for row in admin.execute(BACKENDS).fetchall()]
            if pids:
                os.kill(self.rng.choice(pids), signal.SIGKILL)
                self.done["kills of a backend"] += 1
        self._until_written()

    def _until_written(self) -> None:
        """How long until both servers take a write again."""
        began = time.perf_counter()
        for node, probe in zip(self.nodes, self.probes, strict=True):
            with Api(node.url, probe.key, retries=40) as api:
                body = probe.bodies[0]
                api.post("/v1/items", body, **{"Idempotency-Key": str(body["key"])})
        self.restarts_s.append(time.perf_counter() - began)

    def _kill_worker(self, number: int) -> None:
        self._look_who_died()
        self.workers[number].kill()
        self.workers[number].start()
        self.done["kills of a worker"] += 1

    def _kill_node(self, number: int) -> None:
        self._look_who_died()
        self.nodes[number].kill()
        self.nodes[number].start(60)
        self.done["kills of a server"] += 1

    def _look_who_died(self) -> None:
        """A database that is away ends no process of ours."""
        all_of_ours: list[ServerProcess | WorkerProcess] = [*self.nodes, *self.workers]
        for one in all_of_ours:
            if one.process is not None and one.process.poll() is not None:
                self.problems.append(f"{type(one).__name__} ended by itself with {one.process.returncode}")

    def _send(self, project: OpenProject, at: int, failures: list[BaseException]) -> None:
        """As in the campaign, each sender through a server of its own."""
        try:
            with Api(self.nodes[at % len(self.nodes)].url, project.key, retries=80) as api:
                for row in self.rows[at::SENDERS]:
                    result = api.post("/v1/items", row.item, **{"Idempotency-Key": row.item["key"]})
                    self.acked[row.item["key"]] = result["item_id"]
        except BaseException as error:  # noqa: BLE001  # raised again by the caller
            failures.append(error)

    def _review(self, project: OpenProject) -> None:
        """Reviewers work through both servers at once."""
        truths, failures = self._truths(project), list[BaseException]()

        def work(node: ServerProcess, people: list[str]) -> None:
            try:
                review_all(node.url, people, truths, self.tally, lambda: None)
            except BaseException as error:  # noqa: BLE001  # raised again below
                failures.append(error)

        shares = [project.reviewers[at :: len(self.nodes)] for at in range(len(self.nodes))]
        pairs = zip(self.nodes, shares, strict=True)
        threads = [threading.Thread(target=work, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def figures(self) -> str:
        """What was done and how long it lasted, for people."""
        answers = sum((probe.answers for probe in self.probes), Counter[int]())
        gaps = {away: [gap for probe in self.probes for gap in probe.gaps_s[away]] for away in ("database", "server")}
        longest = ", ".join(f"{max(some, default=0.0):.1f} s ({away} away)" for away, some in gaps.items())
        done = ", ".join(f"{count} {what}" for what, count in sorted(self.done.items()))
        back = max(self.restarts_s, default=0.0)
        return (
            f"{done}; {len(self.acked)} items, {len(self.tally.verdicts)} verdicts; "
            f"answers {dict(sorted(answers.items()))}; nothing succeeded for at most {longest}; "
            f"once PostgreSQL was back, both servers wrote within {back:.1f} s (aim 30 s)\n"
        )

    def stop(self) -> None:
        """Ends everything that runs."""
        for worker in self.workers:
            if worker.process is not None and worker.process.poll() is None:
                worker.kill()
        for node in self.nodes:
            node.stop()


def two_nodes(folder: Path, database: str) -> list[ServerProcess]:
    """Two servers without workers on one database and one secret."""
    return [ServerProcess(folder, database, options=("--worker", "off")) for _ in range(2)]
