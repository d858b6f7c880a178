"""What waits for a person besides the tasks of flows: a notice to read, a change to confirm, a report that is due.

Higher floors say it; the first page lists it among the tasks and the badge counts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from permissions.models import User


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that waits: what is to be done as a verb (`title`), about what, where, and by when.

    ``action`` is the two to four characters of its button, ``facts`` short words beside it.
    """

    title: str
    about: str
    url: str
    action: str
    due: datetime | date | None = None
    facts: tuple[str, ...] = ()


Waits = Callable[[User], Iterable[Wait]]
W = TypeVar("W", bound=Waits)
_REGISTERED: list[Waits] = []


def waits(function: W) -> W:
    """Register what waits for a user. It is asked on every page: one short statement, or none for those it cannot concern."""
    _REGISTERED.append(function)
    return function


def waiting(user: User) -> list[Wait]:
    """All that waits for the user besides tasks, in the order of registration."""
    return [wait for function in _REGISTERED for wait in function(user)]
