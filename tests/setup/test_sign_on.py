"""Single sign-on: who comes in on the provider's word, who does not, and what no misbehaving provider can reach."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from httpx import Response
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwk, jwt
from starlette.testclient import TestClient

from handrail.kit.settings import Settings, SettingsRefused
from handrail.setup.access.service import people
from handrail.setup.access.service.first_admin import ensure_setup_token
from handrail.setup.access.sign_on.company import SignOn
from handrail.setup.access.sign_on.flow import own_path
from handrail.storage import AnyStore
from handrail.web.permissions import Role
from tests.support.desk import PASSWORD, SECRET, URL, Installation, installed
from tests.support.provider import (
    CLIENT,
    CLIENT_SECRET,
    IdentityProvider,
    fails,
    huge,
    provided,
    redirects,
    rsa_key,
    slow,
)

EMAIL = "ana@desk.invalid"
FROM_THERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
START = "/v1/sessions/oidc/start"
ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For what is decided before anything is stored."""


@dataclass
class Timer:
    """By which Handrail knows how old is what it keeps of the provider."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Company:
    """An installation, and the provider it believes."""

    site: Installation
    provider: IdentityProvider
    project_id: str
    timer: Timer

    def out(self, browser: TestClient, leads_to: str | None = None, **more: Any) -> str:
        """Where `start` sends the browser."""
        answer = browser.get(START, params={"next": leads_to} if leads_to else {}, **more)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def back(self, browser: TestClient, url: str, **headers: str | bytes) -> Response:
        """The browser is led to `url` by the provider's page."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" == URL
        answer: Response = browser.get(f"{parts.path}?{parts.query}", headers={**FROM_THERE, **headers})
        return answer

    def come(self, email: str = EMAIL, subject: str = "s-1", *, leads_to: str | None = None, **claims: Any) -> Response:
        """The whole way of somebody in a browser of their own."""
        browser = self.site.stranger()
        answer = self.back(browser, self.provider.sign_in(self.out(browser, leads_to), email, subject, **claims))
        self.browser = browser
        return answer

    def refused(self, **sign_in: Any) -> str:
        """The code with which somebody is refused; no session is made."""
        before = self.sessions()
        answer = self.come(**sign_in)
        assert answer.status_code in (401, 429, 503), answer.text
        assert "handrail=" not in answer.headers.get("set-cookie", "")
        assert self.sessions() == before
        return str(answer.json()["error"]["code"])

    def sessions(self) -> int:
        return int(self.site.store.read(lambda s: s.run("SELECT count(*) FROM sessions")[0][0]))


def settings_for(provider: IdentityProvider, **more: Any) -> Settings:
    return Settings(
        oidc_issuer=provider.url, oidc_client_id=CLIENT, oidc_client_secret=CLIENT_SECRET, oidc_name="Desk Ltd", **more
    )


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with provided() as made:
        yield made


@pytest.fixture
def company(store: AnyStore, tmp_path: Path, provider: IdentityProvider) -> Iterator[Company]:
    timer = Timer()
    with installed(store, tmp_path, settings=settings_for(provider), timer=timer) as site:
        made = Company(site, provider, site.project(), timer)
        site.person(made.project_id, Role.REVIEWER, email=EMAIL)
        yield made


@pytest.fixture
def strict(store: AnyStore, tmp_path: Path, provider: IdentityProvider) -> Iterator[Company]:
    """The same, where single sign-on is the only way in."""
    with installed(store, tmp_path, settings=settings_for(provider, sso_only=True)) as site:
        made = Company(site, provider, site.project(), Timer())
        site.person(made.project_id, Role.ADMIN, email=EMAIL)
        yield made


# --- who comes in ----------------------------------------------------------------------------------------------------


