"""Token replay fitness in whole numbers.

Token replay (Rozinat and van der Aalst 2008) plays a log on its diagram and counts tokens: those consumed `c`, those that had
to be put there `m`, those produced `p`, those left behind `r`; the fitness is ½(1 − m/c) + ½(1 − r/p). Here the diagram is
played by the engine the case ran on, so what the log says is no guess: a token is missing where people began an activity
the flow had not come to, and left behind where they took one away before it was done. Each activity that is begun consumes
one token and puts one there, so that `c` = `p`, and the fitness is 1 − (m + r) / 2c.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from workflows.engine import Cancel, Event, Move, SendBack, Step

#: Events by which people put a case elsewhere than its flow would have. What the diagram itself allows, as beginning an activity
#: of an ad-hoc sub-process or asking others to do a step too, is none.
BY_HAND: Final = (Move, SendBack, Cancel)


@dataclass(frozen=True, slots=True)
class Conformance:
    """Of one case or many: activities begun, those of them begun by hand, and those taken away by hand undone."""

    begun: int = 0
    missing: int = 0
    left: int = 0

    @property
    def fitness(self) -> Fraction:
        """From 0 to 1, exact; 1 where nothing left the diagram."""
        return 1 - Fraction(self.missing + self.left, 2 * self.begun) if self.begun else Fraction(1)


def measure(played: Iterable[tuple[Event, Step]]) -> Conformance:
    """What a case's events, in order, came to on the engine. Takes what :func:`workflows.engine.advance` answered to each."""
    begun = missing = left = 0
    for event, step in played:
        begun += len(step.opened)
        if isinstance(event, BY_HAND):
            own = {opened.token for opened in step.opened}
            missing += len(own)
            left += sum(token not in own for token in step.cancelled)
    return Conformance(begun, missing, left)
