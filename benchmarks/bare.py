"""The raw limit of admission: FastAPI with one route that does one durable insert of the body and nothing else.

    python -m benchmarks.bare DATABASE PORT [--group]

SQLite: one writer thread, WAL, synchronous=FULL, one INSERT and one COMMIT for each request; with --group one COMMIT
for all requests that wait at the moment. PostgreSQL: one autocommitted INSERT on a pooled connection.
"""

from __future__ import annotations

import queue
import sqlite3
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future

import uvicorn
from fastapi import FastAPI, Request, Response
from psycopg_pool import ConnectionPool
from starlette.concurrency import run_in_threadpool

from handrail.kit.ids import new_id

TABLE = "CREATE TABLE IF NOT EXISTS raw (id CHAR(36) PRIMARY KEY, body TEXT NOT NULL)"
GROUP = 128
Insert = Callable[[str, str], None]


def into_sqlite(path: str, *, group: bool) -> Insert:
    """Inserts on a writer thread; answers after the commit."""
    waiting: queue.Queue[tuple[str, str, Future[None]]] = queue.Queue()

    def write() -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(TABLE)
        while True:
            taken = [waiting.get()]
            while group and len(taken) < GROUP and not waiting.empty():
                taken.append(waiting.get())
            connection.execute("BEGIN IMMEDIATE")
            for id, body, _ in taken:
                connection.execute("INSERT INTO raw (id, body) VALUES (?, ?)", (id, body))
            connection.execute("COMMIT")
            for _, _, done in taken:
                done.set_result(None)

    threading.Thread(target=write, daemon=True).start()

    def insert(id: str, body: str) -> None:
        done: Future[None] = Future()
        waiting.put((id, body, done))
        done.result()

    return insert


def into_postgres(url: str) -> Insert:
    """Inserts on one of twelve connections, each statement its own transaction."""
    pool = ConnectionPool(url, min_size=12, max_size=12, kwargs={"autocommit": True}, open=True)
    with pool.connection() as connection:
        connection.execute(TABLE)

    def insert(id: str, body: str) -> None:
        with pool.connection() as connection:
            connection.execute("INSERT INTO raw (id, body) VALUES (%s, %s)", (id, body))

    return insert


def application(insert: Insert) -> FastAPI:
    """The one route."""
    app = FastAPI()

    @app.get("/ready")
    async def ready() -> Response:
        return Response("ok")

    @app.post("/items", status_code=201)
    async def submit(request: Request) -> Response:
        body, id = await request.body(), new_id()
        await run_in_threadpool(insert, id, body.decode())
        return Response(f'{{"item_id":"{id}"}}', 201, media_type="application/json")

    return app


def main(database: str, port: str, *flags: str) -> None:
    sqlite = database.startswith("sqlite:///")
    insert = (
        into_sqlite(database.removeprefix("sqlite:///"), group="--group" in flags)
        if sqlite
        else into_postgres(database)
    )
    uvicorn.run(
        application(insert), port=int(port), access_log=False, log_level="warning", loop="uvloop", http="httptools"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
