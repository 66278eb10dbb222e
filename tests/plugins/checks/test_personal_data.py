"""Numbers that issuers and standards publish as examples, each with a twin that differs in one sign."""

from __future__ import annotations

import pytest

from handrail.domain.item import Item
from handrail.plugins.checks._pii import Kind, find, is_card, is_iban, luhn
from handrail.plugins.checks.pii import PiiOptions, pii
from handrail.plugins.checks.secrets import SecretsOptions, secrets

ALL = PiiOptions()
IBAN: tuple[Kind, ...] = ("iban",)
NATIONAL_ID: tuple[Kind, ...] = ("national_id",)
PHONE: tuple[Kind, ...] = ("phone",)
EMAIL: tuple[Kind, ...] = ("email",)

# The test numbers that card networks and payment processors publish.
CARDS = [
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "6011000990139424",
    "30569309025904",
    "38520000023237",
    "3530111333300000",
    "3566002020360505",
    "6200000000000005",
    "6304000000000000",
]

# Example numbers of the SWIFT registry of IBANs.
IBANS = [
    "AD1200012030200359100100",
    "AT611904300234573201",
    "BE68539007547034",
    "CH9300762011623852957",
    "CZ6508000000192000145399",
    "DE89370400440532013000",
    "DK5000400440116243",
    "EE382200221020145685",
    "ES9121000418450200051332",
    "FI2112345600000785",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "GR1601101250000000012300695",
    "IE29AIBK93115212345678",
    "IT60X0542811101000000123456",
    "LU280019400644750000",
    "MT84MALT011000012345MTLCAST001S",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "PL61109010140000071219812874",
    "PT50000201231234567890154",
    "SE4550000000058398257466",
    "SI56263300012039086",
    "TR330006100519786457841326",
]

NATIONAL_IDS = {
    "86095742719": "German tax number",
    "12345678Z": "Spanish identity number",
    "X1234567L": "Spanish identity number",
    "2 55 08 14 168 025 38": "French social security number",
    "AB 12 34 56 C": "British National Insurance number",
    "219-09-9999": "US Social Security number",
    "RSSMRA85T10A562S": "Italian codice fiscale",
    "756.9217.0769.85": "Swiss AHV number",
    "44051401359": "Polish PESEL number",
}


def kinds_in(text: str) -> list[str]:
    return [place.kind for place in find(text, ALL.kinds, ALL.countries)]


