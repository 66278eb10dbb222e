"""Cells and lines for spreadsheets, so that a sheet program shows what was written and never computes it.

What leaves as CSV or in a workbook may hold text of strangers. A cell that begins like a formula gets an apostrophe in
front (ASVS 1.2.10): Excel, LibreOffice and Google Sheets then take it for text. JSON Lines are never changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handrail.kit.clock import to_text

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell must not begin with; the wide forms are read as the plain ones by programs set to East Asian locales."""
MARK = "'"
Cell = str | int | float | bool | datetime | None


def safe_text(text: str) -> str:
    """The text as a cell that no sheet program computes. Text that begins with the mark itself keeps it, doubled, so
    that nothing is lost: who reads the file back takes one mark off.

    >>> safe_text("=1+1"), safe_text("-5 degrees"), safe_text("a=b"), safe_text("'quoted'")
    ("'=1+1", "'-5 degrees", 'a=b', "''quoted'")
    """
    # Programs skip blanks, invisible characters and a byte order mark in front of a formula.
    begins = text.lstrip(" \u00a0\ufeff\u200b\u2060\0")
    return MARK + text if begins.startswith(FORMULA) or text.startswith((MARK, "\t", "\r", "\n")) else text


def cell(value: Cell) -> str:
    """One value as the text of a cell; numbers are ours and stay numbers, also negative ones.

    >>> cell(None), cell(True), cell(-0.5), cell("@SUM(A1)")
    ('', 'true', '-0.5', "'@SUM(A1)")
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case datetime():
            return to_text(value)
        case str():
            return safe_text(value)


def line(values: Iterable[Cell]) -> str:
    r"""One line of CSV (RFC 4180), every cell quoted, so that no separator of any locale can split it.

    >>> line(["a", 1, 'say "hi" to'])
    '"a","1","say ""hi"" to"\r\n'
    """
    return ",".join('"' + cell(one).replace('"', '""').replace("\0", "") + '"' for one in values) + "\r\n"
