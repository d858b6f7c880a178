"""Event sub-processes (BPMN 2.0 §13.5.4): a process or sub-process listens for their start events while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import scopes, timers
from .listening import event_starts, scope_with_keys
from .marking import INSIDE, Scope, Token
from .step import NOTHING
from .variables import bring_in, seen_in

if TYPE_CHECKING:
    from .graph import EventStart
    from .places import Place
    from .play import Play


def listening(play: Play, scope: Scope) -> tuple[EventStart, ...]:
    """The event sub-processes that can begin in this scope instance now."""
    return event_starts(play.graph, scope)


def arm(play: Play, scope: Scope) -> None:
    """Set the timers and keys of the event sub-processes of a scope instance that begins."""
    if play.graph.keyed:
        play.scopes.put(scope.id, scope_with_keys(play, scope))
    for _sub, start in listening(play, scope):
        if start.timer is not None:
            timers.set_for(play, start, scope.id, seen_in(play, scope.id))


def disarm(play: Play, scope: Scope) -> None:
    """Clear the timers of the event sub-processes of a scope instance that is interrupted or ends."""
    if any(start.timer is not None for _sub, start in listening(play, scope)):
        for timer in [timer for timer in play.timers.values() if timer.token == scope.id]:
            timers.clear(play, timer.id)


def trigger(play: Play, start: Place, scope_id: int, brought: Mapping[str, Any] = NOTHING) -> None:
    """The start event of an event sub-process has happened in the scope instance: an interrupting one cancels
    everything else there, and no other can begin after it."""
    if start.interrupts:
        scopes.interrupt(play, play.scopes[scope_id])
    sub = play.places[start.node.scope]
    token = Token(play.new_id(), sub.id, scope_id, INSIDE)
    play.add(token)
    play.note("entered", sub.id, token.id)
    inner = scopes.open_in(play, token)
    bring_in(play, start, inner.id, brought)
    play.send(None, start.id, inner.id)
