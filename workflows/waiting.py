"""What waits for a person besides the tasks of flows: a notice to read, a change to confirm, a report that is due.

Higher floors say it; the first page lists it among the tasks and the badge counts it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from permissions.models import User
from permissions.statements import Statement, any_of


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
Rows = Callable[[int], QuerySet[Any]]
W = TypeVar("W", bound=Waits)
_REGISTERED: list[tuple[Waits, Rows]] = []


def waits(rows: Rows) -> Callable[[W], W]:
    """Register what waits for a user, with the rows it can come from: while there are none for the key of a user, nothing waits.

    All of these are looked for on every page, in one statement that is composed once: they depend on the user's key alone, not
    on their roles nor on the day. Only where there are some the function is asked.
    """

    def register(function: W) -> W:
        _REGISTERED.append((function, rows))
        _statement.cache_clear()
        return function

    return register


def waiting(user: User) -> list[Wait]:
    """All that waits for the user besides tasks, in the order of registration."""
    if not _REGISTERED:
        return []
    (found,) = _statement().ask(user=user.pk)
    return [wait for (function, _rows), any_there in zip(_REGISTERED, found, strict=True) if any_there
            for wait in function(user)]  # fmt: skip


@functools.cache
def _statement() -> Statement:
    return Statement(lambda user: any_of(rows(user) for _function, rows in _REGISTERED), user=-918273645)
