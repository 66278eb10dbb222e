"""Webhooks over HTTP: made, changed, rotated, and what reaches their receivers."""

from __future__ import annotations

import json

import pytest
from standardwebhooks import WebhookVerificationError

from benchmarks.receiver import OK, Call
from handrail.audit import verify
from handrail.stages.delivering.service import deliveries
from tests.support.mailroom import Mailroom, verified


def test_an_outcome_reaches_the_receiver_signed_and_the_item_is_delivered(mailroom: Mailroom) -> None:
    made = mailroom.webhook()
    item_id = mailroom.released(deliver={"webhook": "app", "reference": "thread-9"})
    mailroom.send()
    [call] = mailroom.receiver.calls
    event = verified(call, made["secret"])
    assert call.headers["content-type"] == "application/json"
    assert call.id == event["id"]
    assert (event["type"], event["subject"], event["source"][:10]) == ("item.released", item_id, "/projects/")
    assert event["data"]["result"] == mailroom.office.result(item_id)
    assert event["data"]["result"]["reference"] == "thread-9"
    assert mailroom.office.item(item_id)["state"] == "delivered"
    assert mailroom.office.kinds(item_id)[-1] == "item.delivered"
    assert [type for _, type in mailroom.office.events(item_id)][-1] == "item.delivered"
    [delivery] = mailroom.deliveries()
    assert (delivery["state"], delivery["subject"], delivery["event_id"]) == ("done", item_id, event["id"])
    assert [(one["status"], one["answer"]) for one in delivery["attempts"]] == [(200, "ok")]
    assert mailroom.client.get(f"/v1/items/{item_id}").json()["deliveries"][0]["state"] == "done"
    mailroom.send()
    assert len(mailroom.receiver.calls) == 1  # item.delivered goes only to who asks for it
    assert verify(mailroom.office.store.read, mailroom.office.key).ok


def test_the_first_acknowledgement_delivers_and_the_event_does_not_loop(mailroom: Mailroom) -> None:
    mailroom.webhook("one", types=["item.*"])
    mailroom.webhook("two", types=["*"])
    item_id = mailroom.released()
    for _ in range(4):
        mailroom.send()
    types = [json.loads(one.body)["type"] for one in mailroom.receiver.at("/one")]
    assert sorted(types) == ["item.delivered", "item.received", "item.released"]
    all_types = [json.loads(one.body)["type"] for one in mailroom.receiver.at("/two")]
    assert sorted(one for one in all_types if one.startswith("item.")) == sorted(types)
    assert mailroom.office.kinds(item_id).count("item.delivered") == 1


def test_globs_and_names_choose_events_and_typing_errors_are_told(mailroom: Mailroom) -> None:
    made = mailroom.webhook()
    assert made["types"] == ["item.released", "item.blocked", "item.recalled"]
    mailroom.webhook("reviews", types=["review.*", "item.escalated"])
    mailroom.released()
    waiting = mailroom.office.submit()["item_id"]
    mailroom.send()
    assert [json.loads(one.body)["type"] for one in mailroom.receiver.at("/app")] == ["item.released"]
    assert [json.loads(one.body)["subject"] for one in mailroom.receiver.at("/reviews")] == [waiting]
    told = mailroom.client.post(
        "/v1/webhooks", json={"name": "x", "url": "https://app.example", "types": ["item.relesed"]}
    ).json()["error"]
    assert (told["code"], told["fields"][0]["path"], told["fields"][0]["suggestion"]) == (
        "invalid",
        "/types/0",
        "item.released",
    )


def test_an_item_may_name_the_one_webhook_that_gets_its_outcome(mailroom: Mailroom) -> None:
    mailroom.webhook("app")
    mailroom.webhook("other", types=["item.escalated"])
    mine = mailroom.released(deliver={"webhook": "other"})
    everyones = mailroom.released()
    mailroom.send()
    assert [json.loads(one.body)["subject"] for one in mailroom.receiver.at("/other")] == [mine]
    assert [json.loads(one.body)["subject"] for one in mailroom.receiver.at("/app")] == [everyones]
    told = mailroom.client.post("/v1/items", json={"output": "x", "deliver": {"webhook": "none"}})
    assert (told.status_code, told.json()["error"]["fields"][0]["path"]) == (422, "/deliver/webhook")


def test_without_content_no_text_leaves(mailroom: Mailroom) -> None:
    mailroom.webhook(content=False)
    item_id = mailroom.released(output="A very private letter.", prompt="secretly")
    mailroom.send()
    [call] = mailroom.receiver.calls
    assert b"private" not in call.body
    result = json.loads(call.body)["data"]["result"]
    assert (result["item_id"], result["status"], result["text"], result["output"]) == (item_id, "released", None, None)


