"""When a few have decided in an emergency (R26)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """One seat that was asked: whose it is, of which body, and what was said (None: nothing yet)."""

    user: int
    body: str
    agreed: bool | None = None


def lacking(asked: Iterable[Asked], bodies: Sequence[str], *, total: int, each: int) -> Mapping[str, int]:
    """How many persons are still missing so that enough agree: body code → number, and ``""`` for all together. A person with
    two seats is one person in all, and counts in both bodies. Empty where there are enough."""
    agreed = [one for one in asked if one.agreed]
    found = {code: each - len({one.user for one in agreed if one.body == code}) for code in bodies}
    found[""] = total - len({one.user for one in agreed})
    return {code: count for code, count in found.items() if count > 0}


def decided(asked: Sequence[Asked], bodies: Sequence[str], *, total: int, each: int) -> bool:
    """Whether it is decided: enough agree, of each body and in all, and more than half of the persons asked."""
    if lacking(asked, bodies, total=total, each=each):
        return False
    everybody = {one.user for one in asked}
    return len({one.user for one in asked if one.agreed}) * 2 > len(everybody)
