"""Personal numbers and addresses, by format and checksum."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, Severity, failed, passed
from handrail.extend.checks import CheckOptions, check
from handrail.extend.fields import Where, texts
from handrail.plugins.checks._national_ids import Country
from handrail.plugins.checks._pii import Kind, Place, find
from handrail.plugins.checks._words import tally

_SEVERITY = {
    "card": Severity.CRITICAL,
    "national_id": Severity.CRITICAL,
    "iban": Severity.MAJOR,
    "email": Severity.MAJOR,
    "phone": Severity.MAJOR,
}
_CHECKSUM = frozenset({"card", "iban"})


class PiiOptions(CheckOptions):
    """`kinds` to look for, `countries` whose national numbers count, and `allow`: endings that are no finding, such as
    a firm's own mail domain or switchboard (compared without blanks, in any case)."""

    examples = ({}, {"kinds": ["card", "iban", "national_id"], "where": "both"}, {"allow": ["@example.org"]})

    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] = get_args(Kind)
    countries: tuple[Country, ...] = get_args(Country)
    where: Where = "output"
    allow: Annotated[tuple[Annotated[str, Field(min_length=3, max_length=200)], ...], Field(max_length=200)] = ()


@check("pii", version="1", options=PiiOptions)
def pii(item: Item, options: PiiOptions) -> Score:
    """Fails when payment cards, bank accounts, e-mail addresses, phone numbers or national ids stand in the text.

    Reasons name the kind and never repeat the number.

    >>> pii(Item(output="Card 4111 1111 1111 1111"), PiiOptions()).findings[0].start
    5
    """
    allowed = tuple(_folded(entry) for entry in options.allow)
    found = [
        (field, place)
        for field, text in texts(item, options.where)
        for place in find(text, options.kinds, options.countries)
        if not (allowed and _folded(text[place.start : place.end]).endswith(allowed))
    ]
    if not found:
        return passed()
    said = tally(place.noun for _, place in found)
    return failed(f"Personal data: {said}.", tuple(_finding(field, place) for field, place in found))


def _finding(field: str, place: Place) -> Finding:
    proof = ", its checksum holds" if place.kind in _CHECKSUM else ""
    article = "An" if place.noun[0] in "eI" else "A"
    said = f"{article} {place.noun} stands in the {field}{proof}."
    return Finding(said, field, place.start, place.end, _SEVERITY[place.kind], "pii")


def _folded(text: str) -> str:
    return "".join(text.casefold().split())
