"""The reference is what the code says: generated files are as they would be generated now, and leave nothing out."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handrail.kit.settings import NAMES
from handrail.web.errors import catalogue
from scripts.reference import api, settings
from scripts.reference.errors import load_all
from scripts.reference.source import COMMAND, FOLDER, GAPS, differing, generated
from scripts.setup import ROOT

# raised at a program's own door, or about one row, and never the code of an answer
NOT_ANSWERED = ("cli/", "client/", "testing/", "stages/routing/conditions/", "stages/routing/language/")


@pytest.fixture(scope="module")
def files() -> dict[Path, str]:
    return generated()


def test_the_reference_is_as_the_code(files: dict[Path, str]) -> None:
    assert not GAPS, "\n".join(GAPS)
    found = [str(path.relative_to(ROOT)) for path in differing(files)]
    assert not found, f"{', '.join(found)}: the code says something else by now; run `{COMMAND}` and look at the diff"


def test_a_file_that_differs_is_found(files: dict[Path, str], tmp_path: Path) -> None:
    kept = tmp_path / "api.md"
    kept.write_text("old", encoding="utf-8")
    assert differing({kept: "new", tmp_path / "missing.md": "x"}) == [kept, tmp_path / "missing.md"]
    assert differing({kept: "old"}) == []


def test_a_setting_without_meaning_is_found() -> None:
    assert list(settings.gaps()) == []
    assert len(list(settings.gaps(["port", "host"], {"port": "The port.", "host": "", "gone": "Nothing."}))) == 2


def test_an_operation_without_a_sentence_is_found() -> None:
    document: dict[str, Any] = {
        "paths": {"/v1/x": {"get": {"responses": {}}, "put": {"description": "X.", "responses": {}}}}
    }
    assert list(api.gaps(document)) == ["GET /v1/x has no sentence: write the docstring of its function"]


def test_every_operation_command_setting_and_check_has_its_place(files: dict[Path, str]) -> None:
    document = json.loads(files[FOLDER / "openapi.json"])
    page = files[FOLDER / "api.md"]
    for method, path, _ in api.operations(document):
        assert f"### {method} {path}\n" in page
    for name in document["components"]["schemas"]:
        assert f"### {name}\n" in page
    for name in NAMES:
        assert f"| `{name}` |" in files[FOLDER / "settings.md"]


def test_every_code_that_is_answered_is_explained() -> None:
    """`docs` of an error leads to its code on the page of errors; a code given by hand needs a class, too."""
    load_all()
    given = {code: where for code, where in _codes_given() if not where.startswith(NOT_ANSWERED)}
    assert given
    assert {code: where for code, where in given.items() if code not in catalogue()} == {}


def test_links_of_the_api_page_lead_to_explained_codes(files: dict[Path, str]) -> None:
    for line in files[FOLDER / "api.md"].splitlines():
        for part in line.split("errors.md#")[1:]:
            assert f'<a id="{part.partition(")")[0]}"></a>' in files[FOLDER / "errors.md"]


def _codes_given() -> Iterator[tuple[str, str]]:
    """Each `code="..."` in a call of the product, with its file."""
    source = ROOT / "src" / "handrail"
    for path in sorted(source.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for word in node.keywords:
                    if word.arg == "code" and isinstance(word.value, ast.Constant):
                        yield str(word.value.value), path.relative_to(source).as_posix()
