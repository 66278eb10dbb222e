"""The words of items, on both databases: stored, taken back, searched in the order of a list.

SQLite has an FTS5 table without content whose row numbers are in the order of lists, so that a page is read and no
more. PostgreSQL has a tsvector under a GIN index, which knows no order: there each document also holds words for the
hour, the day, the weeks and the years it came in, and the newest window of time is searched first, then larger ones.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # Any: parameters of two drivers

from handrail.stages.exploring.rules.words import GAP, Query, Term
from handrail.storage import Session

BITS = 20
NEWEST = 1_500
"""PostgreSQL: about how many documents the first window holds."""
SOME = 4_000
"""So many found documents are read and sorted here; a window with more of them is made smaller."""
EACH = 100
LEVELS = (22, 26, 30, 34, 38, 42)
"""Times in ms without so many bits: buckets of about 1 hour, 19 hours, 12 days, 200 days, 9 years, 140 years."""
MOST_BUCKETS = 16
_FTS = "INSERT INTO item_words (rowid, words) VALUES (:doc, :text)"
_FTS_BACK = "INSERT INTO item_words (item_words, rowid, words) VALUES ('delete', :doc, :text)"
_TEXT = "INSERT INTO item_texts (doc, project_id, item_id, words) VALUES (:doc, :project_id, :item_id, {words})"
_STORED = "SELECT doc, words FROM item_texts WHERE item_id = :item_id"
_FORGET = "DELETE FROM item_texts WHERE item_id = :item_id"
_LAST = "SELECT MAX(doc) FROM item_texts WHERE doc >= :first AND doc < :end"


@dataclass(frozen=True, slots=True)
class Window:
    """Documents from `low` (inclusive) to `high` (exclusive); None: all."""

    low: int | None
    high: int | None

    def lexemes(self) -> str:
        """The buckets of time that cover it, as the rest of a tsquery."""
        if self.low is None or self.high is None:
            return ""
        first, last = received_of(self.low), received_of(self.high)
        for level in LEVELS:
            if (last >> level) - (first >> level) < MOST_BUCKETS:
                buckets = range(first >> level, (last >> level) + 1)
                return " & (" + " | ".join(f"'{_bucket(level, one)}'" for one in buckets) + ")"
        return ""


def _bucket(level: int, number: int) -> str:
    return f"{GAP}t{level}b{number}"


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
    times = [f"'{_bucket(level, one.received_ms >> level)}'" for level in LEVELS]
    return " ".join([f"'{_place(one.project_id)}'", *times, *told])


# searching


def fts5(project_id: str, query: Query, words_from: Callable[[str], Sequence[str]] = lambda _: ()) -> str:
    """The search in the language of FTS5; every word stands in quotes, so nothing typed is read as its syntax.

    `words_from` tells the words that begin with something, if they are not too many: FTS5 reads many words side by
    side, but puts all that begins alike together first.
    """
    wanted = [_fts5_term(one, words_from) for one in query.terms if not one.without]
    refused = [_fts5_term(one, words_from) for one in query.terms if one.without]
    text = " AND ".join([f'"{_place(project_id)}"', *wanted])
    return f"({text}) NOT ({' OR '.join(refused)})" if refused else text


def _fts5_term(term: Term, words_from: Callable[[str], Sequence[str]]) -> str:
    found = words_from(term.words[0]) if term.begins and len(term.words) == 1 else ()
    if found:
        return "(" + " OR ".join(f'"{one}"' for one in found) + ")"
    return '"' + " ".join(term.words) + '"' + ("*" if term.begins else "")


MOST_BEGINNINGS = 400
INDEXED_BEGINNING = 3
"""Beginnings of so many letters have an index of their own."""
_NEXT_WORD = "SELECT term FROM item_vocab WHERE term >= :first AND term < :end LIMIT 1"


def _words_from(session: Session, begin: str) -> list[str]:
    """The words in use that begin so; none if they are too many, or have an index anyway."""
    found: list[str] = []
    first, end = begin, begin + "\U0010ffff"
    while len(begin) > INDEXED_BEGINNING and len(found) <= MOST_BEGINNINGS:
        row = session.run(_NEXT_WORD, {"first": first, "end": end})
        if not row:
            return found
        found.append(str(row[0][0]))
        first = found[-1] + "\x01"
    return []


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
        if session.dialect == "sqlite":
            sql = f"SELECT COUNT(*) FROM (SELECT 1 {_FTS_FROM}{self._bounds('rowid')} LIMIT :limit) AS found"  # noqa: S608  # constants
            return int(session.run(sql, self._values(self._fts5(session), limit=most))[0][0])
        return len(self._by_words(session, Window(None, None), most))

    def docs(self, session: Session, after: int | None, limit: int) -> tuple[list[tuple[int, str]], int | None]:
        """The next documents behind `after`, each with its item; and where to go on, None at the end."""
        if session.dialect == "postgresql":
            found = self._newest_first(session, after, limit)
        else:
            found = self._items(session, self._ordered(session, after, limit))
        return found, found[-1][0] if len(found) == limit else None

    def matching(self, session: Session, item_ids: Sequence[str]) -> frozenset[str]:
        """Those of these items that hold it."""
        names, values = _listed(item_ids)
        docs = session.run(f"SELECT doc, item_id FROM item_texts WHERE item_id IN ({names})", values) if names else []  # noqa: S608  # names of ours
        if not docs:
            return frozenset()
        if len(docs) > EACH:
            # mostly they stand close together: all that holds it between the first and the last is read in one go
            window = Window(min(int(doc) for doc, _ in docs), max(int(doc) for doc, _ in docs) + 1)
            between = self._within(session, window, SOME + 1)
            if len(between) <= SOME:
                return frozenset(item_id for doc, item_id in docs if int(doc) in between)
        if session.dialect == "postgresql":
            sql = f"SELECT item_id {_TSVECTOR_FROM} AND item_id IN ({names})"  # names of ours
            bound = self._values(tsquery(self.project_id, self.query), project_id=self.project_id, **values)
            return frozenset(row[0] for row in session.run(sql, bound))
        return frozenset(item_id for doc, item_id in docs if self._within(session, Window(int(doc), int(doc) + 1), 1))

    def _within(self, session: Session, window: Window, most: int) -> frozenset[int]:
        if session.dialect == "postgresql":
            return frozenset(doc for doc, _ in self._by_words(session, window, most))
        sql = f"SELECT rowid {_FTS_FROM} AND rowid >= :low AND rowid < :high ORDER BY rowid LIMIT :limit"  # constants
        values = {"asked": self._fts5(session), "low": window.low, "high": window.high, "limit": most}
        return frozenset(int(one[0]) for one in session.run(sql, values))

    def _fts5(self, session: Session) -> str:
        return fts5(self.project_id, self.query, lambda begin: _words_from(session, begin))

    def _bounds(self, number: str) -> str:
        low = "" if self.start is None else f" AND {number} >= :start"
        return low + ("" if self.end is None else f" AND {number} < :end")

    def _values(self, asked: str, **more: Any) -> dict[str, Any]:
        start = {} if self.start is None else {"start": self.start << BITS}
        return {"asked": asked, **more, **start, **({} if self.end is None else {"end": self.end << BITS})}

    # SQLite: the rows of the word index are in the order of lists

    def _ordered(self, session: Session, after: int | None, limit: int) -> list[int]:
        behind = "" if after is None else f" AND rowid {'<' if self.down else '>'} :after"
        order = "DESC" if self.down else "ASC"
        sql = (
            f"SELECT rowid {_FTS_FROM}{self._bounds('rowid')}{behind} ORDER BY rowid {order} LIMIT :limit"  # constants
        )
        more = {"limit": limit} | ({} if after is None else {"after": after})
        return [int(one[0]) for one in session.run(sql, self._values(self._fts5(session), **more))]

    @staticmethod
    def _items(session: Session, docs: Sequence[int]) -> list[tuple[int, str]]:
        if not docs:
            return []
        names, values = _listed(docs)
        found = dict(session.run(f"SELECT doc, item_id FROM item_texts WHERE doc IN ({names})", values))  # noqa: S608  # names of ours
        return [(doc, found[doc]) for doc in docs if doc in found]

    # PostgreSQL: one window of time after the other, each by the word index alone

    def _newest_first(self, session: Session, after: int | None, limit: int) -> list[tuple[int, str]]:
        """The windows grow while little is found in them, and shrink where too much is."""
        ends = session.run(_ENDS, {"project_id": self.project_id})[0]
        if ends[0] is None:
            return []
        first, last = _inside(int(ends[0]), int(ends[1]) + 1, self)
        if after is not None:
            first, last = (first, min(last, after)) if self.down else (max(first, after + 1), last)
        span = self._first_span(session, first, last)
        found: list[tuple[int, str]] = []
        while first < last and len(found) < limit:
            window = Window(max(first, last - span), last) if self.down else Window(first, min(last, first + span))
            here = self._by_words(session, window, SOME + 1)
            if len(here) > SOME and span > 1 << BITS:
                span //= 4
                continue
            found += sorted(here, reverse=self.down)
            first, last = (first, window.low or 0) if self.down else (window.high or last, last)
            span *= 4 if len(here) <= SOME // 4 else 1
        return found[:limit]

    def _first_span(self, session: Session, first: int, last: int) -> int:
        """So much of time as holds about NEWEST documents at this end."""
        order = "DESC" if self.down else "ASC"
        sql = f"{_EDGE} ORDER BY doc {order} LIMIT 1 OFFSET {NEWEST}"
        found = session.run(sql, {"project_id": self.project_id, "first": first, "last": last})
        if not found:
            return max(1, last - first)
        return max(1, last - int(found[0][0]) if self.down else int(found[0][0]) - first)

    def _by_words(self, session: Session, window: Window, most: int) -> list[tuple[int, str]]:
        asked = f"{tsquery(self.project_id, self.query)}{window.lexemes()}"
        values = self._values(asked, project_id=self.project_id, limit=most, low=window.low, high=window.high)
        bounds = self._bounds("doc") + ("" if window.low is None else " AND doc >= :low AND doc < :high")
        # else the index of the order may be read from end to end
        session.run(_BY_WORDS_ALONE)
        sql = f"SELECT doc, item_id {_TSVECTOR_FROM}{bounds} LIMIT :limit"  # constants
        found = [(int(doc), id) for doc, id in session.run(sql, values)]
        session.run(_BY_ANYTHING)
        return found


_FTS_FROM = "FROM item_words WHERE item_words MATCH :asked"
_TSVECTOR_FROM = "FROM item_texts WHERE project_id = :project_id AND words @@ CAST(:asked AS tsquery)"
_BY_WORDS_ALONE = "SELECT set_config('enable_seqscan', 'off', TRUE), set_config('enable_indexscan', 'off', TRUE)"
_BY_ANYTHING = "SELECT set_config('enable_seqscan', 'on', TRUE), set_config('enable_indexscan', 'on', TRUE)"
_ENDS = "SELECT MIN(doc), MAX(doc) FROM item_texts WHERE project_id = :project_id"
_EDGE = "SELECT doc FROM item_texts WHERE project_id = :project_id AND doc >= :first AND doc < :last"


def _listed(values: Sequence[int] | Sequence[str]) -> tuple[str, Mapping[str, Any]]:
    named = {f"v{at}": one for at, one in enumerate(values)}
    return ", ".join(f":{name}" for name in named), named


def _inside(first: int, last: int, search: Search) -> tuple[int, int]:
    first = first if search.start is None else max(first, search.start << BITS)
    return first, last if search.end is None else min(last, search.end << BITS)
