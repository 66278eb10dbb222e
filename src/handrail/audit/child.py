"""The check of the log in a process of its own: it would hold the interpreter's lock of a server for too long.

What it needs comes on stdin, so that no secret stands in a command line; what it finds goes to stdout, a line of JSON
each: `{"checked": n, "of": n}` on the way, the verdict at the end.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any  # Any: lines are JSON

from handrail.audit.entries import AuditKey
from handrail.audit.notes import Checkpoint
from handrail.audit.parallel import verify_url
from handrail.audit.verify import Verdict
from handrail.kit.jsons import dumps
from handrail.storage import Store
from handrail.storage.postgres import PostgresStore
from handrail.storage.sqlite import SqliteStore

COMMAND = (sys.executable, "-m", "handrail.audit.child")
NICE = 10
MOST_LINE = 64 * 1024


def url_of(store: Store) -> str:
    """The URL of a store that is open, as `open_store` takes it."""
    if isinstance(store, SqliteStore):
        return f"sqlite:///{store.path.resolve()}"
    assert isinstance(store, PostgresStore)
    return store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def verify_in_child(store: Store, key: AuditKey) -> Verdict:
    """What `verify` says, found out by a process of its own. Raises RuntimeError where that died."""
    done = subprocess.run(COMMAND, input=_order(store, key, None), capture_output=True, check=False)  # noqa: S603  # our own module
    last = done.stdout.rpartition(b"{")[2]
    if done.returncode or not last:
        raise RuntimeError("the process that checks the audit log ended without an answer")
    return Verdict(**json.loads(b"{" + last))


async def lines(store: Store, key: AuditKey, since: Checkpoint | None) -> AsyncIterator[dict[str, Any]]:
    """What the process says, line by line; it is ended when nobody listens any more."""
    child = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=MOST_LINE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(_order(store, key, since))
        child.stdin.close()
        async for line in child.stdout:
            yield json.loads(line)
        if await child.wait():
            raise RuntimeError("the process that checks the audit log ended without an answer")
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def _order(store: Store, key: AuditKey, since: Checkpoint | None) -> bytes:
    order = {
        "url": url_of(store),
        "secret": key.secret.hex(),
        "since": None if since is None else [since.origin, since.size, since.root.hex()],
    }
    return dumps(order).encode()


def verdict_line(verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON."""
    return {
        "ok": verdict.ok,
        "size": verdict.size,
        "first_bad_index": verdict.first_bad_index,
        "why": verdict.why,
        "unsequenced": verdict.unsequenced,
    }


def main() -> None:
    """Runs in the child."""
    os.nice(NICE)
    order = json.loads(sys.stdin.read())
    origin, size, root = order["since"] or (None, 0, "")
    since = Checkpoint(origin, size, bytes.fromhex(root)) if origin is not None else None

    def tell(line: dict[str, Any]) -> None:
        sys.stdout.write(dumps(line) + "\n")
        sys.stdout.flush()

    found = verify_url(
        order["url"],
        AuditKey(bytes.fromhex(order["secret"])),
        lambda done, of: tell({"checked": done, "of": of}),
        since=since,
    )
    tell(verdict_line(found))


if __name__ == "__main__":
    main()
