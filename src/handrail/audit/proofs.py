"""Proofs over the tree of RFC 6962 and how they are checked (RFC 9162, section 2.1): pure, no database.

A proof asks for the hashes of perfect subtrees only: `hashes(level, index)` is the root over the 2**level leaves from
`index * 2**level` on. Each proof needs O(log size) of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from handrail.audit.merkle import EMPTY_ROOT, node_hash

Hashes = Callable[[int, int], bytes]


def root_of(hashes: Hashes, size: int) -> bytes:
    """The root over the first `size` leaves."""
    return _over(hashes, 0, size) if size else EMPTY_ROOT


def inclusion(hashes: Hashes, index: int, size: int) -> list[bytes]:
    """The hashes that lead from the leaf at `index` to the root over `size` leaves, lowest first."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has none at {index}")
    path, first, last = [], 0, size
    while last - first > 1:
        middle = first + _left(last - first)
        if index < middle:
            path.append(_over(hashes, middle, last))
            last = middle
        else:
            path.append(_over(hashes, first, middle))
            first = middle
    return path[::-1]


def consistency(hashes: Hashes, old: int, new: int) -> list[bytes]:
    """The hashes that show the tree of `old` leaves to be the beginning of that of `new` leaves."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with {old}")
    if old in (0, new):
        return []
    path, first, last = [], 0, new
    while last != old:
        middle = first + _left(last - first)
        if old <= middle:
            path.append(_over(hashes, middle, last))
            last = middle
        else:
            path.append(_over(hashes, first, middle))
            first = middle
    if first:
        path.append(_over(hashes, first, last))
    return path[::-1]


def is_included(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from this leaf at this place to this root.

    >>> is_included(0, 1, bytes(32), [], bytes(32)), is_included(1, 1, bytes(32), [], bytes(32))
    (True, False)
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows the tree of `old` leaves to be the beginning of that of `new` leaves."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    steps = [old_root, *path] if old.bit_count() == 1 else list(path)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    small = large = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            small, large = node_hash(step, small), node_hash(step, large)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            large = node_hash(large, step)
        place, last = place >> 1, last >> 1
    return last == 0 and small == old_root and large == new_root


def _left(width: int) -> int:
    """The largest power of two below `width`: how many leaves stand on the left side."""
    return 1 << (width - 1).bit_length() - 1


def _over(hashes: Hashes, first: int, last: int) -> bytes:
    """The root over the leaves from `first` to before `last`, where a subtree of the tree begins at `first`."""
    found = list(_perfect(first, last))
    root = hashes(*found.pop())
    while found:
        root = node_hash(hashes(*found.pop()), root)
    return root


def _perfect(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Level and index of the perfect subtrees that these leaves consist of, largest first."""
    while first < last:
        level = (last - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level
