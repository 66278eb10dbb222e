"""The tree is that of RFC 6962: published values, and a plain tree that is obviously right."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.audit.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash

# The inputs and roots that the reference implementations of Certificate Transparency are tested with.
INPUTS = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                         "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(plain_root(leaves[:split]), plain_root(leaves[split:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    tree = Frontier()
    tree.extend(leaf_hash(one) for one in INPUTS[:size])
    assert tree.root().hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_published_root() -> None:
    assert Frontier().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier().root() == EMPTY_ROOT


def test_a_leaf_is_no_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@given(st.lists(st.binary(max_size=3), max_size=70), st.integers(0, 70))
def test_the_frontier_is_the_plain_tree_also_when_it_is_taken_up_again(entries: list[bytes], cut: int) -> None:
    leaves = [leaf_hash(one) for one in entries]
    first = Frontier()
    first.extend(leaves[:cut])
    again = Frontier(first.size, first.roots)
    again.extend(leaves[cut:])
    assert again.size == len(leaves)
    assert again.root() == plain_root(leaves)


@pytest.mark.parametrize(("size", "count"), [(0, 1), (3, 1), (4, 2), (7, 2)])
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, count: int) -> None:
    with pytest.raises(ValueError, match="perfect subtrees"):
        Frontier(size, [bytes(32)] * count)