def test_an_invited_person_comes_in_and_is_led_where_they_wanted(company: Company) -> None:
    answer = company.come(leads_to="/items?verdict=edit")
    assert (answer.status_code, answer.headers["location"]) == (303, "/items?verdict=edit")
    assert company.browser.get("/v1/me").json()["person"]["email"] == EMAIL
    session = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("handrail="))
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(session.split("; "))
    rows = company.site.store.read(
        lambda s: s.run("SELECT details FROM audit_entries WHERE kind = 'session.started' ORDER BY id DESC")
    )
    assert json.loads(rows[0][0])["by"] == "oidc"


def test_nobody_is_made_by_signing_in(company: Company) -> None:
    assert company.refused(email="stranger@desk.invalid", subject="s-9") == "sign_on_unknown"
    [[count]] = company.site.store.read(lambda s: s.run("SELECT count(*) FROM people"))
    assert count == 1


def test_an_address_is_found_however_it_is_written(company: Company) -> None:
    assert company.come(email="Ana@Desk.INVALID").status_code == 303


def test_letters_that_turn_into_others_in_lower_case_are_no_way_into_an_account(company: Company) -> None:
    company.site.person(company.project_id, Role.ADMIN, email="kim@desk.invalid")
    assert company.refused(email="\u212aim@desk.invalid") == "sign_on_unverified"


def test_an_invite_is_void_once_its_person_has_signed_on(company: Company) -> None:
    admin = company.site.person(company.project_id, Role.ADMIN)
    made = admin.post("/v1/people", {"email": "new@desk.invalid", "name": "New", "roles": ["reviewer"]}).json()
    assert made["is_invited"]
    assert company.come("new@desk.invalid", "s-new").status_code == 303
    body = {"token": made["invite_url"].partition("#")[2], "password": PASSWORD}
    assert company.site.stranger().post("/v1/people/accept", json=body).status_code == 404
    listed = {one["email"]: one["is_invited"] for one in admin.get("/v1/people").json()["data"]}
    assert listed["new@desk.invalid"] is False


def test_the_subject_decides_once_it_is_bound(company: Company) -> None:
    assert company.come().status_code == 303
    assert company.come("ana.married@desk.invalid", "s-1").status_code == 303
    assert company.browser.get("/v1/me").json()["person"]["email"] == EMAIL
    assert company.refused(email=EMAIL, subject="s-2") == "sign_on_other_subject"


def test_a_removed_person_is_out_and_comes_back_only_when_added_anew(company: Company) -> None:
    admin = company.site.person(company.project_id, Role.ADMIN)
    assert company.come().status_code == 303
    browser, ana = company.browser, company.browser.get("/v1/me").json()["person"]["person_id"]
    assert admin.delete(f"/v1/people/{ana}").status_code == 204
    assert browser.get("/v1/me").status_code == 401
    assert company.refused() == "sign_on_unknown"
    assert admin.post("/v1/people", {"email": EMAIL, "name": "Ana", "roles": ["reviewer"]}).status_code == 201
    assert company.come(subject="s-2").status_code == 303, "the address may have a new holder"


def test_somebody_switched_off_does_not_come_in(company: Company) -> None:
    admin = company.site.person(company.project_id, Role.ADMIN)
    assert company.come().status_code == 303
    ana = company.browser.get("/v1/me").json()["person"]["person_id"]
    assert admin.patch(f"/v1/people/{ana}", {"is_active": False}).status_code == 200
    assert company.refused() == "sign_on_unknown"


def test_t24_signing_on_ends_the_session_the_browser_had(company: Company) -> None:
    browser = company.site.stranger()
    old = browser.post("/v1/sessions", json={"email": EMAIL, "password": PASSWORD}).cookies["handrail"]
    assert company.back(browser, company.provider.sign_in(company.out(browser), EMAIL, "s-1")).status_code == 303
    assert browser.cookies["handrail"] != old
    before = company.site.stranger()
    before.cookies.set("handrail", old)
    assert before.get("/v1/me").status_code == 401


# --- T25: tokens that must not count ---------------------------------------------------------------------------------


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


def plain(part: object) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


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


# --- one browser, one flow -------------------------------------------------------------------------------------------


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


