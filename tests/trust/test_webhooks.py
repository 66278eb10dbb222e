"""T8, T9, T41, X15: addresses that must not be called, receivers that misbehave, signatures that must not pass."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from benchmarks.receiver import OK, Call, receiving
from handrail.background.outgoing import Outgoing
from handrail.kit.clock import SystemClock
from handrail.stages.delivering.rules.schedule import WAITS
from tests.support.mailroom import Mailroom, verified

GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
ERROR = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
INSIDE = """
http://127.0.0.1/ http://127.9.9.9/ http://localhost/ http://localhost./ http://LOCALHOST:80/ http://a.localhost/
http://10.0.0.4/ http://172.16.0.1/ http://172.31.255.255/ http://192.168.1.1/ http://100.64.0.1/ http://100.127.0.1/
http://169.254.169.254/latest/meta-data/ http://169.254.1.1/ http://0.0.0.0/ http://0.1.2.3/ http://255.255.255.255/
http://224.0.0.1/ http://240.0.0.1/ http://198.18.0.1/ http://192.0.0.1/ http://192.0.2.1/
http://[::1]/ http://[::]/ http://[::ffff:127.0.0.1]/ http://[::ffff:10.0.0.4]/ http://[::ffff:a00:4]/ http://[fc00::1]/
http://[fd12:3456::1]/ http://[fe80::1]/ http://[fec0::1]/ http://[ff02::1]/ http://[2002:0a00:0004::1]/
http://[64:ff9b::10.0.0.4]/ http://[::10.0.0.4]/ http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/ http://[2001:db8::1]/
http://2130706433/ http://0x7f000001/ http://0177.0.0.1/ http://127.1/ http://0x7f.1/ http://017700000001/
http://10.0.0.04/ http://1.1.1.1./x http://metadata.google.internal/ http://printer.local/ http://db.internal/
""".replace("http://1.1.1.1./x", "").split()
MALFORMED = [
    "http://user:pass@app.example/",
    "http://app.example@10.0.0.4/",
    "ftp://app.example/",
    "file:///etc/passwd",
    "gopher://app.example/",
    "//app.example/",
    "app.example/hooks",
    "http://",
    "http:///x",
    "http://app.example:0/",
    "http://app.example:99999/",
    "http://app.example\\@10.0.0.4/",
    "http://app.example /",
    "http://app.example/\r\nX: y",
    "http://bücher.example/",
    "http://１２７.0.0.1/",
    "http://app%2eexample/",
    "http://[::1%25lo]/",
    "http://app.example/#part",
]


def test_t08_addresses_inside_are_refused_at_save(mailroom: Mailroom) -> None:
    for url in (*INSIDE, *MALFORMED):
        told = mailroom.client.post("/v1/webhooks", json={"name": "app", "url": url})
        assert told.status_code == 422, url
        error = told.json()["error"]
        assert (error["code"], error["fields"][0]["path"]) == ("address_refused", "/url"), url
        assert mailroom.audit_kinds()[-1] == "webhook.address_refused", url
    assert mailroom.client.get("/v1/webhooks").json()["data"] == []
    mailroom.webhook()
    for url in (*INSIDE, *MALFORMED):
        assert mailroom.patch("app", url=url).json()["error"]["code"] == "address_refused", url
        assert mailroom.audit_kinds()[-1] == "webhook.address_refused", url


@pytest.mark.parametrize(
    "url",
    [
        "https://app.example/hooks?a=b",
        "http://93.184.216.34:8080/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/",
        "https://app.example./",
        "https://xn--bcher-kva.example/",
        "https://localhost.example/",
    ],
)
def test_t08_addresses_outside_are_taken(mailroom: Mailroom, url: str) -> None:
    told = mailroom.client.post("/v1/webhooks", json={"name": "app", "url": url})
    assert told.status_code == 201, told.text


@pytest.mark.parametrize(
    "ips",
    [
        ["10.0.0.4"],
        ["127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["93.184.216.34", "10.0.0.4"],
        ["fe80::1%lo"],
    ],
)
def test_t08_names_that_lead_inside_are_refused_at_connect(mailroom: Mailroom, ips: list[str]) -> None:
    """Also when only one of several addresses lies inside; said in the attempt and in the audit log."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        assert host == "app.example"
        return ips

    mailroom.resolve = resolve
    port = mailroom.receiver.port
    mailroom.client.post("/v1/webhooks", json={"name": "app", "url": f"http://app.example:{port}/"})
    mailroom.released()
    mailroom.send()
    assert mailroom.receiver.calls == []
    [delivery] = mailroom.deliveries()
    assert delivery["state"] == "waiting"
    assert delivery["attempts"][0]["status"] is None
    assert "inside a private network" in delivery["attempts"][0]["error"]
    assert "webhook.address_refused" in mailroom.audit_kinds()


