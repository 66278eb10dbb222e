"""Invented items for the explorer's measure, loaded straight into the tables: as the filler would leave them."""

from __future__ import annotations

import random
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

import psycopg
from psycopg import sql

from handrail.kit.ids import new_id
from handrail.kit.jsons import dumps
from handrail.stages.exploring.queries import words
from handrail.stages.exploring.rules.words import indexed, searched_fields
from handrail.storage import AnyStore
from handrail.storage.sqlite import SqliteStore

START = 1_760_000_000_000
APART_MS = 37
BEGINNINGS = ("wate", "clai", "poli", "stor", "paym", "hous", "vehi", "lett")
VOCABULARY = [f"{first}{last}" for first in BEGINNINGS for last in range(250)]
DIFFERENT = 20_000
"""Texts beside the marks that questions ask for; then they come again."""
AT_ONCE = 1_000
SLOW_TO_KEEP = ("items", "item_facets", "item_texts")
ITEM = (
    "id", "project_id", "body_hash", "status", "state", "domain", "task", "model", "confidence", "snippet", "action",
    "rule", "policy_version", "verdict", "source", "late", "last_sequence", "received_at", "decided_at",
)  # fmt: skip
CONTENT = ("item_id", "body")
FACET = ("project_id", "name", "value", "received_at", "item_id")
TEXT = ("doc", "project_id", "item_id", "words")


@dataclass(frozen=True)
class Text:
    """One text in every form that is stored."""

    text: str

    @cached_property
    def body(self) -> str:
        return dumps({"output": {"type": "text", "text": self.text}})

    @cached_property
    def words(self) -> list[str]:
        return indexed(searched_fields({"output": {"type": "text", "text": self.text}}, ()))


@dataclass(frozen=True)
class Rows:
    """`size` items, one every APART_MS; the same ones each time but for their ids."""

    project_id: str
    size: int
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    @cached_property
    def texts(self) -> list[str]:
        return [" ".join(self.chance.choices(VOCABULARY, k=60)) for _ in range(min(self.size, DIFFERENT))]

    def text(self, at: int) -> Text:
        is_old = at < self.size // 2
        marks = [("common phrase", at % 2 == 0), ("middling", at % 100 == 1), ("other", at % 100 == 2)]
        marks += [("seldom", at % max(1, self.size // 20) == 3), ("olden", is_old and at % 10 < 3)]
        return _text(" ".join([self.texts[at % DIFFERENT], *(word for word, is_there in marks if is_there)]))

    def items(self) -> Iterator[tuple[int, str, Text, dict[str, Any]]]:
        """When, id, text, and the row of each."""
        for at in range(self.size):
            is_old = at < self.size // 2
            verdict = "reject" if at % 1_000 == 8 else "approve" if at % 5 == 0 else None
            received, text, id = START + at * APART_MS, self.text(at), new_id()
            row = {
                "id": id, "project_id": self.project_id, "body_hash": "", "status": "released", "state": "released",
                "domain": "before" if is_old and at % 3 == 0 else f"d{at % 3}", "task": "letter",
                "model": f"m{at % 3 if at % 3 != 1 else 2}", "confidence": round(self.chance.random(), 4),
                "snippet": text.text[:200], "action": "release", "rule": "rare" if at % 10_000 == 9 else "bands[0]",
                "policy_version": 1, "verdict": verdict, "source": "auto" if verdict is None else "human",
                "late": False, "last_sequence": 1, "received_at": received, "decided_at": received + 5_000,
            }  # fmt: skip
            yield received, id, text, row

    def facet(self, received: int, id: str, at: int) -> tuple[Any, ...]:
        return (self.project_id, "metadata.customer", f"c{at % 1_000}", received, id)


Row = tuple[int, str, Text, dict[str, Any]]
"""When, id, text, and the row of `items`."""


@lru_cache(4 * DIFFERENT)
def _text(text: str) -> Text:
    return Text(text)


def load(store: AnyStore, rows: Rows) -> None:
    """Stores the rows of a fresh database, faster than anything that could be asked for them."""
    if isinstance(store, SqliteStore):
        _into_sqlite(store, rows)
    else:
        _into_postgres(store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False), rows)


def _into_sqlite(store: SqliteStore, rows: Rows) -> None:
    place = words.place_word(rows.project_id)
    packed = lru_cache(4 * DIFFERENT)(lambda text: zlib.compress(text.encode(), 1))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-500000")
        kept = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'items'"
        ).fetchall()
        for name, _ in kept:
            connection.execute(f'DROP INDEX "{name}"')
        for number, batch in enumerate(_batches(rows.items(), AT_ONCE)):
            connection.execute("BEGIN")
            made = [(received << words.BITS, id, " ".join([place, *text.words])) for received, id, text, _ in batch]
            _many(connection, "items", ITEM, [tuple(row.values()) for _, _, _, row in batch])
            _many(connection, "item_contents", CONTENT, [(id, text.body) for _, id, text, _ in batch])
            facets = [rows.facet(one[0], one[1], number * AT_ONCE + at) for at, one in enumerate(batch)]
            _many(connection, "item_facets", FACET, facets)
            _many(connection, "item_words", ("rowid", "words"), [(doc, text) for doc, _, text in made])
            _many(connection, "item_texts", TEXT, [(doc, rows.project_id, id, packed(text)) for doc, id, text in made])
            connection.execute("COMMIT")
        for _, statement in kept:
            connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _many(connection: sqlite3.Connection, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    places = ", ".join("?" for _ in names)
    connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", rows)  # names of ours


def _into_postgres(url: str, rows: Rows) -> None:
    lexemes = lru_cache(4 * DIFFERENT)(lambda text: words.lexemes(text.words))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("SET synchronous_commit = off")
        kept = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname LIKE 'ix%%'",
            [list(SLOW_TO_KEEP)],
        ).fetchall()
        for name, _ in kept:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        for number, batch in enumerate(_batches(rows.items(), 20 * AT_ONCE)):
            _copy(connection, "items", ITEM, [tuple(row.values()) for _, _, _, row in batch])
            _copy(connection, "item_contents", CONTENT, [(id, text.body) for _, id, text, _ in batch])
            facets = [rows.facet(one[0], one[1], number * 20 * AT_ONCE + at) for at, one in enumerate(batch)]
            _copy(connection, "item_facets", FACET, facets)
            docs = []
            for received, id, text, _ in batch:
                told = f"{words.stamps(rows.project_id, received)} {lexemes(text)}"
                docs.append((received << words.BITS, rows.project_id, id, told))
            _copy(connection, "item_texts", TEXT, docs)
        for _, statement in kept:
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE")


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch


def _copy(connection: psycopg.Connection[Any], table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