# --- a provider that is away, or not itself --------------------------------------------------------------------------


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


def test_t31_refusals_are_counted_by_account_and_address(company: Company) -> None:
    for _ in range(10):
        assert company.refused(email="nobody@desk.invalid", subject="s-9") == "sign_on_unknown"
    assert company.refused(email="nobody@desk.invalid", subject="s-9") == "rate_limited"
    assert company.come().status_code == 303, "another account is not held up"
    company.provider.claims = {"nonce": "x"}
    for _ in range(10):
        assert company.refused() == "sign_on_refused"
    asked = company.provider.asked.count("/token")
    assert company.refused() == "rate_limited"
    assert company.provider.asked.count("/token") == asked, "nor is the provider asked"
    company.site.shift(timedelta(minutes=15, seconds=1))
    company.provider.claims = {"iat": int(company.provider.now()), "exp": int(company.provider.now()) + 3600}
    assert company.come().status_code == 303


def test_a_refusal_stands_in_the_log_without_the_address(company: Company) -> None:
    company.refused(email="nobody@desk.invalid", subject="s-9")
    rows = company.site.store.read(lambda s: s.run("SELECT details FROM audit_entries WHERE kind = 'session.refused'"))
    told = json.loads(rows[0][0])
    assert (told["by"], told["why"]) == ("oidc", "sign_on_unknown")
    assert "nobody@" not in str(rows)
    assert CLIENT_SECRET not in company.site.log.getvalue()


# --- single sign-on alone --------------------------------------------------------------------------------------------


def test_t26_where_sign_on_is_the_only_way_no_other_path_makes_a_session(strict: Company) -> None:
    """Every public endpoint that takes something is tried; a new one fails here until it is looked at."""
    admin = _signed_on(strict)
    made = admin.post(
        "/v1/people",
        json={"email": "new@desk.invalid", "name": "New", "roles": ["reviewer"]},
        headers=_as_page(admin),
    )
    assert (made.status_code, made.json()["invite_url"]) == (201, None)
    again = admin.post(f"/v1/people/{made.json()['person_id']}/invite", json={}, headers=_as_page(admin))
    assert (again.status_code, again.json()["error"]["code"]) == (409, "invites_off")
    token = _old_invite(strict, made.json()["person_id"])
    tried = {
        "/v1/sessions": {"email": EMAIL, "password": PASSWORD},
        "/v1/people/accept": {"token": token, "password": PASSWORD},
        "/v1/setup": {"token": token, "name": "A", "email": "a@desk.invalid", "password": PASSWORD},
    }
    public = {
        route.path for route in strict.site.routes if route.guard.needs == "public" and "POST" in (route.methods or ())
    }
    assert public == set(tried)
    before = strict.sessions()
    for path, body in tried.items():
        answer = strict.site.stranger().post(path, json=body)
        assert answer.status_code in (401, 404), path
        assert "set-cookie" not in answer.headers
    key = strict.site.key(strict.project_id).client
    assert key.get("/v1/me").status_code == 403
    assert strict.sessions() == before


def _signed_on(company: Company, email: str = EMAIL, subject: str = "s-1") -> TestClient:
    assert company.come(email, subject).status_code == 303
    return company.browser


def _as_page(browser: TestClient) -> dict[str, str]:
    csrf = browser.get("/v1/me").json()["csrf_token"]
    return {"X-CSRF-Token": csrf, "Origin": URL, "Handrail-Project": "claims"}


def _old_invite(company: Company, person_id: str) -> str:
    """A link from the time before single sign-on alone was allowed."""
    hand, tokens = company.site.hand.at(company.project_id), company.site.desk.tokens
    return company.site.store.write(lambda s: people.invite_again(s, tokens, hand, person_id))


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
    browser = _signed_on(strict)
    refused = browser.post("/v1/sessions/confirm", json={"password": PASSWORD}, headers=_as_page(browser))
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
    browser = _signed_on(strict)
    is_moment = isinstance(auth_time, float)
    answer = _confirming(strict, browser, auth_time=strict.provider.now() + auth_time if is_moment else auth_time)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_on_not_fresh")
    assert _confirmed(strict) == 0


