"""The words of items, on both databases: stored, taken back, searched in the order of a list.

SQLite has an FTS5 table without content whose row numbers are in the order of lists, so that a page is read and no
more. PostgreSQL has a tsvector under a GIN index, which knows no order: there each document also holds words for the
hour, the day, the weeks and the years it came in, and the newest window of time is searched first, then larger ones.
What the statistics say is held by few is read whole and sorted; what is held by many is met among the newest anyway.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any  # Any: parameters of two drivers

from handrail.stages.exploring.rules.words import GAP, Query, Term
from handrail.storage import Session
from handrail.storage.session import Dialect

BITS = 20
FEW = 1_000
"""PostgreSQL: so many documents that hold a search are read whole and sorted here."""
MAYBE_FEW = 100_000
"""The statistics know common words alone and take every other one for almost as common: under this a look tells."""
NEAR = 600
"""PostgreSQL: so many documents are looked through before the index of words is asked; common words end there."""
FIRST_TIMES = 3
"""The first window of the index of words is so many times as long, where nothing was found before."""
NEWEST = 1_500
"""PostgreSQL: among so many documents the words of very many items are counted."""
CLEARLY = 2
"""PostgreSQL's estimate is taken for an answer where it is so many times what is asked for."""
ENOUGH = 50
"""A count among the newest that is told as `at least` so many."""
SOME = 4_000
"""So many found documents are read and sorted here; a window with more of them is made smaller."""
EACH = 100
LEVELS = (22, 26, 30, 34, 38, 42)
"""Times in ms without so many bits: buckets of about 1 hour, 19 hours, 12 days, 200 days, 9 years, 140 years."""
MOST_BUCKETS = 16
_FTS = "INSERT INTO item_words (rowid, words) VALUES (:doc, :text)"
_FTS_BACK = "INSERT INTO item_words (item_words, rowid, words) VALUES ('delete', :doc, :text)"
_TEXT = "INSERT INTO item_texts (doc, project_id, item_id, words) VALUES (:doc, :project_id, :item_id, {words})"
_LAST = f"""
WITH moments (moment) AS (VALUES {{moments}})
SELECT moment, (SELECT MAX(doc) FROM item_texts WHERE doc >= moment AND doc < moment + {1 << BITS}) FROM moments
"""  # noqa: S608  # numbers of ours


@dataclass(frozen=True, slots=True)
class Window:
    """Documents from `low` (inclusive) to `high` (exclusive); None: all."""

    low: int | None
    high: int | None

    @property
    def is_long(self) -> bool:
        """Whether it is at least half as long as the shortest bucket."""
        if self.low is None or self.high is None:
            return False
        return received_of(self.high - self.low) >> (LEVELS[0] - 1) > 0

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
    """The words of one item, in the form in which this database stores them."""

    project_id: str
    item_id: str
    received_ms: int
    text: str
    packed: bytes = b""

    @classmethod
    def made(cls, dialect: Dialect, project_id: str, item_id: str, received_ms: int, words: Sequence[str]) -> Words:
        """Ready to be stored; made before the transaction that stores it, because it takes longer than that."""
        if dialect == "postgresql":
            return cls(project_id, item_id, received_ms, f"{stamps(project_id, received_ms)} {lexemes(words)}")
        text = " ".join([place_word(project_id), *words])
        return cls(project_id, item_id, received_ms, text, zlib.compress(text.encode(), 1))


def store(session: Session, some: Sequence[Words]) -> None:
    """Stores the words of items in place of those they had."""
    forget(session, [one.item_id for one in some])
    docs = _free_docs(session, [one.received_ms for one in some])
    rows: list[dict[str, Any]] = [
        {"doc": doc, "project_id": one.project_id, "item_id": one.item_id, "text": one.text, "packed": one.packed}
        for doc, one in zip(docs, some, strict=True)
    ]
    if not rows:
        return
    if session.dialect == "sqlite":
        session.run_many(_FTS, rows)
    session.run_many(_TEXT.format(words=":packed" if session.dialect == "sqlite" else "CAST(:text AS tsvector)"), rows)


