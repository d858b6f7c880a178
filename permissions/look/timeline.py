"""One line of a timeline, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what and when, with what it changed.

    `kind` is ``now`` (the newest, still going on), ``key`` (a step to the next stage) or empty. `body` has `mark` and
    `letter`. With a `seq` the hash line is shown: the entry's own `hash` and the `previous` one it builds on.
    """

    at: datetime
    who: str
    what: str
    body: Any = None
    change: str = ""
    url: str = ""
    kind: str = ""
    seq: int | None = None
    hash: str = ""
    previous: str = ""
