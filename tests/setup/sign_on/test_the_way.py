"""One browser, one flow, and where it leads (T27, T28)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.setup.access.sign_on.flow import own_path
from tests.support.company import EMAIL, FROM_THERE, ONE_STORE, START, Company, plain
from tests.support.desk import URL


def test_what_one_browser_began_no_other_can_end(company: Company) -> None:
    mine, other = company.site.stranger(), company.site.stranger()
    url = company.provider.sign_in(company.out(mine), EMAIL, "s-1")
    company.out(other)
    for browser in (other, company.site.stranger()):
        answer = company.back(browser, url)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_on_expired")
    assert company.back(mine, url).status_code == 303


def test_a_flow_ends_after_ten_minutes_and_works_once(company: Company) -> None:
    browser = company.site.stranger()
    url = company.provider.sign_in(company.out(browser), EMAIL, "s-1")
    assert company.back(browser, url).status_code == 303
    assert company.back(browser, url).json()["error"]["code"] == "sign_on_expired"
    late = company.site.stranger()
    url = company.provider.sign_in(company.out(late), EMAIL, "s-1")
    company.site.shift(timedelta(minutes=10, seconds=1))
    assert company.back(late, url).json()["error"]["code"] == "sign_on_expired"


def test_a_cookie_that_was_changed_counts_as_none(company: Company) -> None:
    browser = company.site.stranger()
    url = company.provider.sign_in(company.out(browser), EMAIL, "s-1")
    body, _, mark = browser.cookies["handrail-sign-on"].partition(".")
    forged = {"seed": "a" * 43, "next": "//evil.example", "old": None, "until": 9_999_999_999_999}
    for text in (f"{plain(forged)}.{mark}", f"{body}.", body, "", "." * 50, "\u00e4.\u00e4"):
        stranger = company.site.stranger()
        answer = company.back(stranger, url, Cookie=f"handrail-sign-on={text}".encode())
        assert answer.json()["error"]["code"] == "sign_on_expired", text


def test_the_cookie_of_the_flow_tells_nothing_and_is_bound_to_the_host(company: Company) -> None:
    browser = company.site.stranger("https://127.0.0.1")
    answer = browser.get(START)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-handrail-sign-on=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["nonce"][0] not in cookie
    assert query["state"][0] not in cookie


def test_what_another_provider_sends_back_is_refused(company: Company) -> None:
    browser = company.site.stranger()
    url = company.provider.sign_in(company.out(browser), EMAIL, "s-1")
    answer = company.back(browser, f"{url}&iss=https%3A%2F%2Fevil.example")
    assert answer.json()["error"]["code"] == "sign_on_refused"


# --- T27: where it leads ---------------------------------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/\t/evil",
    "///evil.example", "items", "/items\r\nSet-Cookie: a=b", "/v1/sessions/oidc/start", "/" + "x" * 600, "/\u2028",
    "/\U0001f600",
]  # fmt: skip


@ONE_STORE
@pytest.mark.parametrize("leads_to", ELSEWHERE)
def test_t27_signing_on_never_leads_away(company: Company, leads_to: str) -> None:
    answer = company.come(leads_to=leads_to)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@given(st.text(alphabet=st.sampled_from("/\\.:@?#%vitemsx1 \t\n\u2215"), max_size=12).map("/".__add__) | st.text())
def test_t27_whatever_is_wanted_stays_on_this_origin(wanted: str) -> None:
    leads_to = urlsplit(urljoin(URL, own_path(wanted)))
    assert f"{leads_to.scheme}://{leads_to.netloc}" == URL


@ONE_STORE
@pytest.mark.parametrize(
    "forged",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.1"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"X-Original-URL": "/evil", "X-User-Email": "admin@desk.invalid", "X-Remote-User": "admin"},
        {"Host": "127.0.0.2:9999"},
    ],
    ids=str,
)
def test_t27_forged_headers_do_not_move_the_way_back(company: Company, forged: dict[str, str]) -> None:
    browser = company.site.stranger()
    out = company.out(browser, "/items", headers=forged)
    assert parse_qs(urlsplit(out).query)["redirect_uri"] == [f"{URL}/v1/sessions/oidc/return"]
    assert out.startswith(f"{company.provider.url}/authorize?")
    if "Host" not in forged:  # a cookie set under another name does not come back
        answer = company.back(browser, company.provider.sign_in(out, EMAIL, "s-1"), **forged)
        assert (answer.status_code, answer.headers["location"]) == (303, "/items")


def test_t27_a_foreign_name_of_ours_is_refused(company: Company) -> None:
    for path in (START, "/v1/sessions/oidc/return?code=a&state=b", "/v1/sessions/oidc"):
        assert company.site.stranger().get(path, headers={"Host": "evil.example"}).status_code == 400


def test_t28_only_the_way_back_may_come_from_another_site_and_only_as_a_page(company: Company) -> None:
    stranger = company.site.stranger()
    assert stranger.get(START, headers=FROM_THERE).status_code == 403
    back = "/v1/sessions/oidc/return?code=a&state=b"
    for headers in (
        {**FROM_THERE, "Sec-Fetch-Mode": "cors"},
        {**FROM_THERE, "Sec-Fetch-Mode": "no-cors"},
        {**FROM_THERE, "Origin": "https://evil.example"},
    ):
        assert stranger.get(back, headers=headers).json()["error"]["code"] == "forbidden"
    assert stranger.get(back, headers=FROM_THERE).json()["error"]["code"] == "sign_on_expired"


def test_nobody_signs_on_over_plain_http_from_afar(company: Company) -> None:
    answer = company.site.stranger("http://192.0.2.7:8400").get(START)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
