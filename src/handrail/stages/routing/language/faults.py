"""What is wrong with a policy: every fault at its line and column, all at once."""

from __future__ import annotations

from dataclasses import dataclass

from handrail.kit.errors import FieldFault, Invalid

MOST = 50


class BadPolicy(Invalid):
    """The policy is not valid, and the active one stays in force; each field says what is wrong and where."""

    code = "bad_policy"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the document; line and column count from 1."""

    path: str
    line: int
    column: int


class Faults:
    """Collects faults, so that an author sees all of them in one go."""

    def __init__(self) -> None:
        self._found: list[FieldFault] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, place: Place, code: str, message: str, suggestion: str | None = None) -> None:
        self._found.append(FieldFault(place.path, code, message, place.line, place.column, suggestion))

    def add_all(self, others: Faults) -> None:
        self._found.extend(others._found)

    def sorted(self) -> tuple[FieldFault, ...]:
        """At most 50 faults, in the order of the document."""
        ordered = sorted(self._found, key=lambda fault: (fault.line or 0, fault.column or 0, fault.code))
        return tuple(ordered[:MOST])

    def as_error(self) -> BadPolicy:
        return BadPolicy(fields=self.sorted())


def policy_text(fault: FieldFault, source: str = "policy.yaml") -> str:
    """One fault as the command line prints it.

    >>> policy_text(FieldFault("queues.junior.deadlin", "unknown_key", 'unknown key; did you mean "deadline"?', 28, 59))
    'policy.yaml:28:59 queues.junior.deadlin: unknown key; did you mean "deadline"? [unknown_key]'
    """
    return f"{source}:{fault.line}:{fault.column} {fault.path or 'policy'}: {fault.message} [{fault.code}]"
