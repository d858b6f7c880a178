"""Sub-processes and the process itself: how they begin, end by themselves, are terminated or cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import activities, multi, timers
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
    scope = Scope(play.new_id(), place.id, token.scope, token.id)
    play.scopes.put(scope.id, scope)
    play.put(token._replace(state=INSIDE, child=scope.id))
    for node in starts:
        play.send(None, node, scope.id)


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
    cancel_members(play, scope)
    play.scopes.drop(scope.id)
    play.note("ended", scope.node, scope.host)
    host = play.tokens[scope.host]
    activities.finish(play, play.places[host.node], host, {})


def end_process(play: Play, root: Scope) -> None:
    """End the case, cancelling what is left of it."""
    cancel_members(play, root)
    play.scopes.drop(root.id)
    play.ended = True
    play.note("ended", root.node)


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
        scope = play.scopes[token.child]
        cancel_members(play, scope)
        play.scopes.drop(scope.id)
    if token.state == OPEN:
        play.cancelled.append(token.id)
    play.note("cancelled", token.node, token.id)
