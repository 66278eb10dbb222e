"""A provider that is away, or not itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.company import EMAIL, ONE_STORE, START, Company
from tests.support.desk import URL
from tests.support.provider import fails, huge, redirects, slow


@ONE_STORE
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize("broken", [fails(), huge, redirects], ids=["500", "huge", "redirect"])
def test_a_provider_that_is_away_is_said_to_be(company: Company, path: str, broken: Any) -> None:
    company.provider.instead[path] = broken
    browser = company.site.stranger()
    out = browser.get(START)
    if path.startswith("/.well-known"):
        answer = out
    else:
        answer = company.back(browser, company.provider.sign_in(out.headers["location"], EMAIL, "s-1"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "sign_on_away")
    assert "/stolen" not in company.provider.asked
    company.provider.instead.clear()
    assert company.come().status_code == 303, "nothing of it is kept"


@ONE_STORE
def test_a_slow_provider_is_not_waited_for(company: Company) -> None:
    company.provider.instead["/token"] = slow
    assert company.refused() == "sign_on_away"


@ONE_STORE
@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"token_endpoint": "https://user@evil.example/token"},
    ],
    ids=str,
)
def test_a_provider_that_names_unsafe_addresses_is_not_used(company: Company, document: dict[str, Any]) -> None:
    company.provider.document = document
    answer = company.site.stranger().get(START)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "sign_on_away")


def test_who_says_no_at_the_provider_is_told_so(company: Company) -> None:
    browser = company.site.stranger()
    state = parse_qs(urlsplit(company.out(browser, "/items")).query)["state"][0]
    url = f"{URL}/v1/sessions/oidc/return?error=access_denied&error_description=%3Cb%3E&state={state}"
    answer = company.back(browser, url, Accept="text/html,*/*;q=0.8")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?problem=sign_on_refused&next=%2Fitems"


def test_a_browser_is_told_on_the_sign_in_page(company: Company) -> None:
    company.provider.instead["/.well-known/openid-configuration"] = fails()
    answer = company.site.stranger().get(START, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?problem=sign_on_away")
