"""RFC 6962 hashing against the published vectors of certificate-transparency, and against brute force."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core import merkle

INPUTS = [
    bytes.fromhex(h)
    for h in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [merkle.leaf_hash(i) for i in INPUTS]
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
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSIONS = [  # leaf (from 0), size, path
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], B, D]),
]
CONSISTENCIES = [  # old, new, path
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, [F, E, ROOTS[3]]),
    (2, 5, [B, D]),
]


def plain_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, 2.1, word for word."""
    n = len(leaves)
    if n == 0:
        return sha256(b"").digest()
    if n == 1:
        return leaves[0]
    k = 1
    while k * 2 < n:
        k *= 2
    return sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def test_published_roots():
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for size, expected in enumerate(ROOTS, start=1):
        assert merkle.root(LEAVES[:size]).hex() == expected


@pytest.mark.parametrize(("index", "size", "path"), INCLUSIONS)
def test_published_inclusion_proofs(index, size, path):
    proof = merkle.inclusion(index, size, merkle.over(LEAVES))
    assert [h.hex() for h in proof] == path
    assert merkle.verify_inclusion(LEAVES[index], index, size, proof, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "size", "path"), CONSISTENCIES)
def test_published_consistency_proofs(old, size, path):
    proof = merkle.consistency(old, size, merkle.over(LEAVES))
    assert [h.hex() for h in proof] == path
    roots = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[size - 1])
    assert merkle.verify_consistency(old, size, *roots, proof)


def leaves(n: int) -> list[bytes]:
    return [merkle.leaf_hash(str(i).encode()) for i in range(n)]


def test_every_proof_of_every_small_tree():
    for size in range(1, 40):
        tree = leaves(size)
        top = plain_root(tree)
        assert merkle.root(tree) == top
        for i in range(size):
            proof = merkle.inclusion(i, size, merkle.over(tree))
            assert merkle.verify_inclusion(tree[i], i, size, proof, top)
            for other in range(size):
                if other != i:
                    assert not merkle.verify_inclusion(tree[other], i, size, proof, top)
                    assert not merkle.verify_inclusion(tree[i], other, size, proof, top)
        for old in range(1, size + 1):
            proof = merkle.consistency(old, size, merkle.over(tree))
            assert merkle.verify_consistency(old, size, plain_root(tree[:old]), top, proof)


@given(st.integers(1, 300), st.data())
def test_a_bent_inclusion_proof_never_verifies(size, data):
    tree = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(index, size, merkle.over(tree))
    top = merkle.root(tree)
    assert not merkle.verify_inclusion(tree[index], index, size, [*proof, top], top)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        bent = [*proof]
        bent[at] = bytes([bent[at][0] ^ 1]) + bent[at][1:]
        assert not merkle.verify_inclusion(tree[index], index, size, bent, top)
        assert not merkle.verify_inclusion(tree[index], index, size, proof[:-1], top)
    assert not merkle.verify_inclusion(tree[index], size, size, proof, top)


@given(st.integers(2, 300), st.data())
def test_a_rewritten_history_has_no_consistency_proof(size, data):
    old = data.draw(st.integers(1, size - 1))
    before, after = leaves(old), leaves(size)
    victim = data.draw(st.integers(0, old - 1))
    after[victim] = merkle.leaf_hash(b"rewritten")
    proof = merkle.consistency(old, size, merkle.over(after))
    assert not merkle.verify_consistency(old, size, merkle.root(before), merkle.root(after), proof)


@given(st.integers(0, 600), st.integers(0, 600))
def test_a_tree_grows_from_its_peaks(size, more):
    first = merkle.Tree()
    for leaf in leaves(size):
        first.append(leaf)
    again = merkle.Tree(size, first.peaks)
    done = {}
    for leaf in leaves(size + more)[size:]:
        done.update({(level, n): h for level, n, h in again.append(leaf)})
    everything = leaves(size + more)
    assert again.root() == merkle.root(everything)
    for (level, n), h in done.items():
        assert h == merkle.root(everything[n << level : (n + 1) << level])


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion(3, 3, merkle.over(leaves(3)))
    with pytest.raises(ValueError, match="old tree"):
        merkle.consistency(0, 3, merkle.over(leaves(3)))
    with pytest.raises(ValueError, match="one peak"):
        merkle.Tree(3, [b""])
