"""Where a command works: at a server, or directly on the database of this machine; and how it says what it did."""

from __future__ import annotations

import functools
import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, TypeVar  # Any: commands have arguments of their own; answers are JSON

import typer
from rich.console import Console

from handrail.cli.errors import WrongUse
from handrail.cli.options import Config, Database, DataDir, settings_of
from handrail.client import HandrailError
from handrail.client.api import Api
from handrail.kit.settings import Settings

Command = TypeVar("Command", bound=Callable[..., None])
Url = Annotated[str | None, typer.Option("--url", help="The server's address; else HANDRAIL_URL.")]
Key = Annotated[str | None, typer.Option("--key", help="An API key; else HANDRAIL_KEY or HANDRAIL_KEY_FILE.")]
Project = Annotated[str | None, typer.Option("--project", envvar="HANDRAIL_PROJECT", help="The project's slug.")]
Email = Annotated[
    str | None,
    typer.Option("--email", envvar="HANDRAIL_EMAIL", help="Sign in as this person; asks for the password."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but the answer.")]


@dataclass(frozen=True, slots=True)
class Place:
    """What the shared options said."""

    config: Path | None = None
    url: str | None = None
    key: str | None = None
    project: str | None = None
    email: str | None = None
    database: str | None = None
    data_dir: str | None = None
    as_json: bool = False
    quiet: bool = False

    @property
    def settings(self) -> Settings:
        """The settings in force. Raises SettingsRefused."""
        return settings_of(self.config, url=self.url, key=self.key, database=self.database, data_dir=self.data_dir)

    @property
    def is_remote(self) -> bool:
        """Whether a server is asked: an address is set, and no database was named beside it."""
        here = self.database is not None or self.data_dir is not None
        return self.url is not None or (bool(self.settings.url) and not here)

    @contextmanager
    def api(self) -> Iterator[Api]:
        """Requests to the server, signed by the key, or by the person who signs in here and out at the end."""
        settings = self.settings
        if self.email is None:
            if not settings.key:
                raise WrongUse("Say who you are: --key hrk_..., or --email and your password.")
            with Api(settings.url or None, settings.key, project=self.project) as api:
                yield api
            return
        with Api(settings.url or None) as stranger:
            person = stranger.sign_in(self.email, password_of(self.email), project=self.project)
            try:
                yield person
            finally:
                with suppress(HandrailError):  # the session ends by itself
                    person.for_project(None).request("DELETE", "/v1/sessions/current")
                person.close()

    def say(self, value: Any, text: str) -> None:
        """The answer, on stdout: the value as JSON, or the text for people."""
        print(json.dumps(value, ensure_ascii=False) if self.as_json else text, flush=True)

    def tell(self, text: str) -> None:
        """What helps a person but is no answer, on stderr."""
        if not self.quiet:
            print(text, file=sys.stderr, flush=True)

    def console(self) -> Console:
        """Where progress is drawn: stderr, or nowhere."""
        return Console(stderr=True, quiet=self.quiet)


_SHARED = {
    "config": Config, "url": Url, "key": Key, "project": Project, "email": Email, "database": Database,
    "data_dir": DataDir, "as_json": AsJson, "quiet": Quiet,
}  # fmt: skip
_HERE_ONLY = frozenset({"database", "data_dir"})


def placed(*, here: bool = True, person: bool = True) -> Callable[[Command], Callable[..., None]]:
    """Gives a command all shared options and hands them in as one `place`.

    Without `here` there are none about the database, without `person` nobody signs in.
    """
    without = (frozenset() if here else _HERE_ONLY) | (frozenset() if person else {"email"})

    def make(command: Command) -> Callable[..., None]:
        shared = {name: kind for name, kind in _SHARED.items() if name not in without}
        own = inspect.signature(command, eval_str=True)

        @functools.wraps(command)
        def run(*arguments: Any, **options: Any) -> None:
            place = Place(**{name: options.pop(name) for name in shared})
            command(*arguments, **options, place=place)

        defaults = {one.name: one.default for one in fields(Place)}
        added = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=defaults[name], annotation=kind)
            for name, kind in shared.items()
        ]
        kept = [one for one in own.parameters.values() if one.name != "place"]
        run.__signature__ = own.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]  # read by typer
        return run

    return make


def password_of(email: str) -> str:
    """The password from HANDRAIL_PASSWORD, else asked for without showing it."""
    given = os.environ.get("HANDRAIL_PASSWORD")
    return given if given is not None else str(typer.prompt(f"Password of {email}", hide_input=True, err=True))


def as_table(rows: Sequence[tuple[str, ...]], *head: str) -> str:
    """Columns side by side, two spaces apart.

    >>> print(as_table([("a", "1"), ("long", "2")], "name", "n"))
    name  n
    a     1
    long  2
    """
    lines = [head, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
