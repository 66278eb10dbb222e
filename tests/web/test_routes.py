"""Every route: its permission, its project, its fields. What the routes are is read from the application itself."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.responses import Response

from handrail.kit.ids import new_id
from handrail.web.app import check_routes, create_app
from handrail.web.call import Call
from handrail.web.door import Door, GuardedRoute
from handrail.web.permissions import ALL, MATRIX, PUBLIC, SELF, Role
from tests.support.desk import Installation
from tests.web.declared import DECLARED

ENDLESS = {"/v1/queues/stream", "/v1/events/stream"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def method_of(route: GuardedRoute) -> str:
    return next(iter(route.methods or ()))


def objects_of(site: Installation, project_id: str) -> dict[str, str]:
    """One object of each kind that a path may name, in this project, each made as people and programs make it."""
    program = site.key(project_id)
    reviewer = site.person(project_id, Role.REVIEWER, email=f"objects-{new_id()[-12:]}@desk.invalid")
    items = [program.client.post("/v1/items", json={"output": f"A letter, {number}."}).json() for number in range(2)]
    decided, held = (reviewer.post("/v1/assignments/claim", {}).json()["assignments"][0] for _ in range(2))
    verdict = {"fence": decided["fence"], "verdict": "approve", "active_ms": 4_000}
    done = reviewer.post(f"/v1/assignments/{decided['assignment_id']}/review", verdict)
    hook = {"name": f"app-{new_id()[-12:]}", "url": "https://app.example/hooks"}
    assert program.client.post("/v1/webhooks", json=hook).status_code == 201
    tested = program.client.post(f"/v1/webhooks/{hook['name']}/test")
    return {
        "key": site.key(project_id, "project.read").id,
        "export": program.client.post("/v1/exports", json={"format": "jsonl"}).json()["job_id"],
        "delivery": tested.json()["delivery_id"],
        "project": site.slug(project_id),
        "item": items[0]["item_id"],
        "assignment": held["assignment_id"],
        "review": done.json()["review"]["review_id"],
    }


def path_of(route: GuardedRoute, objects: dict[str, str]) -> str:
    """The route's path with an object that is there, or with an id that is none."""
    kind = route.guard.of
    assert kind is None or kind in objects, f"{route.path} names a {kind}: add one to objects_of"
    return re.sub(r"{[^}]*}", objects[kind] if kind else new_id(), route.path)


def test_t16_a_route_without_a_permission_fails_the_build(alone: Installation) -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/v1/open")
    def open_to_all() -> str:
        return "oops"

    with pytest.raises(ValueError, match="declares no permission"):
        check_routes(app.router.routes)
    with pytest.raises(ValueError, match="unknown permission"):
        Door(alone.house).get("/x", needs="items.everything")
    with pytest.raises(TypeError):
        Door(alone.house).get("/x")  # type: ignore[call-arg]  # that is the point


def test_t16_two_routes_of_one_name_fail_the_build(alone: Installation) -> None:
    def twice() -> Sequence[Door]:
        doors = [Door(alone.house), Door(alone.house)]
        for door in doors:

            @door.get("/x", needs="items.read")
            def show_x(call: Call) -> Response:
                return Response()

        return doors

    with pytest.raises(ValueError, match="Two routes"):
        create_app(alone.house, twice())


def test_t16_every_route_needs_what_the_contract_says(product: Installation) -> None:
    """A new endpoint is added to tests/web/declared.py by hand, with the permission of the contract."""
    assert {f"{method_of(route)} {route.path}": route.guard.needs for route in product.routes} == DECLARED


def test_t16_every_route_answers_each_role_as_declared(product: Installation) -> None:
    project_id = product.project()
    product.person(project_id, Role.ADMIN, email="stays@desk.invalid")
    people = {role: product.person(project_id, role) for role in Role}
    objects = objects_of(product, project_id)
    checked = 0
    for route in product.routes:
        if route.guard.needs in (PUBLIC, SELF):
            continue
        for role, browser in people.items():
            allowed = role in MATRIX[route.guard.needs]
            if allowed and route.path in ENDLESS:
                continue
            answer = browser.send(method_of(route), path_of(route, objects), json={})
            where = f"{role} {method_of(route)} {route.path}: {answer.status_code} {answer.text}"
            assert (answer.status_code in (401, 403)) is not allowed, where
            checked += 1
    assert checked >= 6 * 30


def test_t16_every_route_refuses_strangers_and_keys_without_the_scope(product: Installation) -> None:
    project_id = product.project()
    objects, stranger = objects_of(product, project_id), product.stranger()
    for route in product.routes:
        method, path, needs = method_of(route), path_of(route, objects), route.guard.needs
        if needs == PUBLIC:
            continue
        assert stranger.request(method, path, json={}).status_code == 401, path
        if needs == SELF:
            continue
        program = product.key(project_id, *(ALL - {needs}))
        assert program.client.request(method, path, json={}).status_code == 403, path


