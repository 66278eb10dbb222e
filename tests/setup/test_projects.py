"""Projects: one's own are listed, changes need the ETag."""

from __future__ import annotations

from handrail.web.permissions import Role
from tests.support.desk import Installation


def test_maker_of_a_project_is_its_admin(site: Installation) -> None:
    admin = site.person(site.project(), Role.ADMIN)
    made = admin.post("/v1/projects", {"slug": "lending", "name": "Lending", "zone": "Europe/Berlin"})
    assert made.status_code == 201
    assert [one["slug"] for one in admin.get("/v1/projects").json()["data"]] == ["claims", "lending"]
    places = {one["project"]: one["roles"] for one in admin.get("/v1/me").json()["memberships"]}
    assert places["lending"] == ["admin", "engineer", "lead"]


def test_only_own_projects_are_listed(site: Installation) -> None:
    reviewer = site.person(site.project(), Role.REVIEWER)
    site.project("lending")
    assert [one["slug"] for one in reviewer.get("/v1/projects").json()["data"]] == ["claims"]


def test_slug_is_taken_once_and_the_zone_is_real(site: Installation) -> None:
    admin = site.person(site.project(), Role.ADMIN)
    taken = admin.post("/v1/projects", {"slug": "claims", "name": "Again"})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "slug_taken")
    for zone in ("Mars/Base", "../../etc/passwd", ""):
        answer = admin.post("/v1/projects", {"slug": "x", "name": "X", "zone": zone})
        assert (answer.status_code, answer.json()["error"]["fields"][0]["path"]) == (422, "/zone")


def test_changes_need_the_etag_that_was_read(site: Installation) -> None:
    admin = site.person(site.project(), Role.ADMIN)
    tag = admin.get("/v1/projects/claims").headers["ETag"]
    assert tag == '"r1"'
    assert admin.patch("/v1/projects/claims", {"name": "A"}).status_code == 428
    first = admin.patch("/v1/projects/claims", {"name": "A"}, headers={"If-Match": tag})
    assert (first.status_code, first.headers["ETag"]) == (200, '"r2"')
    assert admin.patch("/v1/projects/claims", {"name": "B"}, headers={"If-Match": tag}).status_code == 412
    assert admin.get("/v1/projects/claims").json()["name"] == "A"


def test_pages_of_projects_follow_each_other(site: Installation) -> None:
    admin = site.person(site.project(), Role.ADMIN)
    for slug in ("d", "b", "e"):
        admin.post("/v1/projects", {"slug": slug, "name": slug})
    first = admin.get("/v1/projects?limit=2").json()
    second = admin.get(f"/v1/projects?limit=2&cursor={first['next_cursor']}").json()
    assert [one["slug"] for one in first["data"] + second["data"]] == ["b", "claims", "d", "e"]
    assert second["next_cursor"] is None
