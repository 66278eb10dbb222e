"""Sessions: who may begin one, how it ends, and what a stranger can learn."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from time import sleep
from typing import ClassVar, Literal

import pytest
from argon2 import Parameters, PasswordHasher, Type, extract_parameters
from argon2.low_level import ARGON2_VERSION
from starlette.testclient import TestClient

from handrail.setup.access.passwords import MEMORY_KIB, ROUNDS, Passwords
from handrail.setup.access.queries import sessions
from handrail.storage import AnyStore
from handrail.web.permissions import Role
from tests.support.desk import PASSWORD, Browser, Installation, installed

EMAIL = "lea@desk.invalid"


@pytest.fixture
def lea(site: Installation) -> Browser:
    return site.person(site.project(), Role.LEAD, Role.ADMIN, email=EMAIL)


def sign_in(client: TestClient, email: str = EMAIL, password: str = PASSWORD) -> int:
    return int(client.post("/v1/sessions", json={"email": email, "password": password}).status_code)


def test_t24_signing_in_gives_a_new_token_and_ends_the_old_session(site: Installation, lea: Browser) -> None:
    browser = site.stranger()
    browser.cookies.set("handrail", lea.token)
    answer = browser.post("/v1/sessions", json={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 201
    fresh = answer.cookies["handrail"]
    assert fresh != lea.token
    assert lea.get("/v1/me").status_code == 401
    other = site.stranger()
    other.cookies.set("handrail", fresh)
    assert other.get("/v1/me").status_code == 200


def test_t24_token_of_the_client_is_never_taken(site: Installation, lea: Browser) -> None:
    browser = site.stranger()
    browser.cookies.set("handrail", "chosen-by-the-attacker-chosen-by-the-attacker")
    assert sign_in(browser) == 201
    fixed = site.stranger()
    fixed.cookies.set("handrail", "chosen-by-the-attacker-chosen-by-the-attacker")
    assert fixed.get("/v1/me").status_code == 401


def test_t24_cookie_is_dead_after_signing_out(site: Installation, lea: Browser) -> None:
    assert lea.delete("/v1/sessions/current").status_code == 204
    stolen = site.stranger()
    stolen.cookies.set("handrail", lea.token)
    answer = stolen.get("/v1/me")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "session_ended")


def test_t24_disabled_and_removed_people_are_out_on_the_next_request(site: Installation, lea: Browser) -> None:
    project_id = lea.client.get("/v1/projects").json()["data"][0]["project_id"]
    for number, send in enumerate(("disable", "remove")):
        other = site.person(project_id, Role.REVIEWER, email=f"r{number}@desk.invalid")
        assert other.get("/v1/me").status_code == 200
        path = f"/v1/people/{other.person_id}"
        done = lea.patch(path, {"is_active": False}) if send == "disable" else lea.delete(path)
        assert done.is_success
        assert other.get("/v1/me").status_code == 401
        assert sign_in(site.stranger(), f"r{number}@desk.invalid") == 401
        assert (project_id, other.person_id) in site.left.told


def test_t24_a_session_ended_by_removal_does_not_come_back(site: Installation, lea: Browser) -> None:
    """Neither for somebody who is switched on again, nor for somebody who still belongs elsewhere."""
    project_id = lea.client.get("/v1/projects").json()["data"][0]["project_id"]
    off, elsewhere = (site.person(project_id, Role.REVIEWER, email=f"{name}@desk.invalid") for name in ("off", "else"))
    for is_active in (False, True):
        assert lea.patch(f"/v1/people/{off.person_id}", {"is_active": is_active}).status_code == 200
    assert off.get("/v1/me").status_code == 401
    site.join(elsewhere.person_id, site.project("lending"), Role.REVIEWER)
    assert lea.delete(f"/v1/people/{elsewhere.person_id}").status_code == 204
    assert elsewhere.get("/v1/me").status_code == 401


def test_t24_lost_role_is_gone_on_the_next_request(site: Installation, lea: Browser) -> None:
    project_id = lea.client.get("/v1/projects").json()["data"][0]["project_id"]
    other = site.person(project_id, Role.ENGINEER, Role.REVIEWER)
    assert other.get("/v1/keys").status_code == 200
    assert lea.put(f"/v1/people/{other.person_id}/roles", {"roles": ["auditor"]}).status_code == 200
    assert other.get("/v1/keys").status_code == 403
    assert site.left.told == [(project_id, other.person_id)]


def test_t24_other_workers_notice_within_a_second(
    site: Installation, store: AnyStore, tmp_path: Path, lea: Browser
) -> None:
    with installed(store, tmp_path) as worker:
        there = worker.stranger()
        there.cookies.set("handrail", lea.token)
        assert there.get("/v1/me").status_code == 200
        assert lea.delete("/v1/sessions/current").status_code == 204
        assert there.get("/v1/me").status_code == 401, "what is asked of the database is dead at once"
        sleep(0.6)
        assert there.get("/v1/projects").status_code == 401
        assert there.get("/v1/me").status_code == 401


def test_t24_sessions_end_by_themselves(site: Installation, lea: Browser) -> None:
    site.shift(timedelta(hours=1, minutes=59))
    assert lea.get("/v1/me").status_code == 200
    site.desk.last_use.close()  # writes that it was in use
    site.shift(timedelta(hours=1, minutes=59))
    assert lea.get("/v1/me").status_code == 200, "a session in use goes on"
    site.shift(timedelta(hours=2, minutes=1))
    assert lea.get("/v1/me").status_code == 401, "an idle one ends"


def test_t24_no_session_outlives_twelve_hours(site: Installation, lea: Browser) -> None:
    mark = site.desk.tokens.session(lea.token)
    for _ in range(11):
        site.shift(timedelta(hours=1))
        site.store.write(lambda session: sessions.keep_alive(session, [mark]))
    assert lea.get("/v1/me").status_code == 200
    site.shift(timedelta(minutes=61))
    site.store.write(lambda session: sessions.keep_alive(session, [mark]))
    assert lea.get("/v1/me").status_code == 401


def test_cookie_over_https_has_the_prefix_and_is_secure(site: Installation, lea: Browser) -> None:
    answer = site.stranger("https://127.0.0.1").post("/v1/sessions", json={"email": EMAIL, "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-handrail=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_nobody_signs_in_over_plain_http_from_afar(site: Installation, lea: Browser) -> None:
    answer = site.stranger("http://192.0.2.7:8400").post("/v1/sessions", json={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_loopback_cookie_does_not_count_over_https(site: Installation, lea: Browser) -> None:
    client = site.stranger("https://127.0.0.1")
    assert client.get("/v1/me", headers={"Cookie": f"handrail={lea.token}"}).status_code == 401
    assert client.get("/v1/me", headers={"Cookie": f"__Host-handrail={lea.token}"}).status_code == 200


def test_t31_every_refusal_reads_the_same(site: Installation, lea: Browser) -> None:
    project_id = lea.client.get("/v1/projects").json()["data"][0]["project_id"]
    gone = site.person(project_id, Role.REVIEWER, email="gone@desk.invalid")
    lea.patch(f"/v1/people/{gone.person_id}", {"is_active": False})
    lea.post("/v1/people", {"email": "new@desk.invalid", "name": "New", "roles": ["reviewer"]})
    told = set()
    for email, password in (
        (EMAIL, "wrong"),
        ("nobody@desk.invalid", PASSWORD),
        ("gone@desk.invalid", PASSWORD),
        ("new@desk.invalid", PASSWORD),
        ("", ""),
    ):
        answer = site.stranger().post("/v1/sessions", json={"email": email, "password": password})
        error = answer.json()["error"]
        told.add((answer.status_code, error["code"], error["message"], str(error["fields"])))
    assert len(told) == 1
    assert told.pop()[0] == 401


class Counted(PasswordHasher):
    """Notes with which parameters each password is checked: the work, where a stopwatch would measure the machine."""

    work: ClassVar[list[Parameters]] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # as in the library
        self.work.append(extract_parameters(str(hash)))
        return super().verify(hash, password)


def test_t31_work_does_not_tell_which_accounts_exist(store: AnyStore, tmp_path: Path) -> None:
    full = Parameters(Type.ID, ARGON2_VERSION, 16, 32, ROUNDS, MEMORY_KIB, 1)
    with installed(store, tmp_path, passwords=Passwords(hasher=Counted)) as site:
        project_id = site.project()
        ana = site.person(project_id, Role.ADMIN, email=EMAIL)
        gone = site.person(project_id, Role.REVIEWER, email="gone@desk.invalid")
        ana.patch(f"/v1/people/{gone.person_id}", {"is_active": False})
        ana.post("/v1/people", {"email": "new@desk.invalid", "name": "New", "roles": ["reviewer"]})
        for email in (EMAIL, "nobody@desk.invalid", "gone@desk.invalid", "new@desk.invalid", ""):
            Counted.work.clear()
            assert sign_in(site.stranger(), email, "not the password") == 401
            assert Counted.work == [full], f"the whole work, once, for {email!r}"


def test_t31_eleventh_attempt_waits(site: Installation, lea: Browser) -> None:
    client = site.stranger()
    assert [sign_in(client, password="wrong") for _ in range(10)] == [401] * 10
    answer = client.post("/v1/sessions", json={"email": EMAIL.upper(), "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert sign_in(site.stranger(client=("192.0.2.9", 1))) == 201, "another address is not held up"
    site.shift(timedelta(minutes=15, seconds=1))
    assert sign_in(client) == 201


def test_t31_unknown_accounts_are_throttled_alike(site: Installation, lea: Browser) -> None:
    client = site.stranger()
    told = [sign_in(client, "nobody@desk.invalid", "wrong") for _ in range(11)]
    assert told == [401] * 10 + [429]


def test_t31_attempts_at_once_do_not_slip_through(site: Installation, lea: Browser) -> None:
    told: list[int] = []
    threads = [
        threading.Thread(target=lambda: told.append(sign_in(site.stranger(), password="wrong"))) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [401] * 10 + [429] * 10


def test_refused_sign_in_is_told_to_the_log_without_what_was_typed(site: Installation, lea: Browser) -> None:
    sign_in(site.stranger(), "my-password-in-the-wrong-box", "wrong")
    assert "session.refused" in site.audit_kinds()
    rows = site.store.read(lambda session: session.run("SELECT details, entry FROM audit_entries"))
    assert "my-password-in-the-wrong-box" not in str(rows)


def test_confirming_needs_the_password(site: Installation, lea: Browser) -> None:
    assert lea.post("/v1/sessions/confirm", {"password": "wrong"}).status_code == 401
    assert lea.post("/v1/sessions/confirm", {"password": PASSWORD}).status_code == 200
    [[confirmed]] = site.store.read(
        lambda session: session.run("SELECT count(*) FROM sessions WHERE confirmed_at IS NOT NULL")
    )
    assert confirmed == 1


def test_own_name_and_settings_are_kept(lea: Browser) -> None:
    assert lea.patch("/v1/me", {"settings": {"theme": "dark"}}).status_code == 200
    me = lea.patch("/v1/me", {"name": "Lea M."}).json()
    assert (me["person"]["name"], me["settings"]) == ("Lea M.", {"theme": "dark"})


def test_a_key_has_no_profile(site: Installation, lea: Browser) -> None:
    project_id = lea.client.get("/v1/projects").json()["data"][0]["project_id"]
    assert site.key(project_id).client.get("/v1/me").status_code == 403


def test_old_hashes_are_renewed_at_sign_in(site: Installation, lea: Browser) -> None:
    stronger = Passwords(memory_kib=128, rounds=2)
    with installed(site.store, Path(site.house.settings.data_dir), passwords=stronger) as later:
        assert sign_in(later.stranger()) == 201
    [[stored]] = site.store.read(lambda session: session.run("SELECT password_hash FROM people"))
    assert not stronger.is_outdated(stored)
    assert sign_in(site.stranger()) == 201
