"""People: invited once, changed by their admins, never left without one."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from handrail.web.permissions import Role
from tests.support.desk import PASSWORD, Browser, Installation

NEW = {"email": "New@desk.invalid", "name": "New", "roles": ["reviewer"], "skills": ["claims"], "languages": ["de"]}


@pytest.fixture
def project_id(site: Installation) -> str:
    return site.project()


@pytest.fixture
def admin(site: Installation, project_id: str) -> Browser:
    return site.person(project_id, Role.ADMIN)


def token_of(url: str) -> str:
    return url.partition("#")[2]


def test_invited_person_chooses_a_password_and_is_in(site: Installation, admin: Browser) -> None:
    invited = admin.post("/v1/people", NEW).json()
    assert (invited["is_invited"], invited["email"], invited["level"]) == (True, "new@desk.invalid", "junior")
    browser = site.stranger()
    body = {"token": token_of(invited["invite_url"]), "password": "a password of my own"}
    accepted = browser.post("/v1/people/accept", json=body)
    assert accepted.status_code == 201
    assert accepted.json()["memberships"][0]["skills"] == ["claims"]
    assert browser.get("/v1/me").status_code == 200
    assert browser.post("/v1/people/accept", json=body).status_code == 404, "a link works once"
    members = admin.get("/v1/people").json()["data"]
    assert [one["is_invited"] for one in members if one["name"] == "New"] == [False]
    assert all(one["invite_url"] is None for one in members)


def test_invites_end_after_a_week_and_with_a_newer_one(site: Installation, admin: Browser) -> None:
    invited = admin.post("/v1/people", NEW).json()
    again = admin.post(f"/v1/people/{invited['person_id']}/invite").json()
    old = {"token": token_of(invited["invite_url"]), "password": "a password of my own"}
    assert site.stranger().post("/v1/people/accept", json=old).status_code == 404
    site.shift(timedelta(days=7, seconds=1))
    late = {"token": token_of(again["invite_url"]), "password": "a password of my own"}
    assert site.stranger().post("/v1/people/accept", json=late).status_code == 404


def test_new_password_ends_all_other_sessions(site: Installation, admin: Browser, project_id: str) -> None:
    other = site.person(project_id, Role.REVIEWER)
    url = admin.post(f"/v1/people/{other.person_id}/invite").json()["invite_url"]
    body = {"token": token_of(url), "password": "a password of my own"}
    assert site.stranger().post("/v1/people/accept", json=body).status_code == 201
    assert other.get("/v1/me").status_code == 401


def test_people_are_listed_page_by_page(site: Installation, admin: Browser, project_id: str) -> None:
    for name in "cab":
        site.person(project_id, Role.REVIEWER, email=f"{name}@desk.invalid")
    names: list[str] = []
    path = "/v1/people?limit=2"
    while True:
        page = admin.get(path).json()
        names += [one["name"] for one in page["data"]]
        if page["next_cursor"] is None:
            break
        path = f"/v1/people?limit=2&cursor={page['next_cursor']}"
    assert names == sorted(names)
    assert len(names) == 4


def test_last_admin_stays(site: Installation, admin: Browser, project_id: str) -> None:
    path = f"/v1/people/{admin.person_id}"
    for answer in (
        admin.delete(path),
        admin.put(f"{path}/roles", {"roles": ["lead"]}),
        admin.patch(path, {"is_active": False}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "last_admin")
    assert admin.get("/v1/people").status_code == 200
    site.person(project_id, Role.ADMIN, email="second@desk.invalid")
    assert admin.put(f"{path}/roles", {"roles": ["lead"]}).status_code == 200


def test_two_admins_who_remove_each_other_at_once_leave_one(site: Installation, project_id: str) -> None:
    one = site.person(project_id, Role.ADMIN, email="one@desk.invalid")
    two = site.person(project_id, Role.ADMIN, email="two@desk.invalid")
    told: list[int] = []
    threads = [
        threading.Thread(target=lambda a=a, b=b: told.append(a.delete(f"/v1/people/{b.person_id}").status_code))
        for a, b in ((one, two), (two, one))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count(204) == 1
    left = site.store.read(lambda s: s.run("SELECT count(*) FROM memberships WHERE project_id = :p", {"p": project_id}))
    assert left[0][0] == 1


def test_level_follows_the_roles_unless_set_by_hand(admin: Browser, site: Installation, project_id: str) -> None:
    other = site.person(project_id, Role.REVIEWER)
    path = f"/v1/people/{other.person_id}"
    assert admin.put(f"{path}/roles", {"roles": ["senior"]}).json()["level"] == "senior"
    assert admin.put(f"{path}/roles", {"roles": ["reviewer"]}).json()["level"] == "junior"
    assert admin.patch(path, {"level": "senior", "skills": ["tax"]}).json()["skills"] == ["tax"]
    assert admin.put(f"{path}/roles", {"roles": ["reviewer", "auditor"]}).json()["level"] == "senior"


def test_admin_of_one_project_has_no_power_over_another(site: Installation, admin: Browser) -> None:
    """A person who also belongs elsewhere is not renamed, switched off or given a new password link from here."""
    elsewhere = site.project("lending")
    other = site.person(elsewhere, Role.ADMIN, email="both@desk.invalid")
    joined = admin.post("/v1/people", {"email": "both@desk.invalid", "name": "Other", "roles": ["reviewer"]})
    assert joined.status_code == 201
    assert (joined.json()["invite_url"], joined.json()["name"]) == (None, "both")
    path = f"/v1/people/{other.person_id}"
    for answer in (
        admin.patch(path, {"is_active": False}),
        admin.patch(path, {"name": "X"}),
        admin.post(f"{path}/invite"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "in_other_projects")
    assert admin.delete(path).status_code == 204
    again = site.browser(other.person_id, elsewhere)
    assert [one["project"] for one in again.get("/v1/me").json()["memberships"]] == ["lending"]


def test_somebody_invited_elsewhere_gets_no_second_link(site: Installation, admin: Browser) -> None:
    """Else the second project's admin could take the account, and with it the place in the first."""
    lending = site.person(site.project("lending"), Role.ADMIN)
    assert lending.post("/v1/people", NEW).json()["invite_url"] is not None
    assert admin.post("/v1/people", NEW).json()["invite_url"] is None


def test_removed_person_comes_back_without_the_old_password(
    site: Installation, admin: Browser, project_id: str
) -> None:
    other = site.person(project_id, Role.REVIEWER, email="back@desk.invalid")
    assert admin.delete(f"/v1/people/{other.person_id}").status_code == 204
    body = {"email": "back@desk.invalid", "name": "Back", "roles": ["reviewer"]}
    assert admin.post("/v1/people", body).json()["invite_url"] is not None
    given = {"email": "back@desk.invalid", "password": PASSWORD}
    assert site.stranger().post("/v1/sessions", json=given).status_code == 401


def test_member_is_added_once(admin: Browser) -> None:
    assert admin.post("/v1/people", NEW).status_code == 201
    assert admin.post("/v1/people", NEW).json()["error"]["code"] == "already_member"


def test_each_change_is_in_the_log(site: Installation, admin: Browser) -> None:
    path = f"/v1/people/{admin.post('/v1/people', NEW).json()['person_id']}"
    admin.put(f"{path}/roles", {"roles": ["senior"]})
    admin.patch(path, {"languages": ["en"]})
    admin.delete(path)
    told = [kind for kind in site.audit_kinds() if kind.startswith("person.")]
    assert told == ["person.invited", "person.invited", "person.roles_changed", "person.changed", "person.removed"]
