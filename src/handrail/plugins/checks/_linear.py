"""Regular expressions that people write: RE2, whose time grows with the text and never explodes."""

from __future__ import annotations

from typing import Annotated, Any

import re2
from pydantic import AfterValidator, Field

MOST_PATTERN = 1_000
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20  # a pattern whose program outgrows this is refused when the policy is loaded


def compile_linear(pattern: str) -> Any:  # Any: re2 ships no types
    """The compiled pattern. Raises ValueError with RE2's own words where it is not one.

    >>> compile_linear("(a+)+$").search("baa").span()
    (1, 3)
    """
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        why = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise ValueError(f"not a pattern RE2 takes: {why[:200]}") from None


def _compiles(pattern: str) -> str:
    compile_linear(pattern)
    return pattern


Pattern = Annotated[str, Field(min_length=1, max_length=MOST_PATTERN), AfterValidator(_compiles)]
"""A pattern in a policy; a broken one is refused when the policy is loaded."""
