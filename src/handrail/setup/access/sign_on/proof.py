"""What an ID token proves: its signature under a key of the provider, then each claim (OpenID Connect Core 3.1.3.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any  # Any: claims are JSON of strangers

from joserfc import jwk, jws
from joserfc.errors import JoseError

from handrail.kit.jsons import BadJson, parse_strict
from handrail.setup.access.errors import SignOnNotFresh, SignOnRefused, SignOnUnverified

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
"""Signatures that only the provider can make: never `none`, and never one with a secret that both sides know."""
LEEWAY_S = 60
_KINDS = frozenset({"RSA", "EC", "OKP"})
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\Z")
_REGISTRY = jws.JWSRegistry(strict_check_header=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody is, on the provider's word."""

    issuer: str
    subject: str
    email: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say to be meant for us and for this browser."""

    issuer: str
    client_id: str
    nonce: str
    signed_in_since: datetime | None = None  # an older sign-in at the provider does not count


Keys = Sequence[jwk.Key]


def read_keys(published: Mapping[str, Any]) -> Keys:
    """The provider's public keys that can verify a signature; what cannot be read is left out."""
    found: list[jwk.Key] = []
    listed = published.get("keys")
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("kty") not in _KINDS or one.get("use", "sig") != "sig":
            continue
        try:
            found.append(jwk.import_key(one))
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            continue  # a provider may publish kinds that this library does not know
    return found


def kid_of(token: str) -> str | None:
    """The name of the key a token says it was signed with. Raises SignOnRefused for what is no token."""
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError, TypeError):
        raise SignOnRefused() from None
    return kid if isinstance(kid, str) else None


def key_for(keys: Keys, kid: str | None) -> jwk.Key | None:
    """The one key this can be: of that name, or the only one where the token names none."""
    fitting = [one for one in keys if kid is None or one.get("kid") == kid]
    return fitting[0] if len(fitting) == 1 else None


def proof_of(token: str, key: jwk.Key, expected: Expected, now: datetime) -> Proof:
    """Who the token speaks of. Raises SignOnRefused, and SignOnUnverified for an address nobody has checked."""
    try:
        signed = jws.deserialize_compact(token, key, algorithms=list(ALGORITHMS), registry=_REGISTRY)
        claims = parse_strict(signed.payload or b"")
    except (JoseError, BadJson, ValueError, TypeError):
        raise SignOnRefused() from None
    if not isinstance(claims, dict) or not _is_meant(claims, expected) or not _is_timely(claims, now.timestamp()):
        raise SignOnRefused()
    if expected.signed_in_since is not None and not _is_fresh(claims, expected.signed_in_since.timestamp()):
        raise SignOnNotFresh()
    subject, email = claims.get("sub"), claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or "\0" in subject:
        raise SignOnRefused()
    if claims.get("email_verified") is not True or not _is_address(email):
        raise SignOnUnverified()
    return Proof(expected.issuer, subject, str(email))


def _is_meant(claims: Mapping[str, Any], expected: Expected) -> bool:
    """Whether it is from our provider, for us alone, and for this browser."""
    audience, party, nonce = claims.get("aud"), claims.get("azp"), claims.get("nonce")
    several = audience if isinstance(audience, list) else [audience]
    return (
        claims.get("iss") == expected.issuer
        and expected.client_id in several
        and (party == expected.client_id or (party is None and len(several) == 1))
        and isinstance(nonce, str)
        and compare_digest(nonce.encode("utf-8", "replace"), expected.nonce.encode())
    )


def _is_timely(claims: Mapping[str, Any], now: float) -> bool:
    """Whether it holds now, on clocks that may differ by LEEWAY_S."""
    times = [claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in times):
        return False
    ends, made, begins = map(float, times)
    return ends > now - LEEWAY_S and made <= now + LEEWAY_S and begins <= now + LEEWAY_S


def _is_fresh(claims: Mapping[str, Any], since: float) -> bool:
    """Whether somebody signed in at the provider since then; a provider that does not say when proves nothing."""
    at = claims.get("auth_time")
    return isinstance(at, int | float) and not isinstance(at, bool) and float(at) >= since - LEEWAY_S


def _is_address(email: object) -> bool:
    """An address as we keep them. Signs that become others in lower case could make one address of two."""
    return (
        isinstance(email, str)
        and _EMAIL.match(email) is not None
        and len(email) <= 320
        and (email.isascii() or email == email.lower())
        and "\0" not in email
    )
