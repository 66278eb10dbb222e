"""The glossary is true: what it names stands in the code, and no other word names the same idea."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from tests.architecture.reading import ROOT, SOURCE, Source, markdown_table, of_text, sources, table_names, words

PAGE = ROOT / "docs" / "glossary.md"
# Other people's protocols keep other people's words.
FOREIGN = ("client/adapters/", "doors/")
VERBS = {"get", "post", "put", "patch", "delete"}


@dataclass(frozen=True)
class Word:
    """One row of the glossary."""

    word: str
    stands_in: tuple[str, ...]
    never: tuple[str, ...]


@cache
def glossary() -> tuple[Word, ...]:
    return tuple(
        Word(word, _split(stands_in), _split(never)) for word, _, stands_in, never in markdown_table(PAGE, "Words")
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())


# --- what must be there ----------------------------------------------------------------------------------------------


def stands(place: str) -> bool | None:
    """Whether the place exists; None while the house is being built and its file or routes have not come yet."""
    kind, _, name = place.partition(":")
    match kind:
        case "table":
            return name in table_names()
        case "route":
            return name in route_paths() or (None if not house_stands() else False)
        case "code":
            module, _, thing = name.rpartition(".")
            found = {source.module: source for source in sources()}.get(f"handrail.{module}")
            return thing in top_names(found) if found else (None if not house_stands() else False)
        case _:
            raise AssertionError(f"the glossary says {place!r}; write table:, route:, code: or later")


def house_stands() -> bool:
    """Once all parts are joined, nothing that the glossary names may be missing."""
    return (SOURCE / "app.py").exists()


def top_names(source: Source) -> set[str]:
    """What a module defines or re-exports at its top."""
    found: set[str] = set()
    for node in source.tree.body:
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                found.add(node.name)
            case ast.Assign():
                found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.ImportFrom():
                found |= {one.asname or one.name for one in node.names}
    return found


@cache
def route_paths() -> frozenset[str]:
    """The paths declared in code: `@door.get("/items/{id}", ...)`."""
    return frozenset(
        str(call.args[0].value).removeprefix("/v1")
        for source in sources()
        for call in source.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in VERBS
        if call.args and isinstance(call.args[0], ast.Constant) and str(call.args[0].value).startswith("/")
    )


def places() -> list[tuple[str, str]]:
    return [(word.word, place) for word in glossary() for place in word.stands_in if place != "later"]


@pytest.mark.parametrize(("word", "place"), places())
def test_what_the_glossary_names_is_there(word: str, place: str) -> None:
    assert stands(place) is not False, f"the glossary says that {word} stands in {place}, and it does not"


def test_a_word_for_later_has_no_table_yet() -> None:
    """When its table comes, the row must say where the word stands."""
    late = {word.word: "_".join(words(word.word)) for word in glossary() if "later" in word.stands_in}
    arrived = {word: table for word, name in late.items() for table in table_names() if _singular(table) == name}
    assert arrived == {}


def _singular(name: str) -> str:
    return name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")


def test_every_word_of_the_schema_is_explained() -> None:
    """A table that no row names is a word that nobody explained."""
    named = {place.removeprefix("table:") for _, place in places() if place.startswith("table:")}
    # Parts of what the glossary does name, and what keeps the house running.
    helpers = {
        "audit_tiles", "explorer_marks", "idempotency_keys", "instance", "item_contents", "item_texts", "jobs",
        "sessions", "sign_in_attempts", "skips", "metric_durations", "metric_positions", "metric_zones", "worker_beats",
    }  # fmt: skip
    assert table_names() - named - helpers == set()
    assert helpers <= table_names()


# --- what must not be there ------------------------------------------------------------------------------------------


def forbidden() -> dict[tuple[str, ...], str]:
    """The words that name nothing here, each with the one to use."""
    return {words(never): word.word for word in glossary() for never in word.never}


def wrong_names(files: Sequence[Source]) -> Iterator[str]:
    """Line and identifier wherever a forbidden word is used."""
    banned = forbidden()
    for source in files:
        if source.name.startswith(FOREIGN):
            continue
        for line, identifier in source.identifiers():
            for never in _found_in(identifier, banned):
                yield f"{source.name}:{line} names {identifier!r}: not {' '.join(never)!r} but {banned[never]!r}"


def _found_in(identifier: str, banned: dict[tuple[str, ...], str]) -> list[tuple[str, ...]]:
    parts = words(identifier)
    return [never for never in banned if any(_alike(parts[at : at + len(never)], never) for at in range(len(parts)))]


def _alike(parts: Sequence[str], never: Sequence[str]) -> bool:
    """The same words, the last one perhaps in the plural."""
    return tuple(parts[:-1]) == tuple(never[:-1]) and bool(parts) and parts[-1] in (never[-1], never[-1] + "s")


def test_no_other_word_names_the_same_idea() -> None:
    assert list(wrong_names(sources())) == []


def test_tables_and_columns_keep_to_the_words() -> None:
    from handrail.storage.tables import metadata

    names = [name for table in metadata.tables.values() for name in (table.name, *(c.name for c in table.columns))]
    banned = forbidden()
    assert [name for name in names if _found_in(name, banned)] == []


def test_routes_keep_to_the_words() -> None:
    banned = forbidden()
    assert [path for path in route_paths() if _found_in(path, banned)] == []


@pytest.mark.parametrize(
    "text",
    [
        "class Ticket: pass",
        "def load_tickets(): pass",
        "def f(tenant_id): pass",
        "review_decision = 1",
        "class ReviewTask: pass",
        "def f(x): x.annotator = 1",
        "def f(*, kill_switch=True): pass",
        "for annotation in []: pass",
    ],
)
def test_a_wrong_word_is_found(text: str) -> None:
    assert len(list(wrong_names([of_text(text)]))) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "from __future__ import annotations",
        "def review(task, item): return item.verdict",
        "ticketing = stickets = 1",
        "x = f.__annotations__",
        "parameter.replace(annotation=str)",
    ],
)
def test_a_right_word_is_left_alone(text: str) -> None:
    assert list(wrong_names([of_text(text)])) == []


def test_a_wrong_row_of_the_glossary_is_found() -> None:
    assert stands("table:tickets") is False
    assert stands("code:domain.item.Ticket") is False
    assert stands("code:domain.item.Item") is True
    assert stands("table:items") is True
