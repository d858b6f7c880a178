"""What all benchmarks have in common: a database of their own, rounds in turn, and how their last line is written."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median


@contextmanager
def database() -> Iterator[None]:
    """Django on a fresh database ``sangong_benchmark``, which is dropped at the end.

    The product's tables come from its migrations, triggers included; each peer's are made from its models. Every statement is
    committed as in production: nothing is rolled back and no safety of the server is turned off.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def seconds(act: Callable[[], object], times: int = 1) -> float:
    """How long it takes to do `act` so many times, by the wall clock, starting with swept memory."""
    gc.collect()
    began = time.perf_counter()
    for _ in range(times):
        act()
    return time.perf_counter() - began


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios round by round: what else the machine did in a round weighs on both sides of it."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def last_line(figures: Mapping[str, float | int | str]) -> str:
    """The line for programs: ``name=value`` in the order given, floats with two decimals."""
    return " ".join(
        f"{name}={value:.2f}" if isinstance(value, float) else f"{name}={value}" for name, value in figures.items()
    )
