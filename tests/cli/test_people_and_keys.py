"""`handrail users` and `handrail keys`: the same answers over HTTP and on the database itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import httpx
import pytest

from handrail.client.api import Api
from handrail.web.permissions import Role
from tests.support.commands import Commands
from tests.support.house import PASSWORD, Served


@pytest.fixture(params=["http", "here"])
def options(request: pytest.FixtureRequest, served: Served) -> list[str]:
    """How the commands reach the project."""
    served.person("admin@desk.invalid", Role.ADMIN)
    return served.options() if request.param == "http" else served.here()


def test_people_come_change_and_go(served: Served, commands: Commands, options: list[str]) -> None:
    added = commands(
        "users", "add", "Ana@desk.invalid", "--name", "Ana Lind", "--role", "reviewer", "--skill", "claims", *options
    )
    assert added.code == 0
    link = re.search(r"/accept#(\S+)", added.out)
    assert link is not None
    listed = commands("users", "list", "--json", *options).json
    ana = next(one for one in listed if one["email"] == "ana@desk.invalid")
    assert (ana["name"], ana["roles"], ana["skills"], ana["is_invited"]) == ("Ana Lind", ["reviewer"], ["claims"], True)

    again = commands("users", "invite", "ana@desk.invalid", "--json", *options).json
    token = again["invite_url"].partition("#")[2]
    assert token != link[1]
    accept = f"{served.url}/v1/people/accept"
    assert httpx.post(accept, json={"token": link[1], "password": PASSWORD}).status_code == 404
    assert httpx.post(accept, json={"token": token, "password": PASSWORD}).status_code in (200, 201)
    assert served.signed_in("ana@desk.invalid").get("/v1/me")["memberships"][0]["roles"] == ["reviewer"]

    assert commands("users", "roles", "ana@desk.invalid", "senior", "auditor", *options).code == 0
    assert "senior" in commands("users", "list", *options).out
    assert commands("users", "disable", "ana@desk.invalid", *options).code == 0
    with pytest.raises(Exception, match="Email or password"):
        served.signed_in("ana@desk.invalid")
    assert commands("users", "enable", "ana@desk.invalid", *options).code == 0
    served.signed_in("ana@desk.invalid")


def test_refusals_are_sentences_with_their_codes(served: Served, commands: Commands, options: list[str]) -> None:
    assert commands("users", "roles", "nobody@desk.invalid", "lead", *options).code == 2
    assert commands("users", "roles", "admin@desk.invalid", "king", *options).code == 2
    last = commands("users", "disable", "admin@desk.invalid", *options)
    assert (last.code, "without an admin" in last.err) == (5, True)
    twice = commands("users", "add", "admin@desk.invalid", "--role", "lead", *options)
    assert (twice.code, "is a member of the project already" in twice.err) == (5, True)


def test_a_key_is_made_used_and_revoked(served: Served, commands: Commands, options: list[str]) -> None:
    made = commands("keys", "add", "claims app", "--expires", "90d", *options)
    key = made.out.strip()
    assert key.startswith("hrk_")
    assert Api(served.url, key).post("/v1/items", {"output": "x"})["status"] == "pending"
    listed = commands("keys", "list", *options).out
    assert key not in listed
    assert key.split("_", 2)[2] not in listed
    assert "claims app" in listed
    assert commands("keys", "revoke", key, *options).code == 0
    served.installation.house.forget()
    with pytest.raises(Exception, match="unauthenticated"):
        Api(served.url, key).post("/v1/items", {"output": "y"})
    assert commands("keys", "revoke", "nothere1", *options).code == 2
    assert commands("keys", "add", "x", "--scope", "items.eat", *options).code == 5
    assert commands("keys", "add", "x", "--expires", "soon", *options).code == 2


def test_every_change_stands_in_the_log(served: Served, commands: Commands, options: list[str]) -> None:
    commands("users", "add", "ana@desk.invalid", "--role", "reviewer", *options)
    commands("keys", "add", "app", *options)
    kinds = {row[0] for row in served.rows("SELECT kind FROM audit_entries")}
    assert {"person.invited", "key.created"} <= kinds


def test_beside_a_running_server_the_database_is_not_touched(
    commands: Commands, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The lock of `handrail serve` keeps a second writer out, with a sentence."""
    data = tmp_path_factory.mktemp("data")
    environment = {name: one for name, one in os.environ.items() if not name.startswith("HANDRAIL_")}
    holding = (
        "import time; from pathlib import Path; from handrail.storage import WriterLock\n"
        f"lock = WriterLock(Path({str(data / 'handrail.db')!r})); lock.take()\n"
        "print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holding], env=environment, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        ended = commands("users", "list", "--data-dir", data, "--project", "claims")
        holder.kill()
    assert ended.code == 3
    assert "--url" in ended.err


def test_one_person_is_let_in_with_a_password_on_the_database_alone(served: Served, commands: Commands) -> None:
    served.person("admin@desk.invalid", Role.ADMIN)
    over_http = commands("users", "password", "admin@desk.invalid", *served.options())
    assert (over_http.code, "on the database itself" in over_http.err) == (2, True)
    here = served.here()
    let_in = commands("users", "password", "admin@desk.invalid", "--lasts", "2h", *here)
    assert (let_in.code, "can use a password for 2h" in let_in.out) == (0, True)
    link = re.search(r"/accept#(\S+)", let_in.out)
    assert link is not None
    body = {"token": link[1], "password": "another one for tonight"}
    assert httpx.post(f"{served.url}/v1/people/accept", json=body).status_code == 201
    assert ("person.password_allowed",) in served.rows("SELECT kind FROM audit_entries")
    for wrong in ("8d", "soon", "0s"):
        assert commands("users", "password", "admin@desk.invalid", "--lasts", wrong, *here).code == 2
    assert commands("users", "password", "nobody@desk.invalid", *here).code == 2