def forget(session: Session, item_ids: Sequence[str]) -> None:
    """Takes the words of items out of the index."""
    if not item_ids:
        return
    names, values = listed(item_ids)
    if session.dialect == "sqlite":
        stored = session.run(f"SELECT doc, words FROM item_texts WHERE item_id IN ({names})", values)  # noqa: S608  # names of ours
        if not stored:
            return
        # a table without content must be told exactly what to take back
        back = [{"doc": doc, "text": zlib.decompress(packed).decode()} for doc, packed in stored]
        session.run_many(_FTS_BACK, back)
    session.run(f"DELETE FROM item_texts WHERE item_id IN ({names})", values)  # noqa: S608  # names of ours


def _free_docs(session: Session, received: Sequence[int]) -> list[int]:
    """A number for each document, behind those that came in the same millisecond."""
    moments = sorted({one << BITS for one in received})
    if not moments:
        return []
    names, values = listed(moments)
    sql = _LAST.format(moments=", ".join(f"({name})" for name in names.split(", ")))
    free = {int(first): int(first) if last is None else int(last) + 1 for first, last in session.run(sql, values)}
    found = []
    for one in received:
        found.append(free[one << BITS])
        free[one << BITS] += 1
    return found


def received_of(doc: int) -> int:
    """When the item of a document arrived, in ms."""
    return doc >> BITS


def place_word(project_id: str) -> str:
    """The word that stands for a project: a search in one never reads the words of another."""
    return f"{GAP}p{project_id.replace('-', '')}"


MOST_PLACES = 255
_POSITIONS = [str(at) for at in range(1, 16_384)]


def stamps(project_id: str, received_ms: int) -> str:
    """The words that stand for the project and for the times of a document, as PostgreSQL writes them."""
    times = [f"'{_bucket(level, received_ms >> level)}'" for level in LEVELS]
    return " ".join([f"'{place_word(project_id)}'", *times])


def lexemes(words: Sequence[str]) -> str:
    """Words with their places, as PostgreSQL writes them; words behind its last place keep that one."""
    places: dict[str, list[str]] = {}
    for word, at in zip(words, chain(_POSITIONS, repeat(_POSITIONS[-1])), strict=False):
        places.setdefault(word, []).append(at)
    return " ".join([f"'{word}':{','.join(_kept(found))}" for word, found in places.items()])


def _kept(found: Sequence[str]) -> Sequence[str]:
    """At most so many places of a word as it may have, the last one told once."""
    if len(found) == 1 or (len(found) <= MOST_PLACES and found[-1] is not found[-2]):
        return found
    return list(dict.fromkeys(found))[:MOST_PLACES]


# searching