def test_rotation_signs_with_both_until_the_window_is_over(mailroom: Mailroom) -> None:
    old = mailroom.webhook()["secret"]
    told = mailroom.client.post("/v1/webhooks/app/rotate", json={"overlap": "2h"}).json()
    new = told["secret"]
    assert new != old
    assert told["old_secret_until"] is not None
    mailroom.released()
    mailroom.send()
    verified(mailroom.receiver.calls[-1], old)
    verified(mailroom.receiver.calls[-1], new)
    mailroom.office.shift(hours=3)
    mailroom.released()
    mailroom.send()
    verified(mailroom.receiver.calls[-1], new)
    with pytest.raises(WebhookVerificationError):
        verified(mailroom.receiver.calls[-1], old)
    assert mailroom.shown()["old_secret_until"] is None
    for wrong in ("8d", "soon"):
        assert mailroom.client.post("/v1/webhooks/app/rotate", json={"overlap": wrong}).status_code == 422


def test_the_secret_is_shown_once_and_the_database_does_not_give_it(mailroom: Mailroom) -> None:
    headers = {"Idempotency-Key": "make-it"}
    body = {"name": "app", "url": f"{mailroom.receiver.url}/app"}
    first, again = (mailroom.client.post("/v1/webhooks", json=body, headers=headers).json() for _ in range(2))
    secret = first["secret"]
    assert secret.startswith("whsec_")
    assert again == first | {"secret": None}
    assert mailroom.shown()["secret"] is None
    assert mailroom.client.get("/v1/webhooks").json()["data"][0]["secret"] is None
    [row] = mailroom.office.rows("SELECT * FROM webhooks")
    assert secret.removeprefix("whsec_") not in str(row)
    kept = mailroom.office.rows("SELECT response FROM idempotency_keys")
    assert secret not in str(kept)


def test_t09_another_host_drops_the_secret_and_the_same_host_keeps_it(mailroom: Mailroom) -> None:
    old = mailroom.webhook()["secret"]
    moved = mailroom.patch("app", url=f"{mailroom.receiver.url}/elsewhere").json()
    assert (moved["url"][-9:], moved["secret"]) == ("elsewhere", None)
    gone = mailroom.patch("app", url="https://app.example/hooks").json()
    assert gone["secret"] not in (None, old)
    back = mailroom.patch("app", url=f"{mailroom.receiver.url}/app").json()
    assert back["secret"] not in (None, old, gone["secret"])
    mailroom.released()
    mailroom.send()
    verified(mailroom.receiver.calls[-1], back["secret"])
    with pytest.raises(WebhookVerificationError):
        verified(mailroom.receiver.calls[-1], old)


def test_changes_need_the_etag(mailroom: Mailroom) -> None:
    mailroom.webhook()
    path = "/v1/webhooks/app"
    assert mailroom.client.patch(path, json={"content": False}).status_code == 428
    assert mailroom.client.patch(path, json={"content": False}, headers={"If-Match": '"r9"'}).status_code == 412
    changed = mailroom.patch("app", content=False)
    assert (changed.status_code, changed.json()["content"], changed.headers["ETag"]) == (200, False, '"r2"')
    assert mailroom.client.delete(path).status_code == 428
    assert mailroom.client.delete(path, headers={"If-Match": '"r2"'}).status_code == 204
    assert mailroom.client.get(path).status_code == 404
    mailroom.webhook()  # the name is free again
    told = mailroom.client.post("/v1/webhooks", json={"name": "app", "url": "https://app.example"})
    assert (told.status_code, told.json()["error"]["code"]) == (409, "name_taken")
    assert [kind for kind in mailroom.audit_kinds() if kind.startswith("webhook.")] == [
        "webhook.created",
        "webhook.changed",
        "webhook.deleted",
        "webhook.created",
    ]


def test_switched_off_nothing_goes_and_switched_on_what_happened_since(mailroom: Mailroom) -> None:
    mailroom.webhook()
    assert mailroom.patch("app", enabled=False).json()["enabled"] is False
    mailroom.released()
    mailroom.send()
    assert mailroom.receiver.calls == []
    assert mailroom.client.post("/v1/webhooks/app/test").status_code == 409
    assert mailroom.patch("app", enabled=True).json()["disabled_why"] is None
    mailroom.send()
    assert len(mailroom.receiver.calls) == 1


def test_a_new_webhook_gets_what_happens_from_now_on(mailroom: Mailroom) -> None:
    mailroom.released()
    mailroom.office.number_all()
    mailroom.webhook()
    mailroom.send()
    assert mailroom.receiver.calls == []


def test_a_test_goes_to_one_webhook_and_is_tried_once(mailroom: Mailroom) -> None:
    made = mailroom.webhook()
    mailroom.webhook("all", types=["item.*"])
    told = mailroom.client.post("/v1/webhooks/app/test")
    assert (told.status_code, told.json()["state"]) == (202, "waiting")
    mailroom.send()
    [call] = mailroom.receiver.calls
    assert (call.path, verified(call, made["secret"])["type"]) == ("/app", "webhook.test")
    mailroom.receiver.behave = lambda _: b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nsoso"
    failing = mailroom.client.post("/v1/webhooks/app/test").json()["delivery_id"]
    mailroom.send()
    one = next(one for one in mailroom.deliveries() if one["delivery_id"] == failing)
    assert (one["state"], one["attempts"][0]["status"], one["attempts"][0]["answer"]) == ("dead", 500, "soso")


