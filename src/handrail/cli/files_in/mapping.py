"""Which column becomes which field of an item, and how a cell becomes its value. Pure."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Literal, TypeAlias  # Any: cells and items are JSON of many shapes

from handrail.cli.errors import WrongUse
from handrail.kit.clock import to_text
from handrail.kit.jsons import MAX_INTEGER, BadJson, parse_strict
from handrail.wire.items import SubmittedItem

FIELDS = frozenset(SubmittedItem.model_fields) - {"wait"}
_OBJECTS = frozenset({"metadata", "end_user", "run", "trace", "deliver", "consequence"})
_LISTS = frozenset({"context", "messages", "attempts", "candidates", "scores", "attachments"})
_NUMBERS = frozenset({"confidence", "consequence.cost"})
_TRUTHS = frozenset({"consequence.is_reversible", "consequence.is_repeatable"})
_ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    "output": ("response", "answer", "completion", "generation", "model_output", "llm_output", "prediction"),
    "prompt": ("question", "instruction", "query", "input", "user_input"),
    "messages": ("conversation", "chat"),
    "context": ("passages", "contexts", "retrieved_contexts", "retrieval_context", "documents"),
    "prompt_version": ("prompt_id",),
    "language": ("lang", "locale"),
    "model": ("model_name", "model_version"),
}
_TYPES = ("text", "number", "bool", "time", "json")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?\Z")


class WrongMapping(WrongUse):
    """A mapping names what is not there; the message says what is."""


class BadCell(Exception):
    """A cell cannot become the value of its field; `path` is the field, as a JSON Pointer."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path, self.message = path, message


@dataclass(frozen=True, slots=True)
class Target:
    """Where a value goes: `path` such as ("metadata", "amount"), and how it is read; None: as the field says."""

    path: tuple[str, ...]
    type: str | None = None

    @property
    def name(self) -> str:
        return ".".join(self.path)


Cells: TypeAlias = Mapping[str, Any]
Kind: TypeAlias = Literal["json", "typed", "texts"]
"""What cells are: JSON as it is meant; texts, numbers and times, where an empty text is nothing; nothing but texts."""


def read_target(text: str) -> Target:
    """A target as it is typed: `output`, `metadata.amount`, `metadata.zip:text`. Raises WrongMapping.

    >>> read_target("metadata.amount:number")
    Target(path=('metadata', 'amount'), type='number')
    """
    name, _, type = text.partition(":")
    first, _, rest = name.strip().partition(".")
    if first not in FIELDS:
        near = difflib.get_close_matches(first, sorted(FIELDS), 1)
        hint = f"; did you mean {near[0]}?" if near else f"; the fields are: {', '.join(sorted(FIELDS))}."
        raise WrongMapping(f"An item has no field {first!r}{hint}")
    if rest and first not in _OBJECTS | {"scores"}:
        raise WrongMapping(f"The field {first} has no parts, so {name!r} names nothing; write {first}.")
    if type and type not in _TYPES:
        raise WrongMapping(f"{type!r} is no type; write :{', :'.join(_TYPES)}.")
    return Target((first, rest) if rest else (first,), type or None)


