"""`handrail doctor`: looks at everything a server needs, and says what to do about what is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import httpx
import typer

from handrail.background.duties import WITHOUT, missing, told
from handrail.cli.place import Place, as_table, placed
from handrail.client import HandrailError
from handrail.kit.clock import SystemClock, to_ms
from handrail.kit.secrets import SecretRefused, load_secret
from handrail.kit.settings import NAMES, SECRET, Settings, SettingsRefused
from handrail.storage.look import Looked, look
from handrail.web.otlp import collector_of, not_taken
from handrail.web.static import FOLDER

LATE = timedelta(seconds=10)
LEAST_FREE_MIB = 1024
Standing = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at: `note` may stay as it is, `wrong` should not."""

    part: str
    standing: Standing
    what: str


@placed()
def doctor(place: Place) -> None:
    """Check settings, secret, database, disk, web app and, where one answers, the server.

    Changes nothing, so it may run beside a server. Exit code 1 if something is wrong.
    """
    settings = place.settings
    found = [*_here(settings), *_at_server(place, settings)]
    chosen = {name: _origin(settings, name) for name in NAMES}
    rows = [(one.standing, one.part, one.what) for one in found]
    said = [(name, value, origin) for name, (value, origin) in chosen.items() if value]
    place.say(
        {"found": [asdict(one) for one in found], "settings": {name: list(one) for name, one in chosen.items()}},
        as_table(said, "setting", "value", "from") + "\n\n" + as_table(rows, "", "part", "what was found"),
    )
    raise typer.Exit(1 if any(one.standing == "wrong" for one in found) else 0)


def _origin(settings: Settings, name: str) -> tuple[str, str]:
    """A setting's value and where it came from; of secrets only that they are there."""
    value = getattr(settings, name)
    if name in SECRET and value:
        value = "(set)"
    if name == "database":
        value = _without_password(settings.database_url)
    shown = ",".join(value) if isinstance(value, tuple) else str(value)
    return shown, settings.origins.get(name, "default")


def _without_password(url: str) -> str:
    """A database's address without the password that may stand in it.

    >>> _without_password("postgresql://hr:secret@db/hr")
    'postgresql://hr:***@db/hr'
    """
    before, at, after = url.rpartition("@")
    scheme, sign, who = before.partition("://")
    return f"{scheme}{sign}{who.partition(':')[0]}:***@{after}" if at and ":" in who else url


def _here(settings: Settings) -> Iterator[Found]:
    seen = look(settings.database_url, to_ms(SystemClock().now() - LATE))
    yield _database(seen)
    if seen.warning is not None:
        yield Found("sqlite", "note", seen.warning)
    if seen.schema is not None and seen.why is None:
        yield _timers(seen)
    yield _secret(settings)
    yield _disk(settings)
    yield _web_app()
    yield from _traces(settings)


def _database(seen: Looked) -> Found:
    if seen.why is not None:
        return Found("database", "wrong", seen.why)
    if seen.schema is None:
        return Found("database", "note", f"{seen.engine}, empty; the first start of `handrail serve` fills it.")
    if not seen.is_current:
        return Found("database", "note", f"{seen.engine}, schema {seen.schema}; the next start brings it up to date.")
    return Found("database", "ok", f"{seen.engine}, schema {seen.schema}")


def _timers(seen: Looked) -> Found:
    if seen.dead_jobs:
        return Found(
            "worker", "wrong", f"{seen.dead_jobs} jobs were given up; look at the server's log for job.failed."
        )
    if seen.late_jobs:
        return Found(
            "worker",
            "wrong",
            f"{seen.late_jobs} timers are late: no worker runs; start `handrail serve` or `handrail worker`.",
        )
    undone = missing(seen.workers) if seen.workers else []
    if undone:
        without = " and ".join(WITHOUT[one] for one in undone)
        named = told(undone)
        return Found("worker", "wrong", f"No worker does {named}: {without}; start `handrail worker --only {named}`.")
    return Found("worker", "ok", "nothing is late")


def _traces(settings: Settings) -> Iterator[Found]:
    """Whether a collector takes spans; asked with an export that holds none."""
    if settings.traces == "off":
        return
    try:
        collector = collector_of(os.environ)
    except SettingsRefused as error:
        yield Found("traces", "wrong", str(error))
        return
    if collector is None:
        yield Found("traces", "note", "OpenTelemetry's own variables turn them off.")
        return
    why = not_taken(collector)
    yield Found(
        "traces", "ok" if why is None else "wrong", why or f"taken by {collector.shown} (from {collector.origin})"
    )


def _secret(settings: Settings) -> Found:
    path = settings.secret_path
    if not path.exists():
        return Found("secret", "note", f"{path} is made at the first start.")
    try:
        load_secret(path)
    except (SecretRefused, OSError) as error:
        return Found("secret", "wrong", str(error))
    return Found("secret", "ok", f"{path}, read by its owner only")


def _disk(settings: Settings) -> Found:
    folder = Path(settings.data_dir)
    while not folder.exists():
        folder = folder.parent
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize // 2**20
    if not os.access(folder, os.W_OK):
        return Found("disk", "wrong", f"{folder.resolve()} cannot be written by this user.")
    if free < LEAST_FREE_MIB:
        return Found("disk", "wrong", f"{free:,} MiB are free; make room before it is full.")
    return Found("disk", "ok", f"{free:,} MiB free")


def _web_app() -> Found:
    if (FOLDER / "index.html").exists():
        return Found("web app", "ok", "built")
    return Found("web app", "note", "not built: `npm ci && npm run build` in ui/; a released package has it inside.")


def _at_server(place: Place, settings: Settings) -> Iterator[Found]:
    """What a running server says of itself; whom we may ask more is asked for its health."""
    url = settings.url or settings.own_url
    if not _answers(url):
        standing: Standing = "wrong" if place.is_remote else "note"
        yield Found("server", standing, f"nobody answers at {url}")
        return
    yield Found("server", "ok", f"answers at {url}")
    if place.is_remote and (settings.key or place.email):
        yield from _health(place)


def _health(place: Place) -> Iterator[Found]:
    try:
        with place.api() as api:
            parts = api.get("/v1/health")["parts"]
    except HandrailError as error:
        yield Found("server", "note", f"its health cannot be asked: {error}")
        return
    for one in parts:
        yield Found(f"server: {one['name']}", "ok" if one["ok"] else "wrong", one["why"] or "works")


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url.rstrip('/')}/livez", timeout=2.0).status_code == 200
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
