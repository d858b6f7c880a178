"""For whom somebody does what they do just now: in their own right, or standing in for another (代理).

Kept beside the call, not in it: policies ask `permissions.roles`, which asks here. What an action is allowed only because somebody
stands in is written into its log entries as ``for``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Standing:
    """One substitution in force: `user` does the work of `holder`'s role `key`, for what `scope` names (everything, if empty)."""

    substitution: int
    user: int
    holder: int
    label: str
    key: str
    group: int
    scope: frozenset[str]


#: Exactly these are lent for the question being asked; None where nobody has said so.
_lent: ContextVar[tuple[Standing, ...] | None] = ContextVar("lent", default=None)
#: What the action under way needed of them; None outside of actions.
_needed: ContextVar[list[Standing] | None] = ContextVar("needed", default=None)


@contextmanager
def only(*standings: Standing) -> Iterator[None]:
    """Let nothing but these be lent inside the block: without any, everybody is asked about in their own right."""
    token = _lent.set(standings)
    try:
        yield
    finally:
        _lent.reset(token)


@contextmanager
def an_action() -> Iterator[None]:
    """What an action needs is known to it and to what it calls, and forgotten when it is over."""
    token = _needed.set(list(_needed.get() or ()))
    try:
        yield
    finally:
        _needed.reset(token)


def need(standing: Standing) -> None:
    """The action under way is allowed by this substitution alone. Nothing outside of actions."""
    if (needed := _needed.get()) is not None and standing not in needed:
        needed.append(standing)


def lent_to(user: int, known: tuple[Standing, ...]) -> tuple[Standing, ...]:
    """Those of somebody's substitutions that count for what is being asked: where nothing is said, the ones without a scope and
    those the action under way was allowed by."""
    lent = _lent.get()
    if lent is not None:
        return tuple(one for one in lent if one.user == user)
    needed = _needed.get() or ()
    return tuple(one for one in known if not one.scope or one in needed)


def unsaid() -> bool:
    """Whether nobody has said what is lent: lists then look into every scope."""
    return _lent.get() is None


def said(user: int) -> dict[str, Any] | None:
    """What the log keeps of whom this user stands in for, in the action under way; None in their own right."""
    found = [one for one in _needed.get() or () if one.user == user]
    if not found:
        return None
    one = found[-1]
    return {"user": one.holder, "name": one.label, "role": one.key, "substitution": one.substitution}


def persons(user: int) -> frozenset[int]:
    """The user and everybody they stand in for in the action under way: what one of them did, the other did."""
    return frozenset({user, *(one.holder for one in _needed.get() or () if one.user == user)})
