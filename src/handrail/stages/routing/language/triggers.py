"""Triggers and bands: what blocks, what goes to a person, what may be released."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.stages.routing.language import parts
from handrail.stages.routing.language.faults import Faults, Place
from handrail.stages.routing.language.model import Bands, BlockTrigger, ReviewTrigger, Row, RowThen
from handrail.stages.routing.language.reader import Reader
from handrail.stages.routing.language.shapes import Placed, Values
from handrail.stages.routing.suggestions import did_you_mean, nearest

DEFAULT_BANDS_ON = "confidence"


def read_block(values: Values, reader: Reader) -> BlockTrigger | None:
    """The trigger; None, with a fault added, where it lacks a name or a usable condition."""
    name: Placed[str] | None = values.get("name")
    category: Placed[str] | None = values.get("category")
    if category is not None and category.value not in reader.categories:
        close = nearest(category.value, reader.categories)
        tail = did_you_mean(close) or "; declare it under `categories`"
        reader.faults.add(category.place, "unknown_name", f'there is no category "{category.value}"{tail}', close)
    when = reader.condition(values.get("when"))
    if name is None or when is None:
        return None
    return BlockTrigger(name.value, when, None if category is None else category.value)


def read_review(values: Values, reader: Reader) -> ReviewTrigger | None:
    """The trigger; None, with a fault added, where it lacks a name or a usable condition."""
    name: Placed[str] | None = values.get("name")
    when = reader.condition(values.get("when"))
    handling = parts.handling(values, reader)
    if name is None or when is None:
        return None
    return ReviewTrigger(name.value, when, values.get("high_stakes", False), handling)


def read_bands(values: Values | None, reader: Reader) -> Bands | None:
    """The bands with their rows in order; faults for thresholds that do not fall and for rows that release wrongly."""
    if values is None:
        return None
    written: Sequence[Values] = values.get("rows", ())
    on = reader.condition(values.get("on") or Placed(DEFAULT_BANDS_ON, values.place), number=True)
    rows = tuple(_row(row, reader) for row in written)
    if values.has("rows") and not written and not reader.faults:
        reader.faults.add(values.at("rows"), "bad_bands", "bands have at least one row, the last for all that is left")
    _check_order(written, reader.faults)
    return None if on is None or not rows else Bands(on, rows)


def _row(values: Values, reader: Reader) -> Row:
    then: RowThen = values.get("then", RowThen.REVIEW)
    uncertified: bool = values.get("uncertified", False)
    if uncertified and then is RowThen.REVIEW:
        reader.faults.add(values.at("uncertified"), "bad_bands", "only a row with `then: release` is uncertified")
    if then is RowThen.RELEASE and not uncertified and _is_plain(values):
        sentence = "this releases by a plain number that nothing certifies; say `uncertified: true` if you mean it"
        reader.faults.add(values.at("then"), "uncertified", sentence)
    return Row(then, values.get("above"), values.get("from"), uncertified, parts.handling(values, reader))


def _is_plain(values: Values) -> bool:
    """Whether the row has a number (or none) for a threshold, not a certificate."""
    return "above" in values.read or not values.has("above")


def _check_order(rows: Sequence[Values], faults: Faults) -> None:
    """Thresholds fall from row to row, and only the last row has none."""
    before: Values | None = None
    for index, row in enumerate(rows):
        last = index == len(rows) - 1
        if last:
            _check_last(row, faults)
        elif row.has("above") == row.has("from"):
            faults.add(row.place, "bad_bands", "this row has one threshold: `above` or `from`; only the last has none")
        if before is not None:
            _check_falls(before, row, faults)
        before = row


def _check_last(row: Values, faults: Faults) -> None:
    for key in ("above", "from"):
        if row.has(key):
            place = row.at(key)
            faults.add(place, "bad_bands", f"the last row takes all that is left; add a row without `{key}` after it")
    if row.get("then") is RowThen.RELEASE:
        sentence = "the last row takes what nothing is known about and never releases; send it to a queue"
        faults.add(row.at("then"), "last_row_releases", sentence)


def _check_falls(before: Values, row: Values, faults: Faults) -> None:
    upper, lower = _threshold(before), _threshold(row)
    if upper is None or lower is None:
        return
    (above, was_above), (number, is_above) = upper[:2], lower[:2]
    place: Place = lower[2]
    same_but_wider = number == above and was_above and not is_above
    if number >= above and not same_but_wider:
        faults.add(place, "bad_bands", f"{number:g} is not below {above:g}")


def _threshold(row: Values) -> tuple[float, bool, Place] | None:
    """The number of the row, whether it is `above`, and where it stands."""
    for key in ("above", "from"):
        if key in row.read:
            return row.read[key], key == "above", row.at(key)
    return None
