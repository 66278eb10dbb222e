"""Single sign-on as the only way in (T26), and settings that do not fit together."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handrail.kit.settings import Settings, SettingsRefused
from handrail.setup.access.service import people
from handrail.setup.access.service.first_admin import ensure_setup_token
from handrail.setup.access.sign_on.company import SignOn
from handrail.storage import AnyStore
from tests.support.company import EMAIL, START, Company, Timer, as_page, settings_for, signed_on
from tests.support.desk import PASSWORD, SECRET, Installation, installed
from tests.support.provider import CLIENT, IdentityProvider, fails


def test_t26_where_sign_on_is_the_only_way_no_other_path_makes_a_session(strict: Company) -> None:
    """Every public endpoint that takes something is tried; a new one fails here until it is looked at."""
    admin = signed_on(strict)
    made = admin.post(
        "/v1/people",
        json={"email": "new@desk.invalid", "name": "New", "roles": ["reviewer"]},
        headers=as_page(admin),
    )
    assert (made.status_code, made.json()["invite_url"]) == (201, None)
    again = admin.post(f"/v1/people/{made.json()['person_id']}/invite", json={}, headers=as_page(admin))
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


def _old_invite(company: Company, person_id: str) -> str:
    """A link from the time before single sign-on alone was allowed."""
    hand, tokens = company.site.hand.at(company.project_id), company.site.desk.tokens
    return company.site.store.write(lambda s: people.invite_again(s, tokens, hand, person_id))


def test_every_refused_password_reads_the_same_where_sign_on_is_the_only_way(strict: Company) -> None:
    told = set()
    for email, password in ((EMAIL, PASSWORD), (EMAIL, "wrong"), ("nobody@desk.invalid", PASSWORD)):
        error = strict.site.stranger().post("/v1/sessions", json={"email": email, "password": password}).json()["error"]
        told.add((error["status"], error["code"], error["message"]))
    assert told == {(401, "passwords_off", "Passwords are switched off here; sign in with your company.")}


def test_one_person_is_let_in_with_a_password_for_an_emergency(strict: Company) -> None:
    ana = signed_on(strict).get("/v1/me").json()["person"]["person_id"]
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
