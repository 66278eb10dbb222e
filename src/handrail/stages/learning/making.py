"""Makes the files of exports, one at a time for each worker, in a process of its own beside the jobs."""

from __future__ import annotations

import os
import queue
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any, ClassVar, Protocol  # Any: rows, lines of JSON

import structlog

from handrail.audit.child import url_of
from handrail.background.duties import Duty
from handrail.background.signals import Signals
from handrail.kit.ids import is_id
from handrail.kit.jsons import loads
from handrail.stages.learning import asked as service
from handrail.stages.learning.child import COMMAND, ENVIRONMENT, Order
from handrail.stages.learning.queries import exports as queries
from handrail.storage import Session, Store

SIGNAL = "exports"
POLL_S = 1.0
BEAT_S = 1.0
EXPIRY_S = 60.0
LEASE = timedelta(seconds=30)
TRIES = 3
MOST_HERE = 500
"""Folders that one look at what has expired asks about."""
log = structlog.get_logger("handrail.exports")


class MayExport(Protocol):
    """Whether who asked for an export may still have it."""

    def __call__(self, session: Session, project_id: str, actor: str, /) -> bool: ...


@dataclass
class Maker:
    """Makes until stopped. `problem` tells health what keeps it from it."""

    duty: ClassVar[Duty] = Duty.JOBS

    store: Store
    desk: service.ExportDesk
    signals: Signals
    may: MayExport
    problem: str | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _swept_at: float = float("-inf")

    def start(self) -> None:
        """Begins to work in a thread of its own."""
        if self.store.dialect == "sqlite":
            self.store.write(queries.let_go)  # one process at a time has the file: who held leases is gone
        self._thread = threading.Thread(target=self._run, name="handrail-exports", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Ends; an export under way is put back and gone on with by the next worker."""
        self._stop.set()
        self.signals.fire(SIGNAL)
        if self._thread is not None:
            self._thread.join(timeout_s)

    def make_due(self) -> int:
        """Makes the oldest export that waits, in the calling thread; how many there were. A running maker does the
        same by itself."""
        if not self.store.read(queries.something_due):
            return 0
        taken = self.store.write(lambda s: queries.take(s, s.now + LEASE, socket.gethostname()))
        if taken is None:
            return 0
        self._make(taken)
        return 1

    def remove_expired(self) -> int:
        """Removes the files whose time is over; of how many exports."""
        here = [one.name for one in self.desk.folder.glob("*") if is_id(one.name)][:MOST_HERE]
        found = self.store.read(lambda session: queries.expired(session, socket.gethostname(), here))
        for one in found:
            shutil.rmtree(self.desk.folder / one["id"], ignore_errors=True)
            self.store.write(lambda session, id=one["id"]: queries.removed(session, id))  # type: ignore[misc]  # called at once
        return len(found)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if monotonic() - self._swept_at > EXPIRY_S:
                    self.remove_expired()
                    self._swept_at = monotonic()
                made = self.make_due()
                self.problem = None
            except Exception as error:  # noqa: BLE001  # it outlives a database that is away; health shows it
                made = 0
                self.problem = f"exports: {type(error).__name__}"
                log.error("exports.failed", error=type(error).__name__)  # noqa: TRY400  # messages may hold content
                self._stop.wait(POLL_S)
            if not made:
                self.signals.wait_in_thread(SIGNAL, POLL_S)

    def _make(self, row: Mapping[str, Any]) -> None:
        if not self._is_allowed(row):
            return
        target = self.desk.folder / row["id"]
        if row["attempt"] > TRIES:
            self._fail(row, "internal", "The process that made it ended too often; start it again.")
            return
        order = Order(
            url_of(self.store),
            service.wanted_of(row),
            folder=str(target),
            head=self.store.read(lambda s: service.head_of(s, self.desk.version, service.wanted_of(row))).model_dump(
                mode="json"
            ),
        )
        try:
            target.mkdir(parents=True, exist_ok=True)
            said = self._followed(row, order)
        except OSError as error:
            self._fail(row, "storage_full", f"The folder for exports cannot be written: {error.strerror}.")
            return
        if said is None:
            return
        if "manifest" in said:
            done = self.store.write(lambda session: service.finish(session, self.desk, row, said["manifest"]))
            log.info("export.done" if done else "export.lease_gone", export_id=row["id"])
        elif "error" in said:
            self._fail(row, said["error"]["code"], said["error"]["message"])
        else:
            log.warning("export.child_died", export_id=row["id"], attempt=row["attempt"])
            self._change(row, state="queued", lease_until=None)

    def _followed(self, row: Mapping[str, Any], order: Order) -> Mapping[str, Any] | None:
        """The last that the process says, nothing in it if it died; None if nobody wants the export any more."""
        # a cwd of its own would change what a relative path of the database means
        with subprocess.Popen(  # noqa: S603  # our own module
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **ENVIRONMENT}
        ) as process:
            try:
                assert process.stdin is not None
                with suppress(BrokenPipeError):
                    process.stdin.write(order.text())
                    process.stdin.close()
                return self._listen(row, process)
            finally:
                process.kill()

    def _listen(self, row: Mapping[str, Any], process: subprocess.Popen[bytes]) -> Mapping[str, Any] | None:
        lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=_pass_on, args=(process, lines.put), daemon=True).start()
        values: dict[str, Any] = {}
        beat = monotonic()
        while True:
            with suppress(queue.Empty):
                line = lines.get(timeout=BEAT_S / 4)
                said: dict[str, Any] = loads(line) if line else {}
                if "items" not in said:
                    return said
                values = {"items": said["items"], "of_items": said["of"]}
            if self._stop.is_set():
                self._change(row, state="queued", lease_until=None, attempt=row["attempt"] - 1)
                return None
            if monotonic() - beat > BEAT_S:
                beat = monotonic()
                if not self._goes_on(row, values):
                    return None

    def _goes_on(self, row: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
        """Notes how far it is; False where it is no longer ours, or its caller may no longer have it."""
        return self._is_allowed(row) and self.store.write(
            lambda s: queries.change(s, row["id"], row["fence"], lease_until=s.now + LEASE, **values)
        )

    def _is_allowed(self, row: Mapping[str, Any]) -> bool:
        if self.store.read(lambda session: self.may(session, row["project_id"], row["actor"])):
            return True
        self._fail(row, "forbidden", "Who asked for this export may no longer export here.")
        return False

    def _change(self, row: Mapping[str, Any], **values: Any) -> None:
        self.store.write(lambda session: queries.change(session, row["id"], row["fence"], **values))

    def _fail(self, row: Mapping[str, Any], code: str, message: str) -> None:
        # the files go only with the export: whoever took it over meanwhile may be writing them
        if self.store.write(lambda session: service.fail(session, self.desk, row, code, message)):
            shutil.rmtree(self.desk.folder / row["id"], ignore_errors=True)
        log.warning("export.failed", export_id=row["id"], code=code)


def _pass_on(process: subprocess.Popen[bytes], put: Callable[[bytes], None]) -> None:
    """Each line, and nothing at the end."""
    assert process.stdout is not None
    with suppress(ValueError):  # closed while reading: nobody waits any more
        for line in process.stdout:
            put(line)
    put(b"")
