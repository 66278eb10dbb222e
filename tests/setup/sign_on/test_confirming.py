"""Who must confirm before signing signs on once more at the provider, where passwords are off."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx import Response
from starlette.testclient import TestClient

from tests.support.company import EMAIL, START, Company, as_page, signed_on
from tests.support.desk import PASSWORD


def _confirming(company: Company, browser: TestClient, subject: str = "s-1", **claims: Any) -> Response:
    """Out to the provider and back, to show once more who one is."""
    out = browser.get(START, params={"confirm": "true", "next": "/policies"})
    assert out.status_code == 303, out.text
    asked = parse_qs(urlsplit(out.headers["location"]).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    return company.back(browser, company.provider.sign_in(out.headers["location"], EMAIL, subject, **claims))


def _confirmed(company: Company) -> int:
    query = "SELECT count(*) FROM sessions WHERE confirmed_at IS NOT NULL"
    return int(company.site.store.read(lambda s: s.run(query)[0][0]))


def test_who_signs_on_again_is_confirmed_in_the_session_that_runs(strict: Company) -> None:
    browser = signed_on(strict)
    refused = browser.post("/v1/sessions/confirm", json={"password": PASSWORD}, headers=as_page(browser))
    assert refused.json()["error"]["code"] == "passwords_off"
    before = strict.sessions()
    answer = _confirming(strict, browser, auth_time=strict.provider.now())
    assert (answer.status_code, answer.headers["location"]) == (303, "/policies")
    assert (_confirmed(strict), strict.sessions()) == (1, before)
    assert browser.get("/v1/me").status_code == 200
    told = strict.site.store.read(lambda s: s.run("SELECT details FROM audit_entries WHERE kind = 'session.confirmed'"))
    assert [json.loads(one[0])["by"] for one in told] == ["oidc"]


@pytest.mark.parametrize("auth_time", [None, "now", True, -3_600.0, -61.0])
def test_a_sign_in_of_before_confirms_nothing(strict: Company, auth_time: Any) -> None:
    """Nor one of which the provider does not say when it was; clocks may differ by a minute."""
    browser = signed_on(strict)
    is_moment = isinstance(auth_time, float)
    answer = _confirming(strict, browser, auth_time=strict.provider.now() + auth_time if is_moment else auth_time)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_on_not_fresh")
    assert _confirmed(strict) == 0


def test_somebody_else_confirms_nothing(strict: Company) -> None:
    browser = signed_on(strict)
    answer = _confirming(strict, browser, "s-2", auth_time=strict.provider.now())
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_on_other_person")
    page = {"Accept": "text/html"}
    out = browser.get(START, params={"confirm": "true", "next": "/policies?at=3"}).headers["location"]
    back = strict.provider.sign_in(out, EMAIL, "s-2", auth_time=strict.provider.now())
    assert strict.back(browser, back, **page).headers["location"] == "/policies?at=3&problem=sign_on_other_person"
    assert _confirmed(strict) == 0


def test_without_a_session_that_runs_there_is_nothing_to_confirm(strict: Company) -> None:
    """Not begun by a stranger, and not ended once the session is over."""
    asked = {"confirm": "true"}
    assert strict.site.stranger().get(START, params=asked).json()["error"]["code"] == "session_ended"
    browser = signed_on(strict)
    out = browser.get(START, params=asked).headers["location"]
    assert browser.delete("/v1/sessions/current", headers=as_page(browser)).status_code == 204
    answer = strict.back(browser, strict.provider.sign_in(out, EMAIL, "s-1", auth_time=strict.provider.now()))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "session_ended")
    assert _confirmed(strict) == 0
