"""Random tampering with the audit tables by SQL, and what both verifiers say: `python -m tests.audit.tampering 1000`.

Each one happens in a transaction in which the first verifier looks and from which the log is exported for the second
one; then it is undone. What a cut or rewritten log would need to stay unseen - the secret - the last two kinds have:
only a checkpoint that was kept elsewhere finds those.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from handrail.audit import AuditKey, append, last_checkpoint, row, sequence, verify
from handrail.audit.export import export
from handrail.audit.notes import parse_note
from handrail.storage import AnyStore, Session, open_store
from scripts import postgres
from tests.audit.second import second

KEY = AuditKey(b"a secret of the tests, long enough")
AT = datetime(2026, 11, 21, 11, 43, 57, tzinfo=UTC)
SIZES = (1, 40, 216, 3, 296, 44)
"""The batches of the log that is tampered with: 600 entries under six heads, three tiles, two of them full."""
SIZE = sum(SIZES)
KEPT = SIZE - SIZES[-1]
"""The size of the checkpoint that somebody kept."""


@dataclass(frozen=True)
class Done:
    """A tampering: of what kind, and where the verifiers must see it; None where nobody can say the place."""

    kind: str
    first_bad: int | None
    needs_checkpoint: bool = False


@dataclass(frozen=True)
class Seen:
    """What the two said; None for one that saw nothing."""

    done: Done
    first: tuple[int | None, str] | None
    other: tuple[int | None, str] | None

    @property
    def is_right(self) -> bool:
        wanted = self.done.first_bad
        return all(one is not None and one[0] == wanted for one in (self.first, self.other))


class _Undo(Exception):
    pass


def fill(store: AnyStore) -> str:
    """The log before; the checkpoint that is kept."""
    kept = ""
    for place, count in enumerate(SIZES):
        rows = [
            row(KEY, "test.happened", f"item:{place}", project_id=None, actor=f"person:{n % 7}",
                at=AT + timedelta(seconds=place), details={"n": n, "why": "ein Grund, für später"})
            for n in range(count)
        ]  # fmt: skip

        def one(session: Session, rows: list[dict[str, Any]] = rows) -> str:
            append(session, rows)
            sequence(session, KEY)
            return last_checkpoint(session) or ""

        note = store.write(one)
        kept = note if parse_note(note)[0].size == KEPT else kept
    return kept


def tamper(store: AnyStore, kept: str, chance: random.Random, folder: Path) -> Seen:
    """One tampering, looked at by both and undone."""
    found: list[Seen] = []

    def work(session: Session) -> None:
        done = chance.choice(KINDS)(session, chance)
        found.append(look(session, done, kept, folder))
        raise _Undo

    with suppress(_Undo):
        store.write(work)
    return found[-1]


def look(session: Session, done: Done, kept: str, folder: Path) -> Seen:
    """What both verifiers say of the log as this session sees it."""

    def read(work: Callable[[Session], Any]) -> Any:
        return work(session)

    since = parse_note(kept)[0] if done.needs_checkpoint else None
    verdict = verify(read, KEY, since=since)
    shutil.rmtree(folder, ignore_errors=True)
    export(read, KEY, folder)
    try:
        second.check_log(second.Folder(folder), None, [kept] if since else [], KEY.secret)
        other = None
    except second.Bad as bad:
        other = (bad.index, bad.why)
    return Seen(done, None if verdict.ok else (verdict.first_bad_index, str(verdict.why)), other)


def _change(session: Session, statement: str, **values: Any) -> None:
    assert session.change(statement, values) >= 1, statement


def _text(session: Session, statement: str, **values: Any) -> Any:
    return session.run(statement, values)[0][0]


def _another(text: str, chance: random.Random) -> str:
    """One character of it is another one."""
    place = chance.randrange(len(text))
    other = chance.choice([one for one in "0123456789abcdef" if one != text[place]])
    return text[:place] + other + text[place + 1 :]


def change_column(session: Session, chance: random.Random) -> Done:
    index = chance.randrange(SIZE)
    column = chance.choice(("actor", "kind", "subject", "entry", "leaf_hash", "seal", "details", "salt"))
    text = _text(session, f"SELECT {column} FROM audit_entries WHERE log_index = :index", index=index)
    _change(
        session,
        f"UPDATE audit_entries SET {column} = :new WHERE log_index = :index",
        new=_another(text, chance),
        index=index,
    )
    return Done(f"change {column}", index)


def change_otherwise(session: Session, chance: random.Random) -> Done:
    index = chance.randrange(SIZE)
    change = chance.choice((
        "at = at + 1", "at = at - 86400000", "project_id = id", "details = NULL", "salt = NULL",
        "details = NULL, salt = NULL", "details = '{}'", "seal = ''", "leaf_hash = ''", "id = '" + _id() + "'",
    ))  # fmt: skip
    _change(session, f"UPDATE audit_entries SET {change} WHERE log_index = :index", index=index)
    return Done("change a row", index)


def _id() -> str:
    return f"0197a3c0-6d1e-7b52-9a41-{secrets.token_hex(6)}"


def delete_entry(session: Session, chance: random.Random) -> Done:
    index = chance.randrange(SIZE)
    _change(session, "DELETE FROM audit_entries WHERE log_index = :index", index=index)
    return Done("delete an entry", index)


def delete_some(session: Session, chance: random.Random) -> Done:
    indexes = sorted(chance.sample(range(SIZE), 5))
    _change(session, f"DELETE FROM audit_entries WHERE log_index IN ({', '.join(map(str, indexes))})")
    return Done("delete several", indexes[0])


def swap(session: Session, chance: random.Random) -> Done:
    one, other = sorted(chance.sample(range(SIZE), 2))
    for before, after in ((one, -1), (other, one), (-1, other)):
        _change(
            session, "UPDATE audit_entries SET log_index = :after WHERE log_index = :before", before=before, after=after
        )
    return Done("swap two entries", one)


def renumber(session: Session, chance: random.Random) -> Done:
    index, to = chance.randrange(SIZE), SIZE + chance.randrange(1_000)
    _change(session, "UPDATE audit_entries SET log_index = :to WHERE log_index = :index", to=to, index=index)
    return Done("renumber an entry", index)


def take_number(session: Session, chance: random.Random) -> Done:
    index = chance.randrange(SIZE)
    _change(session, "UPDATE audit_entries SET log_index = NULL WHERE log_index = :index", index=index)
    return Done("take a number away", index)


def _forged(key: AuditKey) -> dict[str, Any]:
    return row(key, "item.released", "item:1", project_id=None, actor="system", at=AT, details={"a": 1})


def put_in_behind(session: Session, chance: random.Random) -> Done:
    """By somebody who even has the secret, but not the tree."""
    forged, index = _forged(KEY), SIZE + chance.choice((0, 1, 255, 70_000))
    append(session, [forged])
    _change(session, "UPDATE audit_entries SET log_index = :index WHERE id = :id", index=index, id=forged["id"])
    return Done("insert behind the end", index)


def put_in_waiting(session: Session, chance: random.Random) -> Done:
    append(session, [_forged(AuditKey(b"not the key of this server"))])
    return Done("insert a waiting row", SIZE)


def put_in_instead(session: Session, chance: random.Random) -> Done:
    """A forged entry takes the place of another, in the leaf tile too."""
    index, forged = chance.randrange(SIZE), _forged(AuditKey(b"not the key of this server"))
    _change(session, "DELETE FROM audit_entries WHERE log_index = :index", index=index)
    append(session, [forged])
    _change(session, "UPDATE audit_entries SET log_index = :index WHERE id = :id", index=index, id=forged["id"])
    _put_hash(session, 0, index, bytes.fromhex(forged["leaf_hash"]))
    return Done("replace entry and leaf", index)


def cut_entries(session: Session, chance: random.Random) -> Done:
    index = chance.randrange(1, SIZE)
    _change(session, "DELETE FROM audit_entries WHERE log_index >= :index", index=index)
    return Done("cut the tail of the entries", index)


def _tile(session: Session, level: int, tile: int) -> bytes:
    return bytes(
        _text(session, "SELECT hashes FROM audit_tiles WHERE level = :level AND tile = :tile", level=level, tile=tile)
    )


def _put_tile(session: Session, level: int, tile: int, hashes: bytes) -> None:
    _change(
        session, "UPDATE audit_tiles SET hashes = :hashes WHERE level = :level AND tile = :tile",
        hashes=hashes, level=level, tile=tile,
    )  # fmt: skip


def _put_hash(session: Session, level: int, index: int, new: bytes) -> None:
    tile, inside = divmod(index, 256)
    before = _tile(session, level, tile)
    _put_tile(session, level, tile, before[: inside * 32] + new + before[inside * 32 + 32 :])


def change_tile(session: Session, chance: random.Random) -> Done:
    level = chance.randrange(2)
    index = chance.randrange(SIZE >> 8 * level)
    before = _tile(session, level, index // 256)[index % 256 * 32 :][:32]
    place = chance.randrange(32)
    _put_hash(
        session, level, index, before[:place] + bytes([before[place] ^ 1 << chance.randrange(8)]) + before[place + 1 :]
    )
    return Done("change a tile", index << 8 * level)


def cut_tile(session: Session, chance: random.Random) -> Done:
    level, tile = chance.choice(((0, 0), (0, 1), (0, 2), (1, 0)))
    before = _tile(session, level, tile)
    kept = chance.randrange(len(before))
    _put_tile(session, level, tile, before[:kept])
    return Done("cut a tile", (tile * 256 + kept // 32) << 8 * level)


def delete_tile(session: Session, chance: random.Random) -> Done:
    level, tile = chance.choice(((0, 0), (0, 1), (0, 2), (1, 0)))
    _change(session, "DELETE FROM audit_tiles WHERE level = :level AND tile = :tile", level=level, tile=tile)
    return Done("delete a tile", (tile * 256) << 8 * level)


def lengthen_tile(session: Session, chance: random.Random) -> Done:
    level, tile = chance.choice(((0, 2), (1, 0)))
    _put_tile(session, level, tile, _tile(session, level, tile) + chance.randbytes(chance.choice((1, 32, 64))))
    return Done("lengthen a tile", SIZE)


def insert_tile(session: Session, chance: random.Random) -> Done:
    place = {"level": chance.randrange(5), "tile": chance.randrange(3, 90), "hashes": chance.randbytes(32)}
    session.run("INSERT INTO audit_tiles (level, tile, hashes) VALUES (:level, :tile, :hashes)", place)
    return Done("insert a tile", SIZE)


def _some_head(chance: random.Random) -> tuple[int, int]:
    """The size of a head, and that of the one before."""
    place = chance.randrange(len(SIZES))
    return sum(SIZES[: place + 1]), sum(SIZES[:place])


def change_head(session: Session, chance: random.Random) -> Done:
    size, before = _some_head(chance)
    column = chance.choice(("root", "signature", "frontier", "checkpoint"))
    text = _text(session, f"SELECT {column} FROM audit_heads WHERE size = :size", size=size)
    _change(
        session, f"UPDATE audit_heads SET {column} = :new WHERE size = :size", new=_another(text, chance), size=size
    )
    return Done(f"change a head's {column}", before)


def change_head_otherwise(session: Session, chance: random.Random) -> Done:
    size, before = _some_head(chance)
    changes = ["at = at + 1", "at = -at", "size = size + 100000", "checkpoint = NULL", "root = 'no hash'",
               "signature = ''", "frontier = '[]'", "checkpoint = ''"]  # fmt: skip
    change = chance.choice(changes)
    _change(session, f"UPDATE audit_heads SET {change} WHERE size = :size", size=size)
    return Done("change a head", before)


def delete_head(session: Session, chance: random.Random) -> Done:
    size, before = _some_head(chance)
    _change(session, "DELETE FROM audit_heads WHERE size = :size", size=size)
    return Done("delete the newest head" if size == SIZE else "delete a head in between", before)


def delete_heads(session: Session, chance: random.Random) -> Done:
    """Several that stand one behind the other, perhaps all."""
    first, last = sorted(chance.sample(range(len(SIZES) + 1), 2))
    before, upto = sum(SIZES[:first]), sum(SIZES[:last])
    _change(session, "DELETE FROM audit_heads WHERE size > :before AND size <= :upto", before=before, upto=upto)
    return Done("delete several heads", before)


def other_checkpoint(session: Session, chance: random.Random) -> Done:
    """The signed note of another head, whole."""
    size, before = _some_head(chance)
    note = KEY.signer(None).note(size + 1, bytes(32))
    _change(session, "UPDATE audit_heads SET checkpoint = :note WHERE size = :size", note=note, size=size)
    return Done("another checkpoint", before)


def cut_all(session: Session, chance: random.Random) -> Done:
    """Entries, heads and tiles end at an earlier head, as if nothing had come after it."""
    size = sum(SIZES[: chance.randrange(1, len(SIZES) - 1)])
    _change(session, "DELETE FROM audit_entries WHERE log_index >= :size", size=size)
    _change(session, "DELETE FROM audit_heads WHERE size > :size", size=size)
    for level, tile, hashes in session.run("SELECT level, tile, hashes FROM audit_tiles"):
        kept = bytes(hashes)[: max(0, (size >> 8 * level) - tile * 256) * 32]
        if kept:
            _put_tile(session, level, tile, kept)
        else:
            _change(session, "DELETE FROM audit_tiles WHERE level = :level AND tile = :tile", level=level, tile=tile)
    return Done("cut the tail everywhere", size, needs_checkpoint=True)


def rewrite(session: Session, chance: random.Random) -> Done:
    """With the secret: one entry is another, all that follows is numbered, sealed and signed anew."""
    index = chance.randrange(KEPT)
    _change(session, "DELETE FROM audit_entries WHERE log_index = :index", index=index)
    session.run("UPDATE audit_entries SET log_index = NULL")
    session.run("DELETE FROM audit_heads")
    session.run("DELETE FROM audit_tiles")
    append(session, [_forged(KEY)])
    while sequence(session, KEY):
        pass
    return Done("rewrite with the secret", None, needs_checkpoint=True)


KINDS: list[Callable[[Session, random.Random], Done]] = [
    change_column, change_column, change_column, change_otherwise, change_otherwise, delete_entry, delete_some, swap,
    renumber, take_number, put_in_behind, put_in_waiting, put_in_instead, cut_entries, change_tile, change_tile,
    cut_tile,
    delete_tile, lengthen_tile, insert_tile, change_head, change_head, change_head_otherwise, delete_head,
    delete_heads,
    other_checkpoint, cut_all, rewrite,
]  # fmt: skip


def campaign(store: AnyStore, times: int, seed: int, folder: Path) -> list[Seen]:
    """So many tamperings with a log of SIZE entries; none of them stays."""
    chance, kept = random.Random(seed), fill(store)
    calm = store.read(lambda session: look(session, Done("nothing", None), kept, folder))
    assert (calm.first, calm.other) == (None, None), calm
    return [tamper(store, kept, chance, folder) for _ in range(times)]


def table(store: str, seen: list[Seen]) -> str:
    """How often each kind was tried, and found by whom at the right index."""
    kinds = sorted({one.done.kind for one in seen})
    lines = [
        f"{store}: {len(seen)} tamperings",
        f"  {'kind':32}{'tried':>7}{'first':>7}{'second':>8}{'index right':>13}",
    ]
    for kind in kinds:
        of_kind = [one for one in seen if one.done.kind == kind]
        counts = Counter(
            {
                "first": sum(one.first is not None for one in of_kind),
                "second": sum(one.other is not None for one in of_kind),
            }
        )
        right = sum(one.is_right for one in of_kind)
        lines.append(f"  {kind:32}{len(of_kind):>7}{counts['first']:>7}{counts['second']:>8}{right:>13}")
    return "\n".join(lines)


def main(times: int, seed: int) -> int:
    """Both stores; 1 if anything was missed or told at another index."""
    missed: list[Seen] = []
    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        for name, url, end in _databases(here):
            store = open_store(url)
            seen = campaign(store, times, seed, here / "exported")
            store.close()
            end()
            _say(table(name, seen))
            missed += [one for one in seen if not one.is_right]
    for one in missed[:20]:
        _say(f"MISSED: {one}")
    _say(
        f"seed {seed}: {len(missed)} missed"
        if missed
        else f"seed {seed}: all found by both verifiers, at the right index"
    )
    return 1 if missed else 0


def _databases(here: Path) -> Any:
    yield "SQLite", f"sqlite:///{here / 'handrail.db'}", lambda: None
    given = os.environ.get("HANDRAIL_TEST_PG")
    found = None if given else next(iter(postgres.installations()), None)
    if given:
        yield _on_server(given)
    elif found is not None:
        with postgres.running(found) as url:
            yield _on_server(url)


def _on_server(server: str) -> tuple[str, str, Callable[[], None]]:
    name = f"handrail_tampering_{secrets.token_hex(4)}"

    def run(statement: str) -> None:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(sql.SQL(statement).format(sql.Identifier(name)))

    run("CREATE DATABASE {}")
    return "PostgreSQL", f"{server.rpartition('/')[0]}/{name}", lambda: run("DROP DATABASE {} WITH (FORCE)")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, int(sys.argv[2]) if len(sys.argv) > 2 else 38))
