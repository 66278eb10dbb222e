"""The edge: origin, host, proxies, headers, errors."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from handrail.kit.errors import Unavailable
from handrail.kit.settings import Settings, SettingsRefused
from handrail.storage.sqlite import SqliteStore
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.origin import Origins
from handrail.web.permissions import PUBLIC, Role
from tests.support.desk import PASSWORD, URL, Installation, installed

EVIL = "https://evil.invalid"


def test_t28_a_change_needs_the_token(site: Installation) -> None:
    admin = site.person(site.project(), Role.ADMIN)
    body = {"slug": "x", "name": "X"}
    for token in ("", "x", admin.csrf[:-1], admin.csrf + "x"):
        assert admin.post("/v1/projects", body, headers={"X-CSRF-Token": token}).status_code == 403
    without = admin.client.post("/v1/projects", json=body)
    assert without.status_code == 403
    other = site.person(site.project("lending"), Role.ADMIN)
    assert admin.post("/v1/projects", body, headers={"X-CSRF-Token": other.csrf}).status_code == 403
    assert admin.post("/v1/projects", body).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8401"},
        {"Origin": "https://127.0.0.1:8400"},
        {"Origin": URL + ".evil.invalid"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_t28_another_page_changes_and_reads_nothing(site: Installation, headers: dict[str, str]) -> None:
    admin = site.person(site.project(), Role.ADMIN)
    assert admin.post("/v1/projects", {"slug": "x", "name": "X"}, headers=headers).status_code == 403
    assert admin.get("/v1/people", headers=headers).status_code == 403
    given = {"email": "a@b.invalid", "password": PASSWORD}
    assert site.stranger().post("/v1/sessions", json=given, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", ""]
)
def test_t28_what_a_form_can_send_is_no_body(site: Installation, kind: str) -> None:
    admin = site.person(site.project(), Role.ADMIN)
    body = b'{"slug":"x","name":"X"}'
    assert admin.send("POST", "/v1/projects", content=body, headers={"Content-Type": kind}).status_code == 415
    assert site.stranger().post("/v1/sessions", content=b"{}", headers={"Content-Type": kind}).status_code == 415


def test_t28_no_page_of_another_origin_is_allowed_in(alone: Installation) -> None:
    preflight = {
        "Origin": EVIL,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-csrf-token",
    }
    for answer in (
        alone.stranger().options("/v1/projects", headers=preflight),
        alone.stranger().get("/v1/me", headers={"Origin": EVIL}),
        alone.stranger().get("/", headers={"Origin": EVIL, "Accept": "text/html"}),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_t28_a_key_needs_no_csrf_token(site: Installation) -> None:
    program = site.key(site.project())
    assert program.client.post("/v1/projects", json={"slug": "x", "name": "X"}).status_code == 201


def test_t28_a_key_and_a_cookie_count_as_the_key(site: Installation) -> None:
    """A cookie that a browser adds never lifts what the Authorization header says."""
    project_id = site.project()
    admin, program = site.person(project_id, Role.ADMIN), site.key(project_id, "items.read")
    program.client.cookies.set("handrail", admin.token)
    assert program.client.get("/v1/people").status_code == 403


def test_t28_websockets_are_closed(alone: Installation) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, alone.stranger().websocket_connect("/v1/queues/stream"):
        pass
    assert refused.value.code == 1008


def test_t29_no_page_may_frame_us_and_the_policy_is_strict(alone: Installation) -> None:
    for path, accept in (
        ("/", "text/html"),
        ("/queues", "text/html"),
        ("/v1/me", "*/*"),
        ("/docs/errors", "*/*"),
        ("/none", "*/*"),
    ):
        answer = alone.stranger().get(path, headers={"Accept": accept})
        policy = answer.headers["Content-Security-Policy"]
        nonces = set(re.findall(r"'nonce-([^']+)'", policy))
        assert len(nonces) == 1
        assert policy.replace(nonces.pop(), "N") == (
            "default-src 'none'; script-src 'self' 'nonce-N'; style-src 'self' 'nonce-N'; font-src 'self'; "
            "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
            "object-src 'none'"
        )
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert answer.headers["Handrail-Version"] == "0.1.0"
        assert len(answer.headers["X-Request-Id"]) == 36


def test_t29_the_nonce_is_new_on_each_answer(alone: Installation) -> None:
    policies = {alone.stranger().get("/").headers["Content-Security-Policy"] for _ in range(5)}
    assert len(policies) == 5


def test_hsts_only_over_https(alone: Installation) -> None:
    assert "Strict-Transport-Security" in alone.stranger("https://127.0.0.1").get("/livez").headers
    assert "Strict-Transport-Security" not in alone.stranger().get("/livez").headers


@pytest.fixture
def behind_proxy(sqlite_template: Path, tmp_path: Path) -> Iterator[Installation]:
    """An installation that people reach as https://handrail.example through a proxy on 10.0.0.0/8."""
    shutil.copy(sqlite_template, tmp_path / "handrail.db")
    store = SqliteStore(tmp_path / "handrail.db")
    chosen = Settings(public_url="https://handrail.example", trusted_proxies=("10.0.0.0/8",))

    def echo(house: House) -> list[Door]:
        door = Door(house)

        @door.get("/where", needs=PUBLIC)
        async def show_where(call: Call) -> Response:
            url, client = call.request.url, call.request.client
            return Response(f"{url.scheme} {url.hostname} {client.host if client else None}", media_type="text/plain")

        return [door]

    with installed(store, tmp_path, settings=chosen, more_doors=echo) as made:
        yield made
    store.close()


