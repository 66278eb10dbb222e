"""The words of items, on both databases: stored, taken back, searched in the order of a list.

SQLite has an FTS5 table without content whose row numbers are in the order of lists, so that a page is read and no
more; PostgreSQL has a tsvector under a GIN index, which knows no order: the newest stretch is looked through first,
and only a word that is rare there is asked of the whole index.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # Any: parameters of two drivers

from handrail.stages.exploring.rules.words import GAP, Query, Term
from handrail.storage import Session

BITS = 20
STRETCHES = (1_500, 6_000, 20_000)
"""PostgreSQL: how many documents are looked through one by one, the index of words being asked after the first."""
RARE = 5_000
_FTS = "INSERT INTO item_words (rowid, words) VALUES (:doc, :text)"
_FTS_BACK = "INSERT INTO item_words (item_words, rowid, words) VALUES ('delete', :doc, :text)"
_TEXT = "INSERT INTO item_texts (doc, project_id, item_id, words) VALUES (:doc, :project_id, :item_id, {words})"
_STORED = "SELECT doc, words FROM item_texts WHERE item_id = :item_id"
_FORGET = "DELETE FROM item_texts WHERE item_id = :item_id"
_LAST = "SELECT MAX(doc) FROM item_texts WHERE doc >= :first AND doc < :end"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one item, ready to be stored."""

    project_id: str
    item_id: str
    received_ms: int
    words: Sequence[str]


def store(session: Session, one: Words) -> None:
    """Stores the words of an item in place of those it had."""
    forget(session, one.item_id)
    doc = _free_doc(session, one.received_ms)
    row: dict[str, Any] = {"doc": doc, "project_id": one.project_id, "item_id": one.item_id}
    if session.dialect == "sqlite":
        text = " ".join([_place(one.project_id), *one.words])
        session.run(_FTS, {"doc": doc, "text": text})
        session.run(_TEXT.format(words=":words"), row | {"words": zlib.compress(text.encode(), 1)})
    else:
        session.run(_TEXT.format(words="CAST(:words AS tsvector)"), row | {"words": _lexemes(one)})


def forget(session: Session, item_id: str) -> None:
    """Takes the words of an item out of the index."""
    if session.dialect == "sqlite":
        for doc, packed in session.run(_STORED, {"item_id": item_id}):
            # a table without content must be told exactly what to take back
            session.run(_FTS_BACK, {"doc": doc, "text": zlib.decompress(packed).decode()})
    session.run(_FORGET, {"item_id": item_id})


def _free_doc(session: Session, received_ms: int) -> int:
    first = received_ms << BITS
    last = session.run(_LAST, {"first": first, "end": first + (1 << BITS)})[0][0]
    return first if last is None else int(last) + 1


def received_of(doc: int) -> int:
    """When the item of a document arrived, in ms."""
    return doc >> BITS


def _place(project_id: str) -> str:
    """The word that stands for a project: a search in one never reads the words of another."""
    return f"{GAP}p{project_id.replace('-', '')}"


MOST_POSITION = 16_383
MOST_PLACES = 255


