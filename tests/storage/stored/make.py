"""Makes a stored database with the code of another commit: `python -m tests.storage.stored.make COMMIT FOLDER`.

The server of that commit runs from an unpacked copy and is driven over HTTP, as people and programs drove it then; its
own `handrail backup` writes the folder. `0001` was made so with 4905e31, the last commit whose newest migration was
0001. Ids, salts and times are those of that run, so a second run makes another database of the same shape: what is
stored stays, and a test never makes it anew.

Into `known.json` goes what a test cannot read from the tables: the keys' texts, and what the server had acknowledged.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.real_run.server import ServerProcess
from handrail.client.api import Api
from tests.storage.stored.content import PASSWORD, PEOPLE, POLICIES, SECRET, SLOW_POLICY, body_of

ITEMS = 110
HERE = Path(__file__).resolve().parents[3]


class Maker:
    """One old server with its people and programs."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.known: dict[str, Any] = {"items": {}, "keys": {}, "verdicts": {}, "held": {}}

    def run(self) -> None:
        self.server.start()
        self.set_up()
        with self.person("lead") as lead:
            self.policies(lead)
        with self.person("lead") as lead, self.person("ana") as ana, self.person("ben") as ben:
            key = self.make_key(lead, "application", ["items.submit", "items.outcome", "events.read", "items.read"])
            self.make_key(lead, "revoked", ["items.read"])
            lead.request("DELETE", f"/v1/keys/{self.known['keys']['revoked']['id']}")
            self.leavers(lead)
            with Api(self.server.url, key) as application:
                self.submit(application)
                self.review(ana, ben)
                self.audits(ana)
                self.breach(application)
                self.stops(lead)
                self.number_all(lead)
                self.unnumbered(application, ben)

    def person(self, name: str) -> Api:
        return Api(self.server.url).sign_in(f"{name}@example.org", PASSWORD, project="claims")

    def set_up(self) -> None:
        with Api(self.server.url) as stranger:
            wanted = {"token": self.server.setup_token(), "name": "Lead", "email": "lead@example.org"}
            project = {"slug": "claims", "name": "Claims", "zone": "Europe/Berlin"}
            stranger.post("/v1/setup", {**wanted, "password": PASSWORD, "project": project})

    def policies(self, lead: Api) -> None:
        for name, roles in PEOPLE.items():
            lead.post(
                "/v1/people",
                {"email": f"{name}@example.org", "name": name.title(), "roles": roles, "password": PASSWORD},
            )
        for at, yaml in enumerate(POLICIES, start=1):
            made = lead.post("/v1/policies", {"yaml": yaml, "note": f"version {at}"})
            lead.post(f"/v1/policies/{made['version']}/activate", **{"If-Match": f'"r{at}"'})
        lead.post("/v1/policies", {"yaml": SLOW_POLICY, "note": "only proposed"})

    def make_key(self, lead: Api, name: str, scopes: list[str]) -> str:
        made = lead.post("/v1/keys", {"name": name, "scopes": scopes})
        _, public, rest = made["key"].split("_", 2)  # apart, so that no scanner takes it for a key in use
        self.known["keys"][name] = {"id": made["key_id"], "public": public, "rest": rest}
        return str(made["key"])

    def leavers(self, lead: Api) -> None:
        gone = lead.post(
            "/v1/people",
            {"email": "gone@example.org", "name": "Gone", "roles": ["reviewer"], "password": PASSWORD},
        )
        lead.request("DELETE", f"/v1/people/{gone['person_id']}")
        lead.post("/v1/people", {"email": "invited@example.org", "name": "Invited", "roles": ["senior"]})

    def submit(self, application: Api) -> None:
        for number in range(ITEMS):
            self.one(application, number)

    def one(self, application: Api, number: int, **more: Any) -> dict[str, Any]:
        key = f"item-{number}"
        result: dict[str, Any] = application.post("/v1/items", {**body_of(number), **more}, **{"Idempotency-Key": key})
        self.known["items"][key] = _short(result, "item_id", "status", "source", "text")
        return result

    def review(self, ana: Api, ben: Api) -> None:
        """Verdicts of every kind, one taken back, one resting in its window, one held, one that waits unsent."""
        for at, verdict in enumerate(("approve", "edit", "reject", "approve", "edit", "reject")):
            self.decide(ana, "junior", verdict, at)
        taken = self.decide(ana, "junior", "reject", 6)
        again = ana.post(f"/v1/reviews/{taken['review']['review_id']}/undo", {})
        self.hold("taken back", again)
        self.known["resting"] = self.decide(ben, "slow", "edit", 8)["review"]["item_id"]
        held = ben.post("/v1/assignments/claim", {"queues": ["senior"]})["assignments"][0]
        self.hold("by ben", held)
        unsent = {"fence": held["fence"], "verdict": "approve", "reason": "not yet"}
        ben.request("PUT", f"/v1/assignments/{held['assignment_id']}/unsent-review", json=unsent)
        given_back = ben.post("/v1/assignments/claim", {"queues": ["junior"]})["assignments"][0]
        path = f"/v1/assignments/{given_back['assignment_id']}/return"
        ben.request("POST", path, json={"fence": given_back["fence"], "reason": "not mine", "skip": True})

    def hold(self, why: str, held: dict[str, Any]) -> None:
        self.known["held"][why] = _short(held, "assignment_id", "fence", "item_id")

    def decide(self, who: Api, queue: str, verdict: str, at: int) -> dict[str, Any]:
        held = who.post("/v1/assignments/claim", {"queues": [queue]})["assignments"][0]
        body: dict[str, Any] = {"fence": held["fence"], "verdict": verdict, "active_ms": 4_000 + at}
        if verdict == "edit":
            text = f"We pay EUR {at}, für den Schaden."
            body |= {"output": {"type": "text", "text": text}, "reason": "The sum was wrong.", "categories": ["sum"]}
        if verdict == "reject":
            body |= {"severity": "major", "reason": "It is about another person.", "categories": ["person"]}
        done: dict[str, Any] = who.post(f"/v1/assignments/{held['assignment_id']}/review", body)
        if queue != "audit":
            self.known["verdicts"][done["review"]["item_id"]] = verdict
        return done

    def audits(self, ana: Api) -> None:
        for at, verdict in enumerate(("approve", "approve", "reject")):
            self.decide(ana, "audit", verdict, at)

    def breach(self, application: Api) -> None:
        """One whose deadline passes at once; the fallback goes out."""
        late = self.one(application, 900, metadata={"hurry": True})
        while application.get(f"/v1/items/{late['item_id']}/outcome")["status"] == "pending":
            time.sleep(0.1)
        done = application.get(f"/v1/items/{late['item_id']}/outcome")
        self.known["items"]["item-900"] = _short(done, "item_id", "status", "source", "text")

    def stops(self, lead: Api) -> None:
        lead.request("PUT", "/v1/stop", json={"reason": "an exercise"})
        lead.request("DELETE", "/v1/stop")
        lead.post("/v1/projects", {"slug": "letters", "name": "Letters"})
        letters = lead.for_project("letters")
        key = letters.post("/v1/keys", {"name": "letters", "scopes": ["items.submit", "items.read"]})["key"]
        with Api(self.server.url, key) as writer:
            writer.post("/v1/items", {"output": "Dear all", "confidence": 0.4}, **{"Idempotency-Key": "letter-1"})
        letters.request("PUT", "/v1/stop", json={"reason": "nothing may leave", "freeze": True})

    def number_all(self, lead: Api) -> None:
        """Waits for the items to be settled and all entries to have their number."""
        time.sleep(8)  # the undo windows of `junior`, and the sequencer, once more than they need
        self.known["events"] = lead.get("/v1/events", limit=200)["data"][-1]["id"]

    def unnumbered(self, application: Api, ben: Api) -> None:
        """A server whose worker is off numbers nothing; then it is killed, with a lease held."""
        self.server.stop()
        self.server.options = ("--worker", "off")
        self.server.start()
        for number in range(1_000, 1_004):
            self.one(application, number)
        self.hold("at the end", ben.post("/v1/assignments/claim", {"queues": ["junior"]})["assignments"][0])
        self.server.kill()


def _short(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: told[name] for name in names}


def main(commit: str, folder: Path) -> None:
    """Unpacks, runs, backs up."""
    with tempfile.TemporaryDirectory() as temporary:
        code = Path(temporary) / "code"
        code.mkdir()
        packed = subprocess.run(["git", "archive", commit], cwd=HERE, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x"], cwd=code, input=packed, check=True)
        os.environ["PYTHONPATH"] = str(code / "src")
        server = ServerProcess(Path(temporary))
        secret = server.folder / "data" / "secret"
        secret.parent.mkdir()
        secret.write_bytes(SECRET)
        secret.chmod(0o600)
        maker = Maker(server)
        try:
            maker.run()
        finally:
            server.stop()
        backup = [sys.executable, "-m", "handrail", "backup", str(folder), "--data-dir", str(server.folder / "data")]
        subprocess.run([*backup, "--without-secret"], check=True)
        (folder / "known.json").write_text(json.dumps(maker.known, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
