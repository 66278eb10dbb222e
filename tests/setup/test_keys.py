"""API keys: shown once, kept as a keyed hash, dead when revoked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from handrail.kit.clock import to_text
from handrail.setup.access import tokens
from handrail.storage.postgres import PostgresStore
from handrail.storage.sqlite import SqliteStore
from handrail.storage.tables import metadata
from handrail.web.permissions import Role
from tests.support.desk import Browser, Installation

WHOLE = re.compile(r"hrk_[0-9a-z]{8}_[0-9A-Za-z_-]{43}\Z")


@pytest.fixture
def project_id(site: Installation) -> str:
    return site.project()


@pytest.fixture
def engineer(site: Installation, project_id: str) -> Browser:
    return site.person(project_id, Role.ENGINEER)


def test_key_is_shown_once(site: Installation, engineer: Browser) -> None:
    made = engineer.post("/v1/keys", {"name": "claims app"})
    assert made.status_code == 201
    assert WHOLE.match(made.json()["key"])
    assert made.json()["scopes"] == ["events.read", "items.appeal", "items.outcome", "items.submit"]
    [listed] = engineer.get("/v1/keys").json()["data"]
    assert listed["key"] is None
    assert made.json()["key"] not in engineer.get("/v1/keys").text


def test_t20_repeat_of_a_lost_answer_does_not_make_or_show_a_second_key(site: Installation, engineer: Browser) -> None:
    headers = {"Idempotency-Key": "once"}
    first = engineer.post("/v1/keys", {"name": "claims app"}, headers=headers)
    again = engineer.post("/v1/keys", {"name": "claims app"}, headers=headers)
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.json() == first.json() | {"key": None}
    assert len(engineer.get("/v1/keys").json()["data"]) == 1


def test_key_opens_its_own_project_only(site: Installation, project_id: str) -> None:
    program = site.key(project_id, "project.read")
    foreign = site.project("lending")
    assert [one["slug"] for one in program.client.get("/v1/projects").json()["data"]] == ["claims"]
    assert program.client.get("/v1/projects/claims").status_code == 200
    assert program.client.get(f"/v1/projects/{site.slug(foreign)}").status_code == 404
    assert program.client.get("/v1/projects/claims", headers={"Handrail-Project": "lending"}).status_code == 404


def test_revoked_and_expired_keys_are_dead(site: Installation, engineer: Browser, project_id: str) -> None:
    program = site.key(project_id, "project.read")
    assert program.client.get("/v1/projects").status_code == 200
    assert engineer.delete(f"/v1/keys/{program.id}").status_code == 204
    assert program.client.get("/v1/projects").status_code == 401
    ends_at = to_text(site.store.clock.now() + timedelta(hours=1))
    body = {"name": "short", "scopes": ["project.read"], "expires_at": ends_at}
    whole = engineer.post("/v1/keys", body).json()["key"]
    client = site.stranger()
    client.headers["Authorization"] = f"Bearer {whole}"
    assert client.get("/v1/projects").status_code == 200
    site.shift(timedelta(hours=1, seconds=1))
    assert client.get("/v1/projects").status_code == 401


def test_key_cannot_do_more_than_its_maker(site: Installation, engineer: Browser) -> None:
    assert engineer.post("/v1/keys", {"name": "x", "scopes": ["policies.activate"]}).status_code == 403
    unknown = engineer.post("/v1/keys", {"name": "x", "scopes": ["items.submit", "everything"]})
    assert unknown.status_code == 422
    assert unknown.json()["error"]["fields"][0]["path"] == "/scopes/1"
    assert engineer.get("/v1/keys").json()["data"] == []


def test_last_use_is_noted_beside_the_request(site: Installation, engineer: Browser, project_id: str) -> None:
    program = site.key(project_id, "project.read")
    assert program.client.get("/v1/projects").status_code == 200
    site.desk.last_use.close()
    [listed] = engineer.get("/v1/keys").json()["data"]
    assert listed["last_used_at"] is not None


def test_t30_nothing_but_the_whole_key_opens(site: Installation, project_id: str) -> None:
    program = site.key(project_id, "project.read")
    key, client = program.key, site.stranger()
    wrong_end = key[:-1] + ("A" if key[-1] != "A" else "B")
    for tried in (
        wrong_end,
        key[:-1],
        key + "x",
        key[:12],
        key.upper(),
        f"hrk_{key[4:12]}_{'A' * 43}",
        "hrk_",
        key[4:],
    ):
        assert client.get("/v1/projects", headers={"Authorization": f"Bearer {tried}"}).status_code == 401, tried
    assert client.get(f"/v1/projects?key={key}").status_code == 401
    assert client.get(f"/v1/projects?access_token={key}").status_code == 401
    assert client.get("/v1/projects", headers={"X-API-Key": key}).status_code == 401


def test_t30_keys_differ_in_256_bits_and_hashes_depend_on_the_secret() -> None:
    made = {tokens.new_key() for _ in range(1000)}
    assert len({key[13:] for key in made}) == 1000
    assert all(len(key) == 56 for key in made)
    one, other = tokens.Tokens(b"a" * 32), tokens.Tokens(b"b" * 32)
    key = made.pop()
    assert one.key(key) != other.key(key)
    assert one.key(key) != one.session(key)


def test_t30_hashes_are_compared_in_constant_time(
    monkeypatch: pytest.MonkeyPatch, site: Installation, project_id: str
) -> None:
    """The comparison of the standard library is asked, for known and unknown keys alike."""
    import hmac

    asked: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def noting(one: bytes, other: bytes) -> bool:
        asked.append((one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", noting)
    program, client = site.key(project_id, "project.read"), site.stranger()
    assert program.client.get("/v1/projects").status_code == 200
    for tried in (program.key[:-2] + "__", f"hrk_00000000_{'A' * 43}"):
        client.get("/v1/projects", headers={"Authorization": f"Bearer {tried}"})
    assert len([pair for pair in asked if len(pair[0]) == 64 == len(pair[1])]) == 3


def test_t30_no_secret_is_in_database_files_or_log(site: Installation, engineer: Browser, tmp_path: Path) -> None:
    whole = engineer.post("/v1/keys", {"name": "app"}, headers={"Idempotency-Key": "k"}).json()["key"]
    engineer.patch("/v1/me", {"name": "E"}, headers={"Idempotency-Key": "m"})
    invited = engineer.post("/v1/people", {"email": "a@b.invalid", "name": "A", "roles": ["reviewer"]})
    assert invited.status_code == 403
    client = site.stranger()
    client.get("/v1/projects", headers={"Authorization": f"Bearer {whole}"})
    client.get(f"/v1/projects/{whole}", headers={"Authorization": f"Bearer {whole}"})
    client.get(f"/{whole}")
    secrets = (whole, whole[13:], engineer.token)
    for name, text in _everything_written(site, tmp_path):
        for secret in secrets:
            assert secret not in text, name


def test_t30_no_invite_or_password_is_written_down(site: Installation, project_id: str, tmp_path: Path) -> None:
    admin = site.person(project_id, Role.ADMIN)
    body = {"email": "new@desk.invalid", "name": "New", "roles": ["reviewer"]}
    token = admin.post("/v1/people", body, headers={"Idempotency-Key": "i"}).json()["invite_url"].partition("#")[2]
    accepted = {"token": token, "password": "canary password 4711"}
    assert site.stranger().post("/v1/people/accept", json=accepted, headers={"Idempotency-Key": "a"}).status_code == 201
    sign_in = {"email": "new@desk.invalid", "password": "canary password 4711"}
    assert site.stranger().post("/v1/sessions", json=sign_in, headers={"Idempotency-Key": "s"}).status_code == 201
    for name, text in _everything_written(site, tmp_path):
        assert token not in text, name
        assert "canary password 4711" not in text, name


def test_kept_hash_of_a_body_cannot_be_guessed_without_the_secret(site: Installation, project_id: str) -> None:
    """A plain hash of {token, password} would let a thief of the database try passwords fast."""
    engineer = site.person(project_id, Role.ENGINEER)
    engineer.client.post(
        "/v1/keys",
        content=b'{"name":"app"}',
        headers={
            "Content-Type": "application/json",
            "Idempotency-Key": "k",
            "X-CSRF-Token": engineer.csrf,
            "Handrail-Project": "claims",
        },
    )
    [[kept]] = site.store.read(lambda session: session.run("SELECT body_hash FROM idempotency_keys"))
    assert kept not in {hashlib.sha256(b'{"name":"app"}' + tail).hexdigest() for tail in (b"", b"?")}


def _everything_written(site: Installation, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The log, and what lies on disk: all bytes of the SQLite files, all rows of PostgreSQL."""
    yield "log", site.log.getvalue()
    if isinstance(site.store, SqliteStore):
        for path in tmp_path.rglob("*"):
            if path.is_file():
                yield path.name, path.read_bytes().decode("latin-1")
    assert isinstance(site.store, SqliteStore | PostgresStore)
    for table in metadata.sorted_tables:
        yield table.name, str(site.store.read(lambda session, name=table.name: session.run(f"SELECT * FROM {name}")))  # type: ignore[misc]  # a default binds the loop's value