def read_pairs(pairs: Sequence[str], option: str) -> dict[Target, str]:
    """`field=column` pairs. Raises WrongMapping."""
    found: dict[Target, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise WrongMapping(f"{option} {pair!r}: write field=column, for instance {option} prompt=question.")
        target = read_target(name)
        if any(target.path == one.path for one in found):
            raise WrongMapping(f"{option}: {target.name} is named twice.")
        found[target] = value
    return found


@dataclass
class Mapper:
    """Makes items of rows. Columns that go nowhere are collected in `left_out`, so that it can be said."""

    columns: Mapping[Target, str]
    constants: Mapping[Target, str]
    kind: Kind
    left_out: dict[str, None] = field(default_factory=dict)
    _last: tuple[tuple[str, ...], dict[Target, str]] | None = None

    def check(self, names: Sequence[str] | None) -> None:
        """Passes if the mapping fits a file with these columns (None: each row has its own). Raises WrongMapping."""
        clash = sorted(one.name for one in self.columns if any(one.path == other.path for other in self.constants))
        if clash:
            raise WrongMapping(f"{', '.join(clash)}: given both by --map and by --set; leave one out.")
        if names is None:
            return
        for target, column in self.columns.items():
            if column not in names:
                near = difflib.get_close_matches(column, names, 1)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                raise WrongMapping(
                    f"{target.name}: there is no column {column!r}.{hint} The file has: {', '.join(names)}."
                )
        placed = {target.path[0] for target in [*self._plan(names), *self.constants]}
        if not placed & {"output", "candidates"}:
            raise WrongMapping(
                f"Which column holds the model's output? Say --map output=<column>. The file has: {', '.join(names)}."
            )

    def _plan(self, names: Sequence[str]) -> dict[Target, str]:
        """Target -> column for a row with these names; mostly those of the row before."""
        if self._last is None or self._last[0] != tuple(names):
            self._last = (tuple(names), self._planned(names))
        return self._last[1]

    def _planned(self, names: Sequence[str]) -> dict[Target, str]:
        """First what was said, then what the names say themselves, exact names before names alike."""
        plan = dict(self.columns)
        taken = {target.path for target in [*plan, *self.constants]}
        used = set(plan.values())
        for synonyms in (False, True):
            for name in names:
                target = None if name in used else _target_named(name, synonyms=synonyms)
                if target is not None and target.path not in taken:
                    plan[target] = name
                    taken.add(target.path)
                    used.add(name)
        self.left_out |= dict.fromkeys(
            name for name in names if name not in used and not any(column.startswith(f"{name}.") for column in used)
        )
        return plan

    def plan(self, names: Sequence[str]) -> dict[str, str]:
        """Field -> column, to be shown before anything is sent."""
        return {target.name: column for target, column in self._plan(names).items()}

    def item(self, cells: Cells) -> dict[str, Any]:
        """The item of one row. Raises BadCell."""
        made: dict[str, Any] = {}
        for target, column in self._plan(list(cells)).items():
            _put(made, target, self._value(target, _cell(cells, column), self.kind))
        for target, text in self.constants.items():
            _put(made, target, self._value(target, text, "texts"))
        return made

    @staticmethod
    def _value(target: Target, cell: Any, kind: Kind) -> Any:
        if kind != "json" and isinstance(cell, str) and not cell.strip():
            return None
        try:
            return value_of(target, plain(cell), is_typed=kind != "texts")
        except ValueError as error:
            raise BadCell("/" + "/".join(target.path), str(error)) from None


def _target_named(name: str, *, synonyms: bool) -> Target | None:
    """The target that a column's name stands for by itself."""
    plain_name = re.sub(r"[\s-]+", "_", name.strip().lower())
    if synonyms:
        found = next((one for one, also in _ALSO_CALLED.items() if plain_name in also), None)
        return Target((found,)) if found else None
    first, _, rest = plain_name.partition(".")
    if rest and first in _OBJECTS | {"scores"}:
        return Target((first, name.strip().partition(".")[2]))
    return Target((plain_name,)) if plain_name in FIELDS else None


def _cell(cells: Cells, column: str) -> Any:
    """The cell of a column; `a.b` also finds b inside a."""
    if column in cells:
        return cells[column]
    found: Any = cells
    for part in column.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _put(item: dict[str, Any], target: Target, value: Any) -> None:
    if value is None:
        return
    first, *rest = target.path
    if not rest:
        item[first] = (
            {**value, **item[first]} if isinstance(value, dict) and isinstance(item.get(first), dict) else value
        )
    elif first == "scores":
        item.setdefault("scores", []).append({"name": rest[0], "value": value})
    else:
        item.setdefault(first, {})[rest[0]] = value


def plain(cell: Any) -> Any:
    """A cell in the types of JSON: moments as RFC 3339 (without a zone: UTC), NaN as nothing.

    >>> plain(Decimal("62400")), plain(float("nan")), plain(datetime(2026, 10, 3, 9, 30))
    (62400, None, '2026-10-03T09:30:00.000Z')
    """
    match cell:
        case None | bool() | int() | str():
            return cell
        case float():
            return None if math.isnan(cell) else cell
        case Decimal():
            return int(cell) if cell == cell.to_integral_value() else float(cell)
        case datetime():
            return to_text(cell if cell.tzinfo else cell.replace(tzinfo=UTC))
        case date() | time():
            return cell.isoformat()
        case Mapping():
            return {str(name): plain(one) for name, one in cell.items()}
        case list() | tuple():
            return [plain(one) for one in cell]
        case _:
            return plain(cell.item()) if hasattr(cell, "item") else cell


def value_of(target: Target, cell: Any, *, is_typed: bool) -> Any:
    """The value of a field from a plain cell. Raises ValueError with a sentence.

    >>> value_of(Target(("metadata", "amount")), "62400", is_typed=False)
    62400
    >>> value_of(Target(("context",)), "Escape of water is insured.", is_typed=False)
    [{'text': 'Escape of water is insured.'}]
    """
    if cell is None:
        return None
    if target.type is not None:
        return _AS[target.type](cell)
    if target.name in _NUMBERS or (target.path[0] == "scores" and len(target.path) == 2):
        return _number(cell)
    if target.name in _TRUTHS:
        return _truth(cell)
    if target.path[0] == "metadata" and len(target.path) == 2:
        return cell if is_typed else _guess(cell)
    if len(target.path) == 1 and target.path[0] in _LISTS | _OBJECTS:
        return _structure(target.path[0], cell)
    if target.path == ("output",) and isinstance(cell, Mapping):
        return cell
    return _text(cell)


def _text(cell: Any) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case int():
            return str(cell)
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) <= MAX_INTEGER else repr(cell)
        case _:
            raise ValueError(f"a text belongs here, and this is {_kind(cell)}")


