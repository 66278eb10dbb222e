"""Policies to be tried: is it valid, what would it change, where would this item go. Nothing is stored."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any, Protocol  # Any: a route as JSON

from handrail.kit.errors import NotFound
from handrail.stages.routing import queries
from handrail.stages.routing.comparing import compare, overall
from handrail.stages.routing.language import BadPolicy, load, warnings
from handrail.stages.routing.service import PolicyBook
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.wire.policies import ChangeOut, DiffIn, DiffOut, PolicyTestIn, PolicyTestOut, ValidateIn, ValidateOut


class Rehearse(Protocol):
    """Tries a policy on an item; flow.Rehearsal."""

    def __call__(self, project_id: str, asked: PolicyTestIn) -> dict[str, Any]: ...


def trying(door: Door, book: PolicyBook, rehearse: Rehearse) -> None:
    """What needs no more than the right to read."""

    @door.post("/policies/validate", needs="policies.read")
    def validate(call: Call, body: ValidateIn) -> ValidateOut:
        """What is wrong with a text, with line and column; always 200."""
        try:
            return ValidateOut(valid=True, fields=[], warnings=list(warnings(load(body.yaml, book.checks))))
        except BadPolicy as error:
            return ValidateOut.of(error.fields)

    @door.post("/policies/diff", needs="policies.read")
    def diff(call: Call, body: DiffIn) -> DiffOut:
        """What changes from one policy to another: the lines, each change with its effect, and what it does to
        release. Each side is a version or a text; a text that is not valid is refused with its faults."""
        before, after = _text(call, body.from_), _text(call, body.to)
        changes = compare(before, after, book.checks)
        was, comes = (f"version {one}" if isinstance(one, int) else "text" for one in (body.from_, body.to))
        lines = unified_diff(before.splitlines(), after.splitlines(), was, comes, lineterm="")
        return DiffOut(
            text="\n".join(lines),
            changes=[ChangeOut.model_validate(one) for one in changes],
            release=overall(changes).value,
        )

    @door.post("/policies/test", needs="policies.read")
    def test(call: Call, body: PolicyTestIn) -> PolicyTestOut:
        """The Route an item would get, with every step. Nothing is stored and nothing outside is asked."""
        return PolicyTestOut.model_validate(rehearse(call.project_id, body))


def _text(call: Call, wanted: int | str) -> str:
    """The text of a version, or the text itself. Raises NotFound."""
    if isinstance(wanted, str):
        return wanted
    found = call.read(lambda session: queries.policy(session, call.project_id, wanted))
    if found is None:
        raise NotFound(f"There is no version {wanted}.")
    return str(found["yaml"])
