"""A play as a test: what each act led to is kept with it, and asked of the next version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from workflows import feel
from workflows.bpmn.model import Process

from .acts import Act, Expected
from .playing import play
from .stages import Flow, House, Played, Refused, Stage


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a test went: passed, or at which act (from 0) it did not, and why.

    `what` is ``refused`` (then `refused` says why), ``open``, ``ended``, ``thrown``, ``variables`` (then `wanted` and `got` are of
    that kind), or ``empty`` for a test without acts, which tests nothing. `acts` counts all. `processes` are those that were
    played, by what their nodes begin with.
    """

    acts: int
    at: int | None = None
    what: str = ""
    wanted: Any = None
    got: Any = None
    refused: Refused | None = None
    processes: Mapping[str, Process] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.what == ""


def record(played: Played) -> tuple[Act, ...]:
    """The acts of a play, each with where it led."""
    found = []
    before: Mapping[str, Any] = {}
    for stage in played.stages:
        if stage.act is not None:
            found.append(replace(stage.act, expect=_expected(stage, before)))
        before = stage.variables
    return tuple(found)


def check(flow: Flow, acts: Iterable[Act], begins: datetime, house: House | None = None) -> Verdict:
    """Play the acts and compare where each leads with what was recorded. Tells the first difference."""
    wanted = tuple(acts)
    if not wanted:
        return Verdict(0, what="empty")
    played = play(flow, wanted, begins, house or House())
    return replace(_compared(wanted, played), processes=played.processes(flow))


def _compared(wanted: tuple[Act, ...], played: Played) -> Verdict:
    for at, (act, was) in enumerate(zip(wanted, record(played), strict=False)):
        if act.expect is None or was.expect is None:
            continue
        for what in ("open", "ended", "thrown"):
            expected, got = getattr(act.expect, what), getattr(was.expect, what)
            if expected != got:
                return Verdict(len(wanted), at, what, expected, got)
        computed = played.stages[at + 1].variables
        for name, value in act.expect.variables.items():
            if not same(value, computed.get(name)):
                return Verdict(len(wanted), at, "variables", {name: value}, {name: computed.get(name)})
    if played.refused is not None:
        return Verdict(len(wanted), len(played.stages) - 1, "refused", refused=played.refused)
    return Verdict(len(wanted))


def same(left: Any, right: Any) -> bool:
    """Whether two FEEL values are equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(feel.to_json(left) == feel.to_json(right))


def _expected(stage: Stage, before: Mapping[str, Any]) -> Expected:
    given = stage.act.variables if stage.act is not None else {}
    computed = {
        name: value
        for name, value in stage.variables.items()
        if not (name in given and same(value, given[name])) and not (name in before and same(value, before[name]))
    }
    return Expected(stage.waits(), stage.ended, stage.thrown, computed)
