"""All commands together, and what each error ends with.

Exit codes: 0 done; 1 done, and the answer is no; 2 wrong use; 3 configuration or database refused; 4 server not
reached; 5 refused by it; 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from handrail.cli.errors import WrongUse
from handrail.client import ApiError, HandrailError, ServerError, Unreachable
from handrail.kit.errors import HandrailFault
from handrail.kit.secrets import SecretRefused
from handrail.kit.settings import SettingsRefused

COMMANDS = {
    "serve": "handrail.cli.serve:serve",
    "worker": "handrail.cli.serve:worker",
    "demo": "handrail.cli.demo:demo",
    "import": "handrail.cli.files_in:import_file",
    "export": "handrail.cli.files_out:export_files",
    "backup": "handrail.cli.backup:backup",
    "restore": "handrail.cli.backup:restore",
    "doctor": "handrail.cli.doctor:doctor",
    "policy": "handrail.cli.policy:app",
    "stop": "handrail.cli.stop:stop",
    "lift": "handrail.cli.stop:lift",
    "users": "handrail.cli.people:app",
    "keys": "handrail.cli.keys:app",
    "audit": "handrail.cli.audit:app",
    "metrics": "handrail.cli.metrics:app",
    "version": "handrail.cli.version:version",
}
"""Command -> where it stands: a function, or the Typer of a group. Only the one that is called is loaded."""


def app_of(names: Sequence[str] = tuple(COMMANDS)) -> typer.Typer:
    """The command line with these commands; all of them for the manual and for help."""
    made = typer.Typer(name="handrail", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
    made.callback(help="Handrail stands between a language model and the world.")(lambda: None)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            made.add_typer(found, name=name)
        else:
            made.command(name)(found)
    return made


def run(arguments: Sequence[str] | None = None) -> None:
    """Runs a command; what stops it is one sentence on stderr."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    app = app_of(given[:1] if given and given[0] in COMMANDS else tuple(COMMANDS))
    try:
        app(args=given, prog_name="handrail")
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        print(f"handrail: {_sentence(error)}", file=sys.stderr)
        sys.exit(code)
    except KeyboardInterrupt:
        sys.exit(130)


def exit_code(error: Exception) -> int | None:
    """What a command ends with that was stopped by this error; None for a defect."""
    match error:
        case WrongUse():
            return 2
        case Unreachable() | ServerError():
            return 4
        case ApiError() | HandrailFault():
            return 5
        case HandrailError() | SecretRefused() | SettingsRefused():
            return 3
        case _:
            from handrail.storage.backup import BackupRefused  # late: most commands need no database
            from handrail.storage.errors import DatabaseRefused

            return 3 if isinstance(error, BackupRefused | DatabaseRefused) else None


def _sentence(error: Exception) -> str:
    """The message, and below it what is wrong with which field; the SDK's errors say both themselves."""
    if isinstance(error, HandrailFault):
        return "".join([error.message, *(f"\n  {one.path}: {one.message} [{one.code}]" for one in error.fields)])
    return str(error)
