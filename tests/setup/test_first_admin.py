"""The first admin: nothing is open, nothing is default, the link works once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from handrail.kit.secrets import SecretRefused, load_secret
from handrail.setup.access.service.first_admin import ensure_setup_token
from tests.support.desk import Installation

ADMIN = {"name": "Ada", "email": "Ada@desk.invalid", "password": "a long enough password"}


def setup_token(site: Installation) -> str:
    token = site.store.write(lambda session: ensure_setup_token(session, site.desk.tokens))
    assert token is not None
    return token


def test_first_admin_is_made_and_signed_in(site: Installation) -> None:
    browser = site.stranger()
    project = {"slug": "claims", "name": "Claims", "zone": "Europe/Berlin"}
    answer = browser.post("/v1/setup", json={"token": setup_token(site), "project": project, **ADMIN})
    assert answer.status_code == 201
    me = browser.get("/v1/me").json()
    assert me["person"]["email"] == "ada@desk.invalid"
    assert [(one["project"], one["roles"]) for one in me["memberships"]] == [("claims", ["admin", "engineer", "lead"])]
    assert site.audit_kinds() == ["project.created", "setup.done", "session.started"]


def test_new_project_has_a_seed_and_the_empty_policy(site: Installation) -> None:
    site.stranger().post("/v1/setup", json={"token": setup_token(site), **ADMIN})
    found = site.store.read(
        lambda session: session.run(
            "SELECT p.seed, p.policy_version, p.generation, o.yaml, o.state "
            "FROM projects p JOIN policies o ON o.project_id = p.id"
        )
    )
    [(seed, version, generation, yaml, state)] = found
    assert len(bytes.fromhex(seed)) == 32
    assert (version, generation, yaml, state) == (1, 1, "policy: 1\n", "active")


def test_t32_setup_works_once_and_every_refusal_is_the_same(site: Installation) -> None:
    token, browser = setup_token(site), site.stranger()
    wrong = browser.post("/v1/setup", json={"token": "x" * 43, **ADMIN})
    assert browser.post("/v1/setup", json={"token": token, **ADMIN}).status_code == 201
    used = browser.post("/v1/setup", json={"token": token, **ADMIN, "email": "eve@desk.invalid"})
    assert wrong.status_code == used.status_code == 404
    assert wrong.json()["error"]["message"] == used.json()["error"]["message"]
    assert site.store.read(lambda session: session.run("SELECT count(*) FROM people"))[0][0] == 1


def test_t32_two_at_once_make_one_admin(site: Installation) -> None:
    token, answers = setup_token(site), []

    def take(email: str) -> None:
        answers.append(site.stranger().post("/v1/setup", json={"token": token, **ADMIN, "email": email}).status_code)

    threads = [threading.Thread(target=take, args=(f"{name}@desk.invalid",)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 404, 404, 404]
    assert site.store.read(lambda session: session.run("SELECT count(*) FROM people"))[0][0] == 1


def test_t32_no_token_once_somebody_can_sign_in(site: Installation) -> None:
    site.stranger().post("/v1/setup", json={"token": setup_token(site), **ADMIN})
    assert site.store.write(lambda session: ensure_setup_token(session, site.desk.tokens)) is None


def test_t32_a_second_start_makes_the_first_link_void(site: Installation) -> None:
    first, second = setup_token(site), setup_token(site)
    assert site.stranger().post("/v1/setup", json={"token": first, **ADMIN}).status_code == 404
    assert site.stranger().post("/v1/setup", json={"token": second, **ADMIN}).status_code == 201


def test_t32_nothing_opens_without_setup(site: Installation) -> None:
    stranger = site.stranger()
    for email in ("admin", "admin@localhost", "admin@example.com", "root"):
        for password in ("", "admin", "password", "handrail", "changeme"):
            refused = stranger.post("/v1/sessions", json={"email": email, "password": password})
            assert refused.status_code in (401, 429)
    assert stranger.post("/v1/people", json={}).status_code == 401
    assert stranger.post("/v1/projects", json={}).status_code == 401


def test_t32_short_password_is_refused(site: Installation) -> None:
    answer = site.stranger().post("/v1/setup", json={"token": setup_token(site), **ADMIN, "password": "short"})
    assert answer.status_code == 422
    assert answer.json()["error"]["fields"][0]["path"] == "/password"
    assert "short" not in answer.text.replace("too_short", "")


@pytest.mark.parametrize(("content", "mode"), [(b"short", 0o600), (b"x" * 64, 0o644)])
def test_t32_start_refuses_a_weak_or_open_secret(tmp_path: Path, content: bytes, mode: int) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(SecretRefused):
        load_secret(path)


def test_lost_answer_of_setup_is_told_again_without_a_session(site: Installation) -> None:
    body, headers = {"token": setup_token(site), **ADMIN}, {"Idempotency-Key": "setup-1"}
    first = site.stranger().post("/v1/setup", json=body, headers=headers)
    again = site.stranger().post("/v1/setup", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replay"] == "true"
    assert "set-cookie" not in again.headers
    assert again.json()["csrf_token"] == ""