def test_t16_other_methods_and_overrides_open_nothing(product: Installation) -> None:
    project_id = product.project()
    reviewer, objects = product.person(project_id, Role.REVIEWER), objects_of(product, project_id)
    known = {(method_of(route), path_of(route, objects)) for route in product.routes if route.guard.of}
    for _, path in known:
        for method in (*METHODS, "HEAD", "OPTIONS", "TRACE", "PROPFIND"):
            if (method, path) not in known:
                assert reviewer.send(method, path).status_code == 405, (method, path)
    key_path = f"/v1/keys/{objects['key']}"
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert reviewer.post("/v1/keys", {}, headers={name: "GET"}).status_code == 403
        assert reviewer.get("/v1/people", headers={name: "DELETE"}).status_code == 200
    assert reviewer.post(f"{key_path}?_method=DELETE").status_code == 405


def test_t16_docs_of_the_framework_are_off(alone: Installation) -> None:
    for path in ("/redoc", "/docs/oauth2-redirect", "/v1/docs", "/openapi.yaml", "/debug", "/admin", "/metrics"):
        assert alone.stranger().get(path).status_code == 404, path
    assert alone.stranger().get("/openapi.json").status_code == 401


def test_t12_objects_of_another_project_are_not_there(product: Installation) -> None:
    """The same answer as for an id that was never given, for each role and each way to name the project."""
    mine, theirs = product.project(), product.project("lending")
    foreign, missing = (
        objects_of(product, theirs),
        dict.fromkeys(("key", "delivery", "item", "assignment", "review", "export"), new_id()),
    )
    missing["project"] = "never-there"
    people = [product.person(mine, role) for role in Role]
    program = product.key(mine)
    for route in product.routes:
        if route.guard.of is None:
            continue
        method = method_of(route)
        for there, never in [(path_of(route, foreign), path_of(route, missing))]:
            for browser in people:
                for headers in ({}, {"Handrail-Project": "lending"}):
                    one, other = (browser.send(method, path, json={}, headers=headers) for path in (there, never))
                    assert one.status_code == other.status_code == 404, there
                    assert shape(one.json()) == shape(other.json())
                without = browser.client.request(method, there, json={}, headers={"X-CSRF-Token": browser.csrf})
                assert without.status_code == 404
            assert program.client.request(method, there, json={}).status_code == 404
    [[revoked]] = product.store.read(lambda s: s.run("SELECT count(*) FROM api_keys WHERE revoked_at IS NOT NULL"))
    assert revoked == 0


def test_t12_a_header_that_disagrees_with_the_object_hides_it(product: Installation) -> None:
    """Also from a member of both projects: else a change could land where the page did not say."""
    mine, theirs = product.project(), product.project("lending")
    both = product.person(mine, *Role)
    product.join(both.person_id, theirs, *Role)
    objects = objects_of(product, theirs)
    for route in product.routes:
        if route.guard.of is not None:
            method, path = method_of(route), path_of(route, objects)
            assert both.send(method, path, json={}).status_code == 404, path
            right = both.send(method, path, json={}, headers={"Handrail-Project": "lending"})
            assert right.status_code != 404 or route.guard.needs == SELF, path


def test_t12_people_of_another_project_are_not_there(site: Installation) -> None:
    mine, theirs = site.project(), site.project("lending")
    admin, foreign = site.person(mine, Role.ADMIN), site.person(theirs, Role.REVIEWER)
    for id in (foreign.person_id, new_id(), "x", "'; DROP TABLE people; --"):
        for method, tail, body in (
            ("PATCH", "", {"level": "senior"}),
            ("DELETE", "", {}),
            ("PUT", "/roles", {"roles": ["admin"]}),
            ("POST", "/invite", {}),
        ):
            assert admin.send(method, f"/v1/people/{id}{tail}", json=body).status_code == 404
    assert foreign.get("/v1/people").status_code == 200
    assert foreign.person_id not in admin.get("/v1/people").text


