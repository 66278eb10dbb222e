"""Finding personal numbers and addresses in a text, each by its checksum or its format."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from handrail.plugins.checks._linear import compile_linear
from handrail.plugins.checks._national_ids import FORMS, LETTERED, Country

Kind = Literal["card", "iban", "email", "phone", "national_id"]


@dataclass(frozen=True, slots=True)
class Place:
    """A personal number or address in a text: where, which kind, and what to call it."""

    start: int
    end: int
    kind: Kind
    noun: str


# --- where to look at all --------------------------------------------------------------------------------------------

# Six digits with at most two signs between them stand in every number below but the codice fiscale.
_DENSE = r"[0-9](?:[ .\-/()]{0,3}[0-9]){5}"
_SIEVE = compile_linear(_DENSE)
_ZONE = re.compile(_DENSE + r"(?:[ .\-/()]{0,3}[0-9])*")
_MARGIN = 48  # the longest number, and the word before a phone number

Span = tuple[int, int]


def zones(text: str) -> list[Span]:
    """The stretches of a text around its dense digits, in order and apart from each other.

    >>> zones("no digits"), zones("call 030 1234567")
    ([], [(0, 16)])
    """
    if not _SIEVE.search(text):
        return []
    found: list[Span] = []
    for match in _ZONE.finditer(text):
        start, end = max(0, match.start() - _MARGIN), min(len(text), match.end() + _MARGIN)
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _matches(form: re.Pattern[str], text: str, where: Iterable[Span]) -> Iterator[re.Match[str]]:
    for start, end in where:
        yield from form.finditer(text, start, end)


# --- payment cards ---------------------------------------------------------------------------------------------------

_CARD = re.compile(
    r"[2-6][0-9]{3}(?:([ -]?)[0-9]{4}(?:\1[0-9]{4}(?:\1[0-9]{1,7})?|\1?[0-9]{4,5})|[ -][0-9]{6}[ -][0-9]{4,5})"
)
_BARE_CARD = re.compile(r"[1-6][0-9]{11,18}")
# First digits that networks issue under, and the lengths they use with them.
_ISSUERS: tuple[tuple[range, int, Collection[int]], ...] = (
    (range(4, 5), 1, {13, 16, 19}),  # Visa
    (range(51, 56), 2, {16}),  # Mastercard
    (range(2221, 2721), 4, {16}),
    (range(34, 35), 2, {15}),  # American Express
    (range(37, 38), 2, {15}),
    (range(36, 37), 2, range(14, 20)),  # Diners Club
    (range(38, 40), 2, range(14, 20)),
    (range(300, 306), 3, range(14, 20)),
    (range(6011, 6012), 4, range(16, 20)),  # Discover
    (range(644, 660), 3, range(16, 20)),
    (range(3528, 3590), 4, range(16, 20)),  # JCB
    (range(62, 63), 2, range(16, 20)),  # UnionPay
    (range(50, 51), 2, range(12, 20)),  # Maestro
    (range(56, 70), 2, range(12, 20)),
    (range(1800, 1801), 4, {15}),  # JCB, old
    (range(2131, 2132), 4, {15}),
    (range(2200, 2205), 4, range(16, 20)),  # Mir
)


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn checksum of the others (ISO/IEC 7812-1).

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) << (index & 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """Whether a network issues such a number, and its checksum holds.

    >>> is_card("378282246310005"), is_card("1234567890123452")
    (True, False)
    """
    issued = any(int(digits[:width]) in first and len(digits) in lengths for first, width, lengths in _ISSUERS)
    return issued and luhn(digits)


def cards(text: str, where: Iterable[Span]) -> Iterator[Place]:
    """Card numbers, with or without blanks or hyphens between their groups."""
    for form in (_CARD, _BARE_CARD):
        for match in _matches(form, text, where):
            if stands_alone(text, match.start(), match.end()) and is_card(_digits(match[0])):
                yield Place(match.start(), match.end(), "card", "card number")


# --- bank accounts ---------------------------------------------------------------------------------------------------

_IBAN_START = re.compile(r"[A-Z]{2}[0-9]{2}(?=[ -]?[A-Z0-9])")
_IBAN_LENGTHS = {
    code: int(length)
    for length, codes in (
        entry.split(":")
        for entry in [
            "15:NO",
            "16:BE",
            "18:DK FI FO GL NL SD FK",
            "19:MK SI",
            "20:AT BA EE KZ LT LU XK MN",
            "21:CH HR LI LV",
            "22:BG BH CR DE GB GE IE ME RS",
            "23:AE GI IL IQ TL OM SO",
            "24:AD CZ ES MD PK RO SA SE SK TN VG",
            "25:PT LY ST",
            "26:IS TR",
            "27:BI DJ FR GR IT MC MR SM",
            "28:AL AZ BY CY DO GT HU LB NI PL SV",
            "29:BR EG PS QA UA",
            "30:JO KW MU YE",
            "31:MT SC",
            "32:LC",
            "33:RU",
        ]
    )
    for code in codes.split()
}


def is_iban(text: str) -> bool:
    """Whether the country uses this length and the number is 1 modulo 97 (ISO 13616).

    >>> is_iban("DE89370400440532013000"), is_iban("DE88370400440532013000")
    (True, False)
    """
    if len(text) != _IBAN_LENGTHS.get(text[:2]):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def ibans(text: str, where: Iterable[Span]) -> Iterator[Place]:
    """International bank account numbers, with or without blanks."""
    for match in _matches(_IBAN_START, text, where):
        length = _IBAN_LENGTHS.get(match[0][:2])
        end = _iban_end(text, match.start(), length) if length else None
        if end and stands_alone(text, match.start(), end):
            number = text[match.start() : end].replace(" ", "").replace("-", "")
            if is_iban(number):
                yield Place(match.start(), end, "iban", "IBAN")


def _iban_end(text: str, start: int, length: int) -> int | None:
    taken, place = 0, start
    while place < len(text) and taken < length:
        sign = text[place]
        if "0" <= sign <= "9" or "A" <= sign <= "Z":
            taken += 1
        elif sign not in " -" or text[place - 1] in " -":
            return None
        place += 1
    return place if taken == length else None


# --- e-mail ----------------------------------------------------------------------------------------------------------

_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-"
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9_])")


def emails(text: str) -> Iterator[Place]:
    """E-mail addresses as RFC 5321 writes them without quotes, in ASCII."""
    at = text.find("@")
    while at >= 0:
        before = text[max(0, at - 64) : at]
        local = before[len(before.rstrip(_LOCAL)) :].lstrip(".'`*{|/=")
        domain = _DOMAIN.match(text, at + 1) if local and not local.endswith(".") else None
        if domain:
            yield Place(at - len(local), domain.end(), "email", "e-mail address")
        at = text.find("@", at + 1)


# --- telephone -------------------------------------------------------------------------------------------------------

_EXTENSION = r"(?: ?(?:x|ext\.?) ?[0-9]{1,5})?"
_PHONE = re.compile(
    r"(?:\+|\(?[0-9])(?:[0-9]|(?> ?[-/.] ?|[ ()\u00a0])(?=[ (]?[0-9(])|\)(?=[ -])){5,24}[0-9]" + _EXTENSION
)
_CALLED = re.compile(
    r"(?i)(?:phone|tel|call|mobile|cell|fax|whatsapp|sms|text|dial|ring|reach|rufnummer|handy|telefon"
    r"|t[ée]l[ée]phone|m[oó]vil)\b[^\n]{0,40}\n?\Z"
)
_CALLED_AFTER = re.compile(r"(?i)[ \t-]{0,3}(?:office|fax|mobile|cell|home|work|phone|tel)\b")
_NOT_PHONE = re.compile(  # two years, a date, an address of the internet
    r"[12][0-9]{3} ?[-/] ?[12][0-9]{3}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ T].*)?"
    r"|[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2,4}(?: .*)?|[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
)
_AMERICAN = re.compile(
    r"(?:\+?1[ .-]?)?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}" + _EXTENSION
)
_TRUNK = re.compile(r"(?:\(0[0-9]{1,5}\)|0[0-9]{1,5})(?: ?[/.-] ?| )?[0-9]{2,}(?:[ ./-]?[0-9]{2,}){1,5}")


def phones(text: str, where: Iterable[Span]) -> Iterator[Place]:
    """Telephone numbers: with a country code, in the American form, with a leading zero and groups, or any form
    shortly after a word such as "phone"."""
    for match in _matches(_PHONE, text, where):
        start, end = match.start(), match.end()
        if start and (text[start - 1].isalnum() or text[start - 1] in "#$€£_./:=-+"):
            continue
        if end < len(text) and (text[end].isalnum() or text[end] in "_%"):
            continue
        if _is_phone(text, start, match[0]):
            yield Place(start, end, "phone", "phone number")


def _is_phone(text: str, start: int, written: str) -> bool:
    digits = _digits(written.partition("x")[0].partition("e")[0])
    if not 7 <= len(digits) <= 15 or len(set(digits)) == 1 or _NOT_PHONE.fullmatch(written):
        return False
    if written[0] == "+" or written.startswith("00"):
        return len(digits) >= 8
    if _AMERICAN.fullmatch(written) or (_TRUNK.fullmatch(written) and len(digits) >= 9 and len(digits) < len(written)):
        return True
    named_after = _CALLED_AFTER.match(text, start + len(written))
    return named_after is not None or _CALLED.search(text, max(0, start - 60), start) is not None


# --- all of them -----------------------------------------------------------------------------------------------------


def national_ids(text: str, where: Iterable[Span], countries: Collection[Country]) -> Iterator[Place]:
    """Numbers of persons that the named countries give out."""
    for country, form, is_valid, noun in FORMS:
        if country in countries:
            for match in form.finditer(text) if country in LETTERED else _matches(form, text, where):
                if stands_alone(text, match.start(), match.end()) and is_valid(_bare(match[0])):
                    yield Place(match.start(), match.end(), "national_id", noun)


def find(text: str, kinds: Collection[Kind], countries: Collection[Country]) -> list[Place]:
    """What personal numbers and addresses stand in a text, in order; where two overlap, the longer one.

    >>> find("Pay to DE89 3704 0044 0532 0130 00.", ("iban",), ())
    [Place(start=7, end=34, kind='iban', noun='IBAN')]
    """
    where = zones(text)
    found = [place for kind in kinds for place in _of_kind(kind, text, where, countries)]
    found.sort(key=lambda place: (-(place.end - place.start), place.kind == "phone", place.start))
    kept: list[Place] = []
    taken: set[int] = set()
    for place in found:
        span = range(place.start, place.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(place)
    return sorted(kept, key=lambda place: place.start)


def _of_kind(kind: Kind, text: str, where: list[Span], countries: Collection[Country]) -> Iterator[Place]:
    match kind:
        case "card":
            return cards(text, where)
        case "iban":
            return ibans(text, where)
        case "email":
            return emails(text)
        case "phone":
            return phones(text, where)
        case "national_id":
            return national_ids(text, where, countries)
        case _:
            assert_never(kind)


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no letter, digit or decimal goes on before `start` or after `end`."""
    if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        return False
    if start > 1 and text[start - 1] in ".,-" and text[start - 2].isdigit():
        return False
    if end < len(text) and (text[end].isalnum() or text[end] == "_"):
        return False
    return not (end + 1 < len(text) and text[end] in ".,-" and text[end + 1].isdigit())


def _digits(written: str) -> str:
    return "".join(sign for sign in written if "0" <= sign <= "9")


def _bare(written: str) -> str:
    return written.replace(" ", "").replace("-", "").replace(".", "")
