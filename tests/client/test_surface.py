"""What is public. A change here is a change for everyone who uses the SDK: say so in `changes/`."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import handrail
import handrail.client
import handrail.testing
from handrail.client import errors

NAMES = """
    AlreadyDecided ApiError AsyncHandrail BadPolicy BadRequest BadSignature Blocked Conflict Event Forbidden Handrail
    HandrailError Hold Invalid KeyMismatch LeaseLost Manifest ManifestFile NotFound Outcome OutputBlocked Pending
    RateLimited Released Result Row ServerError Stale StillPending TooLarge Unauthenticated Unavailable Unreachable
    verify_webhook
"""
METHODS = {
    "__init__": "(url=None, key=None, *, timeout=10.0, retries=3)",
    "appeal": "(item_id, *, reason, by)",
    "close": "()",
    "export": "(format, path, *, masked=True, **filters)",
    "gate": "(output=None, *, wait='8s', unreachable='raise', **item)",
    "hold": "(*, wait='8s', **item)",
    "outcome": "(item_id=None, *, key=None)",
    "override": "(item_id, correction, *, reason, severity=None, categories=(), checks_overridden=None)",
    "recall": "(item_id, *, reason, severity=None, categories=())",
    "review": "(*, wait='8s', on_pending='text', on_blocked='text', **item)",
    "stream": "(types=('item.released', 'item.blocked', 'item.recalled'), after=None)",
    "submit": "(output=None, *, wait='0s', **item)",
    "submit_many": "(items, *, batch=500)",
    "wait": "(item_id=None, *, key=None, timeout='2h')",
}
FIELDS = """
    item_id key status source decided_by text output content_hash show label reason categories route review reference
    due_at decided_at late recall
"""
TREE = """
HandrailError
  ApiError
    BadRequest
    Conflict
      AlreadyDecided
      LeaseLost
    Forbidden
    Invalid
      BadPolicy
      KeyMismatch
    NotFound
    RateLimited
    ServerError
      Unavailable
    Stale
    TooLarge
    Unauthenticated
  BadSignature
  OutputBlocked
  StillPending
  Unreachable
"""


def test_names() -> None:
    assert sorted(handrail.__all__) == NAMES.split() == sorted(handrail.client.__all__)
    assert [name for name in handrail.__all__ if getattr(handrail, name) is not getattr(handrail.client, name)] == []
    assert set(handrail.__all__) <= set(dir(handrail))
    with pytest.raises(AttributeError, match="no attribute 'handrails'"):
        _ = handrail.handrails
    assert sorted(handrail.testing.__all__) == ["FakeHandrail", "Submitted", "blocked", "edited", "pending", "released"]
    assert all(getattr(handrail.testing, name) for name in handrail.testing.__all__)


@pytest.mark.parametrize("client", [handrail.Handrail, handrail.AsyncHandrail])
def test_methods(client: type) -> None:
    found = {name for name, one in inspect.getmembers(client) if callable(one) and not name.startswith("_")}
    assert {name: _bare(getattr(client, name)) for name in {*found, "__init__"}} == METHODS


def _bare(function: object) -> str:
    assert callable(function)
    signature = inspect.signature(function)
    shown = [
        one.replace(annotation=inspect.Parameter.empty)
        for one in signature.parameters.values()
        if one.name != "self" and not one.name.startswith("_")
    ]
    return str(signature.replace(parameters=shown, return_annotation=inspect.Signature.empty))


@pytest.mark.parametrize("kind", [handrail.Released, handrail.Blocked, handrail.Pending])
def test_fields_of_a_result(kind: type) -> None:
    assert [one.name for one in dataclasses.fields(kind)] == FIELDS.split()


def test_the_error_tree() -> None:
    def drawn(kind: type[Exception], depth: int = 0) -> list[str]:
        below = sorted(
            (one for one in kind.__subclasses__() if one.__module__ == errors.__name__), key=lambda k: k.__name__
        )
        return ["  " * depth + kind.__name__, *(line for one in below for line in drawn(one, depth + 1))]

    assert drawn(errors.HandrailError) == TREE.strip().splitlines()


def test_importing_handrail_loads_no_library() -> None:
    code = "import sys, handrail.domain.result; print([n for n in ('httpx', 'pydantic', 'anyio') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_sdk_loads_nothing_of_the_server() -> None:
    code = (
        "import sys, handrail.client, handrail.client.api, handrail.testing.fake;"
        "theirs = {'fastapi', 'starlette', 'sqlalchemy', 'uvicorn', 'numpy'};"
        "print(sorted({name.split('.')[0] for name in sys.modules} & theirs))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize(
    ("folder", "ours"),
    [("client", {"client", "wire", "domain", "kit"}), ("testing", {"testing", "client", "wire", "domain", "kit"})],
)
def test_imports_of_the_sdk(folder: str, ours: set[str]) -> None:
    home = Path(handrail.__file__).parent / folder
    found = {name for path in home.rglob("*.py") for name in _imported(path)}
    assert {name.split(".")[1] for name in found if name.startswith("handrail.")} <= ours
    outside = {name.split(".")[0] for name in found} - set(sys.stdlib_module_names) - {"handrail"}
    assert outside <= {"httpx", "pydantic", "pytest"} - ({"pytest"} if folder == "client" else set())


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names
