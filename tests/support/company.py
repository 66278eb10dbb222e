"""A company that signs on with its provider: an installation, the provider it believes, and a browser's way."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from httpx import Response
from starlette.testclient import TestClient

from handrail.kit.settings import Settings
from handrail.storage import AnyStore
from handrail.web.permissions import Role
from tests.support.desk import URL, Installation, installed
from tests.support.provider import CLIENT, CLIENT_SECRET, IdentityProvider, provided

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


def plain(part: object) -> str:
    """JSON as the parts of a token carry it."""
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def signed_on(company: Company, email: str = EMAIL, subject: str = "s-1") -> TestClient:
    """A browser that has come in by the provider."""
    assert company.come(email, subject).status_code == 303
    return company.browser


def as_page(browser: TestClient) -> dict[str, str]:
    """What the web app sends with a change."""
    csrf = browser.get("/v1/me").json()["csrf_token"]
    return {"X-CSRF-Token": csrf, "Origin": URL, "Handrail-Project": "claims"}


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