FORWARDED = {
    "X-Forwarded-For": "203.0.113.5, 198.51.100.7, 10.1.1.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "handrail.example",
}


def where(client: TestClient, headers: dict[str, str] | None = None) -> str:
    return str(client.get("/v1/where", headers=headers).text)


def test_t27_a_trusted_proxy_is_believed(behind_proxy: Installation) -> None:
    client = behind_proxy.stranger(client=("10.9.9.9", 1))
    assert where(client, FORWARDED) == "https handrail.example 198.51.100.7", "what the client wrote itself is not"


def test_t27_others_are_not(behind_proxy: Installation) -> None:
    client = behind_proxy.stranger(client=("198.51.100.7", 1))
    assert where(client, FORWARDED) == "http 127.0.0.1 198.51.100.7"
    forged = {
        "X-User": "admin",
        "X-Forwarded-User": "admin",
        "X-Remote-User": "admin",
        "X-Real-IP": "127.0.0.1",
        "Forwarded": "for=127.0.0.1",
    }
    assert where(client, forged) == "http 127.0.0.1 198.51.100.7"
    assert client.get("/v1/me", headers=forged).status_code == 401


NAMED = (
    "X-User", "X-User-Id", "X-User-Email", "X-Remote-User", "Remote-User", "X-Forwarded-User", "X-Forwarded-Email",
    "X-Auth-Request-User", "X-Auth-Request-Email", "X-WebAuth-User", "X-Authenticated-User", "X-Client-Cert",
)  # fmt: skip


@pytest.mark.parametrize("peer", ["10.9.9.9", "198.51.100.7"])
def test_t27_no_header_signs_anybody_in_not_even_from_a_trusted_proxy(behind_proxy: Installation, peer: str) -> None:
    """Of a proxy we believe where a request comes from, never who sends it."""
    admin = behind_proxy.person(behind_proxy.project(), Role.ADMIN, email="ada@desk.invalid")
    client = behind_proxy.stranger(client=(peer, 1))
    for value in (admin.person_id, "ada@desk.invalid", "admin"):
        headers = dict.fromkeys(NAMED, value) | {"Handrail-Project": admin.project}
        assert client.get("/v1/me", headers=headers).status_code == 401
        assert client.get("/v1/people", headers=headers).status_code == 401
    assert admin.get("/v1/people").status_code == 200  # who is signed in may


