"""Ed25519 (RFC 8032) in plain Python: signatures of checkpoints, one a second at most, off the path of any request.

It does not run in constant time. Nobody can time it from outside: what is signed is public, it is signed in the
background, and the nonce comes from the message and the key alone (decision 0013).
"""

from __future__ import annotations

from functools import cache, lru_cache
from hashlib import sha512

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]  # X, Y, Z, T of extended coordinates: x = X/Z, y = Y/Z, x*y = T/Z
_NEUTRAL: _Point = (0, 1, 1, 0)


@lru_cache(maxsize=16)
def public_key(seed: bytes) -> bytes:
    """The 32 bytes of the public key that belongs to a private one.

    >>> public_key(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")).hex()[:16]
    'd75a980182b10ab7'
    """
    return _encode(_times_base(_secret(seed)[0]))


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64 bytes of the signature; the same ones for the same key and message."""
    scalar, prefix = _secret(seed)
    nonce = _number(sha512(prefix + message).digest()) % _L
    commitment = _encode(_times_base(nonce))
    challenge = _number(sha512(commitment + public_key(seed) + message).digest()) % _L
    return commitment + ((nonce + challenge * scalar) % _L).to_bytes(32, "little")


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature was made over this message with the private key of `public`."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _decode(public), _decode(signature[:32])
    answer = _number(signature[32:])
    if key is None or commitment is None or answer >= _L:
        return False
    challenge = _number(sha512(signature[:32] + public + message).digest()) % _L
    return _same(_times_base(answer), _add(commitment, _times(challenge, key)))


def _secret(seed: bytes) -> tuple[int, bytes]:
    if len(seed) != 32:
        raise ValueError(f"a private key has 32 bytes, not {len(seed)}")
    wide = sha512(seed).digest()
    return _number(wide[:32]) & (2**254 - 8) | 2**254, wide[32:]


def _number(text: bytes) -> int:
    return int.from_bytes(text, "little")


def _add(one: _Point, other: _Point) -> _Point:
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * t1 * t2 * _D % _P, 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: _Point) -> _Point:
    found = _NEUTRAL
    while scalar:
        if scalar & 1:
            found = _add(found, point)
        point, scalar = _add(point, point), scalar >> 1
    return found


def _times_base(scalar: int) -> _Point:
    """With a table of the base point's multiples: 64 additions in place of about 380."""
    found = _NEUTRAL
    for row in _table():
        if scalar & 15:
            found = _add(found, row[scalar & 15])
        scalar >>= 4
    return found


@cache
def _table() -> tuple[tuple[_Point, ...], ...]:
    """For each of the 64 half bytes of a scalar the sixteen points that it may stand for."""
    base = _decode((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))
    assert base is not None
    rows = []
    for _ in range(64):
        row = [_NEUTRAL]
        for _ in range(15):
            row.append(_add(row[-1], base))
        rows.append(tuple(row))
        base = _add(row[-1], base)
    return tuple(rows)


def _same(one: _Point, other: _Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _P == 0 and (one[1] * other[2] - other[1] * one[2]) % _P == 0


def _encode(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, _P - 2, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decode(text: bytes) -> _Point | None:
    """The point that is encoded; None where there is none. RFC 8032, section 5.1.3."""
    y = _number(text) & (2**255 - 1)
    sign = text[31] >> 7
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _SQRT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P
