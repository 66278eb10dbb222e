"""A room keeps to its furniture: rules are pure, SQL stands in queries, nobody commits, each table has its writers."""

from collections.abc import Iterator, Sequence

import pytest

from tests.architecture.reading import ROOT, Source, called, markdown_table, of_text, sources, table_names

PURE = {"rules"}
TOUCHES_THE_WORLD = (
    "asyncio", "fastapi", "handrail.audit", "handrail.background", "handrail.storage", "handrail.web", "httpx", "os",
    "psycopg", "random.random", "socket", "sqlalchemy", "sqlite3", "starlette", "subprocess", "threading", "time",
)  # fmt: skip
WEB = ("fastapi", "starlette")
# The list of roles and permissions is words only, though it stands beside the guard that asks for them.
PURE_ALL_THE_SAME = "handrail.web.permissions."


def rooms() -> list[Source]:
    return [source for source in sources() if source.package.startswith("stages/") or source.package == "setup"]


def furniture(source: Source) -> str:
    """What a file is in its room: `rules` for rules.py and for all in a folder rules/."""
    # stages/intake/rules.py, setup/projects/rules.py, but setup/rules.py
    inside = source.name.split("/")[1:]
    return inside[min(1, len(inside) - 1)].removesuffix(".py")


def impure(files: Sequence[Source]) -> Iterator[str]:
    for source in files:
        if furniture(source) in PURE:
            for line, name in source.imports():
                outside = any(name == one or name.startswith(one + ".") for one in TOUCHES_THE_WORLD)
                if outside and not name.startswith(PURE_ALL_THE_SAME):
                    yield f"{source.name}:{line} imports {name}; a rule needs no database, no clock and no web"


def stray_sql(files: Sequence[Source]) -> Iterator[str]:
    for source in files:
        if furniture(source) != "queries":
            for line, text in source.sql():
                yield f"{source.name}:{line} holds SQL ({text.split()[0]} ...); it belongs into queries"


def stray_web(files: Sequence[Source]) -> Iterator[str]:
    for source in files:
        if furniture(source) != "routes":
            for line, name in source.imports():
                if name.split(".")[0] in WEB and not name.startswith("starlette.concurrency."):
                    yield f"{source.name}:{line} imports {name}; HTTP belongs into routes"


def commits(files: Sequence[Source]) -> Iterator[str]:
    for source in files:
        for call in source.calls():
            if called(call) in ("commit", "rollback", "begin"):
                yield f"{source.name}:{call.lineno} begins or ends a transaction; the edge does that"


def test_rules_are_pure() -> None:
    assert list(impure(rooms())) == []


def test_sql_stands_in_queries() -> None:
    assert list(stray_sql(rooms())) == []


def test_http_stands_in_routes() -> None:
    assert list(stray_web(rooms())) == []


def test_no_room_commits() -> None:
    assert list(commits(rooms())) == []


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("stages/intake/rules.py", "from handrail.storage.session import Session", impure),
        ("stages/intake/rules.py", "from time import time", impure),
        ("stages/intake/rules/keys.py", "import sqlalchemy as sa", impure),
        ("stages/intake/service.py", 'ROWS = "SELECT id FROM items"', stray_sql),
        ("setup/service.py", 'def f(t): return f"UPDATE {t} SET a = 1"', stray_sql),
        ("stages/intake/service.py", "from fastapi import Request", stray_web),
        ("stages/intake/service.py", "def f(session): session.commit()", commits),
        ("setup/queries.py", "def f(session): session.rollback()", commits),
        ("setup/projects/rules.py", "import sqlalchemy", impure),
        ("setup/projects/service.py", 'ROWS = "SELECT id FROM items"', stray_sql),
    ],
)
def test_the_tests_above_find_what_they_look_for(name: str, text: str, rule: object) -> None:
    assert callable(rule)
    assert len(list(rule([of_text(text, name)]))) == 1


def test_what_is_allowed_is_not_found() -> None:
    files = [
        of_text("from datetime import datetime\nfrom handrail.domain.item import Item", "stages/intake/rules.py"),
        of_text('ROWS = "SELECT id FROM items"', "stages/intake/queries.py"),
        of_text('WHY = "Update the item from the list"', "stages/intake/service.py"),
        of_text("from fastapi import Request", "stages/intake/routes.py"),
        of_text("from fastapi import Request", "setup/access/routes/keys.py"),
        of_text('ROWS = "SELECT id FROM items"', "setup/projects/queries.py"),
    ]
    for rule in (impure, stray_sql, stray_web, commits):
        assert list(rule(files)) == []


# --- who writes which table ------------------------------------------------------------------------------------------


def written_in(files: Sequence[Source]) -> dict[tuple[str, str], str]:
    """(table, package) -> where, for each statement that changes a table; `storage` moves rows for all."""
    found: dict[tuple[str, str], str] = {}
    for source in files:
        if source.package != "storage":
            for line, table in source.writes(table_names()):
                found.setdefault((table, source.package), f"{source.name}:{line}")
    return found


def allowed_writers() -> dict[str, set[str]]:
    """From docs/architecture.md."""
    rows = markdown_table(ROOT / "docs" / "architecture.md", "Who writes which table")
    return {row[0].strip("`"): {one.strip() for one in row[1].split(",")} for row in rows}


def test_every_table_has_its_writers_named() -> None:
    assert sorted(allowed_writers()) == sorted(table_names())


def test_a_room_writes_only_its_own_tables() -> None:
    allowed = allowed_writers()
    strangers = [
        f"{where}: {package} writes {table}, which belongs to {', '.join(sorted(allowed.get(table, set())))}"
        for (table, package), where in sorted(written_in(sources()).items())
        if package not in allowed.get(table, set())
    ]
    assert strangers == []


@pytest.mark.parametrize(
    "text",
    [
        'X = "INSERT INTO reviews (id) VALUES (:id)"',
        'X = "UPDATE reviews SET state = 1"',
        'X = "DELETE FROM reviews WHERE id = :id"',
        'X = f"INSERT OR IGNORE INTO reviews ({1})"',
        "def f(session, tables): session.execute(tables.reviews.insert())",
        "def f(session): session.execute(update(reviews).values(state=1))",
        "def f(session, tables): upsert(session.dialect, tables.reviews, [])",
    ],
)
def test_each_way_of_writing_is_seen(text: str) -> None:
    assert list(written_in([of_text(text)])) == [("reviews", "stages/intake")]


def test_reading_and_locking_are_no_writing() -> None:
    lines = (
        'X = "SELECT 1 FROM reviews FOR UPDATE"',
        'Y = "ON CONFLICT (id) DO UPDATE SET state = 1"',
        "found = {}",
        "found.update(reviews=1)",
    )
    assert written_in([of_text("\n".join(lines))]) == {}
