"""From the parameters of a request, or of a saved view, to one question. Raises Invalid, naming every fault."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handrail.kit.errors import FieldFault, Invalid
from handrail.stages.exploring.rules.days import NAMED, stretch
from handrail.stages.exploring.rules.facets import METADATA, asked_value, stored_value
from handrail.stages.exploring.rules.filters import (
    AUDITED,
    COLUMNS,
    FACETS,
    MOST_VALUES,
    RANGES,
    SORTS,
    Asked,
    Range,
    split_values,
)
from handrail.stages.exploring.rules.words import read_query

BOUNDS = tuple(f"{name}_{side}" for name in ("received", "decided", "confidence") for side in ("from", "to"))
DAYS = ("received", "decided")
FLAGS = ("overdue", "late", "error")
RISK = ("risk_from", "risk_to")
NAMES = (*COLUMNS, *FACETS, *BOUNDS, *DAYS, "overdue", "late", *RISK, "q")
"""Every filter there is, beside metadata.<key>."""
NO_RISK = "There is no risk model yet, so no item has a risk; leave this out, or use confidence_from and confidence_to."
_WORDS = {
    "number": "a number",
    "boolean": "true or false",
    "time": "a time with its zone, such as 2026-11-21T11:43:57Z",
}


@dataclass
class Reader:
    """Reads one question; `keys` are the metadata keys of the policy with `filter: true`, each with its type."""

    keys: Mapping[str, str]
    now: datetime
    zone: str
    _faults: list[FieldFault] = field(default_factory=list)

    def read(self, given: Mapping[str, str], sort: str = "-received_at") -> Asked:
        """What is asked for. Nothing but filters may be in `given`."""
        for name in given:
            if name not in NAMES and not name.startswith(METADATA):
                self._fault(name, "There is no such filter; leave it out.", "unknown_parameter")
        for name in RISK:
            if name in given:
                self._fault(name, NO_RISK)
        if sort not in SORTS:
            self._fault("sort", f"Sort by one of {', '.join(SORTS)}.")
        asked = Asked(
            columns={name: self._values(name, given[name]) for name in COLUMNS if name in given},
            facets=self._facets(given),
            ranges=self._ranges(given),
            late=self._flag("late", given),
            overdue_at=self.now if self._flag("overdue", given) else None,
            query=read_query(given["q"]) if "q" in given else None,
            sort=sort,
        )
        if self._faults:
            code = {one.code for one in self._faults}
            raise Invalid(
                code="unknown_parameter" if code == {"unknown_parameter"} else None, fields=tuple(self._faults)
            )
        return asked

    def _fault(self, name: str, message: str, code: str = "bad_value") -> None:
        self._faults.append(FieldFault("/" + name.replace("~", "~0").replace("/", "~1")[:100], code, message))

    def _values(self, name: str, text: str) -> tuple[str, ...]:
        found = split_values(text)
        if len(found) > MOST_VALUES:
            self._fault(name, f"At most {MOST_VALUES} values.", "too_long")
        return found

    def _facets(self, given: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        if "category" in given:
            found["category"] = tuple(map(stored_value, self._values("category", given["category"])))
        if "error" in given:
            found["error"] = ("true" if self._flag("error", given) else "false",)
        if "audited" in given:
            found["audited"] = self._values("audited", given["audited"])
            if set(found["audited"]) - set(AUDITED):
                self._fault("audited", f"Write {', '.join(AUDITED)}, or several of them.")
        for name in given:
            if name.startswith(METADATA):
                found[name] = self._metadata(name, given[name])
        return found

    def _metadata(self, name: str, text: str) -> tuple[str, ...]:
        kind = self.keys.get(name.removeprefix(METADATA))
        if kind is None:
            key = name.removeprefix(METADATA)[:64]
            message = f"Items cannot be found by {key}: let the policy say `filter: true` beside it under `metadata`."
            self._fault(name, message, "unknown_parameter")
            return ()
        values = [asked_value(kind, one) for one in self._values(name, text)]
        if None in values:
            self._fault(name, f"This holds {_WORDS.get(kind, kind)}.")
        return tuple(one for one in values if one is not None)

    def _flag(self, name: str, given: Mapping[str, str]) -> bool | None:
        text = given.get(name)
        if text not in (None, "true", "false"):
            self._fault(name, "Write true or false.")
        return None if text is None else text == "true"

    def _ranges(self, given: Mapping[str, str]) -> dict[str, Range]:
        found: dict[str, Range] = {}
        for column in RANGES:
            short = column.removesuffix("_at")
            read = self._share if column == "confidence" else self._moment
            wanted = Range(*(read(f"{short}_{side}", given) for side in ("from", "to")))
            if short in DAYS and short in given:
                if wanted != Range():
                    self._fault(short, f"Give {short} or {short}_from and {short}_to, not both.")
                wanted = self._named(short, given[short])
            if wanted != Range():
                found[column] = wanted
        return found

    def _named(self, name: str, text: str) -> Range:
        if text not in NAMED:
            self._fault(name, f"Write one of {', '.join(NAMED)}.")
            return Range()
        return Range(*stretch(text, self.now, self.zone))

    def _moment(self, name: str, given: Mapping[str, str]) -> datetime | None:
        text = given.get(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not 1 < moment.year < 9999:
            self._fault(name, "Write a time with its zone, such as 2026-11-21T11:43:57Z.")
            return None
        return moment

    def _share(self, name: str, given: Mapping[str, str]) -> float | None:
        text = given.get(name)
        if text is None:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not 0 <= number <= 1:
            self._fault(name, "Write a number from 0 to 1.")
            return None
        return number
