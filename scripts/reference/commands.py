"""The page of the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import cleandoc
from typing import Any  # Any: typer carries its own copy of click's classes

import typer

from handrail.cli.main import app_of
from scripts.reference.markdown import page, table


def all_commands() -> Iterator[tuple[str, Any]]:
    """Every command with its whole name, in the order of the help."""
    yield from _under("handrail", typer.main.get_command(app_of()))


def _under(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for word, one in inner.items():
        yield from _under(f"{name} {word}", one)


def gaps() -> Iterator[str]:
    """Commands and options that say nothing about themselves."""
    for name, command in all_commands():
        if not (command.help or "").strip():
            yield f"the command `{name}` has no docstring"
        for one in _options(command):
            if not (one.help or "").strip():
                yield f"the option {one.opts[0]} of `{name}` has no help"


def page_of() -> str:
    """docs/reference/cli.md."""
    codes = cleandoc(sys.modules[app_of.__module__].__doc__ or "").partition("\n\n")[2].replace("\n", " ")
    intro = "Answers go to stdout, progress and messages to stderr. " + codes
    return page("Command line", intro, *(_entry(name, command) for name, command in all_commands()))


def _entry(name: str, command: Any) -> str:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    words = " ".join([name, *(_argument(one) for one in arguments)])
    text = " ".join((command.help or "").split())
    named = [[f"`{_argument(one)}`", getattr(one, "help", None) or "", ""] for one in arguments if one.help]
    options = [[_names(one), one.help or "", _default(one)] for one in _options(command)]
    return "\n\n".join(
        part for part in (f"## {name}", f"```text\n{words}\n```", text, _table([*named, *options])) if part
    )


def _table(rows: list[list[str]]) -> str:
    # else `sqlite:///<path>` would be read as a tag
    return table(["option", "meaning", "default"], [[one.replace("<", "&lt;") for one in row] for row in rows])


def _options(command: Any) -> list[Any]:
    return [one for one in command.params if one.param_type_name == "option" and one.name != "help"]


def _argument(one: Any) -> str:
    word = str(one.metavar or one.name).upper() + ("..." if one.nargs == -1 else "")
    return word if one.required else f"[{word}]"


def _names(one: Any) -> str:
    kind = "" if one.is_flag else f" {str(one.metavar or one.name).upper()}"
    names = ", ".join(f"`{word}`" for word in (*one.opts, *one.secondary_opts))
    return f"{names}{kind}" + (" (repeatable)" if one.multiple else "") + (", required" if one.required else "")


def _default(one: Any) -> str:
    value = getattr(one, "default", None)
    if (
        value is None
        or value is False
        or callable(value)
        or value in ((), [], "")
        or repr(value).startswith("Sentinel")
    ):
        return ""
    return f"`{getattr(value, 'value', value)}`"
