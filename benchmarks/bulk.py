"""Bulk admission: rows through POST /v1/items/batch, beside loading the very rows it stored into the same tables."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from benchmarks import processes
from benchmarks.databases import Database, fresh
from benchmarks.desk import encoded, mixed_body, open_desk
from benchmarks.processes import Running, cpu_seconds, peak_mb, resident_mb
from benchmarks.table import Figure
from handrail.storage import open_store

AT_ONCE = 500
RAW_MOST = 5_000
CHUNK = 256 * 1024
AIM = ">= 50%, flat memory"
TABLES = {
    "items": "id", "item_contents": "item_id", "item_scores": "item_id", "routes": "item_id", "outcomes": "item_id",
    "audit_samples": "item_id", "seats": "item_id", "audit_entries": "subject", "events": "subject",
}  # fmt: skip
"""What an admitted item fills, and the column that names the item."""


@dataclass(frozen=True)
class _Uploaded:
    seconds: float
    cpu_s: float
    before_mb: float
    peak_mb: float


def measure(server: str | None, rows: int) -> list[Figure]:
    """Uploads `rows` items of 4 KB, then loads the rows of at most RAW_MOST of them into an empty database."""
    with fresh(server) as database:
        desk = open_desk(database, keys=1)
        with processes.serve(database.folder, database.url) as running:
            upload = asyncio.run(_upload(running, desk.keys[0], rows))
        raw = min(rows, RAW_MOST)
        with fresh(server) as other:
            open_store(other.url).close()
            load = _load_sqlite if server is None else _load_postgres
            raw_s = load(database, other, raw)
    grown = upload.peak_mb - upload.before_mb
    where = [f"{rows:,} rows of 4 KB; server CPU {upload.cpu_s / rows * 1e3:.2f} ms per item"]
    store = database.store
    how = "executemany" if server is None else "COPY"
    into = f"the same {len(TABLES)} tables and indexes, {AT_ONCE} items a transaction"
    raw_is = f"{how} of the rows of {raw:,} such items into {into}"
    return [
        Figure("bulk admit", store, rows / upload.seconds, "items/s", AIM, raw / raw_s, raw_is, where=where),
        Figure("bulk admit, memory grown", store, grown, "MB", "<= 150 MB"),
    ]


async def _upload(running: Running, key: str, rows: int) -> _Uploaded:
    """Sends a chunked body and reads the answer at the same time, as it comes."""
    before, cpu = resident_mb(running.pid), cpu_seconds(running.pid)
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    head = f"POST /v1/items/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
    writer.write(f"{head}Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    began = time.perf_counter()
    sending = asyncio.create_task(_send(writer, rows))
    told = await _last_line(reader)
    seconds = time.perf_counter() - began
    await sending
    writer.close()
    if told.get("stored") != rows:
        raise RuntimeError(f"the upload failed: {told}")
    return _Uploaded(seconds, cpu_seconds(running.pid) - cpu, before, peak_mb(running.pid))


async def _send(writer: asyncio.StreamWriter, rows: int) -> None:
    for chunk in _chunks(rows):
        writer.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()


def _chunks(rows: int) -> Iterator[bytes]:
    held = bytearray()
    for number in range(rows):
        held += encoded(mixed_body(number)) + b"\n"
        if len(held) >= CHUNK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


async def _last_line(reader: asyncio.StreamReader) -> Mapping[str, object]:
    """The line that sums up: the answer is read to its end."""
    status = await reader.readline()
    last = b""
    while True:
        line = await reader.readline()
        if not line or line == b"0\r\n":
            break
        if line.startswith(b"{"):
            last = line
    if b" 200 " not in status:
        raise RuntimeError(f"the upload was refused: {status!r} {last!r}")
    found: Mapping[str, object] = json.loads(last)
    return found


def _load_sqlite(source: Database, target: Database, count: int) -> float:
    """Seconds to load the rows of `count` items with executemany, durable as our store is."""
    with sqlite3.connect(source.url.removeprefix("sqlite:///")) as connection:
        slices, inserts = _slices(connection, count)
    into = sqlite3.connect(target.url.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF", "cache_size=-16000"):
        into.execute(f"PRAGMA {pragma}")
    into.execute("PRAGMA foreign_keys=ON")
    began = time.perf_counter()
    for rows_of in slices:
        into.execute("BEGIN IMMEDIATE")
        for table, rows in rows_of.items():
            into.executemany(inserts[table], rows)
        into.execute("COMMIT")
    took = time.perf_counter() - began
    into.close()
    return took


def _slices(
    connection: sqlite3.Connection, count: int
) -> tuple[list[dict[str, list[tuple[object, ...]]]], dict[str, str]]:
    """The rows of the first items, in portions of one transaction, and the statement for each table."""
    ids = [id for (id,) in connection.execute("SELECT id FROM items ORDER BY id LIMIT ?", (count,))]
    portion = {id: at // AT_ONCE for at, id in enumerate(ids)}
    slices: list[dict[str, list[tuple[object, ...]]]] = [
        {table: [] for table in ("projects", *TABLES)} for _ in range(-(-len(ids) // AT_ONCE))
    ]
    inserts = {}
    for table, column in {"projects": "", **TABLES}.items():
        cursor = connection.execute(f"SELECT * FROM {table}")
        names = [one[0] for one in cursor.description]
        inserts[table] = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        for row in cursor:
            at = 0 if not column else portion.get(row[names.index(column)])
            if at is not None:
                slices[at][table].append(row)
    return slices, inserts


def _load_postgres(source: Database, target: Database, count: int) -> float:
    """Seconds to load the rows of `count` items with COPY."""
    with psycopg.connect(source.url) as connection:
        ids = [row[0] for row in connection.execute("SELECT id::text FROM items ORDER BY id LIMIT %s", (count,))]
        firsts = [*ids[::AT_ONCE], "ffffffff-ffff-ffff-ffff-ffffffffffff"]
        projects = _copied(connection, "projects", None)
        slices = [
            {
                table: _copied(connection, table, (column, firsts[at], firsts[at + 1], ids[-1]))
                for table, column in TABLES.items()
            }
            for at in range(len(firsts) - 1)
        ]
    with psycopg.connect(target.url, autocommit=True) as into:
        _copy(into, "projects", projects)
        began = time.perf_counter()
        for one in slices:
            with into.transaction():
                for table, data in one.items():
                    _copy(into, table, data)
        return time.perf_counter() - began


def _copied(
    connection: psycopg.Connection[tuple[object, ...]],
    table: str,
    part: Sequence[str] | tuple[str, str, str, str] | None,
) -> bytes:
    """The rows of a table in COPY's own form: all, or those of the items from one id to before another."""
    query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
    if part is not None:
        column, first, end, last = part
        query += sql.SQL(
            " WHERE {column}::text >= {first} AND {column}::text < {end} AND {column}::text <= {last}"
        ).format(column=sql.Identifier(column), first=sql.Literal(first), end=sql.Literal(end), last=sql.Literal(last))
    with connection.cursor().copy(sql.SQL("COPY ({}) TO STDOUT").format(query)) as out:
        return b"".join(bytes(piece) for piece in out)


def _copy(connection: psycopg.Connection[tuple[object, ...]], table: str, data: bytes) -> None:
    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as into:
        into.write(data)
