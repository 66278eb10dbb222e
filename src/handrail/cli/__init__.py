"""The command line: `handrail serve`, `handrail demo`, `handrail import` and their like."""

from __future__ import annotations


def main() -> None:
    """Runs the command line. The server's parts are loaded by the commands that need them."""
    from handrail.cli.main import run

    run()


__all__ = ["main"]
