"""`verify_webhook`: what passes, and that nothing else does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from handrail import BadSignature, Released, verify_webhook
from handrail.client.webhooks import Headers
from handrail.kit.clock import SystemClock
from handrail.testing import FakeHandrail

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example of the specification
OTHER = "whsec_" + "QUJD" * 8
NOW = SystemClock().now()


def envelope() -> dict[str, Any]:
    result = FakeHandrail().gate("Your claim arrived.")
    assert isinstance(result, Released)
    data = {"version": 1, "sequence": 2, "result": json.loads(json.dumps(_json(result)))}
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/projects/claims",
        "type": "item.released",
        "subject": result.item_id,
        "time": "2026-11-21T12:10:03.000Z",
        "data": data,
    }


def _json(result: Released) -> dict[str, Any]:
    from handrail.domain.result import to_json

    return to_json(result)


def signed(
    secret: str = SECRET, *, id: str = "e-1", minutes: float = 0, body: dict[str, Any] | None = None
) -> tuple[bytes, dict[str, str]]:
    """A call as the reference library signs it."""
    text, at = json.dumps(body or envelope()), NOW + timedelta(minutes=minutes)
    signature = Webhook(secret).sign(id, at, text)
    headers = {"webhook-id": id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    return text.encode(), headers


def test_what_the_reference_library_signs_is_taken() -> None:
    body, headers = signed()
    event = verify_webhook(body, headers, SECRET)
    assert (event.id, event.type, event.sequence) == ("e-1", "item.released", 2)
    assert isinstance(event.result, Released)
    assert event.result.text == "Your claim arrived."
    assert event.result.item_id == event.subject


@pytest.mark.parametrize("shape", ["titled", "pairs", "upper"])
def test_headers_of_any_framework(shape: str) -> None:
    body, headers = signed()
    given: Headers = {name.title(): one for name, one in headers.items()}
    if shape == "pairs":
        given = list(headers.items())
    if shape == "upper":
        given = {name.upper(): one for name, one in headers.items()}
    assert verify_webhook(body, given, SECRET).id == "e-1"


def test_while_rotating_either_secret_will_do() -> None:
    for secret in (SECRET, OTHER):
        body, headers = signed(secret)
        assert verify_webhook(body, headers, [OTHER, SECRET]).id == "e-1"
    body, headers = signed()
    _, others = signed(OTHER)
    both = f"{others['webhook-signature']} {headers['webhook-signature']} v1a,unknown"
    assert verify_webhook(body, {**headers, "webhook-signature": both}, SECRET).id == "e-1"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_t41_six_minutes_are_too_many(minutes: int) -> None:
    body, headers = signed(minutes=minutes)
    with pytest.raises(BadSignature, match="too old, or its clock is wrong"):
        verify_webhook(body, headers, SECRET, _now=NOW)
    assert verify_webhook(body, headers, SECRET, tolerance="7m", _now=NOW).id == "e-1"
    body, headers = signed(minutes=minutes / 1.5)
    assert verify_webhook(body, headers, SECRET, _now=NOW).id == "e-1"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "e-2"},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "9" * 40},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "ünïcödé"},
    ],
)
def test_t41_changed_headers_are_refused(change: dict[str, str]) -> None:
    body, headers = signed()
    with pytest.raises(BadSignature):
        verify_webhook(body, headers | change, SECRET)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_t41_a_stripped_header_is_refused(name: str) -> None:
    body, headers = signed()
    del headers[name]
    with pytest.raises(BadSignature, match=name):
        verify_webhook(body, headers, SECRET)


def test_t41_an_edited_body_another_key_and_another_version_are_refused() -> None:
    body, headers = signed()
    with pytest.raises(BadSignature):
        verify_webhook(body.replace(b"arrived", b"is paid"), headers, SECRET)
    with pytest.raises(BadSignature):
        verify_webhook(body, headers, OTHER)
    asymmetric = headers["webhook-signature"].replace("v1,", "v1a,")
    with pytest.raises(BadSignature):
        verify_webhook(body, {**headers, "webhook-signature": asymmetric}, SECRET)


def test_t42_the_id_is_bound_to_the_body() -> None:
    body, headers = signed(id="e-2")
    with pytest.raises(BadSignature, match="another event"):
        verify_webhook(body, headers, SECRET)


def test_signed_nonsense_is_no_event() -> None:
    body, headers = signed(body={"hello": "world"})
    with pytest.raises(BadSignature, match="holds no event"):
        verify_webhook(body, headers, SECRET)


def test_wrong_use_is_told() -> None:
    body, headers = signed()
    with pytest.raises(TypeError, match="as bytes"):
        verify_webhook(body.decode(), headers, SECRET)  # type: ignore[arg-type]  # the mistake under test
    for wrong in ("", "whsec_", "secret", "whsec_AAAA"):
        with pytest.raises(ValueError, match="begins with whsec_"):
            verify_webhook(body, headers, wrong)
    with pytest.raises(ValueError, match="name the webhook's secret"):
        verify_webhook(body, headers, [])