def test_t12_cursor_of_another_project_is_refused(site: Installation) -> None:
    one, other = (site.person(site.project(slug), Role.ENGINEER) for slug in ("claims", "lending"))
    for browser in (one, other):
        for number in range(2):
            browser.post("/v1/keys", {"name": str(number)})
    cursor = one.get("/v1/keys?limit=1").json()["next_cursor"]
    assert one.get(f"/v1/keys?limit=1&cursor={cursor}").status_code == 200
    answer = other.get(f"/v1/keys?limit=1&cursor={cursor}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize(
    "query",
    [
        "sort=secret_hash",
        "created_by__email=a",
        "limit[gt]=1",
        "scopes.contains=x",
        "project_id=x",
        "limit=1&limit=2",
        "q",
    ],
)
def test_t13_only_listed_parameters_are_taken(alone: Installation, query: str) -> None:
    engineer = alone.person(alone.project(), Role.ENGINEER)
    assert engineer.get("/v1/keys?limit=5").status_code == 200
    answer = engineer.get(f"/v1/keys?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] in ("unknown_parameter", "invalid")


BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/keys"): {"name": "x"},
    ("POST", "/v1/people"): {"email": "x@desk.invalid", "name": "X", "roles": ["reviewer"]},
    ("POST", "/v1/projects"): {"slug": "fresh", "name": "X"},
    ("PATCH", "/v1/me"): {"name": "X"},
    ("PATCH", "/v1/projects/{slug}"): {"name": "X"},
    ("PATCH", "/v1/people/{id}"): {"level": "senior"},
    ("PUT", "/v1/people/{id}/roles"): {"roles": ["reviewer"]},
    ("POST", "/v1/sessions"): {"email": "x@desk.invalid", "password": "x"},
    ("POST", "/v1/sessions/confirm"): {"password": "x"},
    ("POST", "/v1/setup"): {"token": "x" * 43, "name": "X", "email": "x@desk.invalid", "password": "x" * 12},
    ("POST", "/v1/webhooks"): {"name": "x", "url": "https://app.example"},
    ("PATCH", "/v1/webhooks/{name}"): {"content": False},
    ("POST", "/v1/webhooks/{name}/rotate"): {"overlap": "1h"},
    ("POST", "/v1/deliveries/replay"): {"webhook": "x", "from": "2026-11-21T12:00:00.000Z"},
    ("POST", "/v1/people/accept"): {"token": "x" * 43, "password": "x" * 12},
}
FORBIDDEN = (
    "role",
    "project_id",
    "status",
    "decided_by",
    "is_gold",
    "created_at",
    "password_hash",
    "id",
    "revoked_at",
    "__proto__",
)


def test_t14_fields_that_are_not_ours_to_set_are_refused(product: Installation) -> None:
    project_id = product.project()
    admin = product.person(project_id, *Role)
    other = product.person(project_id, Role.REVIEWER)
    objects = objects_of(product, project_id)
    reading = {"/v1/items": {"output": "x"}}  # read by the endpoint itself
    taking = [route for route in product.routes if route.described.body_field is not None]
    before = counted(product)
    for route in taking:
        body = BODIES.get((method_of(route), route.path), {})
        path = path_of(route, objects) if route.guard.of else route.path.replace("{id}", other.person_id)
        for name in FORBIDDEN:
            answer = admin.send(method_of(route), path, json=body | {name: "admin"})
            assert answer.status_code == 422, (path, name)
            fields = {one["path"]: one["code"] for one in answer.json()["error"]["fields"]}
            assert fields[f"/{name}"] == "unknown_field"
            assert not body or len(fields) == 1, "nothing else was wrong"
    for path, valid in reading.items():
        for name in FORBIDDEN:
            assert admin.post(path, valid | {name: "admin"}).json()["error"]["fields"][0]["path"] == f"/{name}"
    assert counted(product) == before


def counted(site: Installation) -> list[Any]:
    tables = ("people", "memberships", "projects", "api_keys", "audit_entries", "idempotency_keys")
    return [site.store.read(lambda s, t=t: s.run(f"SELECT count(*) FROM {t}"))[0][0] for t in tables]  # type: ignore[misc]  # a default binds the loop's value


INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE people; --",
    '" OR ""="',
    "%27%20OR%201=1--",
    "1) UNION SELECT secret_hash FROM api_keys --",
    "$(id)",
    "{{7*7}}",
    "%00",
    "\\",
    ":name",
    "%(name)s",
)


@pytest.mark.parametrize("evil", INJECTIONS)
def test_t15_injected_text_is_text(site: Installation, evil: str) -> None:
    project_id = site.project()
    admin = site.person(project_id, Role.ADMIN, Role.ENGINEER)
    stranger = site.stranger()
    assert stranger.get("/v1/me", headers={"Authorization": f"Bearer hrk_{evil}"}).status_code == 401
    assert stranger.get("/v1/me", headers={"Authorization": evil}).status_code == 401
    assert stranger.get("/v1/me", headers={"Cookie": f"handrail={evil.replace(';', '')}"}).status_code == 401
    assert admin.get("/v1/keys", params={"cursor": evil}).status_code == 400
    assert admin.get("/v1/keys", params={"sort": evil}).status_code == 422
    assert admin.get("/v1/keys", params={evil: "1"}).status_code == 422
    assert admin.get("/v1/people", headers={"Handrail-Project": evil}).status_code == 404
    assert admin.get(f"/v1/projects/{evil}").status_code in (404, 405)
    assert stranger.post("/v1/sessions", json={"email": evil, "password": evil}).status_code == 401
    made = admin.post("/v1/keys", {"name": evil}, headers={"Idempotency-Key": evil})
    assert (made.status_code, made.json()["name"]) in ((201, evil), (201, evil.strip()))
    stored = admin.patch("/v1/me", {"settings": {evil: {evil: evil}}})
    assert stored.json()["settings"] == {evil: {evil: evil}}
    assert admin.get("/v1/people").status_code == 200


