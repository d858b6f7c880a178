"""What makes a function an action: one transaction, tried again where PostgreSQL had to end one of two that waited for each other."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, SerializationFailure

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 3
log = structlog.get_logger(__name__)


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` in a transaction of its own, or as a part of the one it is called in.

    Locks are taken in one order everywhere (docs/architecture.md), so deadlocks should not happen. Where one does, PostgreSQL
    ends one side and nothing of it is left: the outermost action begins again, and the person notices a second's delay at most.
    An action inside another is never repeated by itself: what the outer one has read would be stale.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return function(*args, **kwargs)
        for attempt in range(1, TRIES + 1):
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

    return run
