"""What a command refuses before it does anything: exit code 2, one sentence."""

from __future__ import annotations


class WrongUse(Exception):
    """The command cannot be meant like this; the message says what is missing or wrong."""