@given(st.binary(max_size=200))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_t15_no_header_or_body_makes_a_defect(alone: Installation, blob: bytes) -> None:
    client = alone.stranger()
    printable = bytes(32 + one % 95 for one in blob)
    for headers in (
        {b"authorization": b"Bearer " + printable},
        {b"handrail-project": printable},
        {b"cookie": printable},
    ):
        assert client.get("/v1/me", headers=headers).status_code in (401, 429)
    answer = client.post("/v1/sessions", content=blob, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


def test_t20_repeats_get_the_stored_answer(site: Installation) -> None:
    admin = site.person(site.project(), Role.ADMIN)
    body, headers = {"slug": "fresh", "name": "Fresh"}, {"Idempotency-Key": "k1"}
    first, again = (admin.post("/v1/projects", body, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    other = admin.post("/v1/projects", body | {"name": "Other"}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "key_mismatch")
    assert site.audit_kinds().count("project.created") == 2


def test_t20_a_refused_change_can_be_tried_again_under_its_key(site: Installation) -> None:
    admin = site.person(site.project(), Role.ADMIN)
    headers = {"Idempotency-Key": "k1"}
    assert admin.patch("/v1/projects/claims", {"name": "A"}, headers=headers).status_code == 428
    later = admin.patch("/v1/projects/claims", {"name": "A"}, headers=headers | {"If-Match": '"r1"'})
    assert later.status_code == 200


def test_t20_a_double_click_does_one_thing(site: Installation) -> None:
    admin = site.person(site.project(), Role.ADMIN)
    told: list[tuple[int, str]] = []

    def click() -> None:
        answer = admin.post("/v1/projects", {"slug": "fresh", "name": "F"}, headers={"Idempotency-Key": "click"})
        told.append((answer.status_code, answer.json()["project_id"]))

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(told)) == 1
    assert told[0][0] == 201
    assert site.audit_kinds().count("project.created") == 2


def test_t20_a_key_belongs_to_its_caller(site: Installation) -> None:
    project_id = site.project()
    one, two = (site.person(project_id, Role.ENGINEER, email=f"{name}@desk.invalid") for name in "ab")
    headers = {"Idempotency-Key": "same"}
    ids = {browser.post("/v1/keys", {"name": "x"}, headers=headers).json()["key_id"] for browser in (one, two)}
    assert len(ids) == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "ümlaut"])
def test_malformed_idempotency_keys_are_refused(alone: Installation, key: str) -> None:
    admin = alone.person(alone.project(), Role.ADMIN)
    sent = {"Idempotency-Key": key.encode("latin-1")}
    answer = admin.post("/v1/projects", {"slug": "x", "name": "X"}, headers=sent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_header")


def test_every_operation_is_described_with_permission_and_error(product: Installation) -> None:
    engineer = product.person(product.project(), Role.ENGINEER)
    document = engineer.get("/openapi.json").json()
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len(operations) == len([route for route in product.routes if route.include_in_schema])
    for operation in operations:
        assert operation["x-handrail-permission"] in ALL | {PUBLIC, SELF}
        schema = operation["responses"]["default"]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Error"}
        assert "422" not in operation["responses"]
    assert "HTTPValidationError" not in json.dumps(document)


def test_rate_of_a_person_is_bounded_and_told(site: Installation) -> None:
    project_id = site.project()
    browser = site.person(project_id, Role.REVIEWER)
    site.house.limits.people = 3
    site.house.limits._buckets.clear()
    told = [browser.get("/v1/me") for _ in range(4)]
    assert [one.status_code for one in told] == [200, 200, 200, 429]
    assert [one.headers["RateLimit-Remaining"] for one in told] == ["2", "1", "0", "0"]
    assert told[0].headers["RateLimit-Limit"] == "3"
    assert int(told[3].headers["Retry-After"]) >= 1
    assert site.key(project_id, "project.read").client.get("/v1/projects").status_code == 200


def shape(answer: dict[str, Any]) -> dict[str, Any]:
    error = dict(answer["error"])
    error.pop("request_id")
    return error
