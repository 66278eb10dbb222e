"""Several server processes on one address: started together, replaced when one dies, ended together."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event

import structlog

from handrail.cli.running import Running
from handrail.kit.settings import Settings, SettingsRefused

READY_S = 60.0
END_S = 15.0
AGAIN_S = 1.0
"""Before the place of a process that died is filled, so that one that cannot start does not start for ever at once."""
_SPAWN = multiprocessing.get_context("spawn")
log = structlog.get_logger("handrail.processes")


class Processes:
    """Serves on one socket with `settings.processes` processes; the first one works on jobs where workers are inside.

    They know of each other only through the database. Raises SettingsRefused for a store that has one writer.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.database_url.startswith("sqlite:///"):
            raise SettingsRefused(
                f"The setting `processes` is {settings.processes}, and SQLite has one writer; "
                "leave it at 1, or take PostgreSQL."
            )
        self._settings = settings
        self._places: list[SpawnProcess] = []
        self._ending = False

    def serve(self, say_ready: Callable[[], None]) -> None:
        """Serves until told to stop by SIGTERM or SIGINT."""
        with _listening(self._settings) as listener:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._told_to_end)
            try:
                self._places = [self._start(at, listener) for at in range(self._settings.processes)]
                if not self._ending:
                    say_ready()
                while not self._ending:
                    self._replace_dead(listener)
            finally:
                self._end()

    def _told_to_end(self, *_: object) -> None:
        self._ending = True

    def _start(self, at: int, listener: socket.socket) -> SpawnProcess:
        settings = self._settings if at == 0 else replace(self._settings, worker="off")
        ready = _SPAWN.Event()
        made = _SPAWN.Process(target=_serve_one, args=(settings, listener, ready), name=f"handrail-serve-{at}")
        made.start()
        until = time.monotonic() + READY_S
        while not self._ending and made.is_alive() and time.monotonic() < until:
            if ready.wait(0.1):
                break
        return made

    def _replace_dead(self, listener: socket.socket) -> None:
        wait([one.sentinel for one in self._places], timeout=0.5)
        for at, one in enumerate(self._places):
            if one.is_alive() or self._ending:
                continue
            log.error("process.died", number=at, exit_code=one.exitcode)
            time.sleep(AGAIN_S)
            self._places[at] = self._start(at, listener)

    def _end(self) -> None:
        """Lets each finish what it has in hand; one that does not end in time is ended."""
        for one in self._places:
            one.terminate()
        until = time.monotonic() + END_S
        for one in self._places:
            one.join(max(0.0, until - time.monotonic()))
            if one.is_alive():
                one.kill()
                one.join()


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsRefused(
                f"{settings.host} port {settings.port} cannot be listened on: {error.strerror}; take another --port."
            ) from None
        listener.listen(1024)
        yield listener


def _serve_one(settings: Settings, listener: socket.socket, ready: Event) -> None:
    """One process; runs in a fresh interpreter, and not longer than the one that started it."""
    threading.Thread(target=_end_with_parent, name="handrail-parent", daemon=True).start()
    with Running(settings) as running:
        running.serve(lambda _: ready.set(), [listener])


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