def test_a_freeze_holds_deliveries_and_a_plain_stop_does_not(mailroom: Mailroom) -> None:
    mailroom.webhook()
    first = mailroom.released()
    mailroom.office.stop(freeze=True)
    mailroom.send()
    assert mailroom.receiver.calls == []
    assert [one["state"] for one in mailroom.deliveries()] == ["waiting"]
    mailroom.office.lift()
    mailroom.office.stop()
    mailroom.send()
    assert [json.loads(one.body)["subject"] for one in mailroom.receiver.calls] == [first]


def test_one_delivery_and_a_span_go_out_once_more_under_the_same_ids(mailroom: Mailroom) -> None:
    mailroom.webhook()
    for _ in range(3):
        mailroom.released()
    mailroom.send()
    ids = [call.id for call in mailroom.receiver.calls]
    one = mailroom.deliveries()[0]
    told = mailroom.client.post(f"/v1/deliveries/{one['delivery_id']}/replay")
    assert (told.status_code, told.json()["state"]) == (202, "waiting")
    mailroom.send()
    assert [call.id for call in mailroom.receiver.calls[3:]] == [one["event_id"]]
    span = {"webhook": "app", "from": "2020-01-01T00:00:00.000Z"}
    assert mailroom.client.post("/v1/deliveries/replay", json=span).status_code == 202
    mailroom.office.run_due()
    mailroom.send()
    assert sorted(call.id for call in mailroom.receiver.calls[4:]) == sorted(ids)
    assert mailroom.client.post("/v1/deliveries/replay", json=span | {"webhook": "none"}).status_code == 404
    empty = span | {"to": "2019-01-01T00:00:00.000Z"}
    assert mailroom.client.post("/v1/deliveries/replay", json=empty).status_code == 422
    item = mailroom.office.kinds(json.loads(mailroom.receiver.calls[0].body)["subject"])
    assert item.count("item.delivered") == 1


def test_health_counts_what_the_receiver_did(mailroom: Mailroom) -> None:
    mailroom.webhook()
    empty = mailroom.shown()["health"]
    assert (empty["attempts"], empty["success_share"], empty["p95_ms"], empty["ticks"]) == (0, None, None, [])
    answers = iter([OK, b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", OK])

    def behave(_: Call) -> bytes:
        return next(answers)

    mailroom.receiver.behave = behave
    for _ in range(3):
        mailroom.released()
        mailroom.send()
    health = mailroom.shown()["health"]
    assert (health["attempts"], health["succeeded"], health["ticks"]) == (3, 2, [True, False, True])
    assert health["success_share"] == pytest.approx(2 / 3)
    assert (health["waiting"], health["dead"], health["failures_in_a_row"]) == (1, 0, 0)
    assert health["last_error"] == "The receiver answered 503."
    assert health["oldest_waiting_at"] is not None
    mailroom.office.shift(hours=2)
    assert mailroom.shown()["health"]["attempts"] == 0


def test_after_thirty_days_events_and_deliveries_are_gone_but_numbers_go_on(mailroom: Mailroom) -> None:
    mailroom.webhook()
    mailroom.released()
    mailroom.send()
    mailroom.office.shift(days=31)
    last = mailroom.released()
    mailroom.office.number_all()
    mailroom.office.run_due()
    assert mailroom.deliveries() == []
    kept = mailroom.client.get("/v1/events", params={"type": "item.*"}).json()["data"]
    assert {one["subject"] for one in kept} == {last}
    mailroom.send()
    assert len(mailroom.receiver.calls) == 2


def test_the_health_of_the_house_tells_of_webhooks_in_numbers(mailroom: Mailroom) -> None:
    def part() -> str | None:
        parts = mailroom.client.get("/v1/health").json()["parts"]
        return next(one["why"] for one in parts if one["name"] == "webhooks")  # type: ignore[no-any-return]  # JSON

    mailroom.webhook()
    mailroom.released()
    mailroom.office.number_all()
    mailroom.office.store.write(deliveries.fan_out)
    assert part() is None
    mailroom.office.shift(minutes=3)
    assert part() == "Deliveries are due and nobody sends them; start a worker."
    mailroom.receiver.behave = lambda _: b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
    for _ in range(10):
        mailroom.released()
    mailroom.send()
    assert str(part()).startswith("1 webhook has not been answered for a while")
    mailroom.receiver.behave = lambda _: OK
    mailroom.office.shift(minutes=10)
    mailroom.send()
    assert part() is None
