"""Logs: one line for each event, as text or JSON; nothing in it can break out of its line, and secrets never get in."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO  # Any: values of log events

import structlog
from structlog.typing import Processor

HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(
    r"authorization|cookie|csrf|password|secret|token(?!_hash)|api_?key|prompt|output|content|body|text", re.IGNORECASE
)
_SECRETS = re.compile(
    r"hrk_[0-9A-Za-z]{8}_[0-9A-Za-z_-]{20,}|whsec_[0-9A-Za-z+/=_-]{8,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
# C0 and C1 controls, line and paragraph separators, and what turns the direction of writing or cannot be seen
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LONGEST = 2_000


def set_up_logging(form: str = "text", stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Sends our logs and those of libraries to `stream` (stderr), in one form: `text` or `json`."""
    ours: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_traceback,
        without_secrets,
        escaped,
    ]
    render: Processor = structlog.processors.JSONRenderer() if form == "json" else as_text
    foreign: list[Processor] = [structlog.stdlib.ExtraAdder(["taskName"]), *ours]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=foreign,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("httpx", "alembic", "uvicorn.error"):  # what they tell at INFO is known, or said better elsewhere
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = [], name != "uvicorn.access"
    structlog.configure(
        processors=[*ours, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def without_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hides what is called like a secret or like content, and what looks like a key of ours."""
    for name, value in event.items():
        if name != "event" and _SECRET_NAMES.search(name):
            event[name] = HIDDEN
        elif isinstance(value, str):
            event[name] = _SECRETS.sub(HIDDEN, value)
        elif isinstance(value, list | tuple):
            event[name] = [_SECRETS.sub(HIDDEN, str(one)) for one in value]
    return event


def escaped(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Writes control characters out, so that a value cannot begin a line or colour a screen; cuts what is very long."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = escape(value)
        elif isinstance(value, list):
            event[name] = [escape(str(one)) for one in value]
    return event


def escape(text: str) -> str:
    r"""
    >>> escape("two\nlines \x1b[31m")
    'two\\x0alines \\x1b[31m'
    """
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    return _UNSAFE.sub(
        lambda match: f"\\x{ord(match[0]):02x}" if ord(match[0]) < 256 else f"\\u{ord(match[0]):04x}", cut
    )


def without_traceback(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keeps only the kind of an error that is logged: its message and frames may hold content."""
    info = event.pop("exc_info", None)
    info = sys.exc_info() if info is True else info
    if isinstance(info, BaseException):
        event["error"] = type(info).__name__
    elif isinstance(info, tuple) and info[0] is not None:
        event["error"] = info[0].__name__
    event.pop("stack_info", None)
    return event


def as_text(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    """`2026-11-21T11:43:57Z info event name=value ...`; values with spaces or quotes stand in quotes."""
    first = (str(event.pop(name, "")) for name in ("timestamp", "level", "event"))
    return " ".join([*first, *_pairs(event.items())])


def _pairs(items: Iterable[tuple[str, Any]]) -> Iterable[str]:
    for name, value in items:
        text = str(value)
        plain = text and not any(sign in text for sign in ' "=')
        yield f"{name}={text}" if plain else f'{name}="{text.replace(chr(34), chr(92) + chr(34))}"'
