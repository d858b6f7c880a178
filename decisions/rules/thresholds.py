"""Fractions as whole numbers: what "at least half" and "more than half" ask of a head-count.

No float and no division of counts ever decides: every comparison is ``count × den`` against ``num × base``. R15: 以上
includes the number itself, 超过 and 过半 exclude it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """The share ``num``/``den`` of a base; ``strict`` means it must be exceeded (超过), otherwise reaching it is
    enough (以上).

    Raises ``ValueError`` for a share no count could meet, or that nobody would have to meet.
    """

    num: int
    den: int
    strict: bool

    def __post_init__(self) -> None:
        if not 0 < self.num <= self.den or (self.strict and self.num == self.den):
            raise ValueError(
                f"threshold {self.num}/{self.den} strict={self.strict} cannot be met by a share of the base"
            )

    def to_json(self) -> list[int | bool]:
        """``[num, den, strict]``: the form kept in frozen rule numbers."""
        return [self.num, self.den, self.strict]

    @classmethod
    def from_json(cls, data: Sequence[object]) -> Threshold:
        """The inverse of `to_json`; raises ``ValueError`` for anything but two integers and a boolean."""
        if len(data) != 3:
            raise ValueError(f"a threshold is [num, den, strict], not {data!r}")
        num, den, strict = data
        if type(num) is not int or type(den) is not int or type(strict) is not bool:
            raise ValueError(f"a threshold is [num, den, strict], not {data!r}")
        return cls(num, den, strict)


MORE_THAN_HALF = Threshold(1, 2, True)
"""过半数: the default for passing (R21)."""
AT_LEAST_HALF = Threshold(1, 2, False)
"""半数以上: the default quorum (R13)."""
AT_LEAST_TWO_THIRDS = Threshold(2, 3, False)
"""三分之二以上: the quorum for personnel matters (R14)."""


def required(threshold: Threshold, base: int) -> int:
    """The smallest count that satisfies ``threshold`` of ``base``; at least 1, so that an empty body satisfies
    nothing.
    """
    if base < 0:
        raise ValueError(f"a base cannot be negative: {base}")
    product = threshold.num * base
    count = product // threshold.den + 1 if threshold.strict else -(-product // threshold.den)
    return max(count, 1)


def reached(threshold: Threshold, count: int, base: int) -> bool:
    """Whether ``count`` of ``base`` satisfies ``threshold``; never with nobody due (``base`` 0)."""
    if count < 0 or base < 0:
        raise ValueError(f"counts cannot be negative: {count} of {base}")
    if base == 0 or count == 0:
        return False
    left, right = count * threshold.den, threshold.num * base
    return left > right if threshold.strict else left >= right


def at_least_as_strict(one: Threshold, other: Threshold) -> bool:
    """Whether every count that satisfies ``one`` satisfies ``other``, whatever the base."""
    left, right = one.num * other.den, other.num * one.den
    return left > right or (left == right and (one.strict or not other.strict))