def _lexemes(one: Words) -> str:
    """Words with their places, as PostgreSQL writes them; words behind its last place keep that one."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(one.words, start=1):
        found = places.setdefault(word, [])
        if len(found) < MOST_PLACES and (not found or found[-1] < MOST_POSITION):
            found.append(min(at, MOST_POSITION))
    told = [f"'{word}':{','.join(map(str, found))}" for word, found in places.items()]
    return " ".join([f"'{_place(one.project_id)}'", *told])


# searching


def fts5(project_id: str, query: Query) -> str:
    """The search in the language of FTS5; every word stands in quotes, so nothing typed is read as its syntax."""
    wanted = [_fts5_term(one) for one in query.terms if not one.without]
    refused = [_fts5_term(one) for one in query.terms if one.without]
    text = " AND ".join([f'"{_place(project_id)}"', *wanted])
    return f"({text}) NOT ({' OR '.join(refused)})" if refused else text


def _fts5_term(term: Term) -> str:
    return '"' + " ".join(term.words) + '"' + ("*" if term.begins else "")


def tsquery(project_id: str, query: Query) -> str:
    """The search in the language of PostgreSQL; every word stands in quotes."""
    return " & ".join([f"'{_place(project_id)}'", *map(_tsquery_term, query.terms)])


def _tsquery_term(term: Term) -> str:
    words = [f"'{one}'" for one in term.words]
    words[-1] += ":*" if term.begins else ""
    return ("!" if term.without else "") + "(" + " <-> ".join(words) + ")"


@dataclass(frozen=True, slots=True)
class Search:
    """A search in one project, in the order of arrival; `start` and `end` bound it in ms."""

    project_id: str
    query: Query
    down: bool
    start: int | None = None
    end: int | None = None

    def count(self, session: Session, most: int) -> int:
        """How many items hold it, counted up to `most`."""
        sql = f"SELECT COUNT(*) FROM (SELECT 1 {self._from(session)} LIMIT :limit) AS found"  # noqa: S608  # constants
        return int(session.run(sql, self._bound(session) | {"limit": most})[0][0])

    def docs(self, session: Session, after: int | None, limit: int) -> tuple[list[tuple[int, str]], int | None]:
        """The next documents behind `after`, each with its item; and where to go on, None at the end."""
        if session.dialect == "postgresql":
            return self._of_postgres(session, after, limit)
        found = self._ordered(session, after, limit)
        return self._items(session, found), found[-1] if len(found) == limit else None

    def matching(self, session: Session, item_ids: Sequence[str]) -> frozenset[str]:
        """Those of these items that hold it."""
        if not item_ids:
            return frozenset()
        values: dict[str, Any] = {f"i{at}": one for at, one in enumerate(item_ids)}
        names = ", ".join(f":{name}" for name in values)
        docs = session.run(f"SELECT doc, item_id FROM item_texts WHERE item_id IN ({names})", values)  # noqa: S608  # names of ours
        if session.dialect == "postgresql":
            sql = f"SELECT item_id FROM item_texts WHERE words @@ CAST(:asked AS tsquery) AND item_id IN ({names})"  # noqa: S608  # names of ours
            return frozenset(one[0] for one in session.run(sql, values | {"asked": self._asked(session)}))
        sql = "SELECT 1 FROM item_words WHERE item_words MATCH :asked AND rowid = :doc"
        asked = self._asked(session)
        return frozenset(item_id for doc, item_id in docs if session.run(sql, {"asked": asked, "doc": doc}))

    # one statement each

    def _asked(self, session: Session) -> str:
        return (fts5 if session.dialect == "sqlite" else tsquery)(self.project_id, self.query)

    def _from(self, session: Session) -> str:
        number = "rowid" if session.dialect == "sqlite" else "doc"
        bounds = (f" AND {number} >= :start" if self.start is not None else "") + (
            f" AND {number} < :end" if self.end is not None else ""
        )
        if session.dialect == "sqlite":
            return f"FROM item_words WHERE item_words MATCH :asked{bounds}"
        return f"FROM item_texts WHERE project_id = :project_id AND words @@ CAST(:asked AS tsquery){bounds}"

    def _bound(self, session: Session) -> dict[str, Any]:
        bound: dict[str, Any] = {"asked": self._asked(session)}
        if session.dialect == "postgresql":
            bound["project_id"] = self.project_id
        if self.start is not None:
            bound["start"] = self.start << BITS
        if self.end is not None:
            bound["end"] = self.end << BITS
        return bound

    def _ordered(self, session: Session, after: int | None, limit: int) -> list[int]:
        behind = "" if after is None else f" AND rowid {'<' if self.down else '>'} :after"
        order = "DESC" if self.down else "ASC"
        sql = f"SELECT rowid {self._from(session)}{behind} ORDER BY rowid {order} LIMIT :limit"  # constants
        bound = self._bound(session) | {"limit": limit} | ({} if after is None else {"after": after})
        return [int(one[0]) for one in session.run(sql, bound)]

    def _items(self, session: Session, docs: Sequence[int]) -> list[tuple[int, str]]:
        if not docs:
            return []
        names = ", ".join(f":d{at}" for at in range(len(docs)))
        values: Mapping[str, Any] = {f"d{at}": doc for at, doc in enumerate(docs)}
        found = dict(session.run(f"SELECT doc, item_id FROM item_texts WHERE doc IN ({names})", values))  # noqa: S608  # names of ours
        return [(doc, found[doc]) for doc in docs if doc in found]

    def _of_postgres(self, session: Session, after: int | None, limit: int) -> tuple[list[tuple[int, str]], int | None]:
        found: list[tuple[int, str]] = []
        edge: int | None = None
        for stretch in STRETCHES:
            edge = self._edge(session, after, stretch)
            found = self._between(session, after, edge, limit)
            if len(found) == limit:
                return found, found[-1][0]
            if edge is None:
                return found, None
            if stretch == STRETCHES[0]:
                every = self._rare(session, after)
                if every is not None:
                    return every[:limit], every[limit - 1][0] if len(every) > limit else None
        return found, edge

    def _between(self, session: Session, after: int | None, edge: int | None, limit: int) -> list[tuple[int, str]]:
        order, behind, near = ("DESC", "<", ">=") if self.down else ("ASC", ">", "<=")
        bound = self._bound(session) | {"limit": limit}
        sql = f"SELECT doc, item_id {self._from(session)}"
        if after is not None:
            sql, bound["after"] = f"{sql} AND doc {behind} :after", after
        if edge is not None:
            sql, bound["edge"] = f"{sql} AND doc {near} :edge", edge
        return [(int(doc), id) for doc, id in session.run(f"{sql} ORDER BY doc {order} LIMIT :limit", bound)]

    def _rare(self, session: Session, after: int | None) -> list[tuple[int, str]] | None:
        """All there are behind `after`, in order, by the index of words; None if they are too many."""
        behind = "" if after is None else f" AND doc {'<' if self.down else '>'} :after"
        bound = self._bound(session) | ({} if after is None else {"after": after})
        session.run("SET LOCAL enable_seqscan = off")
        session.run("SET LOCAL enable_indexscan = off")  # or the index of the order is read to its end
        sql = f"SELECT doc, item_id {self._from(session)}{behind} LIMIT {RARE + 1}"  # constants
        found = [(int(doc), id) for doc, id in session.run(sql, bound)]
        session.run("SET LOCAL enable_seqscan = on")
        session.run("SET LOCAL enable_indexscan = on")
        return sorted(found, reverse=self.down) if len(found) <= RARE else None

    def _edge(self, session: Session, after: int | None, stretch: int) -> int | None:
        """The last document of the next `stretch` of them; None if there are no more."""
        order, behind = ("DESC", "<") if self.down else ("ASC", ">")
        sql = (
            "SELECT doc FROM item_texts WHERE project_id = :project_id"  # noqa: S608  # constants
            + ("" if after is None else f" AND doc {behind} :after")
            + f" ORDER BY doc {order} LIMIT 1 OFFSET {stretch}"
        )
        bound: dict[str, Any] = {"project_id": self.project_id} | ({} if after is None else {"after": after})
        found = session.run(sql, bound)
        return int(found[0][0]) if found else None
