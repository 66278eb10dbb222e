"""Ed25519 is that of RFC 8032: its published vectors, and refusals."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.kit.ed25519 import is_signed, public_key, sign
from tests.kit.vectors import RFC_8032

ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_published_vectors(seed: str, public: str, message: str, signature: str) -> None:
    private, text = bytes.fromhex(seed), bytes.fromhex(message)
    assert public_key(private).hex() == public
    assert sign(private, text).hex() == signature
    assert is_signed(bytes.fromhex(public), text, bytes.fromhex(signature))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40), st.integers(0, 511))
@settings(max_examples=40)
def test_one_bit_changed_anywhere_is_refused(seed: bytes, message: bytes, bit: int) -> None:
    public, signature = public_key(seed), sign(seed, message)
    assert is_signed(public, message, signature)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not is_signed(public, message, bytes(changed))
    assert not is_signed(public, message + b"!", signature)
    assert not is_signed(public_key(seed[::-1] + b""), message, signature) or seed == seed[::-1]


def test_malformed_keys_and_signatures_are_refused() -> None:
    seed = bytes(32)
    public, signature = public_key(seed), sign(seed, b"x")
    shifted = int.from_bytes(signature[32:], "little") + ORDER  # the same point, written in a second way
    no_point = (2).to_bytes(32, "little")
    for key, wrong in [
        (public, signature[:63]), (public[:31], signature), (public, signature[:32] + shifted.to_bytes(32, "little")),
        (no_point, signature), (public, no_point + signature[32:]), ((2**255 - 18).to_bytes(32, "little"), signature),
        (bytes([1] + [0] * 30 + [128]), signature),
    ]:  # fmt: skip
        assert not is_signed(key, b"x", wrong)
    with pytest.raises(ValueError, match="32 bytes"):
        sign(b"short", b"x")
