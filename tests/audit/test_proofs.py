"""Proofs are those of RFC 9162: published values, a plain tree that is obviously right, and refusals (T40)."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.audit.merkle import EMPTY_ROOT, leaf_hash, node_hash
from handrail.audit.proofs import Hashes, consistency, inclusion, is_consistent, is_included, root_of
from tests.audit.second import second
from tests.audit.test_merkle import INPUTS, ROOTS, plain_root

# From the tests of the reference implementation of Certificate Transparency, over the eight inputs of test_merkle.
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENT = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
LEAVES = [leaf_hash(one) for one in INPUTS]


def hashes_of(leaves: list[bytes]) -> Hashes:
    def found(level: int, index: int) -> bytes:
        inside = leaves[index << level : (index + 1) << level]
        assert len(inside) == 1 << level
        return plain_root(inside)

    return found


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_published_inclusion_proofs(index: int, size: int) -> None:
    path = inclusion(hashes_of(LEAVES), index, size)
    assert [one.hex() for one in path] == PATHS[index, size]
    root = bytes.fromhex(ROOTS[size - 1])
    assert is_included(index, size, LEAVES[index], path, root)
    assert second.proof_root(index, size, LEAVES[index], path) == root


@pytest.mark.parametrize(("old", "new"), CONSISTENT)
def test_published_consistency_proofs(old: int, new: int) -> None:
    path = consistency(hashes_of(LEAVES), old, new)
    assert [one.hex() for one in path] == CONSISTENT[old, new]
    roots = (bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1]))
    assert is_consistent(old, new, *roots, path)
    assert second.consistent(old, new, *roots, path)


trees = st.integers(1, 70).map(lambda size: [leaf_hash(bytes([one])) for one in range(size)])


@given(trees, st.data())
def test_every_entry_of_every_tree_is_proved(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root = plain_root(leaves)
    path = inclusion(hashes_of(leaves), index, len(leaves))
    assert root_of(hashes_of(leaves), len(leaves)) == root
    assert is_included(index, len(leaves), leaves[index], path, root)
    assert second.proof_root(index, len(leaves), leaves[index], path) == root
    for other in range(len(leaves) + 2):
        proved = is_included(other, len(leaves), leaves[index], path, root)
        assert proved == (other == index)
        assert (second.proof_root(other, len(leaves), leaves[index], path) == root) == proved


@given(trees, st.data())
def test_every_tree_begins_the_larger_ones(leaves: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(0, len(leaves)))
    new = len(leaves)
    path = consistency(hashes_of(leaves), old, new)
    roots = (plain_root(leaves[:old]), plain_root(leaves))
    assert is_consistent(old, new, *roots, path)
    assert second.consistent(old, new, *roots, path)


@given(trees, st.data())
def test_t40_a_proof_with_anything_wrong_is_refused_by_both(leaves: list[bytes], data: st.DataObject) -> None:
    """Two heads that do not fit, a proof of another entry, a tree that is one larger or smaller, a changed hash."""
    new = len(leaves)
    index, old = data.draw(st.integers(0, new - 1)), data.draw(st.integers(1, new))
    root, old_root = plain_root(leaves), plain_root(leaves[:old])
    path, steps = inclusion(hashes_of(leaves), index, new), consistency(hashes_of(leaves), old, new)
    other = hashlib.sha256(b"another").digest()
    wrong = [(index, new, other, path, root), (index, new, leaves[index], path, other),
             (index, new, leaves[index], [*path, other], root), (index, 0, leaves[index], path, root),
             (index, new, leaves[index], [other, *path[1:]], root if path else other)]  # fmt: skip
    for one in wrong:
        assert not is_included(*one)
        assert second.proof_root(*one[:4]) != one[4]
    rewritten = plain_root([other, *leaves[1:old]])
    cases = [(old, new, rewritten, root, steps), (old, new, old_root, other, steps),
             (new + 1, new, old_root, root, steps), (old, new, old_root, root, [*steps, other])]  # fmt: skip
    for case in cases:
        assert not is_consistent(*case)
        assert not second.consistent(*case)


def test_t40_trees_of_no_and_of_one_entry() -> None:
    one = LEAVES[0]
    assert consistency(hashes_of(LEAVES), 0, 5) == consistency(hashes_of(LEAVES), 5, 5) == []
    for check in (is_consistent, second.consistent):
        assert check(0, 5, EMPTY_ROOT, bytes(32), [])
        assert not check(0, 5, bytes(32), bytes(32), [])
        assert not check(0, 5, EMPTY_ROOT, bytes(32), [one])
        assert check(1, 1, one, one, [])
        assert not check(1, 1, one, node_hash(one, one), [])
    assert not is_included(0, 0, one, [], one)
    assert second.proof_root(0, 0, one, []) is None
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError, match="has none"):
            inclusion(hashes_of(LEAVES), index, size)
    with pytest.raises(ValueError, match="does not begin"):
        consistency(hashes_of(LEAVES), 4, 3)
