"""What two sets of bands do differently: for which numbers another row is reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any  # Any: rows as plain JSON

from handrail.kit.durations import duration_text
from handrail.stages.routing.comparing.words import Change, Release, said
from handrail.stages.routing.conditions.compiled import Condition
from handrail.stages.routing.language.model import Bands, Handling, Policy, Row, RowThen

PERSON = Row(RowThen.REVIEW)
"""What a policy without bands does with all that is left."""


@dataclass(frozen=True, slots=True)
class _Lot:
    """What happens to an item that reaches a row, in the words of the policy."""

    release: bool
    queue: str
    uncertified: bool
    more: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of numbers: a point where `low` is `high`, else open; None is without end."""

    low: float | None
    high: float | None
    before: int
    after: int

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high


def band_changes(old: Policy, new: Policy, before: Any, after: Any) -> Iterator[Change]:
    """One change for each stretch of numbers that goes another way. `before` and `after` are the rows as written."""
    old_bands, new_bands = _or_none(old.bands), _or_none(new.bands)
    for pair, group in groupby(_pieces(old_bands, new_bands), key=lambda one: (one.before, one.after)):
        pieces = list(group)
        was, comes = _lot(old_bands[pair[0]], old), _lot(new_bands[pair[1]], new)
        if was == comes:
            continue
        on = _number_of(new.bands or old.bands)
        where = _stretch(pieces, on)
        path = f"bands.rows[{pair[1]}]" if new.bands is not None else f"bands.rows[{pair[0]}]"
        release = (
            Release.NEITHER if was.release == comes.release else Release.LOOSENS if comes.release else Release.TIGHTENS
        )
        yield Change(path, _written(before, pair[0]), _written(after, pair[1]), _sentence(where, was, comes), release)


def _or_none(bands: Bands | None) -> tuple[Row, ...]:
    return bands.rows if bands is not None else (PERSON,)


def _number_of(bands: Bands | None) -> str:
    assert bands is not None
    return bands.on.source.strip()


def _written(rows: Any, index: int) -> Any:
    return rows[index] if isinstance(rows, list) and index < len(rows) else None


def _pieces(old: tuple[Row, ...], new: tuple[Row, ...]) -> Iterator[_Piece]:
    """All numbers, from the lowest: open stretches between thresholds, and the thresholds themselves."""
    found = {value for row in (*old, *new) for value in (row.above, row.at_least) if value is not None}
    marks: list[float] = sorted(found)
    if not marks:
        yield _Piece(None, None, _reached(old, 0.0), _reached(new, 0.0))
        return
    yield _Piece(None, marks[0], _reached(old, marks[0] - 1), _reached(new, marks[0] - 1))
    for place, mark in enumerate(marks):
        yield _Piece(mark, mark, _reached(old, mark), _reached(new, mark))
        high = marks[place + 1] if place + 1 < len(marks) else None
        inside = mark + 1 if high is None else (mark + high) / 2
        yield _Piece(mark, high, _reached(old, inside), _reached(new, inside))


def _reached(rows: tuple[Row, ...], number: float) -> int:
    for index, row in enumerate(rows):
        if (row.above is not None and number > row.above) or (row.at_least is not None and number >= row.at_least):
            return index
    return len(rows) - 1


def _lot(row: Row, policy: Policy) -> _Lot:
    release = row.then is RowThen.RELEASE
    queue = row.handling.queue or policy.lowest_queue
    return _Lot(release, "" if release else queue, row.uncertified, () if release else handled(row.handling))


def handled(handling: Handling) -> tuple[tuple[str, str | None], ...]:
    """What a row or trigger says otherwise than its queue, in words."""
    priority = handling.priority.source if isinstance(handling.priority, Condition) else handling.priority
    return (
        ("deadline", None if handling.deadline is None else duration_text(handling.deadline)),
        ("requires", None if handling.requires is None else handling.requires.value),
        ("priority", None if priority is None else said(priority)),
        ("shown meanwhile", None if handling.pending is None else handling.pending.show.value),
        ("label", None if handling.pending is None else handling.pending.label),
    )


def _stretch(pieces: list[_Piece], on: str) -> str:
    low, high = pieces[0], pieces[-1]
    least, most = low.low, high.high
    if least is None and most is None:
        return f"Outputs with any {on}, or none,"
    if least is None:
        return f"Outputs with {on} {'up to' if high.is_point else 'below'} {most:g}, or none,"
    if most is None:
        return f"Outputs with {on} {'of at least' if low.is_point else 'above'} {least:g}"
    if least == most:
        return f"Outputs with {on} of exactly {least:g}"
    ends = f"from {least:g} (included)" if low.is_point else f"above {least:g}"
    return f"Outputs with {on} {ends} to {most:g} ({'included' if high.is_point else 'not included'})"


def _sentence(where: str, was: _Lot, comes: _Lot) -> str:
    if was.release and comes.release:
        if comes.uncertified == was.uncertified:  # pragma: no cover  # two equal releases are no change
            return f"{where} are released as before."
        word = "without a certificate" if comes.uncertified else "under a certificate"
        return f"{where} are released {word} from now on."
    if comes.release:
        return f"{where} are released{_plainly(comes)} instead of going to {was.queue}."
    if was.release:
        return f"{where} go to {comes.queue} instead of being released."
    if was.queue != comes.queue:
        return f"{where} go to {comes.queue} instead of {was.queue}."
    told = [
        f"{key} is {after or 'as the queue says'} instead of {before or 'as the queue says'}"
        for (key, before), (_, after) in zip(was.more, comes.more, strict=True)
        if before != after
    ]
    return f"{where} still go to {comes.queue}; there {' and '.join(told)}."


def _plainly(lot: _Lot) -> str:
    return " by a number that nothing certifies" if lot.uncertified else ""
