"""Whether decisions and log agree: every outcome, review and recall stands in the log as it stands in its table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any  # Any: rows and parameters

from handrail.audit.entries import OUTCOME, RECALL, REVIEW, digest
from handrail.kit.jsons import dumps, loads
from handrail.storage import Session

CHUNK = 2_000
NO_ID = "00000000-0000-0000-0000-000000000000"
Read = Callable[[Callable[[Session], Any]], Any]


@dataclass(frozen=True, slots=True)
class Binding:
    """A table of decisions and the entries that commit to its rows; the first column is its key."""

    table: str
    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]


BINDINGS = (
    Binding("outcomes", "outcome", OUTCOME, ("item.released", "item.blocked")),
    Binding("reviews", "review", REVIEW, ("review.submitted",)),
    Binding("recalls", "recall", RECALL, ("item.recalled",)),
)


def check(read: Read, binding: Binding) -> str | None:
    """What is wrong with the decisions of one table; None if each has its entry and each entry its decision."""
    return _unknown(read, binding) or _lost(read, binding)


def _unknown(read: Read, binding: Binding) -> str | None:
    last = NO_ID
    while True:

        def look(session: Session, last: str = last) -> tuple[list[tuple[Any, ...]], set[tuple[str, str]]]:
            rows = session.run(_page(binding), {"last": last, "limit": CHUNK})
            place = binding.columns.index("item_id")
            return rows, _told(session, binding, sorted({row[place] for row in rows}))

        rows, told = read(look)
        if not rows:
            return None
        for row in rows:
            one = dict(zip(binding.columns, row, strict=True))
            if (one["item_id"], digest(one)) not in told:
                return f"{binding.table}: item {one['item_id']} has a decision that the log does not know"
        last = rows[-1][0]


def _page(binding: Binding) -> str:
    names, key = ", ".join(binding.columns), binding.columns[0]
    return f"SELECT {names} FROM {binding.table} WHERE {key} > :last ORDER BY {key} LIMIT :limit"  # noqa: S608  # constants


def _told(session: Session, binding: Binding, items: Sequence[str]) -> set[tuple[str, str]]:
    """What the log says of these items: pairs of item and digest."""
    kinds = ", ".join(f"'{kind}'" for kind in binding.kinds)
    if session.dialect == "postgresql":
        given: Any = list(items)
        among = "= ANY(CAST(:items AS text[]))"
    else:
        given = dumps(items)
        among = "IN (SELECT value FROM json_each(:items))"
    query = f"SELECT subject, details FROM audit_entries WHERE subject {among} AND kind IN ({kinds})"  # noqa: S608  # constants
    return {
        (subject, str(loads(details).get(binding.name)))
        for subject, details in session.run(query, {"items": given})
        if details is not None
    }


def _lost(read: Read, binding: Binding) -> str | None:
    """Each such entry was written with one row, in one transaction: fewer rows than entries means that one is gone."""
    kinds = ", ".join(f"'{kind}'" for kind in binding.kinds)

    def counted(session: Session) -> tuple[int, int]:
        entries = session.run(f"SELECT COUNT(*) FROM audit_entries WHERE kind IN ({kinds})")  # noqa: S608  # constants
        rows = session.run(f"SELECT COUNT(*) FROM {binding.table}")  # noqa: S608  # a constant
        return int(entries[0][0]), int(rows[0][0])

    entries, rows = read(counted)
    if rows < entries:
        return f"{binding.table}: {entries - rows} decisions that the log knows are gone"
    return None
