"""What reading the parts of a policy shares: the kinds of its metadata, its faults and its warnings."""

from __future__ import annotations

from collections.abc import Mapping

from handrail.stages.routing.conditions import kinds
from handrail.stages.routing.conditions.compiled import BadCondition, Condition, compile_condition
from handrail.stages.routing.conditions.refs import Ref, Source
from handrail.stages.routing.conditions.syntax import Ident, walk
from handrail.stages.routing.conditions.variables import READERS
from handrail.stages.routing.language.faults import Faults, Place
from handrail.stages.routing.language.model import MetadataField, MetadataType
from handrail.stages.routing.language.shapes import Placed
from handrail.stages.routing.suggestions import did_you_mean, nearest

_KINDS = {
    MetadataType.NUMBER: kinds.NUMBER,
    MetadataType.STRING: kinds.TEXT,
    MetadataType.BOOLEAN: kinds.BOOLEAN,
    MetadataType.TIME: kinds.TIME_TEXT,
    MetadataType.LIST: kinds.list_of(kinds.ANY),
}
_OF_SCORES = frozenset({Source.SCORE, Source.LABEL, Source.RESULT, Source.RAN})


class Reader:
    """Compiles conditions and keeps what is learnt on the way."""

    def __init__(
        self,
        metadata: Mapping[str, MetadataField],
        checks: frozenset[str],
        categories: frozenset[str],
        faults: Faults,
    ) -> None:
        self.faults = faults
        self.categories = categories
        self.notes: list[str] = []
        self.reads: set[str] = set()
        self.runnable: dict[str, str] = {}
        self._checks = checks
        self._metadata = metadata
        self._kinds = {name: _KINDS[one.type] for name, one in metadata.items()}

    def condition(self, source: Placed[str] | None, *, number: bool = False) -> Condition | None:
        """The compiled condition; None, with a fault added, where it cannot be used."""
        if source is None:
            return None
        try:
            compiled = compile_condition(source.value, self._kinds, number=number)
        except BadCondition as error:
            self.faults.add(source.place, error.code, error.message, error.suggestion)
            return None
        self.runnable[source.value] = compiled.runnable
        condition = compiled.condition
        self.reads.update(
            node.name for node in walk(condition.tree) if isinstance(node, Ident) and node.name in READERS
        )
        self._note_names(condition, source.place)
        return condition

    def _note_names(self, condition: Condition, place: Place) -> None:
        """Warns of names that nothing in this policy gives: they may come from outside, or be a slip of the pen."""
        for ref in condition.refs:
            if ref.source in _OF_SCORES and ref.path[0] not in self._checks and not ref.path[0].startswith("caller."):
                self._note(place, f'no check of this policy is called "{ref.path[0]}"', ref.path[0], self._checks)
            elif ref.source is Source.FOUND and self.categories and ref.path[0] not in self.categories:
                self._note(place, f'there is no category "{ref.path[0]}"', ref.path[0], self.categories)
            elif self._undeclared(ref):
                self._note(place, f'metadata declares no "{ref.path[1]}"', ref.path[1], self._metadata)

    def _undeclared(self, ref: Ref) -> bool:
        """Whether the policy declares metadata, and not this key."""
        return (
            bool(self._metadata)
            and ref.path[0] == "metadata"
            and ref.path[1:2] != ()
            and (ref.path[1] not in self._metadata)
        )

    def _note(self, place: Place, sentence: str, word: str, known: Mapping[str, object] | frozenset[str]) -> None:
        tail = did_you_mean(nearest(word, known))
        self.notes.append(f"{place.line}:{place.column} {place.path}: {sentence}{tail}")