def test_somebody_else_confirms_nothing(strict: Company) -> None:
    browser = _signed_on(strict)
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
    browser = _signed_on(strict)
    out = browser.get(START, params=asked).headers["location"]
    assert browser.delete("/v1/sessions/current", headers=_as_page(browser)).status_code == 204
    answer = strict.back(browser, strict.provider.sign_in(out, EMAIL, "s-1", auth_time=strict.provider.now()))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "session_ended")
    assert _confirmed(strict) == 0


def test_every_refused_password_reads_the_same_where_sign_on_is_the_only_way(strict: Company) -> None:
    told = set()
    for email, password in ((EMAIL, PASSWORD), (EMAIL, "wrong"), ("nobody@desk.invalid", PASSWORD)):
        error = strict.site.stranger().post("/v1/sessions", json={"email": email, "password": password}).json()["error"]
        told.add((error["status"], error["code"], error["message"]))
    assert told == {(401, "passwords_off", "Passwords are switched off here; sign in with your company.")}


def test_one_person_is_let_in_with_a_password_for_an_emergency(strict: Company) -> None:
    ana = _signed_on(strict).get("/v1/me").json()["person"]["person_id"]
    site = strict.site
    strict.provider.instead["/.well-known/openid-configuration"] = fails()
    token = site.store.write(
        lambda s: people.let_in_with_password(
            s, site.desk.tokens, site.hand.at(strict.project_id), ana, timedelta(hours=8)
        )
    )
    body = {"token": token, "password": "one for this night"}
    assert site.stranger().post("/v1/people/accept", json=body).status_code == 201
    given = {"email": EMAIL, "password": "one for this night"}
    assert site.stranger().post("/v1/sessions", json=given).status_code == 201
    site.shift(timedelta(hours=8, seconds=1))
    assert site.stranger().post("/v1/sessions", json=given).json()["error"]["code"] == "passwords_off"
    assert "person.password_allowed" in site.audit_kinds()


def test_the_first_admins_link_works_all_the_same(store: AnyStore, tmp_path: Path, provider: IdentityProvider) -> None:
    with installed(store, tmp_path, settings=settings_for(provider, sso_only=True)) as site:
        token = site.store.write(lambda s: ensure_setup_token(s, site.desk.tokens))
        body = {"token": token, "name": "Ana", "email": EMAIL, "password": PASSWORD}
        assert site.stranger().post("/v1/setup", json=body).status_code == 201
        assert Company(site, provider, "", Timer()).come().status_code == 303


def test_the_sign_in_page_learns_what_to_offer(company: Company, site: Installation) -> None:
    assert company.site.stranger().get("/v1/sessions/oidc").json() == {"name": "Desk Ltd", "alone": False}
    assert site.stranger().get("/v1/sessions/oidc").json() == {"name": None, "alone": False}
    assert site.stranger().get(START).status_code == 404


# --- settings that do not fit together -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://id.example"},
        {"oidc_issuer": "id.example"},
        {"oidc_issuer": "ftp://id.example"},
        {"oidc_issuer": "https://user:pw@id.example"},
        {"oidc_client_id": ""},
        {"oidc_issuer": "", "sso_only": True},
        {"public_url": "http://review.example"},
        {"host": "review.example"},
    ],
    ids=str,
)
def test_the_start_is_refused_with_a_sentence(wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {
        "oidc_issuer": "https://id.example",
        "oidc_client_id": CLIENT,
        "public_url": "https://review.example",
    }
    made = SignOn.of(Settings(**right), SECRET)
    assert made is not None
    assert made.name == "id.example"
    made.provider.close()
    if "host" in wrong:
        right["public_url"] = ""
    with pytest.raises(SettingsRefused):
        SignOn.of(Settings(**right | wrong), SECRET)