@pytest.mark.parametrize("name", ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri", "X-Forwarded-Prefix"])
def test_t27_no_header_leads_to_another_address(behind_proxy: Installation, name: str) -> None:
    """Neither past a guard nor away from the address that was asked."""
    for peer in ("10.9.9.9", "198.51.100.7"):
        client = behind_proxy.stranger(client=(peer, 1))
        assert client.get("/v1/people", headers={name: "/livez"}).status_code == 401
        assert client.get("/livez", headers={name: "/v1/people"}).status_code == 200


def test_t27_forged_forwarding_does_not_reset_the_throttle(alone: Installation) -> None:
    told = [
        alone.stranger()
        .post(
            "/v1/sessions",
            json={"email": "a@b.invalid", "password": "x"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        )
        .status_code
        for n in range(11)
    ]
    assert told[-1] == 429


@pytest.mark.parametrize(
    "host", ["evil.invalid", "handrail.example.evil.invalid", "127.0.0.1@evil.invalid", "", "a b", "127.0.0.1:x"]
)
def test_t27_a_foreign_name_is_not_ours(alone: Installation, host: str) -> None:
    for path in ("/", "/v1/me", "/v1/setup"):
        answer = alone.stranger().get(path, headers={"Host": host, "Accept": "text/html"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_header")
        assert "evil" not in answer.headers.get("location", "")


def test_t27_own_names_addresses_and_probes_pass(behind_proxy: Installation) -> None:
    client = behind_proxy.stranger()
    for host in ("handrail.example", "HANDRAIL.example:443", "127.0.0.1:8400", "localhost", "[::1]:8400", "192.0.2.4"):
        assert where(client, {"Host": host}).startswith("http"), host
    assert client.get("/livez", headers={"Host": "pod-7.cluster"}).status_code == 200


def test_t27_links_are_made_from_the_settings_not_from_the_host(behind_proxy: Installation) -> None:
    admin = behind_proxy.person(behind_proxy.project(), Role.ADMIN)
    body = {"email": "n@desk.invalid", "name": "N", "roles": ["reviewer"]}
    url = admin.post("/v1/people", body, headers={"X-Forwarded-Host": "evil.invalid"}).json()["invite_url"]
    assert url.startswith("https://handrail.example/accept#")


def test_t27_no_answer_redirects(alone: Installation) -> None:
    for path in (
        "//evil.invalid",
        "/v1/me/",
        "/v1/projects/",
        "/%2F%2Fevil.invalid",
        "/sign-in?next=https://evil.invalid",
    ):
        answer = alone.stranger().get(path, headers={"Accept": "text/html"})
        assert answer.status_code not in range(300, 400)
        assert "location" not in answer.headers


def test_proxies_that_cannot_be_read_stop_the_start() -> None:
    with pytest.raises(SettingsRefused):
        Origins.of(Settings(trusted_proxies=("proxy.example",)))
    with pytest.raises(SettingsRefused):
        Origins.of(Settings(public_url="handrail.example"))


def test_headers_that_mean_two_things_are_refused(alone: Installation) -> None:
    client = alone.stranger()
    for name in ("Authorization", "Content-Type", "Idempotency-Key", "Handrail-Project", "X-CSRF-Token", "Origin"):
        answer = client.get("/v1/me", headers=[(name, "a"), (name, "b")])
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_header"), name


def test_too_many_headers_are_refused(alone: Installation) -> None:
    assert alone.stranger().get("/livez", headers=[(f"x-{n}", "1") for n in range(200)]).status_code == 400
    assert alone.stranger().get("/livez", headers={"x": "1" * 40_000}).status_code == 400


def test_a_defect_is_told_by_its_id_and_nothing_else(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "handrail.db")
    store = SqliteStore(tmp_path / "handrail.db")

    def broken(house: House) -> list[Door]:
        door = Door(house)

        @door.get("/broken", needs=PUBLIC)
        def break_down(call: Call) -> Response:
            raise RuntimeError("canary-prompt-of-a-patient")

        return [door]

    with installed(store, tmp_path, more_doors=broken) as site:
        answer = site.stranger().get("/v1/broken")
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["request_id"]) == (
            500,
            "internal",
            answer.headers["X-Request-Id"],
        )
        told = [line for line in site.log_lines() if line["event"] == "request.failed"]
        assert [(one["error"], one["request_id"]) for one in told] == [("RuntimeError", error["request_id"])]
        assert "break_down" in str(told[0]["at"])
        assert "canary" not in answer.text + site.log.getvalue()
    store.close()


def test_errors_have_one_shape(alone: Installation) -> None:
    client = alone.stranger()
    admin = alone.person(alone.project(), Role.ADMIN)
    answers = {
        400: admin.client.get("/v1/people"),
        401: client.get("/v1/me"),
        403: alone.key(alone.project("b"), "items.read").client.get("/v1/people"),
        404: client.get("/v1/nothing"),
        405: client.delete("/v1/me"),
        409: admin.post("/v1/projects", {"slug": "claims", "name": "X"}),
        415: client.post("/v1/sessions", content=b"{}"),
        422: client.post("/v1/sessions", json={}),
        428: admin.patch("/v1/projects/claims", {"name": "X"}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        error = answer.json()["error"]
        assert list(error) == ["code", "message", "status", "retry", "fields", "request_id", "docs"]
        assert error["status"] == status
        assert error["request_id"] == answer.headers["X-Request-Id"]
        assert error["docs"] == f"/docs/errors#{error['code']}"
        assert f'id="{error["code"]}"' in client.get("/docs/errors").text
    assert answers[405].headers["Allow"]
    assert answers[400].json()["error"]["code"] == "project_required"


def test_unknown_addresses_of_the_api_are_not_there(alone: Installation) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        answer = alone.stranger().request(method, "/v1/nothing", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")


def test_alive_and_ready(site: Installation) -> None:
    for path in ("/livez", "/readyz"):
        assert (site.stranger().get(path).status_code, site.stranger().get(path).text) == (200, "ok\n")


def test_not_ready_without_the_database(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "handrail.db")

    class Away(SqliteStore):
        def read(self, work: object) -> object:  # type: ignore[override]  # it answers nobody
            raise Unavailable()

    store = Away(tmp_path / "handrail.db")
    with installed(store, tmp_path) as site:
        assert site.stranger().get("/readyz").status_code == 503
        assert site.stranger().get("/livez").status_code == 200
    store.close()
