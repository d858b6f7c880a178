"""The tree over the heads of all chains, against the definition in RFC 9162 written down as it stands there."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permissions.audit import merkle

leaves_of_a_tree = st.lists(st.binary(max_size=4), max_size=40)


def defined(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, slowly."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + defined(leaves[:k]) + defined(leaves[k:])).digest()


@given(leaves_of_a_tree)
def test_the_root_is_that_of_the_definition_however_it_is_reached(leaves: list[bytes]) -> None:
    root = defined(leaves)
    assert merkle.root_of("sha256", leaves) == root
    if leaves:
        assert merkle.levels_of("sha256", leaves)[-1] == [root]


@given(leaves_of_a_tree.filter(bool), st.data())
def test_every_leaf_has_a_path_to_the_root_and_no_other_leaf_or_place_has_it(
    leaves: list[bytes], data: st.DataObject
) -> None:
    tree = merkle.levels_of("sha256", leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = merkle.path_of(tree, index), tree[-1][0]
    assert merkle.root_by_path("sha256", leaves[index], index, len(leaves), path) == root
    assert merkle.root_by_path("sha256", leaves[index] + b"x", index, len(leaves), path) != root
    assert merkle.root_by_path("sha256", leaves[index], index, len(leaves), [*path, root]) is None
    assert merkle.root_by_path("sha256", leaves[index], len(leaves), len(leaves), path) is None
    if path:
        assert merkle.root_by_path("sha256", leaves[index], index, len(leaves), path[:-1]) is None


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_a_leaf_cannot_pass_for_a_node(algorithm: str) -> None:
    left, right = (merkle.leaf_hash(algorithm, leaf) for leaf in (b"a", b"b"))
    assert merkle.root_of(algorithm, [b"a", b"b"]) != merkle.leaf_hash(algorithm, left + right)
