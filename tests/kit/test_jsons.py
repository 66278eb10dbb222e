"""JSON at the door: what is refused, what is taken, and that hashing has one byte form."""

import json
import math
import random
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from handrail.kit.jsons import (
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_VALUES,
    BadJson,
    canonical,
    content_hash,
    dumps,
    loads,
    parse_strict,
)

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
VALUES: st.SearchStrategy[Any] = st.recursive(  # Any: JSON has no narrower type
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=25,
)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(b'{"a": 1, "a": 2}', "the key 'a' stands twice in one object", id="duplicate key"),
        pytest.param(rb'{"a": 1, "\u0061": 2}', "the key 'a' stands twice", id="duplicate key, once escaped"),
        pytest.param(b'[{"x": {"k": 1, "k": 1}}]', "the key 'k' stands twice", id="duplicate key inside"),
        pytest.param(b'{"a": NaN}', "NaN is not a JSON number", id="NaN"),
        pytest.param(b"[Infinity]", "Infinity is not a JSON number", id="Infinity"),
        pytest.param(b"[-Infinity]", "-Infinity is not a JSON number", id="minus Infinity"),
        pytest.param(b"[1e999]", "too large for a double", id="1e999"),
        pytest.param(b'{"a": {"b": -1e400}}', "too large for a double", id="minus 1e400 inside"),
        pytest.param(rb'["a\u0000b"]', "NUL", id="NUL"),
        pytest.param(rb'{"a\u0000b": 1}', "NUL", id="NUL in a key"),
        pytest.param(b'["a\x00b"]', "control character", id="NUL as it is"),
        pytest.param(rb'["\ud800"]', "half of a surrogate pair", id="high surrogate"),
        pytest.param(rb'["x\udc00y"]', "half of a surrogate pair", id="low surrogate"),
        pytest.param(rb'["\udc00\ud800"]', "half of a surrogate pair", id="pair the wrong way round"),
        pytest.param(rb'{"\ud800": 1}', "half of a surrogate pair", id="surrogate in a key"),
        pytest.param(b'["\xff"]', "not UTF-8 at byte 2", id="not UTF-8"),
        pytest.param(b'["\xed\xa0\x80"]', "not UTF-8 at byte 2", id="surrogate encoded as UTF-8"),
        pytest.param(b'["\xc0\xaf"]', "not UTF-8 at byte 2", id="overlong UTF-8"),
        pytest.param('{"a": 1}'.encode("utf-16"), "not UTF-8", id="UTF-16"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', "line 1, column 1", id="byte order mark"),
        pytest.param(b'{"a": 1,}', "line 1", id="comma too much"),
        pytest.param(b"{'a': 1}", "line 1, column 2", id="single quotes"),
        pytest.param(b'{"a": 1} {"b": 2}', "Extra data", id="two values"),
        pytest.param(b"", "line 1, column 1", id="nothing"),
        pytest.param(b"[01]", "line 1", id="leading zero"),
        pytest.param(b"[1" + b"0" * 5000 + b"]", "digits", id="5,001 digits"),
    ],
)
def test_refused_at_the_door(body: bytes, why: str) -> None:
    with pytest.raises(BadJson) as refused:
        parse_strict(body)
    assert why in str(refused.value)


@pytest.mark.parametrize("number", [MAX_INTEGER + 1, -MAX_INTEGER - 1, 10**30, 12345678901234567890])
def test_a_whole_number_that_would_lose_digits_is_refused(number: int) -> None:
    with pytest.raises(BadJson, match="send it as a string"):
        parse_strict(json.dumps({"amount": number}).encode())


@pytest.mark.parametrize("number", [MAX_INTEGER, -MAX_INTEGER, 0, -1])
def test_a_whole_number_that_a_double_holds_is_taken(number: int) -> None:
    assert parse_strict(json.dumps({"amount": number}).encode()) == {"amount": number}


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse_strict(rb'["\ud83d\ude00"]') == ["😀"]


def _nested(kind: str, depth: int, innermost: str) -> bytes:
    if kind == "lists":
        return ("[" * depth + innermost + "]" * depth).encode()
    return ('{"a":' * (depth - 1) + "{" + (f'"a":{innermost}' if innermost else "") + "}" * depth).encode()


@pytest.mark.parametrize("innermost", ["", "1", r'"\u0041"'])
@pytest.mark.parametrize("kind", ["lists", "objects"])
def test_nesting_ends_at_64(kind: str, innermost: str) -> None:
    assert parse_strict(_nested(kind, MAX_DEPTH, innermost)) is not None
    with pytest.raises(BadJson, match="nested deeper than 64"):
        parse_strict(_nested(kind, MAX_DEPTH + 1, innermost))


