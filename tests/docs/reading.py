"""The code blocks of a page of the manual."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """What stands between the fences of one language, in order.

    >>> [text.splitlines()[0] for text in blocks("tutorial/first-outcome.md", "yaml")]
    ['policy: 1']
    """
    text = (DOCS / page).read_text(encoding="utf-8")
    return [code for kind, code in _BLOCK.findall(text) if kind == language]


def commands(page: str) -> list[list[str]]:
    """The calls of `handrail` in a page's shell blocks, as words."""
    lines = (line for text in blocks(page, "sh") for line in text.splitlines())
    return [
        re.sub(r'"([^"]*)"', lambda match: match[1].replace(" ", "\0"), line).split()[1:]
        for line in lines
        if line.startswith("handrail ")
    ]
