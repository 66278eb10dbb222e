"""A small identity provider on a real socket: signs with real keys, and misbehaves when told to."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode, urlsplit

from joserfc import jwk, jwt

CLIENT = "handrail-client"
CLIENT_SECRET = "a secret+with/signs=of its own"


@cache
def rsa_key(kid: str) -> jwk.RSAKey:
    """The same for the whole run: they take long to make."""
    return jwk.RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@dataclass
class Asked:
    """What a browser brought along to the provider."""

    query: dict[str, str]
    claims: dict[str, Any]


@dataclass
class IdentityProvider:
    """Answers as a provider must; each field beside the keys is a way to misbehave."""

    url: str = ""
    key: jwk.Key = field(default_factory=lambda: rsa_key("first"))
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)  # put over the right ones; None leaves a claim out
    header: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    instead: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    published: list[jwk.Key] = field(default_factory=list)
    forged: str | None = None
    now: Callable[[], float] = time.time
    asked: list[str] = field(default_factory=list)
    codes: dict[str, Asked] = field(default_factory=dict)

    def sign_in(self, location: str, email: str, subject: str, **claims: Any) -> str:
        """What somebody does who follows `location` and signs in: the address the browser is sent back to."""
        parts = urlsplit(location)
        query = dict(parse_qsl(parts.query))
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.url}/authorize"
        assert (query["response_type"], query["client_id"], query["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in query["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = Asked(query, {"sub": subject, "email": email, "email_verified": True, **claims})
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'session_state': 'x'})}"

    def rotate(self, kid: str, key: jwk.Key | None = None) -> None:
        self.key = key or rsa_key(kid)

    def token(self, asked: Asked) -> str:
        if self.forged is not None:
            return self.forged
        now = int(self.now())
        right = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.query["nonce"]}
        claims = {name: one for name, one in {**right, **asked.claims, **self.claims}.items() if one is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid, **self.header}
        return jwt.encode({name: one for name, one in header.items() if one}, claims, self.key, [self.algorithm])


def _answer(to: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    to.send_response(status)
    to.send_header("Content-Type", "application/json")
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body)


def fails(status: int = 500) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda to: _answer(to, status, b'{"error": "server_error"}')


def huge(to: BaseHTTPRequestHandler) -> None:
    """Promises nothing about its length and goes on for 64 MiB, unless it is cut off."""
    to.send_response(200)
    to.end_headers()
    for _ in range(1024):
        to.wfile.write(b"[" * 65536)


def slow(to: BaseHTTPRequestHandler) -> None:
    """Says nothing for longer than anybody waits."""
    time.sleep(8)


def redirects(to: BaseHTTPRequestHandler) -> None:
    to.send_response(307)
    to.send_header("Location", "/stolen")
    to.end_headers()


def _handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None: ...

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers["Content-Length"])))

        def _serve(self, body: bytes) -> None:
            path = urlsplit(self.path).path
            provider.asked.append(path)
            try:
                if path in provider.instead:
                    provider.instead[path](self)
                    return
                status, said = _served(provider, path, body, self.headers.get("Authorization", ""))
                _answer(self, status, json.dumps(said).encode())
            except (BrokenPipeError, ConnectionResetError):
                pass

    return Handler


def _served(provider: IdentityProvider, path: str, body: bytes, known: str) -> tuple[int, dict[str, Any]]:
    if path == "/.well-known/openid-configuration":
        return 200, {
            "issuer": provider.url,
            "authorization_endpoint": f"{provider.url}/authorize",
            "token_endpoint": f"{provider.url}/token",
            "jwks_uri": f"{provider.url}/keys",
            **provider.document,
        }
    if path == "/keys":
        return 200, {"keys": [one.as_dict(private=False) for one in provider.published or [provider.key]]}
    if path == "/token":
        return _exchanged(provider, dict(parse_qsl(body.decode())), known)
    return 404, {}


def _exchanged(provider: IdentityProvider, form: dict[str, str], known: str) -> tuple[int, dict[str, Any]]:
    """A code works once, for the client it was given to, with the verifier of its challenge."""
    name, _, secret = base64.b64decode(known.removeprefix("Basic ")).decode().partition(":")
    if (unquote_plus(name), unquote_plus(secret)) != (CLIENT, CLIENT_SECRET):
        return 401, {"error": "invalid_client"}
    asked = provider.codes.pop(form["code"], None)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
    if (
        asked is None
        or form["grant_type"] != "authorization_code"
        or form["redirect_uri"] != asked.query["redirect_uri"]
        or challenge != asked.query["code_challenge"]
    ):
        return 400, {"error": "invalid_grant"}
    return 200, {"access_token": quote("x"), "token_type": "Bearer", "id_token": provider.token(asked)}


@contextmanager
def provided() -> Iterator[IdentityProvider]:
    """A provider that runs."""
    provider = IdentityProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
