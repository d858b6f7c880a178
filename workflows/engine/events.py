"""What can happen to a case from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Start:
    """Begin the case: at the start event `node`, at the one that takes `message`, or at the plain one."""

    node: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Complete:
    """The open activity `token` (human task, job, receive task, message catch) is done and brings `variables`."""

    token: int
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer's due time has come."""

    timer: int


@dataclass(frozen=True, slots=True)
class MessageArrived:
    """A message of this `name` has come. It goes to one receiver, the one that has waited longest."""

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the case where it stands."""


Event = Start | Complete | TimerFired | MessageArrived | Cancel