def test_t08_what_the_configuration_names_is_called(mailroom: Mailroom) -> None:
    """A host with its port is let through; another port of the same host is not."""
    mailroom.webhook()
    other = {"name": "x", "url": "http://127.0.0.1:1/"}
    assert mailroom.client.post("/v1/webhooks", json=other).json()["error"]["code"] == "address_refused"
    mailroom.released()
    mailroom.send()
    assert len(mailroom.receiver.calls) == 1


def test_t09_rebinding_finds_nothing(mailroom: Mailroom) -> None:
    """A name is looked up once for each attempt: what was checked is what is called, and the next attempt checks
    afresh."""
    answers = [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.3"]]

    async def resolve(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    name = f"rebound.example:{mailroom.receiver.port}"
    mailroom.client.post("/v1/webhooks", json={"name": "app", "url": f"http://{name}/"})
    sender = mailroom.office.rooms.sender
    for allowed in ([name], []):
        sender.outgoing = lambda allowed=allowed: Outgoing(allowed, 1.0, resolve)  # type: ignore[misc]  # a default binds the loop's value
        mailroom.released()
        mailroom.office.number_all()
        sender.send_due()
    assert len(mailroom.receiver.calls) == 1
    assert answers == [["127.0.0.3"]]
    newest, first = mailroom.deliveries()
    assert (first["state"], newest["state"]) == ("done", "waiting")
    assert "inside a private network" in newest["attempts"][0]["error"]


def test_t09_the_checked_address_is_called_under_its_name(mailroom: Mailroom) -> None:
    """The receiver sees the name it is known by, though the connection goes to an IP address."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    name = f"friend.example:{mailroom.receiver.port}"
    desk = mailroom.office.rooms.deliveries
    mailroom.webhook()
    mailroom.released()
    mailroom.office.number_all()
    mailroom.office.store.write(lambda s: s.change("UPDATE webhooks SET url = :url", {"url": f"http://{name}/in?a=b"}))
    sender = mailroom.office.rooms.sender
    sender.outgoing = lambda: Outgoing([name], 1.0, resolve)
    sender.send_due()
    [call] = mailroom.receiver.calls
    assert (call.headers["host"], call.path) == (name, "/in?a=b")
    assert list(desk.allowed_hosts) == [mailroom.receiver.host]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_t09_redirects_are_not_followed(mailroom: Mailroom, status: int) -> None:
    with receiving() as trap:
        location = f"Location: {trap.url}/stolen\r\n"
        answer = f"HTTP/1.1 {status} Moved\r\n{location}Content-Length: 0\r\n\r\n".encode()
        mailroom.receiver.behave = lambda _: answer
        mailroom.webhook()
        mailroom.released()
        mailroom.send()
        assert trap.calls == []
    [delivery] = mailroom.deliveries()
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("waiting", status)
    assert delivery["attempts"][0]["error"].endswith("Redirects are not followed.")


# --- T41: what a receiver must refuse --------------------------------------------------------------------------------


def test_t41_forged_edited_and_stale_calls_do_not_verify(mailroom: Mailroom) -> None:
    secret = mailroom.webhook()["secret"]
    mailroom.released()
    mailroom.send()
    [call] = mailroom.receiver.calls
    assert verified(call, secret)
    other = mailroom.webhook("other")["secret"]
    hook, now = Webhook(secret), SystemClock().now()
    for body, headers in (
        (call.body.replace(b"released", b"rejected"), call.headers),
        (call.body, {**call.headers, "webhook-id": "another"}),
        (call.body, {**call.headers, "webhook-timestamp": str(int((now + timedelta(seconds=1)).timestamp()))}),
        (call.body, {name: one for name, one in call.headers.items() if name != "webhook-signature"}),
        (call.body, {**call.headers, "webhook-signature": "v1," + "A" * 43 + "="}),
    ):
        with pytest.raises(WebhookVerificationError):
            hook.verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        verified(call, other)
    for minutes in (-6, 6):
        then = now + timedelta(minutes=minutes)
        signed = hook.sign(call.id, then, call.body.decode())
        stale = {**call.headers, "webhook-timestamp": str(int(then.timestamp())), "webhook-signature": signed}
        with pytest.raises(WebhookVerificationError):
            hook.verify(call.body, stale)


# --- X15: receivers that misbehave -----------------------------------------------------------------------------------


def test_x15_one_that_hangs_holds_no_other_back(mailroom: Mailroom) -> None:
    """Eight deliveries to a receiver that never answers, and the other endpoint has all of its own."""
    mailroom.receiver.behave = lambda call: "hang" if call.path == "/hangs" else OK
    mailroom.within_s = 3.0
    mailroom.webhook("hangs")
    mailroom.webhook("good")
    ids = [mailroom.released() for _ in range(8)]
    mailroom.send()
    assert sorted(json.loads(one.body)["subject"] for one in mailroom.receiver.at("/good")) == sorted(ids)
    assert {one["state"] for one in mailroom.deliveries(webhook="good")} == {"done"}
    waiting = mailroom.deliveries(webhook="hangs")
    assert {one["state"] for one in waiting} == {"waiting"}
    assert {one["error"] for each in waiting for one in each["attempts"]} == {"No whole answer within 3 s."}
    assert all(mailroom.office.item(id)["state"] == "delivered" for id in ids)


@pytest.mark.parametrize("how", ["creep", "reset", "hang"])
def test_x15_no_whole_answer_is_a_failure_and_comes_again_under_its_id(mailroom: Mailroom, how: str) -> None:
    answers: list[bytes | str] = [how, OK]
    mailroom.receiver.behave = lambda _: answers.pop(0)
    mailroom.within_s = 1.0
    mailroom.webhook()
    mailroom.released()
    mailroom.send()
    [delivery] = mailroom.deliveries()
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("waiting", None)
    mailroom.within_s = 15.0
    mailroom.office.shift(seconds=10)
    mailroom.send()
    first, second = mailroom.receiver.calls
    assert first.id == second.id
    assert mailroom.deliveries()[0]["state"] == "done"


def test_x15_a_body_that_drips_is_not_waited_for(mailroom: Mailroom) -> None:
    """The receiver has said 200; what it drips afterwards keeps nobody."""
    mailroom.receiver.behave = lambda _: "drip"
    mailroom.webhook()
    mailroom.released()
    mailroom.send()
    [delivery] = mailroom.deliveries()
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("done", 200)


def test_x15_a_long_answer_is_read_in_part_and_shown_as_text(mailroom: Mailroom) -> None:
    body = b"<script>\x00\x1b[31m" + b"x" * 1_000_000
    mailroom.receiver.behave = lambda _: b"HTTP/1.1 500 Oops\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    mailroom.webhook()
    mailroom.released()
    mailroom.send()
    answer = mailroom.deliveries()[0]["attempts"][0]["answer"]
    assert answer.startswith("<script>")
    assert len(answer) <= 1_024
    assert not set(answer) & {"\x00", "\x1b"}


def test_x15_410_switches_the_webhook_off_and_says_so(mailroom: Mailroom) -> None:
    mailroom.receiver.behave = lambda call: GONE if call.path == "/gone" else OK
    mailroom.webhook("gone")
    mailroom.webhook("watch", types=["webhook.disabled"])
    item_id = mailroom.released()
    mailroom.send()
    shown = mailroom.shown("gone")
    assert (shown["enabled"], shown["disabled_why"][:25]) == (False, "The receiver answered 410")
    assert mailroom.audit_kinds()[-1] == "webhook.disabled"
    assert mailroom.deliveries(webhook="gone")[0]["state"] == "dead"
    mailroom.released()
    mailroom.send()
    assert len(mailroom.receiver.at("/gone")) == 1
    [told] = [json.loads(one.body) for one in mailroom.receiver.at("/watch")]
    assert (told["type"], told["subject"], told["data"]["webhook"]["name"]) == ("webhook.disabled", "gone", "gone")
    mailroom.receiver.behave = lambda _: OK
    mailroom.patch("gone", enabled=True)
    mailroom.send()
    dead = next(one for one in mailroom.deliveries(webhook="gone") if one["subject"] == item_id)
    assert mailroom.client.post(f"/v1/deliveries/{dead['delivery_id']}/replay").status_code == 202
    mailroom.send()
    assert {one["state"] for one in mailroom.deliveries(webhook="gone")} == {"done"}


def test_x15_500_for_three_days_keeps_the_schedule_then_rests_among_the_dead_and_can_be_replayed(
    mailroom: Mailroom,
) -> None:
    mailroom.receiver.behave = lambda _: ERROR
    mailroom.webhook()
    item_id = mailroom.released()
    mailroom.send()
    for number, wait in enumerate(WAITS, start=1):
        assert len(mailroom.receiver.calls) == number
        mailroom.office.shift(seconds=wait.total_seconds() * 0.98 - 1)
        mailroom.send()
        assert len(mailroom.receiver.calls) == number, "not before its time"
        mailroom.office.shift(seconds=wait.total_seconds() * 0.13 + 62)
        mailroom.send()
    assert len(mailroom.receiver.calls) == len(WAITS) + 1
    assert len({one.id for one in mailroom.receiver.calls}) == 1
    [dead] = mailroom.deliveries(state="dead")
    assert len(dead["attempts"]) == 10
    health = mailroom.shown()["health"]
    assert (health["dead"], health["failures_in_a_row"]) == (1, 10)
    assert mailroom.office.item(item_id)["state"] == "released"
    mailroom.receiver.behave = lambda _: OK
    assert mailroom.client.post(f"/v1/deliveries/{dead['delivery_id']}/replay").status_code == 202
    mailroom.office.shift(seconds=61)
    mailroom.send()
    assert mailroom.deliveries()[0]["state"] == "done"
    assert mailroom.office.item(item_id)["state"] == "delivered"
    assert mailroom.shown()["health"]["failures_in_a_row"] == 0


def test_x15_retry_after_is_honoured(mailroom: Mailroom) -> None:
    answers = [b"HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n", OK]
    mailroom.receiver.behave = lambda _: answers.pop(0)
    mailroom.webhook()
    mailroom.released()
    mailroom.send()
    mailroom.office.shift(seconds=100)
    mailroom.send()
    assert len(mailroom.receiver.calls) == 1
    mailroom.office.shift(seconds=30)
    mailroom.send()
    assert len(mailroom.receiver.calls) == 2


def test_x15_one_that_keeps_failing_is_asked_one_at_a_time(mailroom: Mailroom) -> None:
    """Thirty events to a dead receiver: after ten failures in a row it is left alone for a while."""
    mailroom.receiver.behave = lambda _: ERROR
    mailroom.webhook()
    for _ in range(30):
        mailroom.released()
    mailroom.send()
    first = len(mailroom.receiver.calls)
    assert 10 <= first < 30
    mailroom.send()
    assert len(mailroom.receiver.calls) == first
    mailroom.office.shift(seconds=62)
    mailroom.send()
    assert len(mailroom.receiver.calls) == first + 1
    mailroom.receiver.behave = lambda _: OK
    mailroom.office.shift(minutes=6)
    mailroom.send()
    assert {one["state"] for one in mailroom.deliveries()} == {"done"}


def test_x02_what_a_dead_worker_held_is_sent_again_under_its_id(mailroom: Mailroom) -> None:
    """A worker took a delivery and never came back; another one takes over when the lease is over, once."""
    from handrail.stages.delivering.service import deliveries

    mailroom.webhook()
    mailroom.released()
    mailroom.office.number_all()
    store, desk = mailroom.office.store, mailroom.office.rooms.deliveries
    store.write(deliveries.fan_out)
    [lost] = store.write(lambda s: deliveries.hand_out(s, desk, {}, 4))
    mailroom.send()
    assert mailroom.receiver.calls == []  # another holds it
    mailroom.office.shift(seconds=26)
    mailroom.send()
    [call] = mailroom.receiver.calls
    assert call.id == lost.taken.event_id
    from handrail.stages.delivering.rules.schedule import Answered

    late = deliveries.Ended(lost.taken, Answered(500, "late"))
    store.write(lambda s: deliveries.note(s, desk, [late]))  # the first one wakes up: too late to change anything
    assert mailroom.deliveries()[0]["state"] == "done"


def test_x15_calls_are_paths_of_their_own(mailroom: Mailroom) -> None:
    """Many webhooks at once: each event reaches each of them once."""
    names = [f"hook-{number}" for number in range(6)]
    for name in names:
        mailroom.webhook(name)
    ids = {mailroom.released() for _ in range(12)}
    mailroom.send()

    def told(call: Call) -> str:
        return str(json.loads(call.body)["subject"])

    for name in names:
        assert sorted(map(told, mailroom.receiver.at(f"/{name}"))) == sorted(ids)