@pytest.mark.parametrize("kind", ["lists", "objects"])
def test_nesting_100_000_deep_is_an_answer_and_no_crash(kind: str) -> None:
    with pytest.raises(BadJson, match="nested deeper than 64"):
        parse_strict(_nested(kind, 100_000, "1"))


@pytest.mark.parametrize("last", ["1", r'"\u0041"'])
def test_20_000_values_are_the_most(last: str) -> None:
    """The list itself is a value; keys are not, whether or not the text holds an escape."""
    full = "[" + "1," * (MAX_VALUES - 2) + last + "]"
    assert len(parse_strict(full.encode())) == MAX_VALUES - 1
    with pytest.raises(BadJson, match="more than 20,000 values"):
        parse_strict(full.replace("[", "[1,", 1).encode())


@pytest.mark.parametrize("last", ["1", r'"\u0041"'])
def test_keys_do_not_count_as_values(last: str) -> None:
    pairs = ",".join(f'"k{number}":1' for number in range(MAX_VALUES - 2))
    assert len(parse_strict(f'{{{pairs},"last":{last}}}'.encode())) == MAX_VALUES - 1
    with pytest.raises(BadJson, match="more than 20,000 values"):
        parse_strict(f'{{{pairs},"next":1,"last":{last}}}'.encode())


@given(VALUES)
def test_what_any_json_writer_writes_is_read_alike(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert parse_strict(text.encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_bad_json(body: bytes) -> None:
    try:
        value = parse_strict(body)
    except BadJson:
        return
    # Whatever was taken can be kept and hashed.
    assert loads(dumps(value)) == value
    assert canonical(value)


@given(VALUES)
def test_what_is_stored_comes_back(value: object) -> None:
    assert loads(dumps(value)) == value


@given(st.dictionaries(TEXTS, VALUES, max_size=6), st.randoms(use_true_random=False))
def test_the_hash_does_not_depend_on_the_order_of_keys(value: dict[str, object], chance: random.Random) -> None:
    names = list(value)
    chance.shuffle(names)
    assert content_hash({name: value[name] for name in names}) == content_hash(value)


@given(st.dictionaries(TEXTS, VALUES, max_size=6))
def test_the_canonical_form_is_json_of_the_same_value(value: dict[str, object]) -> None:
    # RFC 8785 writes 1e16 out in full; like its own readers this one takes every number for a double.
    assert json.loads(canonical(value), parse_int=float) == value


@pytest.mark.parametrize(
    ("value", "form"),
    [
        # RFC 8785, section 3.2.2 and appendix B
        (
            {"numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 1e-27]},
            b'{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
        ),
        ({"string": '€$\x0f\nA\'B"\\\\"/'}, '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()),
        ({"literals": [None, True, False]}, b'{"literals":[null,true,false]}'),
        ([-0.0, 1.0, 1e21, 5e-324], b"[0,1,1e+21,5e-324]"),
        # section 3.2.3: keys are sorted by UTF-16 code units
        (
            {"€": "Euro", "\r": "CR", "\ufb33": "Dagesh", "1": "One", "😀": "Smiley", "\x80": "Control", "ö": "Umlaut"},
            '{"\\r":"CR","1":"One","\x80":"Control","ö":"Umlaut","€":"Euro","😀":"Smiley","\ufb33":"Dagesh"}'.encode(),
        ),
    ],
)
def test_the_canonical_form_is_that_of_rfc_8785(value: object, form: bytes) -> None:
    assert canonical(value) == form


@given(
    st.floats(allow_nan=False, allow_infinity=False) | st.floats(-1e16, 1e16) | st.integers(-(2**60), 2**60).map(float)
)
def test_a_number_has_the_form_of_the_reference_however_it_is_written(number: float) -> None:
    assert canonical({"a": [number]}) == rfc8785.dumps({"a": [number]})


def test_a_number_that_is_no_number_has_no_canonical_form() -> None:
    for value in (math.nan, math.inf):
        with pytest.raises(ValueError, match=r"nan|inf|NaN|Inf"):
            canonical({"value": value})


def test_the_content_hash_is_that_of_the_canonical_form() -> None:
    # printf '{"text":"x","type":"text"}' | sha256sum
    known = "sha256:ed06e3039499e67ed0047bb60a41747e1f09b680cc843e9d1ee4bafcbcdf6d64"
    assert content_hash({"type": "text", "text": "x"}) == known
    assert len(content_hash({})) == 71