def fts5(project_id: str, query: Query, words_from: Callable[[str], Sequence[str]] = lambda _: ()) -> str:
    """The search in the language of FTS5; every word stands in quotes, so nothing typed is read as its syntax.

    `words_from` tells the words that begin with something, if they are not too many: FTS5 reads many words side by
    side, but puts all that begins alike together first.
    """
    wanted = [_fts5_term(one, words_from) for one in query.terms if not one.without]
    refused = [_fts5_term(one, words_from) for one in query.terms if one.without]
    text = " AND ".join([f'"{place_word(project_id)}"', *wanted])
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
    return " & ".join([f"'{place_word(project_id)}'", *map(_tsquery_term, query.terms)])


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
    few: int = FEW
    near: int = NEAR
    newest: int = NEWEST
    some: int = SOME

    def count(self, session: Session, most: int) -> int:
        """How many items hold it, counted up to `most`; told without counting where there are clearly more."""
        if session.dialect == "sqlite":
            sql = f"SELECT COUNT(*) FROM (SELECT 1 {_FTS_FROM}{self._bounds('rowid')} LIMIT :limit) AS found"  # noqa: S608  # constants
            return int(session.run(sql, self._values(self._fts5(session), limit=most))[0][0])
        return most if self._about(session) > CLEARLY * most else self._count_all(session, most)

    def counted(self, session: Session, most: int) -> tuple[int, bool]:
        """How many items hold it, counted up to `most`, and whether that is all of them.

        Of words that are in very many items PostgreSQL counts the newest alone: its index would read all of them.
        """
        if session.dialect == "postgresql" and self._about(session) > CLEARLY * most:
            some = self._count_near(session)
            if some >= ENOUGH:
                return some, False
        found = self._count_all(session, most + 1) if session.dialect == "postgresql" else self.count(session, most + 1)
        return min(found, most), found <= most

    def docs(self, session: Session, after: int | None, limit: int) -> tuple[list[tuple[int, str]], int | None]:
        """The next documents behind `after`, each with its item; and where to go on, None at the end."""
        if session.dialect == "postgresql":
            found = self._newest_first(session, after, limit)
        else:
            found = self._items(session, self._ordered(session, after, limit))
        return found, found[-1][0] if len(found) == limit else None

    def matching(self, session: Session, item_ids: Sequence[str]) -> frozenset[str]:
        """Those of these items that hold it."""
        if not item_ids:
            return frozenset()
        names, values = listed(item_ids)
        if session.dialect == "postgresql":
            sql = f"SELECT item_id {_TSVECTOR_FROM} AND item_id IN ({names})"  # names of ours
            bound = self._values(tsquery(self.project_id, self.query), project_id=self.project_id, **values)
            return frozenset(row[0] for row in session.run(sql, bound))
        docs = session.run(f"SELECT doc, item_id FROM item_texts WHERE item_id IN ({names})", values)  # noqa: S608  # names of ours
        if len(docs) > EACH:
            # mostly they stand close together: all that holds it between the first and the last is read in one go
            window = Window(min(int(doc) for doc, _ in docs), max(int(doc) for doc, _ in docs) + 1)
            between = self._within(session, window, self.some + 1)
            if len(between) <= self.some:
                return frozenset(item_id for doc, item_id in docs if int(doc) in between)
        return frozenset(item_id for doc, item_id in docs if self._within(session, Window(int(doc), int(doc) + 1), 1))

    def _within(self, session: Session, window: Window, most: int) -> frozenset[int]:
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
        names, values = listed(docs)
        found = dict(session.run(f"SELECT doc, item_id FROM item_texts WHERE doc IN ({names})", values))  # noqa: S608  # names of ours
        return [(doc, found[doc]) for doc in docs if doc in found]

    # PostgreSQL: few are read whole; of many the newest are looked through, then one window of time after the other

    def _newest_first(self, session: Session, after: int | None, limit: int) -> list[tuple[int, str]]:
        ends = session.run(_ENDS, {"project_id": self.project_id})[0]
        if ends[0] is None:
            return []
        first, last = _inside(int(ends[0]), int(ends[1]) + 1, self)
        if after is not None:
            first, last = (first, min(last, after)) if self.down else (max(first, after + 1), last)
        if self._about(session) <= MAYBE_FEW:
            every = self._by_words(session, Window(None, None), self.few + 1)
            if len(every) <= self.few:
                return sorted((one for one in every if first <= one[0] < last), reverse=self.down)[:limit]
        near = self._first_span(session, first, last, self.near)
        begin = Window(max(first, last - near), last) if self.down else Window(first, min(last, first + near))
        found = self._looked_through(session, begin, limit)
        if len(found) < limit:
            rest = (first, last - near) if self.down else (first + near, last)
            # as much more as holds what is missing, if it is spread as it is here; a window too long costs most
            times = 3 * limit // (2 * len(found)) + 1 if found else FIRST_TIMES
            found += self._in_windows(session, *rest, limit - len(found), near * times)
        return found

    def _in_windows(self, session: Session, first: int, last: int, limit: int, span: int) -> list[tuple[int, str]]:
        """The windows grow while little is found in them; where too much is, they shrink, and grow no more."""
        found: list[tuple[int, str]] = []
        growth = 4
        while first < last and len(found) < limit:
            window = Window(max(first, last - span), last) if self.down else Window(first, min(last, first + span))
            here = self._by_words(session, window, self.some + 1)
            if len(here) > self.some and span > 1 << BITS:
                span, growth = span // 4, 1
                continue
            found += sorted(here, reverse=self.down)
            first, last = (first, window.low or 0) if self.down else (window.high or last, last)
            span *= growth if len(here) <= self.some // 4 else 1
        return found[:limit]

    def _first_span(self, session: Session, first: int, last: int, documents: int) -> int:
        """So much of time as holds so many documents at this end."""
        order = "DESC" if self.down else "ASC"
        sql = f"{_EDGE} ORDER BY doc {order} LIMIT 1 OFFSET {documents}"
        found = session.run(sql, {"project_id": self.project_id, "first": first, "last": last})
        if not found:
            return max(1, last - first)
        return max(1, last - int(found[0][0]) if self.down else int(found[0][0]) - first)

    def _about(self, session: Session) -> int:
        """How many items hold it as the database's statistics know it, the bounds left out: asked without looking."""
        asked = " & ".join(map(_tsquery_term, self.query.terms))
        told = session.run(_ESTIMATE, {"project_id": self.project_id, "asked": asked})[0][0]
        return int(told[0]["Plan"]["Plan Rows"])

    def _count_all(self, session: Session, most: int) -> int:
        return len(self._by_words(session, Window(None, None), most))

    def _count_near(self, session: Session) -> int:
        newest = replace(self, down=True)
        ends = session.run(_ENDS, {"project_id": self.project_id})[0]
        if ends[0] is None:
            return 0
        first, last = _inside(int(ends[0]), int(ends[1]) + 1, self)
        span = newest._first_span(session, first, last, self.newest) if first < last else 1
        return len(newest._looked_through(session, Window(max(first, last - span), last), self.newest))

    def _looked_through(self, session: Session, window: Window, limit: int) -> list[tuple[int, str]]:
        """One document after the other along the index of the order, without the index of words."""
        order = "DESC" if self.down else "ASC"
        sql = _ALONG.format(order=order)
        asked = tsquery(self.project_id, self.query)
        values = {"project_id": self.project_id, "asked": asked, "low": window.low, "high": window.high, "limit": limit}
        return [(int(doc), id) for doc, id in session.run(sql, values)]

    def _by_words(self, session: Session, window: Window, most: int) -> list[tuple[int, str]]:
        asked = f"{tsquery(self.project_id, self.query)}{window.lexemes()}"
        values = self._values(asked, project_id=self.project_id, limit=most, low=window.low, high=window.high)
        # the buckets see to a long window: numbers that no index is asked for spare a bitmap of all its documents
        doc = "(doc + 0)" if window.is_long else "doc"
        bounds = self._bounds("doc") + ("" if window.low is None else f" AND {doc} >= :low AND {doc} < :high")
        sql = f"SELECT doc, item_id {_TSVECTOR_FROM}{bounds} LIMIT :limit"  # constants
        # else the index of the order may be read from end to end
        found = [(int(doc), id) for doc, id in session.run_in_turn(_BY_WORDS_ALONE, sql, parameters=values)]
        session.run(_BY_ANYTHING)
        return found


