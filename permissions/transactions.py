"""What makes a function an action: one transaction, tried again where PostgreSQL had to end one of two that waited for each other."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, SerializationFailure

from permissions import acting

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 3
log = structlog.get_logger(__name__)
# What the outermost action under way wants done should it be undone; None outside of actions.
_if_undone: ContextVar[list[Callable[[], object]] | None] = ContextVar("if_undone", default=None)


def if_undone(function: Callable[[], object]) -> None:
    """Call `function`, in a transaction of its own, once the outermost action under way has been rolled back by an error.

    The counterpart of ``on_commit``: how what went wrong is written down although nothing of the action is. It is not called
    where the action goes well in the end, and its own failure only goes to the program's log: the first error matters.
    """
    calls = _if_undone.get()
    if calls is not None:
        calls.append(function)


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` in a transaction of its own, or as a part of the one it is called in.

    Locks are taken in one order everywhere (docs/architecture.md), so deadlocks should not happen. Where one does, PostgreSQL
    ends one side and nothing of it is left: the outermost action begins again, and the person notices a second's delay at most.
    An action inside another is never repeated by itself: what the outer one has read would be stale.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with acting.an_action():
            return begun(*args, **kwargs)

    def begun(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return function(*args, **kwargs)
        calls: list[Callable[[], object]] = []
        before = _if_undone.set(calls)
        try:
            result = _outermost(function, calls, *args, **kwargs)
            calls.clear()
            return result
        finally:
            _if_undone.reset(before)
            for call in calls:
                _safely(call)

    return run


def _safely(call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:
        log.exception("what an undone action asked for failed")


def _outermost(function: Callable[P, R], calls: list[Callable[[], object]], *args: P.args, **kwargs: P.kwargs) -> R:
    for attempt in range(1, TRIES + 1):
        calls.clear()
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        except OperationalError as error:
            if attempt == TRIES or not isinstance(error.__cause__, DeadlockDetected | SerializationFailure):
                raise
            log.warning("action begins again", action=function.__name__, attempt=attempt)
            # Not in step with the one it collided with. Timing only: nothing secret depends on it.
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311
    raise AssertionError("unreachable")  # the loop returns or raises
