"""Every code that an error can carry stands on the page its `docs` lead to."""

from __future__ import annotations

import ast

from handrail.web import errors
from handrail.web.errors import catalogue
from tests.architecture.reading import called, sources
from tests.support.desk import Installation

NOT_ON_THE_PAGE = {"cli/", "client/", "testing/", "demo/"}
"""What no server answers with."""


def inline() -> set[tuple[str, str]]:
    """(code, place) of each fault that is made with a code of its own."""
    faults = {kind.__name__ for kind in errors.all_faults()}
    return {
        (str(word.value.value), f"{source.name}:{call.lineno}")
        for source in sources()
        if not source.name.startswith(tuple(NOT_ON_THE_PAGE))
        for call in source.calls()
        if called(call) in faults
        for word in call.keywords
        if word.arg == "code" and isinstance(word.value, ast.Constant)
    }


def test_codes_written_inline_are_explained(product: Installation) -> None:
    known = set(catalogue())
    assert {one for one in inline() if one[0] not in known} == set()
    assert inline()


def test_the_page_names_what_the_contract_names(product: Installation) -> None:
    page = product.stranger().get("/docs/errors").text
    for code in ("overloaded", "stop_in_force", "not_decided", "already_recalled", "already_open", "too_slow"):
        assert f'id="{code}"' in page
