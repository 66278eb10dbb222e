"""Single sign-on: who comes in on the provider's word, and who does not."""

from __future__ import annotations

import json
from datetime import timedelta

from handrail.web.permissions import Role
from tests.support.company import EMAIL, Company
from tests.support.desk import PASSWORD
from tests.support.provider import CLIENT_SECRET


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
