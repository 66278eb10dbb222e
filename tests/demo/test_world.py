"""The world itself: repeatable, believable in form, and wrong only where it says so."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from handrail.demo.cases import EXAMPLE_IBANS
from handrail.demo.desk import NOTICE, SEGMENTS
from handrail.demo.model import CATEGORIES, SEVERITIES, SlipKind, error_rate
from handrail.demo.texts import surnames
from handrail.demo.world import DemoClaim, claims
from handrail.wire.items import SubmittedItem
from tests.demo.worlds import SEEDS, text_of, world

LETTERS = {"settlement_letter", "decline_letter", "request_letter"}


def _everything() -> Iterator[DemoClaim]:
    for seed in SEEDS:
        yield from world(seed)


def test_the_same_seed_gives_the_same_world() -> None:
    assert list(claims(7, 120)) == list(claims(7, 120))


def test_another_seed_gives_another_world() -> None:
    assert not {text_of(one.item["output"]) for one in claims(7, 60)} & {
        text_of(one.item["output"]) for one in claims(8, 60)
    } - {""}


def test_the_day_of_writing_is_the_callers() -> None:
    booking = next(one for one in claims(1, 200, day=date(2027, 3, 1)) if one.item["task"] == "booking")
    assert booking.item["output"]["value"]["booking_date"] == "2027-03-01"
    assert booking.item["output"]["value"]["loss_date"] < "2027-03-01"


def test_items_arrive_in_order_within_one_day() -> None:
    times = [one.at for one in world(1)]
    assert times == sorted(times)
    assert timedelta(hours=6) <= times[0]
    assert times[-1] < timedelta(hours=22)
    in_the_morning = sum(timedelta(hours=9) <= at < timedelta(hours=12) for at in times)
    in_the_evening = sum(timedelta(hours=19) <= at < timedelta(hours=22) for at in times)
    assert in_the_morning > 3 * in_the_evening


def test_each_item_is_one_that_the_server_takes() -> None:
    for one in world(1):
        SubmittedItem.model_validate_json(json.dumps(one.item))


def test_each_corrected_output_is_one_that_a_review_may_send() -> None:
    for one in world(2):
        for output in (one.truth.correct, one.truth.reworded, *one.truth.partly):
            SubmittedItem.model_validate_json(json.dumps({"output": output}))


@pytest.mark.parametrize(
    "field",
    [
        "prompt",
        "messages",
        "context",
        "confidence",
        "metadata",
        "attempts",
        "reasoning",
        "end_user",
        "scores",
        "consequence",
        "group",
        "key",
    ],
)
def test_every_kind_of_field_is_used(field: str) -> None:
    assert any(one.item.get(field) for one in world(1))


def test_all_segments_outputs_and_languages_occur() -> None:
    day = world(1)
    assert {f"{one.item['domain']}:{one.item['task']}" for one in day} == set(SEGMENTS)
    assert {one.item["output"]["type"] for one in day} == {"text", "message", "json", "tool_call"}
    languages = Counter(one.item["language"] for one in day)
    assert 0.08 < languages["de"] / len(day) < 0.16
    assert 5 < languages["fr"] < 150
    assert 5 < languages["ar"] < 150


def test_what_is_simulated_says_so() -> None:
    for one in world(1):
        assert one.item["metadata"]["simulated"] is True
        assert one.item["model"].endswith("(simulated)")
        assert one.item["end_user"]["name"].endswith("(simulated)")
    assert "simulation" in NOTICE


def test_people_have_one_surname_and_accounts_are_printed_examples() -> None:
    known = set(surnames())
    for one in world(1):
        *_, surname = one.item["end_user"]["name"].removesuffix(" (simulated)").split()
        assert surname in known
        if one.item["output"]["type"] == "tool_call":
            assert one.item["output"]["arguments"]["iban"] in EXAMPLE_IBANS


def test_the_truth_stays_with_the_simulation() -> None:
    for one in _everything():
        if one.truth.errors:
            sent = json.dumps(one.item, ensure_ascii=False)
            assert json.dumps(one.truth.correct, ensure_ascii=False) not in sent
            assert not set(one.item) & {"truth", "errors", "correct", "difficulty"}


def test_no_placeholder_is_left_open_and_no_sentence_is_torn() -> None:
    for one in _everything():
        texts = [text_of(one.item["output"]), text_of(one.truth.correct), text_of(one.truth.reworded)]
        texts += [passage["text"] for passage in one.item["context"]]
        texts += [message["content"] for message in one.item.get("messages", [])]
        texts += [one.item.get("prompt", ""), one.item.get("reasoning", "")]
        for text in texts:
            assert not re.search(r"[{}]|\bNone\b|  |\.\.(?!\])|\( |\[\]", text), text


def test_texts_are_varied() -> None:
    said = [json.dumps(one.item["output"]) for one in world(1)[:1_000]]
    assert len(set(said)) >= 950
    openings = Counter(text_of(one.item["output"])[:400] for one in world(1) if one.item["task"] in LETTERS)
    assert openings.most_common(1)[0][1] == 1


def test_letters_can_be_read_in_a_minute_or_two() -> None:
    for one in _everything():
        words = len(re.findall(r"\w[\w.,'-]*", text_of(one.truth.correct)))
        if one.item["task"] in LETTERS:
            assert 50 <= words <= 250, text_of(one.truth.correct)
        elif one.item["task"] == "chat_reply":
            assert 12 <= words <= 90


def test_each_claim_has_its_own_number_and_key() -> None:
    day = world(3)
    assert len({one.item["key"] for one in day}) == len({one.item["metadata"]["claim"] for one in day}) == len(day)


def test_no_amount_lies_where_over_and_at_least_50_000_differ() -> None:
    amounts = [one.item["metadata"]["amount"] for one in _everything() if "amount" in one.item["metadata"]]
    assert not [amount for amount in amounts if 45_000 <= amount <= 50_000]
    assert min(amounts) > 0


# --- what is right is right ------------------------------------------------------------------------------------------


def _cents(text: str, language: str) -> int:
    return int(re.sub(r"[^0-9]", "", text))  # all amounts carry two decimals


def _amount(language: str) -> str:
    return r"(?:EUR )?([0-9][0-9.,\u0020]*[.,][0-9]{2})(?: EUR| يورو)?"


def _lines_and_total(text: str, language: str) -> tuple[list[int], int, int]:
    """Positions, excess and total of a settlement letter, read as a customer would read them."""
    amount = _amount(language)
    if "|---|" in text:
        rows = [_cents(row, language) for row in re.findall(rf"^\| [^|*]+ \| {amount} \|$", text, re.MULTILINE)]
        excess = re.search(rf"− {amount} \|", text)
        total = re.search(rf"\*\*{amount}\*\*", text)
    else:
        rows = [_cents(row, language) for row in re.findall(rf"^- .+: {amount}$", text, re.MULTILINE)]
        after = text[text.rindex("\n- ") :].split("\n\n")[1]
        found = re.findall(amount, after)
        return rows, _cents(found[0], language) if len(found) == 2 else 0, _cents(found[-1], language)
    assert total is not None
    return rows, _cents(excess[1], language) if excess else 0, _cents(total[1], language)


def test_the_amounts_of_every_correct_letter_add_up() -> None:
    seen = Counter[str]()
    for one in _everything():
        if one.item["task"] == "settlement_letter":
            rows, excess, total = _lines_and_total(text_of(one.truth.correct), one.item["language"])
            assert len(rows) >= 2
            assert sum(rows) - excess == total > 0, text_of(one.truth.correct)
            assert total == round(one.item["metadata"]["amount"] * 100)
            seen[one.item["language"]] += 1
    assert min(seen[language] for language in ("en", "de", "fr", "ar")) >= 20


def test_a_wrong_sum_is_seen_by_adding_up() -> None:
    for one in _everything():
        if one.item["task"] == "settlement_letter" and [error.kind for error in one.truth.errors] == ["wrong_sum"]:
            rows, excess, total = _lines_and_total(text_of(one.item["output"]), one.item["language"])
            assert sum(rows) - excess != total


def test_correct_records_add_up_and_pay_the_released_account() -> None:
    for one in _everything():
        if one.item["task"] == "booking":
            value = one.truth.correct["value"]
            assert round(sum(line["amount"] for line in value["lines"]) - value["excess"], 2) == value["total"]
        if one.item["task"] == "payment":
            release = next(
                passage["text"] for passage in one.item["context"] if "released for payment" in passage["text"]
            )
            assert f"account {one.truth.correct['arguments']['iban']}. A firm" in release


# --- what is wrong is wrong ------------------------------------------------------------------------------------------


def test_every_kind_of_error_occurs_with_the_category_and_severity_it_claims() -> None:
    seen = {error.kind: error for one in _everything() for error in one.truth.errors}
    assert set(seen) == set(SlipKind)
    for kind, error in seen.items():
        assert error.category == CATEGORIES[SlipKind(kind)]
        assert error.severity == SEVERITIES[error.category]


def test_a_correction_differs_from_the_wrong_output_and_only_there() -> None:
    for one in _everything():
        wrong, right = json.dumps(one.item["output"]), json.dumps(one.truth.correct)
        if not one.truth.errors:
            assert wrong == right
            continue
        assert wrong != right, one.truth.errors
        if one.item["task"] in LETTERS:
            before, after = text_of(one.item["output"]).split("\n"), text_of(one.truth.correct).split("\n")
            same = sum(block.size for block in difflib.SequenceMatcher(None, before, after).get_matching_blocks())
            assert same >= 0.5 * len(after), one.truth.errors


def test_each_error_alone_makes_a_difference() -> None:
    doubles = 0
    for one in _everything():
        for output in one.truth.partly:
            assert output != one.item["output"]
        if len(one.truth.errors) == 1:
            assert one.truth.partly == (one.truth.correct,)
        elif one.truth.errors:
            doubles += 1
            assert one.truth.correct not in one.truth.partly
    assert doubles > 30


def test_a_reworded_output_is_another_one() -> None:
    letters = [one for one in world(1) if one.item["task"] in LETTERS]
    assert sum(one.truth.reworded != one.truth.correct for one in letters) > 0.95 * len(letters)


def test_confidence_tells_of_errors_as_stated() -> None:
    """Released items err by chance at the rate their confidence names; four standard deviations leave 1 in 15,000."""
    for low, high in ((0.92, 0.95), (0.95, 0.97), (0.97, 1.0)):
        band = [
            one
            for one in _everything()
            if low < one.item["confidence"] <= high and one.item["metadata"].get("amount", 0) < 50_000
        ]
        band = [
            one
            for one in band
            if not {error.kind for error in one.truth.errors} & {"hidden_character", "broken_schema"}
        ]
        wrong = sum(bool(one.truth.errors) for one in band)
        rate = sum(error_rate(one.item["confidence"]) for one in band) / len(band)
        assert abs(wrong - rate * len(band)) <= 4 * math.sqrt(rate * (1 - rate) * len(band))


def test_the_error_rate_falls_with_the_confidence() -> None:
    rates = [error_rate(step / 100) for step in range(20, 101)]
    assert rates == sorted(rates, reverse=True)
    assert 0 < rates[-1] < rates[0] < 1