def next_digit(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@pytest.mark.parametrize("number", CARDS)
def test_a_published_card_is_found_and_its_twin_is_not(number: str) -> None:
    assert is_card(number)
    assert kinds_in(f"Paid with {number} today.") == ["card"]
    assert not luhn(next_digit(number))
    assert "card" not in kinds_in(f"Paid with {next_digit(number)} today.")


@pytest.mark.parametrize("written", ["4111 1111 1111 1111", "4111-1111-1111-1111", "3782 822463 10005"])
def test_a_card_in_groups_has_exact_offsets(written: str) -> None:
    text = f"é{' '}card {written}, thanks"
    score = pii(Item(output=text), ALL)
    assert [text[found.start : found.end] for found in score.findings] == [written]


@pytest.mark.parametrize("number", IBANS)
def test_a_published_iban_is_found_and_its_twin_is_not(number: str) -> None:
    assert is_iban(number)
    in_groups = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    for written in (number, in_groups):
        text = f"to {written} please"
        places = find(text, IBAN, ())
        assert [text[place.start : place.end] for place in places] == [written]
    check_digits = f"{(int(number[2:4]) + 1) % 100:02}"
    assert kinds_in(f"to {number[:2]}{check_digits}{number[4:]} please").count("iban") == 0


@pytest.mark.parametrize(("number", "noun"), NATIONAL_IDS.items())
def test_a_national_id_is_found_by_its_rule(number: str, noun: str) -> None:
    assert noun in [place.noun for place in find(f"ID: {number}.", NATIONAL_ID, ALL.countries)]


@pytest.mark.parametrize(
    "number",
    [
        "86095742718",
        "12345678A",
        "X1234567M",
        "2 55 08 14 168 025 39",
        "BG 12 34 56 C",
        "AB 12 34 56 E",
        "666-09-9999",
        "219-00-9999",
        "900-09-9999",
        "RSSMRA85T10A562T",
        "756.9217.0769.86",
        "44051401358",
        "44131401358",
    ],
)
def test_a_national_id_that_breaks_its_rule_is_not_found(number: str) -> None:
    assert find(f"ID: {number}.", NATIONAL_ID, ALL.countries) == []


@pytest.mark.parametrize(
    "written",
    [
        "+49 30 901820",
        "+1 (212) 555-0123",
        "(212) 555-0123",
        "212-555-0123",
        "030 / 901 820 11",
        "07700 900 123",
        "0041 44 268 12 12",
    ],
)
def test_a_phone_number_is_found(written: str) -> None:
    text = f"Reach us under {written} on weekdays"
    assert [text[place.start : place.end] for place in find(text, PHONE, ())] == [written]


@pytest.mark.parametrize(
    "text",
    [
        "in 1958-1969 and 2001/2002",
        "on 2024-03-12 10:30",
        "on 12.03.2024",
        "EUR 1,234,567.89",
        "at 192.168.100.200",
        "order 123456789",
        "$2125550123",
        "article 12 345 678",
        "between 1000000 and 2000000 people",
    ],
)
def test_dates_amounts_and_addresses_are_no_phone_numbers(text: str) -> None:
    assert kinds_in(text) == []


def test_digits_count_as_a_phone_number_after_the_word() -> None:
    assert kinds_in("Phone: 467 3395") == ["phone"]
    assert kinds_in("Parcel: 467 3395") == []


@pytest.mark.parametrize(
    ("text", "mail"),
    [
        ("Write to jane.doe+x@mail.example.org.", "jane.doe+x@mail.example.org"),
        ("<a@b.co>", "a@b.co"),
        ("(x_y@firm.example)", "x_y@firm.example"),
    ],
)
def test_an_e_mail_address_has_exact_offsets(text: str, mail: str) -> None:
    assert [text[place.start : place.end] for place in find(text, EMAIL, ())] == [mail]


@pytest.mark.parametrize("text", ["@jane", "jane@", "jane@host", "a.@b.co", "3 @ 4.50", "user@1.2"])
def test_what_only_looks_like_an_address_is_not_found(text: str) -> None:
    assert kinds_in(text) == []


def test_reasons_never_repeat_the_number() -> None:
    score = pii(Item(output="Card 4111 1111 1111 1111, mail jane@example.com"), ALL)
    said = " ".join([score.reason or "", *(found.reason for found in score.findings)])
    assert score.reason == "Personal data: 1 card number and 1 e-mail address."
    assert "1111" not in said
    assert "jane" not in said


def test_an_allowed_ending_is_no_finding() -> None:
    item = Item(output="Mail help@firm.example or call +49 30 901820.")
    assert pii(item, ALL).result == "fail"
    assert pii(item, PiiOptions(allow=("@firm.example", "+4930901820"))).result == "pass"


def test_the_prompt_is_read_where_the_policy_says_so() -> None:
    item = Item(output="Thank you.", prompt="my mail: jane@example.com")
    assert pii(item, ALL).result == "pass"
    assert [found.field for found in pii(item, PiiOptions(where="both")).findings] == ["prompt"]


def test_only_the_kinds_asked_for_are_found() -> None:
    item = Item(output="jane@example.com, 4111111111111111")
    assert len(pii(item, PiiOptions(kinds=("card",))).findings) == 1


@pytest.mark.parametrize(
    "secret",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "a1B2" * 9,
        "glpat-" + "x9Y8" * 5,
        "xoxb-" + "123456789012-abcdef",
        "AIza" + "Sy1" * 11 + "ab",
        "sk_" + "live_" + "4eC39HqLyjWDarjt",
        "sk-" + "proj-" + "a1B2" * 10,
        "hf_" + "a1B2c3" * 6,
        "-----BEGIN RSA PRIVATE " + "KEY-----",
        "postgres://app:" + "hunter22@db/app",
        'password = "' + 'tr0ub4dor&3"',
        "api_key: " + "9f8e7d6c5b4a",
    ],
)
def test_a_secret_is_found_where_it_stands(secret: str) -> None:
    text = f"ü use {secret} here"
    score = secrets(Item(output=text), SecretsOptions())
    assert score.result == "fail"
    found = score.findings[0]
    assert found.start is not None
    assert text[found.start : found.end] in secret or secret in text[found.start : found.end]
    assert secret not in (score.reason or "") + found.reason


@pytest.mark.parametrize(
    "text",
    [
        "password: required",
        "api_key=os.environ['KEY']",
        "AKIA is a prefix",
        "sk-learn",
        "the token: yes",
        "https://a.b:443/x@y",
    ],
)
def test_talk_about_secrets_is_no_secret(text: str) -> None:
    assert secrets(Item(output=text), SecretsOptions()).result == "pass"