_FTS_FROM = "FROM item_words WHERE item_words MATCH :asked"
_TSVECTOR_FROM = "FROM item_texts WHERE project_id = :project_id AND words @@ CAST(:asked AS tsquery)"
_BY_WORDS_ALONE = "SELECT set_config('enable_seqscan', 'off', TRUE), set_config('enable_indexscan', 'off', TRUE)"
_BY_ANYTHING = "SELECT set_config('enable_seqscan', 'on', TRUE), set_config('enable_indexscan', 'on', TRUE)"
_ENDS = "SELECT MIN(doc), MAX(doc) FROM item_texts WHERE project_id = :project_id"
_ESTIMATE = """
EXPLAIN (FORMAT JSON) SELECT 1 FROM item_texts WHERE project_id = :project_id AND words @@ CAST(:asked AS tsquery)
"""
_ALONG = """
SELECT doc, item_id FROM (
    SELECT doc, item_id, words FROM item_texts
    WHERE project_id = :project_id AND doc >= :low AND doc < :high ORDER BY doc {order} OFFSET 0
) AS near WHERE words @@ CAST(:asked AS tsquery) LIMIT :limit
"""
_EDGE = "SELECT doc FROM item_texts WHERE project_id = :project_id AND doc >= :first AND doc < :last"


def listed(values: Sequence[int] | Sequence[str]) -> tuple[str, Mapping[str, Any]]:
    """The names of so many parameters, and their values."""
    named = {f"v{at}": one for at, one in enumerate(values)}
    return ", ".join(f":{name}" for name in named), named


def _inside(first: int, last: int, search: Search) -> tuple[int, int]:
    first = first if search.start is None else max(first, search.start << BITS)
    return first, last if search.end is None else min(last, search.end << BITS)