def _number(cell: Any) -> int | float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, str) and _NUMBER.match(cell.strip()):
        return _number_of(cell.strip())
    raise ValueError(f"a number such as 0.83 belongs here, and this is {_shown(cell)}")


def _number_of(text: str) -> int | float:
    return float(text) if any(sign in text for sign in ".eE") else int(text)


def _truth(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    word = _text(cell).strip().lower()
    if word in ("true", "yes", "1"):
        return True
    if word in ("false", "no", "0"):
        return False
    raise ValueError(f"true or false belongs here, and this is {_shown(cell)}")


def _time(cell: Any) -> str:
    text = _text(cell).strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"a time such as 2026-11-21T11:43:57Z belongs here, and this is {_shown(cell)}") from None
    return to_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _json(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    try:
        return parse_strict(cell.encode("utf-8", "surrogatepass"))
    except BadJson as error:
        raise ValueError(f"JSON belongs here, and this is {_shown(cell)}: {error}") from None


_AS: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "bool": _truth,
    "time": _time,
    "json": _json,
}


def _guess(cell: Any) -> Any:
    """What a text of a table most likely is: a number only if nothing is lost by reading it as one.

    >>> [_guess(one) for one in ("62400", "007", "0.5", "true", "gold")]
    [62400, '007', 0.5, True, 'gold']
    """
    if not isinstance(cell, str):
        return cell
    word = cell.strip()
    if word.lower() in ("true", "false"):
        return word.lower() == "true"
    return _number_of(word) if _NUMBER.match(word) else cell


def _structure(name: str, cell: Any) -> Any:
    """A list or an object: as it is, or from the JSON in a text; for passages also plain text."""
    if isinstance(cell, str) and cell.lstrip()[:1] in ("[", "{"):
        cell = _json(cell)
    if name == "context":
        passages = cell if isinstance(cell, list) else [cell]
        return [{"text": one} if isinstance(one, str) else one for one in passages if one is not None]
    wanted = list if name in _LISTS else dict
    if not isinstance(cell, wanted):
        raise ValueError(
            f"JSON, {'a list' if wanted is list else 'an object'}, belongs here, and this is {_shown(cell)}"
        )
    return cell


def _kind(cell: Any) -> str:
    return "an object" if isinstance(cell, Mapping) else "a list" if isinstance(cell, list) else type(cell).__name__


def _shown(cell: Any) -> str:
    return repr(cell if len(str(cell)) <= 60 else str(cell)[:60] + "...")
