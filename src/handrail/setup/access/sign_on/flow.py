"""One way to the provider and back: what the browser carries meanwhile, signed, so that no other browser can end it."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: what the cookie carries is JSON

from handrail.kit.clock import from_ms, to_ms
from handrail.kit.jsons import BadJson, dumps, parse_strict
from handrail.kit.secrets import derive
from handrail.setup.access.tokens import is_same, new_token

LASTS = timedelta(minutes=10)
LONGEST_NEXT = 500
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*\Z")


@dataclass(frozen=True, slots=True)
class Flow:
    """Begun in one browser. `state`, `nonce` and `verifier` are made of the seed with our secret: whoever reads the
    cookie learns none of them."""

    state: str
    nonce: str
    verifier: str
    leads_to: str
    instead_of: str | None  # the hash of the session this browser had
    began: datetime
    confirms: bool = False  # that session goes on, and its person shows once more who they are

    @property
    def challenge(self) -> str:
        """What the provider is shown of the verifier (PKCE, S256)."""
        return _text(hashlib.sha256(self.verifier.encode()).digest())


class Flows:
    """Makes flows and knows its own again."""

    def __init__(self, secret: bytes) -> None:
        self._key = derive(secret, "sign-on")

    def start(
        self, leads_to: str | None, instead_of: str | None, now: datetime, *, confirms: bool = False
    ) -> tuple[Flow, str]:
        """A new flow, and the text of its cookie."""
        carried = {
            "seed": new_token(),
            "next": own_path(leads_to),
            "old": instead_of,
            "until": to_ms(now + LASTS),
            "confirms": confirms,
        }
        body = _text(dumps(carried).encode())
        return self._flow(carried), f"{body}.{self._mark('cookie', body)}"

    def known(self, cookie: str | None, now: datetime) -> Flow | None:
        """The flow of a cookie that we made, as long as it holds."""
        body, _, mark = (cookie or "").partition(".")
        if len(body) > 4_000 or not is_same(self._mark("cookie", body), mark):
            return None
        try:
            carried = parse_strict(_bytes(body))
        except (BadJson, ValueError):  # of another version of ours: the mark is right
            return None
        if from_ms(carried["until"]) <= now:
            return None
        return self._flow(carried)

    def _flow(self, carried: Mapping[str, Any]) -> Flow:
        state, nonce, verifier = (self._mark(purpose, carried["seed"]) for purpose in ("state", "nonce", "verifier"))
        began = from_ms(carried["until"]) - LASTS
        confirms = carried.get("confirms", False)  # missing in a cookie of the version before
        return Flow(state, nonce, verifier, carried["next"], carried["old"], began, confirms)

    def _mark(self, purpose: str, text: str) -> str:
        return _text(hmac.new(self._key, f"{purpose} {text}".encode("utf-8", "replace"), hashlib.sha256).digest())


def own_path(wanted: str | None) -> str:
    """Where signing in leads: a path of this server's own pages, else the first page.

    >>> own_path("/items?verdict=edit"), own_path("//elsewhere.example"), own_path("https://elsewhere.example")
    ('/items?verdict=edit', '/', '/')
    """
    if wanted is None or len(wanted) > LONGEST_NEXT or not _OWN_PATH.match(wanted):
        return "/"
    return "/" if wanted == "/v1" or wanted.startswith("/v1/") else wanted


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
