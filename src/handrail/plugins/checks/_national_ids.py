"""National identity, tax and insurance numbers, each by the rule its country publishes.

Where a number carries no checksum (United Kingdom, United States) the format rules decide, and the number must be
written the usual way; everything else must also pass its checksum.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Literal

Country = Literal["DE", "ES", "FR", "GB", "US", "IT", "CH", "PL"]

_SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE"
_ITALIAN_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14,
         16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip
_NO_BRITISH_PREFIX = frozenset({"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"})


def is_german_tax_id(digits: str) -> bool:
    """Steuerliche Identifikationsnummer: eleven digits, ISO 7064 MOD 11,10; in the first ten exactly one digit stands
    twice or three times.

    >>> is_german_tax_id("86095742719"), is_german_tax_id("86095742718")
    (True, False)
    """
    if len(digits) != 11 or digits[0] == "0":
        return False
    counts = sorted(Counter(digits[:10]).values(), reverse=True)
    if counts[0] not in {2, 3} or (len(counts) > 1 and counts[1] > 1):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def is_spanish_id(text: str) -> bool:
    """DNI (eight digits and a letter) or NIE (X, Y or Z, seven digits and a letter): the number modulo 23.

    >>> is_spanish_id("12345678Z"), is_spanish_id("X1234567L"), is_spanish_id("12345678A")
    (True, True, False)
    """
    number = text[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return number.isascii() and number.isdigit() and _SPANISH[int(number) % 23] == text[-1]


def is_french_nir(text: str) -> bool:
    """Numéro de sécurité sociale: thirteen signs and a key, 97 minus the number modulo 97; Corsica writes 2A and 2B.

    >>> is_french_nir("255081416802538"), is_french_nir("255081416802539")
    (True, False)
    """
    number = text[:13].replace("2A", "19").replace("2B", "18")
    if len(text) != 15 or not (number + text[13:]).isdigit():
        return False
    month = int(text[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99):
        return False
    return 97 - int(number) % 97 == int(text[13:])


def is_british_nino(text: str) -> bool:
    """National Insurance number: two letters out of those in use, six digits, A to D.

    >>> is_british_nino("AB123456C"), is_british_nino("BG123456C")
    (True, False)
    """
    prefix = text[:2]
    return prefix not in _NO_BRITISH_PREFIX and not set(prefix) & set("DFIQUV") and prefix[1] != "O"


def is_american_ssn(digits: str) -> bool:
    """Social Security number: area not 000, 666 or 900 and above, group not 00, serial not 0000.

    >>> is_american_ssn("123456789"), is_american_ssn("666456789")
    (True, False)
    """
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in {"000", "666"} and area[0] != "9" and group != "00" and serial != "0000"


def is_italian_code(text: str) -> bool:
    """Codice fiscale: sixteen signs, the last one a checksum.

    >>> is_italian_code("RSSMRA85T10A562S"), is_italian_code("RSSMRA85T10A562T")
    (True, False)
    """
    total = 0
    for index, sign in enumerate(text[:15]):
        even = int(sign) if sign.isdigit() else ord(sign) - ord("A")
        total += _ITALIAN_ODD[sign] if index % 2 == 0 else even
    return chr(total % 26 + ord("A")) == text[15]


def is_swiss_ahv(digits: str) -> bool:
    """AHV number: thirteen digits from 756, EAN-13 checksum.

    >>> is_swiss_ahv("7569217076985"), is_swiss_ahv("7569217076986")
    (True, False)
    """
    if len(digits) != 13 or not digits.startswith("756"):
        return False
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits[:12]))
    return -total % 10 == int(digits[12])


def is_polish_pesel(digits: str) -> bool:
    """PESEL: six digits of a birth date, four of order, one checksum (weights 1 3 7 9).

    >>> is_polish_pesel("44051401359"), is_polish_pesel("44051401358")
    (True, False)
    """
    if len(digits) != 11:
        return False
    century, month = divmod(int(digits[2:4]), 20)
    try:
        date((1900, 2000, 2100, 2200, 1800)[century] + int(digits[:2]), month, int(digits[4:6]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=False))
    return -total % 10 == int(digits[10])


LETTERED: frozenset[Country] = frozenset({"IT"})  # few digits between letters: looked for in the whole text

# What a number looks like where it stands, and the rule it must keep. Each form begins with a digit or a letter, so
# that the search for it is one pass; what stands before and after it is looked at by the caller.
FORMS: tuple[tuple[Country, re.Pattern[str], Callable[[str], bool], str], ...] = (
    ("DE", re.compile(r"[1-9][0-9] ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}"), is_german_tax_id, "German tax number"),
    ("ES", re.compile(r"(?:[0-9]{8}|[XYZ]-?[0-9]{7})-?[A-Z]"), is_spanish_id, "Spanish identity number"),
    (
        "FR",
        re.compile(r"[12] ?[0-9]{2} ?[0-9]{2} ?[0-9][0-9AB] ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}"),
        is_french_nir,
        "French social security number",
    ),
    (
        "GB",
        re.compile(r"[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]"),
        is_british_nino,
        "British National Insurance number",
    ),
    ("US", re.compile(r"[0-8][0-9]{2}([- ])[0-9]{2}\1[0-9]{4}"), is_american_ssn, "US Social Security number"),
    (
        "IT",
        re.compile(r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]"),
        is_italian_code,
        "Italian codice fiscale",
    ),
    ("CH", re.compile(r"756\.?[0-9]{4}\.?[0-9]{4}\.?[0-9]{2}"), is_swiss_ahv, "Swiss AHV number"),
    ("PL", re.compile(r"[0-9]{11}"), is_polish_pesel, "Polish PESEL number"),
)
