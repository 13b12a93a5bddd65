"""The Merkle tree of RFC 6962, section 2: SHA-256, 0x00 before leaves, 0x01 before nodes. Pure.

A proof is built from ``mth(lo, hi)``, the hash of the subtree over the leaves ``lo <= i < hi``; a list of leaf
hashes gives one with :func:`over`, the journal gives one that reads stored subtrees. Verification follows
RFC 9162, sections 2.1.3.2 and 2.1.4.2, and never trusts the length of a path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Mth = Callable[[int, int], bytes]

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf: SHA-256(0x00 ‖ content)."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def split_point(size: int) -> int:
    """The largest power of two below ``size`` (``size`` > 1): where RFC 6962 divides a tree."""
    return 1 << (size - 1).bit_length() - 1


def over(leaves: Sequence[bytes]) -> Mth:
    """The subtree hashes of a list of leaf hashes held in memory."""

    def mth(lo: int, hi: int) -> bytes:
        return root(leaves[lo:hi])

    return mth


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion(index: int, size: int, mth: Mth) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of the first ``size`` leaves (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in this tree")
    path: list[bytes] = []
    lo, hi = 0, size
    while hi - lo > 1:
        middle = lo + split_point(hi - lo)
        if index < middle:
            path.append(mth(middle, hi))
            hi = middle
        else:
            path.append(mth(lo, middle))
            lo = middle
    return path[::-1]


def consistency(old: int, size: int, mth: Mth) -> list[bytes]:
    """Proof that the tree of ``old`` leaves is a prefix of the tree of ``size`` (RFC 6962, 2.1.2)."""
    if not 0 < old <= size:
        raise ValueError("the old tree must have leaves, and no more than the new one")
    path: list[bytes] = []
    lo, hi, whole = 0, size, True
    while old != hi:
        middle = lo + split_point(hi - lo)
        if old <= middle:
            path.append(mth(middle, hi))
            hi = middle
        else:
            path.append(mth(lo, middle))
            lo, whole = middle, False
    if not whole:
        path.append(mth(lo, hi))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether ``path`` proves that ``leaf`` is leaf ``index`` of the tree of ``size`` with root ``expected``."""
    if not 0 <= index < size:
        return False
    fn, sn, result = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            result = node_hash(sibling, result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and result == expected


def verify_consistency(old: int, size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether ``path`` proves that the tree of ``old`` leaves is a prefix of the tree of ``size``."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_root == new_root
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(step, first), node_hash(step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root


class Tree:
    """A growing tree that remembers only its peaks, the complete subtrees from left to right."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if size.bit_count() != len(peaks):
            raise ValueError("a tree has one peak for each bit of its size")
        self.size = size
        self.peaks = list(peaks)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; returns the subtrees it completed as (level, index on that level, hash)."""
        done = [(0, self.size, leaf)]
        while self.size >> done[-1][0] & 1:
            level, index, right = done[-1]
            done.append((level + 1, index >> 1, node_hash(self.peaks.pop(), right)))
        self.peaks.append(done[-1][2])
        self.size += 1
        return done

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.peaks:
            return EMPTY
        result = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            result = node_hash(peak, result)
        return result
