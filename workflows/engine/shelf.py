"""A map from ids to values that is cheap to copy: what a step does not touch is shared with the step before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

V = TypeVar("V")

_BITS = (
    5  # 32 ids share a board: a case with a thousand tokens copies 32 references and one board per step, not a thousand
)


class Shelf(Generic[V]):
    """Values by positive id. :meth:`fork` gives a copy to write to; the original must not be written to any more."""

    __slots__ = ("_boards", "_own")

    def __init__(self, items: Iterable[tuple[int, V]] = ()) -> None:
        self._boards: dict[int, dict[int, V]] = {}
        self._own: set[int] = set()
        for key, value in items:
            self.put(key, value)

    def fork(self) -> Shelf[V]:
        twin: Shelf[V] = Shelf()
        twin._boards = self._boards.copy()
        return twin

    def get(self, key: int) -> V | None:
        board = self._boards.get(key >> _BITS)
        return None if board is None else board.get(key)

    def __getitem__(self, key: int) -> V:
        return self._boards[key >> _BITS][key]

    def __contains__(self, key: int) -> bool:
        return self.get(key) is not None

    def put(self, key: int, value: V) -> None:
        place = key >> _BITS
        if place not in self._own:
            self._boards[place] = dict(self._boards.get(place, ()))
            self._own.add(place)
        self._boards[place][key] = value

    def drop(self, key: int) -> V:
        place = key >> _BITS
        if place not in self._own:
            self._boards[place] = self._boards[place].copy()
            self._own.add(place)
        board = self._boards[place]
        value = board.pop(key)
        if not board:
            del self._boards[place]
            self._own.discard(place)
        return value

    def values(self) -> Iterator[V]:
        """By rising id."""
        for place in sorted(self._boards):
            board = self._boards[place]
            for key in sorted(board):
                yield board[key]

    def __bool__(self) -> bool:
        return bool(self._boards)

    def __len__(self) -> int:
        return sum(map(len, self._boards.values()))
