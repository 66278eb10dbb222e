"""T25: tokens that must not count, and what is kept of a provider's keys."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk, jwt

from tests.support.company import EMAIL, ONE_STORE, Company, plain
from tests.support.provider import CLIENT, CLIENT_SECRET, IdentityProvider, rsa_key


@ONE_STORE
@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another browser"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "9999999999"},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"sub": None},
        {"sub": ""},
        {"sub": ["s-1"]},
    ],
    ids=str,
)
def test_t25_a_token_not_meant_for_us_now_is_refused(company: Company, claims: dict[str, Any]) -> None:
    company.provider.claims = claims
    assert company.refused() == "sign_on_refused"


@ONE_STORE
@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_t25_an_address_nobody_has_verified_lets_nobody_in(company: Company, verified: object) -> None:
    assert company.refused(email_verified=verified) == "sign_on_unverified"


def test_t25_clocks_may_differ_by_a_minute_and_not_by_more(company: Company) -> None:
    now = int(company.provider.now())
    company.provider.claims = {"exp": now - 40, "iat": now + 40}
    assert company.come().status_code == 303
    company.provider.claims = {"exp": now - 75}
    assert company.refused() == "sign_on_refused"


def unsigned(claims: dict[str, Any], _: jwk.Key) -> str:
    return f"{plain({'alg': 'none', 'kid': 'first'})}.{plain(claims)}."


def signed_with_what_all_know(claims: dict[str, Any], key: jwk.Key) -> str:
    """HS256 under the text of the public key: what a verifier takes that lets the token choose the algorithm."""
    assert isinstance(key, jwk.RSAKey)
    signed = f"{plain({'alg': 'HS256', 'kid': 'first'})}.{plain(claims)}"
    mark = hmac.new(key.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{urlsafe_b64encode(mark).decode().rstrip('=')}"


def signed_with_our_secret(claims: dict[str, Any], _: jwk.Key) -> str:
    return jwt.encode({"alg": "HS256"}, claims, jwk.OctKey.import_key(CLIENT_SECRET), ["HS256"])


def signed_by_another(claims: dict[str, Any], _: jwk.Key) -> str:
    other = jwk.import_key({**rsa_key("another").as_dict(private=True), "kid": "first"})
    return jwt.encode({"alg": "RS256", "kid": "first"}, claims, other)


def with_a_key_of_its_own(claims: dict[str, Any], _: jwk.Key) -> str:
    other = rsa_key("mine")
    header = {"alg": "RS256", "kid": "mine", "jwk": other.as_dict(private=False), "jku": "https://evil.example/keys"}
    return jwt.encode(header, claims, other)


def no_token(_: dict[str, Any], __: jwk.Key) -> str:
    return "not.a-token"


@ONE_STORE
@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        signed_with_what_all_know,
        signed_with_our_secret,
        signed_by_another,
        with_a_key_of_its_own,
        no_token,
    ],
)
def test_t25_a_signature_that_is_not_the_providers_is_refused(
    company: Company, forge: Callable[[dict[str, Any], jwk.Key], str]
) -> None:
    browser = company.site.stranger()
    out = company.out(browser)
    now = int(company.provider.now())
    claims = {
        "iss": company.provider.url,
        "aud": CLIENT,
        "sub": "s-1",
        "email": EMAIL,
        "email_verified": True,
        "iat": now,
        "exp": now + 300,
        "nonce": parse_qs(urlsplit(out).query)["nonce"][0],
    }
    company.provider.forged = forge(claims, company.provider.key)
    answer = company.back(browser, company.provider.sign_in(out, EMAIL, "s-1"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_on_refused")
    company.provider.forged = jwt.encode({"alg": "RS256", "kid": "first"}, claims, company.provider.key)
    right = company.back(browser, company.provider.sign_in(out, EMAIL, "s-1"))
    assert right.status_code == 303, "the same claims under the right key let in"


def test_t25_keys_of_other_kinds_are_understood(company: Company) -> None:
    company.provider.rotate("curve", jwk.ECKey.generate_key("P-256", {"kid": "curve"}))
    company.provider.algorithm = "ES256"
    assert company.come().status_code == 303


def test_t25_a_new_key_is_asked_for_but_not_for_ever(company: Company, provider: IdentityProvider) -> None:
    assert company.come().status_code == 303
    provider.rotate("second")
    assert company.refused() == "sign_on_refused", "asked for a moment ago"
    keys = provider.asked.count("/keys")
    company.timer.seconds += 31
    assert company.come().status_code == 303
    assert provider.asked.count("/keys") == keys + 1
    provider.header = {"kid": "nobody-has-this"}
    assert [company.refused() for _ in range(3)] == ["sign_on_refused"] * 3
    assert provider.asked.count("/keys") == keys + 1


def test_what_the_provider_says_of_itself_is_kept_for_an_hour(company: Company) -> None:
    for _ in range(3):
        assert company.come().status_code == 303
    assert company.provider.asked.count("/.well-known/openid-configuration") == 1
    assert company.provider.asked.count("/keys") == 1
    company.timer.seconds += 3601
    assert company.come().status_code == 303
    assert company.provider.asked.count("/.well-known/openid-configuration") == 2
    assert company.provider.asked.count("/keys") == 2
