"""Reads the source as trees: which names, which imports and which SQL stand in which file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "handrail"

_WRITE = re.compile(r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE(?!\s+SET)|DELETE\s+FROM)\s+([a-z_]+)", re.IGNORECASE)
_SQL = re.compile(r"^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\s[\s\S]*\b(?:FROM|INTO|SET|AS)\b")
_BUILDERS = {"insert", "update", "delete", "upsert"}
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """From the package on: `stages/intake/rules.py`."""
        return self.path.relative_to(SOURCE).as_posix() if self.path.is_relative_to(SOURCE) else self.path.name

    @property
    def module(self) -> str:
        return "handrail." + self.name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    @property
    def package(self) -> str:
        """`stages/intake` for what is inside a room, else the first folder, such as `audit`."""
        parts = self.name.split("/")
        return "/".join(parts[:2]) if parts[0] == "stages" and len(parts) > 2 else parts[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=str(self.path))

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and full name of all that is imported; for `from a import b` that is `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, one.name) for one in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.lineno, f"{node.module}.{one.name}") for one in node.names)

    def identifiers(self) -> Iterator[tuple[int, str]]:
        """Line and name of all that this file itself names: classes, functions, arguments, variables, attributes."""
        for node in ast.walk(self.tree):
            match node:
                case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                    yield node.lineno, node.name
                case ast.arg():
                    yield node.lineno, node.arg
                case ast.Name(ctx=ast.Store()):
                    yield node.lineno, node.id
                case ast.Attribute(ctx=ast.Store()):
                    yield node.lineno, node.attr

    def strings(self) -> Iterator[tuple[int, str]]:
        """Line and text of every string that is no docstring; of an f-string the fixed parts, joined by `{}`."""
        docstrings = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        inner: set[int] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                inner.update(id(part) for part in node.values)
                yield node.lineno, "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | inner:
                yield node.lineno, node.value

    def sql(self) -> Iterator[tuple[int, str]]:
        """The strings that are SQL statements."""
        return ((line, text) for line, text in self.strings() if _SQL.search(text))

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def writes(self, tables: frozenset[str]) -> Iterator[tuple[int, str]]:
        """Line and table of each statement here that changes a table, as SQL text or built with SQLAlchemy."""
        for line, text in self.strings():
            yield from ((line, table) for table in _WRITE.findall(text) if table in tables)
        for call in self.calls():
            if (name := called(call)) in _BUILDERS:
                named = [*call.args, *([call.func.value] if isinstance(call.func, ast.Attribute) else [])]
                yield from ((call.lineno, table) for table in map(last_name, named) if table in tables and name)


def called(call: ast.Call) -> str | None:
    """The last word of what is called: `commit` for `session.commit()`."""
    return last_name(call.func)


def last_name(node: ast.expr) -> str | None:
    """`b` for `a.b` and for `b`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def words(identifier: str) -> tuple[str, ...]:
    """The words of a name, lower case and in order.

    >>> words("HTTPReviewTask_v2"), words("_lease_until")
    (('http', 'review', 'task', 'v', '2'), ('lease', 'until'))
    """
    return tuple(part.lower() for part in _PARTS.findall(identifier))


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the package, but generated migrations."""
    files = (path for path in sorted(SOURCE.rglob("*.py")) if "versions" not in path.parts)
    return tuple(Source(path, path.read_text(encoding="utf-8")) for path in files)


def of_text(text: str, name: str = "stages/intake/service.py") -> Source:
    """A file that stands only in a test."""
    return Source(SOURCE / name, text)


@cache
def table_names() -> frozenset[str]:
    """The tables of the schema."""
    from handrail.storage.tables import metadata

    return frozenset(metadata.tables)


def markdown_table(path: Path, heading: str) -> list[list[str]]:
    """The cells of the first table under this heading, without its head."""
    after = path.read_text(encoding="utf-8").split(f"# {heading}\n", 1)[1]
    lines = after.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return rows
