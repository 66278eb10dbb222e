"""Any request: signed by key or session, with keys, retries and errors as the SDK has them."""

from __future__ import annotations

import logging

import pytest

from handrail import Forbidden, HandrailError, Stale, Unauthenticated, Unreachable
from handrail.client.api import Api
from tests.client.server import KEY, LossyLine, State, fault

PASSWORD = "a long password"


def test_a_key_signs_each_request(server: str) -> None:
    with Api(server, KEY) as api:
        assert api.get("/v1/me") == {"csrf_token": "csrf-7"}
    with pytest.raises(Unauthenticated):
        Api(server).get("/v1/me")


def test_a_session_sends_cookie_origin_and_csrf_token(server: str, state: State) -> None:
    ana = Api(server).sign_in("ana@example.org", PASSWORD, project="claims")
    ana.post("/v1/items", {"output": "x"})
    last = state.seen[-1].headers
    assert (last["x-csrf-token"], last["handrail-project"], last["origin"]) == ("csrf-7", "claims", server)
    assert "handrail=open-sesame" in last["cookie"]


def test_two_people_have_two_sessions(server: str, state: State) -> None:
    nobody = Api(server)
    ana = nobody.sign_in("ana@example.org", PASSWORD)
    with pytest.raises(Unauthenticated):
        nobody.get("/v1/me")
    assert ana.for_project("support").get("/v1/me")
    assert state.seen[-1].headers["handrail-project"] == "support"
    assert "handrail-project" not in state.seen[-2].headers


def test_a_wrong_password_is_told(server: str) -> None:
    with pytest.raises(Unauthenticated, match="Name or password is wrong"):
        Api(server).sign_in("ana@example.org", "wrong")


def test_a_change_has_a_key_that_it_keeps(line: LossyLine, state: State) -> None:
    api = Api(line.url, KEY, _sleep=lambda _: None)
    line.losing = 1
    api.post("/v1/items", {"output": "x"})
    assert len(state.results) == 1
    first, second = state.seen
    assert first.key == second.key is not None
    api.get("/v1/me")
    assert state.seen[-1].key is None


def test_a_key_given_by_hand_is_sent(server: str, state: State) -> None:
    Api(server, KEY).request("POST", "/v1/items", json={"output": "x"}, headers={"Idempotency-Key": "mine"})
    assert state.seen[-1].key == "mine"


def test_etags_go_there_and_back(server: str) -> None:
    api = Api(server, KEY)
    done = api.request("POST", "/v1/policies/2/activate", json={}, headers={"If-Match": '"r7"'})
    assert (done.status, done.etag, done.json) == (200, '"r8"', {"version": 2})
    with pytest.raises(Stale):
        api.request("POST", "/v1/policies/2/activate", json={}, headers={"If-Match": '"r6"'})


def test_rows_run_over_all_pages(server: str, state: State) -> None:
    api = Api(server, KEY)
    for n in range(5):
        api.post("/v1/items", {"output": f"{n}"})
    assert [row["item_id"] for row in api.rows("/v1/items", limit=2)] == sorted(state.results)
    assert [seen.query for seen in state.seen[-3:]] == [
        {"limit": "2"},
        {"limit": "2", "cursor": "2"},
        {"limit": "2", "cursor": "4"},
    ]


def test_errors_are_those_of_the_sdk(server: str, state: State) -> None:
    state.faults.append(fault(403, "four_eyes"))
    with pytest.raises(Forbidden) as caught:
        Api(server, KEY).get("/v1/me")
    assert (caught.value.code, caught.value.docs) == ("four_eyes", "/docs/errors#four_eyes")
    with pytest.raises(Unreachable):
        Api("http://127.0.0.1:9", KEY, retries=0).get("/v1/me")
    with pytest.raises(HandrailError):
        Api("nonsense")


def test_secrets_are_nowhere_to_be_read(server: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="httpx")
    keyed, ana = Api(server, KEY), Api(server).sign_in("ana@example.org", PASSWORD)
    keyed.get("/v1/me")
    told = [repr(keyed), repr(ana), repr(vars(keyed)), caplog.text]
    assert not [one for one in told if KEY[5:] in one or PASSWORD in one or "open-sesame" in one]
