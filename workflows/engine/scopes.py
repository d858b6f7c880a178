"""Sub-processes and the process itself: how they begin, end by themselves, are terminated or cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import activities, compensation, event_subs, multi, timers
from .errors import EngineError
from .events import Cancel
from .marking import INSIDE, OPEN, Scope, Token

if TYPE_CHECKING:
    from .graph import Place
    from .play import Play


def begin(play: Play, place: Place, token: Token) -> None:
    """Begin one instance of an embedded sub-process; one without content is done at once."""
    starts = play.graph.starts[place.id]
    if not starts:
        activities.finish(play, place, token, {})
        return
    scope = open_in(play, token)
    for node in starts:
        play.send(None, node, scope.id)


def open_in(play: Play, token: Token) -> Scope:
    """Open the scope instance that `token` carries."""
    scope = Scope(play.new_id(), token.node, token.scope, token.id)
    play.scopes.put(scope.id, scope)
    play.put(token._replace(state=INSIDE, child=scope.id))
    event_subs.arm(play, scope)
    return scope


def enter_end(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """The token ends here; its scope goes on while it has others."""
    play.note("entered", place.id, 0, flow)


def enter_terminate_end(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """Ends the scope it stands in with everything in it, and nothing outside (§13.5.6)."""
    play.note("entered", place.id, 0, flow)
    end(play, play.scopes[scope])


def end(play: Play, scope: Scope) -> None:
    """End a process or sub-process instance; what is left in it is cancelled, and a sub-process's token goes on."""
    if not scope.parent:
        end_process(play, scope)
        return
    drop(play, scope)
    play.note("ended", scope.node, scope.host)
    host = play.tokens[scope.host]
    place = play.places[host.node]
    if scope.done and place.undo is None:
        compensation.remember(play, host, scope.done)
    activities.finish(play, place, host._replace(child=0), {})


def end_process(play: Play, root: Scope) -> None:
    """End the case, cancelling what is left of it."""
    drop(play, root)
    play.ended = True
    play.note("ended", root.node)


def drop(play: Play, scope: Scope) -> None:
    """Drop a scope instance with everything in it."""
    cancel_members(play, scope)
    event_subs.disarm(play, scope)
    play.scopes.drop(scope.id)


def interrupt(play: Play, scope: Scope) -> None:
    """Cancel everything in a scope instance that goes on otherwise, what is on its way included."""
    cancel_members(play, scope)
    event_subs.disarm(play, scope)
    play.forget(scope.id)
    play.scopes.put(scope.id, scope._replace(members=(), joins={}, closed=True, met=()))


def cancel_case(play: Play, event: Cancel) -> None:
    """Stop the case. Raises EngineError ``not_waiting`` before its start."""
    root = next(iter(play.scopes.values()), None)
    if root is None:
        raise EngineError("not_waiting")
    end_process(play, root)


def cancel_members(play: Play, scope: Scope) -> None:
    """Take all tokens out of a scope instance that is going to be dropped."""
    for member in scope.members:
        token = play.tokens[member]
        cancel_inside(play, token)
        play.tokens.drop(member)
    if scope.multi is not None and scope.multi.first:
        multi.cancel_crowd(play, scope)


def cancel(play: Play, token: Token) -> None:
    """Take a token away, with everything that runs in it."""
    cancel_inside(play, token)
    play.drop(token)


def cancel_inside(play: Play, token: Token) -> None:
    """Cancel what `token` carries: its timers, its open task, the scope it hosts."""
    timers.disarm(play, token)
    if token.child:
        drop(play, play.scopes[token.child])
    if token.state == OPEN:
        play.cancelled.append(token.id)
    play.note("cancelled", token.node, token.id)
