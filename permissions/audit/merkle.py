"""The Merkle tree of RFC 9162, section 2.1, over leaves that are given as bytes. Pure.

Every leaf is bound to its place and every node to being one (0x00 and 0x01 in front), so that no leaf can pass for a node.
"""

import hashlib
from collections.abc import Iterable, Sequence

Levels = list[list[bytes]]
"""The tree from its leaves' hashes up to its root; a node without a neighbour stands on the next level as it is."""


def leaf_hash(algorithm: str, leaf: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.new(algorithm, b"\0" + leaf).digest()


def node_hash(algorithm: str, left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.new(algorithm, b"\1" + left + right).digest()


def root_of(algorithm: str, leaves: Iterable[bytes]) -> bytes:
    """The root over the leaves in their order, holding no more than one hash for each level of the tree."""
    pending: list[tuple[int, bytes]] = []
    for leaf in leaves:
        height, tip = 0, leaf_hash(algorithm, leaf)
        while pending and pending[-1][0] == height:
            tip = node_hash(algorithm, pending.pop()[1], tip)
            height += 1
        pending.append((height, tip))
    if not pending:
        return hashlib.new(algorithm).digest()
    root = pending.pop()[1]
    while pending:
        root = node_hash(algorithm, pending.pop()[1], root)
    return root


def levels_of(algorithm: str, leaves: Iterable[bytes]) -> Levels:
    """The whole tree, for those who want the paths of several leaves."""
    levels = [[leaf_hash(algorithm, leaf) for leaf in leaves]]
    while len(levels[-1]) > 1:
        row = levels[-1]
        above = [node_hash(algorithm, row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        levels.append(above + row[len(row) - 1 :] if len(row) % 2 else above)
    return levels


def path_of(levels: Levels, index: int) -> list[bytes]:
    """The audit path of one leaf, from the leaf upwards."""
    path: list[bytes] = []
    for row in levels[:-1]:
        beside = index ^ 1
        if beside < len(row):
            path.append(row[beside])
        index //= 2
    return path


def root_by_path(algorithm: str, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root a path leads to (RFC 9162, section 2.1.3.2); None where it does not fit a tree of this size."""
    if not 0 <= index < size:
        return None
    at, last = index, size - 1
    tip = leaf_hash(algorithm, leaf)
    for beside in path:
        if last == 0:
            return None
        if at % 2 or at == last:
            tip = node_hash(algorithm, beside, tip)
            while at and not at % 2:
                at //= 2
                last //= 2
        else:
            tip = node_hash(algorithm, tip, beside)
        at //= 2
        last //= 2
    return tip if last == 0 else None
