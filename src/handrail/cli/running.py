"""A server from start to end: lock, installation, worker, socket, ordered stop."""

from __future__ import annotations

import gc
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any  # Any: uvicorn's server keeps its own types

import structlog
import uvicorn

from handrail.app import Installation, install
from handrail.background.duties import ALL, Duty
from handrail.kit.clock import Clock
from handrail.kit.logging import set_up_logging
from handrail.kit.settings import Settings
from handrail.setup.access.service.first_admin import ensure_setup_token
from handrail.storage import WriterLock
from handrail.web.server import server_config

AUDIT_CHECK_S = 3600.0
FIRST_AUDIT_CHECK_S = 30.0
"""The whole log is read and hashed; after a restart under load callers come first."""
SWITCH_S = 0.001
"""After this long a busy thread lets another one run. The interpreter's own 5 ms are long for the thread that writes,
which comes back from the disk many times for each group."""
log = structlog.get_logger("handrail.storage")


class Running:
    """Holds what a running server holds; lets go of all of it at the end."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self._clock = clock
        self._lock: WriterLock | None = None
        self._ended = threading.Event()
        self.installation: Installation

    def __enter__(self) -> Running:
        set_up_logging(self.settings.log_format)
        url = self.settings.database_url
        if url.startswith("sqlite:///"):
            self._lock = WriterLock(Path(url.removeprefix("sqlite:///")))
            self._lock.take()
        self.installation = install(self.settings, self._clock)
        warning = self.installation.store.warning()
        if warning is not None:
            log.warning("storage.old_library", why=warning)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if hasattr(self, "installation"):
            self.installation.close()
        if self._lock is not None:
            self._lock.release()

    def setup_link(self) -> str | None:
        """The link that makes the first admin; None once somebody can sign in."""
        access = self.installation.access
        token = self.installation.store.write(lambda session: ensure_setup_token(session, access.tokens))
        return access.setup_url(token) if token else None

    def start_worker(self, *, inside: bool = True, duties: frozenset[Duty] = ALL) -> None:
        """Runs jobs in threads of this process, and looks at the audit log soon and every hour. `inside`: a server."""
        pulse = self.installation.worker.pulse
        pulse.inside, pulse.duties = inside, duties
        self.installation.worker.start()
        if Duty.JOBS not in duties:
            return
        threading.Thread(target=self._watch_audit, name="handrail-audit-check", daemon=True).start()

    def _watch_audit(self) -> None:
        wait_s = FIRST_AUDIT_CHECK_S
        while not self._ended.wait(wait_s):
            self.installation.check_audit()
            wait_s = AUDIT_CHECK_S

    def serve(self, ready: Callable[[str], None] | None = None, sockets: list[socket.socket] | None = None) -> None:
        """Serves until told to stop, on sockets that listen already where some are given; then finishes what is in
        flight, for at most ten seconds."""
        if self.settings.worker == "inside":
            self.start_worker()
        self.installation.stopwatch.start()
        sys.setswitchinterval(SWITCH_S)
        _come_back_after_sigterm()
        gc.freeze()  # what lives for ever need not be looked at by each collection
        config = server_config(self.installation.web, self.settings)
        _Server(config, ready or say_ready, self.settings.own_url).run(sockets)


def _come_back_after_sigterm() -> None:
    """uvicorn raises the signal once more when it is done; by default that ends the process before worker and store."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: None)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None], url: str) -> None:
        super().__init__(config)
        self._ready, self._url = ready, url

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready(self._url)


def say_ready(url: str) -> None:
    """Tells on stdout that the server answers, and where."""
    print(f"Handrail is ready: {url}", flush=True)
