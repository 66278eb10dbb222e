"""A real server in a process of its own, that can be killed and started again."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from handrail.client.api import Api

PASSWORD = "a long password of this run"
LEAD = "lead@example.org"
PROJECT = "real-run"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class ServerProcess:
    """`handrail serve` on one database."""

    folder: Path
    database: str | None = None
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    options: tuple[str, ...] = ()
    """More for the command line."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.folder / 'data' / 'handrail.db'}"

    def start(self, within_s: float = 30.0) -> float:
        """Starts and waits until it is ready; how many seconds that took."""
        self.folder.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "handrail",
            "serve",
            "--data-dir",
            str(self.folder / "data"),
            "--port",
            str(self.port),
        ]
        command += ["--database", self.database] if self.database else []
        command += self.options
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, env={**os.environ, "PYTHONUNBUFFERED": "1"}
            )
        while time.perf_counter() - began < within_s:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.log.read_text()[-2000:]}")
            if self._is_ready():
                return time.perf_counter() - began
            time.sleep(0.02)
        raise RuntimeError(f"the server is not ready after {within_s} s")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def setup_token(self) -> str:
        """The token of the link that the first start printed."""
        found = re.findall(r"/setup#(\S+)", self.log.read_text())
        return str(found[-1])


@dataclass
class OpenProject:
    """A project ready for items: its key, and who reviews."""

    key: str
    reviewers: list[str]


def open_project(server: ServerProcess, policy: str, reviewers: int) -> OpenProject:
    """Makes the first admin, reviewers, a policy in force and a key, all over HTTP."""
    with Api(server.url) as stranger:
        wanted = {
            "token": server.setup_token(),
            "name": "Lead",
            "email": LEAD,
            "password": PASSWORD,
            "project": {"slug": PROJECT, "name": "Real run"},
        }
        stranger.post("/v1/setup", wanted)
    with Api(server.url).sign_in(LEAD, PASSWORD, project=PROJECT) as lead:
        names = [f"reviewer-{at}@example.org" for at in range(reviewers)]
        for name in names:
            lead.post(
                "/v1/people", {"email": name, "name": name.split("@")[0], "roles": ["senior"], "password": PASSWORD}
            )
        made = lead.post("/v1/policies", {"yaml": policy, "note": "written for this run"})
        lead.post(f"/v1/policies/{made['version']}/activate", **{"If-Match": '"r1"'})
        scopes = [
            "items.submit",
            "items.outcome",
            "items.appeal",
            "items.recall",
            "items.override",
            "events.read",
            "items.read",
            "exports.read",
            "audit_samples.read",
            "reviews.read",
        ]
        key = lead.post("/v1/keys", {"name": "application", "scopes": scopes})["key"]
    return OpenProject(key, names)


def run_json(arguments: list[str], server: ServerProcess, key: str) -> dict[str, object]:
    """A command of ours against this server, answering in JSON."""
    environment = {**os.environ, "HANDRAIL_URL": server.url, "HANDRAIL_KEY": key}
    done = subprocess.run(
        [sys.executable, "-m", "handrail", *arguments], capture_output=True, check=False, env=environment, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"handrail {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
    answer: dict[str, object] = json.loads(done.stdout or "{}")
    return answer
