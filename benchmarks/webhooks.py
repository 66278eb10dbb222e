"""A campaign: many events to a receiver that fails often. None is missing, every signature is good.

    python -m benchmarks.webhooks N=100000 [SHARE=0.3] [SEED=1]

The store's clock is moved from one time of the schedule to the next, so that three days pass in minutes.
"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from standardwebhooks import Webhook, WebhookVerificationError

from benchmarks.receiver import OK, Call, receiving
from handrail.app import Rooms, join_rooms
from handrail.background.outgoing import Outgoing
from handrail.kit.clock import SystemClock
from handrail.kit.logging import set_up_logging
from handrail.kit.settings import Settings
from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.stages.delivering.rules.schedule import JITTER, WAITS
from handrail.stages.delivering.service import deliveries, webhooks
from handrail.stages.delivering.service.webhooks import NewWebhook
from handrail.stages.intake.routes import read_item
from handrail.stages.routing import service as routing
from handrail.storage import AnyStore, Session, open_store

AT_ONCE = 500
FAILED = (
    b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nsoso",
    b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
)
POLICY = """
policy: 1
autonomy: {segments: {default: monitor}}
queues: {review: {}}
audit: {share: 0%, queue: review}
"""


@dataclass
class Tally:
    """What the receiver saw, and what is stored."""

    events: int = 0
    calls: int = 0
    refused: int = 0
    bad_signatures: int = 0
    replayed: int = 0
    delivered: int = 0
    acked: Counter[str] = field(default_factory=Counter)  # event id -> acknowledgements
    ids: dict[str, set[str]] = field(default_factory=dict)  # item id -> event ids it came under
    seconds: float = 0.0

    @property
    def missing(self) -> int:
        return self.events - len(self.acked)

    @property
    def several_ids(self) -> int:
        """Items whose outcome came under more than one id."""
        return sum(len(ids) > 1 for ids in self.ids.values())

    @property
    def acked_twice(self) -> int:
        return sum(count > 1 for count in self.acked.values())

    def lines(self) -> list[str]:
        return [
            f"events             {self.events:>10,}",
            f"calls              {self.calls:>10,}",
            f"refused by it      {self.refused:>10,}",
            f"missing            {self.missing:>10,}",
            f"under several ids  {self.several_ids:>10,}",
            f"taken twice        {self.acked_twice:>10,}",
            f"signatures bad     {self.bad_signatures:>10,}",
            f"dead, replayed     {self.replayed:>10,}",
            f"items delivered    {self.delivered:>10,}",
            f"wall time          {self.seconds:>10.1f} s",
            f"calls per second   {self.calls / max(self.seconds, 0.001):>10.0f}",
        ]


@dataclass
class Campaign:
    """One run on one store. `share`: how often the receiver fails."""

    store: AnyStore
    count: int
    share: float = 0.3
    seed: int = 1
    tally: Tally = field(default_factory=Tally)

    def run(self) -> Tally:
        """Submits, sends over the whole schedule, replays the dead, and counts."""
        rng = Random(self.seed)
        with receiving() as receiver:
            receiver.keeps = False
            rooms = join_rooms(
                self.store, secrets.token_bytes(32), settings=Settings(allowed_private_hosts=(receiver.host,))
            )
            rooms.sender.outgoing = lambda: Outgoing([receiver.host])
            project_id, secret = self._open(rooms, f"{receiver.url}/hook")
            reference = Webhook(secret)
            receiver.behave = lambda call: self._answer(call, reference, rng)
            self._submit(rooms, project_id)
            began = time.perf_counter()
            self._send_all(rooms, project_id)
            self.tally.seconds = time.perf_counter() - began
        self.tally.delivered = self._count("SELECT COUNT(*) FROM items WHERE state = 'delivered'")
        return self.tally

    def _open(self, rooms: Rooms, url: str) -> tuple[str, str]:
        def work(session: Session) -> tuple[str, str]:
            wanted = NewProject(f"campaign-{secrets.token_hex(4)}", "Campaign")
            made = create_project(session, Hand(rooms.key), wanted, founder_id=None, roles=frozenset())
            policy = routing.propose(session, made, POLICY, "", None)
            routing.activate(session, made, policy["version"], None)
            hook = NewWebhook("campaign", url, ["item.released"])
            shown = webhooks.create(session, rooms.deliveries, made, "system", hook).secret
            return made, str(shown)

        return self.store.write(work)

    def _submit(self, rooms: Rooms, project_id: str) -> None:
        for begin in range(0, self.count, AT_ONCE):
            bodies = [{"output": f"Letter {at}."} for at in range(begin, min(begin + AT_ONCE, self.count))]
            rooms.admission.admit(project_id, "system", [read_item(dict(one), None)[0] for one in bodies])
            while rooms.worker.run_sequencer():
                pass
        self.tally.events = self._count("SELECT COUNT(*) FROM events WHERE type = 'item.released'")

    def _answer(self, call: Call, reference: Webhook, rng: Random) -> bytes | str:
        tally = self.tally
        tally.calls += 1
        try:
            reference.verify(call.body, call.headers)
        except WebhookVerificationError:
            tally.bad_signatures += 1
        event = json.loads(call.body)
        if event["id"] != call.id:
            tally.bad_signatures += 1
        tally.ids.setdefault(event["subject"], set()).add(call.id)
        if rng.random() < self.share:
            tally.refused += 1
            return rng.choice((*FAILED, "reset"))
        tally.acked[call.id] += 1
        return OK

    def _send_all(self, rooms: Rooms, project_id: str) -> None:
        for wait in (timedelta(0), *WAITS):
            self._shift(wait * (1 + JITTER) + timedelta(seconds=61))
            while rooms.sender.send_due():
                self._shift(timedelta(seconds=1))
        self._replay(rooms, project_id)

    def _replay(self, rooms: Rooms, project_id: str) -> None:
        """What was given up goes out again, until all of it is taken."""
        while dead := self.store.read(lambda s: s.run("SELECT id FROM deliveries WHERE state = 'dead'")):
            self.tally.replayed += len(dead)
            for (id,) in dead:
                self.store.write(lambda s, id=id: self._again(s, rooms, id))  # type: ignore[misc]  # a default binds the loop's value
            for wait in (timedelta(0), *WAITS):
                self._shift(wait * (1 + JITTER) + timedelta(seconds=61))
                rooms.sender.send_due()

    def _shift(self, by: timedelta) -> None:
        assert isinstance(self.store.clock, SystemClock)
        self.store.clock.shift(by)

    @staticmethod
    def _again(session: Session, rooms: Rooms, id: str) -> None:
        from handrail.stages.delivering.queries import deliveries as queries

        found = queries.delivery(session, id)
        assert found is not None
        deliveries.replay(session, rooms.deliveries, "system", found)

    def _count(self, sql: str) -> int:
        return int(self.store.read(lambda session: session.run(sql))[0][0])


def main() -> int:
    """Prints the counts; 1 where something is missing or a signature is bad."""
    given = dict(argument.split("=", 1) for argument in sys.argv[1:])
    set_up_logging("text")
    import logging

    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(given.get("DATABASE") or f"sqlite:///{Path(folder) / 'handrail.db'}")
        campaign = Campaign(
            store, int(given.get("N", "100000")), float(given.get("SHARE", "0.3")), int(given.get("SEED", "1"))
        )
        tally = campaign.run()
        store.close()
    print("\n".join(tally.lines()))
    return 1 if tally.missing or tally.bad_signatures or tally.several_ids else 0


if __name__ == "__main__":
    sys.exit(main())
