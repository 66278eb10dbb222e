"""Where the server is and how we sign in: given by hand, else from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from handrail.client.errors import HandrailError


@dataclass(frozen=True, slots=True)
class Address:
    """A server and the headers that sign each request. The headers are secret and never shown."""

    url: str
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def find_address(url: str | None, key: str | None, environment: Mapping[str, str] = os.environ) -> Address:
    """The address for an API key; what is None comes from HANDRAIL_URL and HANDRAIL_KEY (or HANDRAIL_KEY_FILE).

    Raises HandrailError with a sentence when one of them is missing or cannot be used.
    """
    secret = key or environment.get("HANDRAIL_KEY") or _from_file(environment.get("HANDRAIL_KEY_FILE"))
    if not secret:
        raise HandrailError("Handrail needs an API key: set HANDRAIL_KEY, or say Handrail(key=...).")
    return Address(find_url(url, environment), bearer(secret))


def find_url(url: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """The base address without a slash at its end; from HANDRAIL_URL when `url` is None."""
    given = (url or environment.get("HANDRAIL_URL") or "").strip()
    if not given:
        raise HandrailError("Say where Handrail runs: set HANDRAIL_URL, or say Handrail(url=...).")
    try:
        parts = urlsplit(given)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is no number
        usable = False
    if "@" in given:  # not repeated: a password may stand before it
        raise HandrailError("Leave user and password out of the address of Handrail; the key has a field of its own.")
    if not usable:
        raise HandrailError(f"{given!r} is no address of Handrail; write it like http://127.0.0.1:8400.")
    return given.rstrip("/").removesuffix("/v1")


def bearer(key: str) -> dict[str, str]:
    """The header that carries an API key. A key that no header can carry is refused without being repeated."""
    secret = key.strip()
    if not secret or not all("!" <= sign <= "~" for sign in secret):
        raise HandrailError("The API key holds characters that no key has; copy it again, it starts with hrk_.")
    return {"Authorization": f"Bearer {secret}"}


def _from_file(path: str | None) -> str | None:
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise HandrailError(f"HANDRAIL_KEY_FILE cannot be read: {error.strerror or error}.") from None
