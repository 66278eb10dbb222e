"""All talk with the identity provider: what it says of itself, its keys, and the exchange of a code for a token."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any  # Any: answers are JSON of strangers
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
import structlog
from joserfc.jwk import Key

from handrail.kit.jsons import BadJson, parse_strict
from handrail.setup.access.errors import SignOnAway, SignOnRefused
from handrail.setup.access.sign_on.flow import Flow
from handrail.setup.access.sign_on.proof import Keys, key_for, kid_of, read_keys
from handrail.web.cookies import is_loopback

WORD_HOLDS_S = 3600.0
KEYS_HOLD_S = 3600.0
ASK_AGAIN_S = 30.0
"""Not sooner for a key that is not among those known: strangers could make us ask for ever."""
MOST_BYTES = 256 * 1024
STEP_S = 5.0
WHOLE_S = 10.0
AT_ONCE = 4
WAIT_S = 2.0
"""A slow provider holds up at most so many threads; who comes on top waits a little, then is told that it is away."""
log = structlog.get_logger("handrail.sign_on")


@dataclass(frozen=True, slots=True)
class Word:
    """What the provider says of itself, as far as it concerns us."""

    authorize_url: str
    token_url: str
    keys_url: str
    in_body: bool  # whether it wants our secret in the body instead of the header


@dataclass(frozen=True, slots=True)
class Account:
    """Where we are registered, and as what."""

    issuer: str
    client_id: str
    client_secret: str
    return_url: str


def is_safe_address(url: str, *, on_loopback: bool = True) -> bool:
    """https, or http to this very machine.

    >>> is_safe_address("https://id.example"), is_safe_address("http://127.0.0.1:80"), is_safe_address("http://id.example")
    (True, True, False)
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (on_loopback and parts.scheme == "http" and is_loopback(parts.hostname))


class Provider:
    """One identity provider. What it says is kept for an hour; no redirect of its is followed."""

    def __init__(self, account: Account, timer: Callable[[], float] = monotonic) -> None:
        self.account = account
        self._timer = timer
        self._http = httpx.Client(timeout=STEP_S, follow_redirects=False, headers={"Accept-Encoding": "identity"})
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        self._word: tuple[float, Word] | None = None
        self._keys: tuple[float, Keys] | None = None

    def close(self) -> None:
        self._http.close()

    def sign_in_url(self, flow: Flow) -> str:
        """Where a browser goes to sign in. Raises SignOnAway."""
        url = self._said().authorize_url
        asked = {
            "response_type": "code",
            "client_id": self.account.client_id,
            "redirect_uri": self.account.return_url,
            "scope": "openid email profile",
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }
        if flow.confirms:  # whoever is signed in there must show once more who they are
            asked |= {"prompt": "login", "max_age": "0"}
        return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(asked)}"

    def token_for(self, code: str, flow: Flow) -> str:
        """The ID token that a code stands for. Raises SignOnRefused and SignOnAway."""
        word, ours = self._said(), self.account
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": ours.return_url,
            "code_verifier": flow.verifier,
        }
        headers = {"Accept": "application/json"}
        if ours.client_secret and not word.in_body:
            # RFC 6749, 2.3.1: both parts are form-encoded before they are put together
            known = httpx.BasicAuth(quote_plus(ours.client_id), quote_plus(ours.client_secret))
            answer = self._ask("POST", word.token_url, data=body, headers=headers, auth=known)
        else:
            body |= {"client_id": ours.client_id}
            body |= {"client_secret": ours.client_secret} if ours.client_secret else {}
            answer = self._ask("POST", word.token_url, data=body, headers=headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignOnRefused()
        return token

    def key_of(self, token: str) -> Key:
        """The provider's key for a token; asks for the keys once more if it is a new one. Raises as `token_for`."""
        kid = kid_of(token)
        found = key_for(self._published(KEYS_HOLD_S), kid) or key_for(self._published(ASK_AGAIN_S), kid)
        if found is None:
            raise SignOnRefused()
        return found

    def _said(self) -> Word:
        now, known = self._timer(), self._word
        if known is not None and now - known[0] < WORD_HOLDS_S:
            return known[1]
        said = self._ask("GET", f"{self.account.issuer.rstrip('/')}/.well-known/openid-configuration")
        word = self._read_word(said)
        self._word = (now, word)
        return word

    def _read_word(self, said: Mapping[str, Any]) -> Word:
        if said.get("issuer") != self.account.issuer:
            raise self._unusable("it calls itself by another name than oidc_issuer")
        on_loopback = urlsplit(self.account.issuer).scheme == "http"
        urls = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        for url in urls:
            if not isinstance(url, str) or not is_safe_address(url, on_loopback=on_loopback):
                raise self._unusable("it names an address that is not https")
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        in_body = "client_secret_basic" not in methods and "client_secret_post" in methods
        return Word(str(urls[0]), str(urls[1]), str(urls[2]), in_body)

    def _published(self, holds_s: float) -> Keys:
        now, known = self._timer(), self._keys
        if known is not None and now - known[0] < holds_s:
            return known[1]
        keys = read_keys(self._ask("GET", self._said().keys_url))
        self._keys = (now, keys)
        return keys

    def _ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        """The JSON object it answers. Raises SignOnRefused where it says no, SignOnAway for everything else."""
        if not self._turn.acquire(timeout=WAIT_S):
            raise SignOnAway()
        try:
            with self._http.stream(method, url, **more) as answer:
                status, body = answer.status_code, self._bounded(answer)
        except httpx.HTTPError as error:
            raise self._unusable(type(error).__name__) from None
        finally:
            self._turn.release()
        if method == "POST" and status in (400, 401, 403):
            log.warning("sign_on.refused", status=status)
            raise SignOnRefused()
        if status != 200:
            raise self._unusable(f"it answers {status}")
        try:
            read = parse_strict(body)
        except BadJson:
            raise self._unusable("its answer is no JSON") from None
        if not isinstance(read, dict):
            raise self._unusable("its answer is no JSON object")
        return read

    def _bounded(self, answer: httpx.Response) -> bytes:
        """The body as it comes: not unpacked, not longer than MOST_BYTES, not later than WHOLE_S."""
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise self._unusable("its answer is packed, which was not asked for")
        end, body = monotonic() + WHOLE_S, b""
        for piece in answer.iter_raw():
            body += piece
            if len(body) > MOST_BYTES:
                raise self._unusable("its answer is too long")
            if monotonic() > end:
                raise self._unusable("its answer takes too long")
        return body

    def _unusable(self, why: str) -> SignOnAway:
        log.warning("sign_on.provider_unusable", why=why)
        return SignOnAway()
