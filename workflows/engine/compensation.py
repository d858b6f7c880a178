"""Compensation: what was completed is undone, last first (BPMN 2.0 §10.7, §13.5.5), and transactions that are cancelled.

A scope remembers what was completed in it (:class:`workflows.engine.marking.Done`). The compensation event stays while
its handlers run, one after the other, in a scope of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import activities, scopes, throwing, waiting
from .errors import EngineError
from .marking import INSIDE, Done, Scope, Token

if TYPE_CHECKING:
    from .places import Place
    from .play import Play


def remember(play: Play, token: Token, inner: tuple[Done, ...] = ()) -> None:
    """The activity at `token` is done and can be compensated from now on."""
    scope = play.scopes[token.scope]
    done = Done(token.node, token.locals or None, inner)
    play.scopes.put(scope.id, scope._replace(done=(*scope.done, done)))


def begin(play: Play, place: Place, token: Token) -> None:
    """Compensate the activity that the event names, else everything in its scope; of an event sub-process that is the
    scope around it."""
    event = place.node.event
    named = play.places.get(event.activity or "") if event is not None else None
    scope = play.scopes[token.scope]
    while scope.parent and (
        (named is not None and scope.node != named.node.scope)
        or (named is None and play.places[scope.node].node.triggered_by_event)
        or scope.multi is not None
    ):
        scope = play.scopes[scope.parent]
    todo = tuple(done for done in scope.done if named is None or done.node == named.id)
    play.scopes.put(scope.id, scope._replace(done=tuple(done for done in scope.done if done not in todo)))
    _undo(play, token, todo)


def enter_cancel_end(play: Play, place: Place, scope_id: int, flow: str | None) -> None:
    """The transaction is cancelled: what runs in it stops, what was completed in it is compensated, and it is left by
    its cancel boundary event."""
    play.note("entered", place.id, 0, flow)
    scope = play.scopes[scope_id]
    while scope.parent and play.places[scope.node].node.kind != "transaction":
        scope = play.scopes[scope.parent]
    if not scope.parent:
        raise EngineError("unsupported", place.id)
    throwing.cancelled_by(play, scope.id)  # before anything is undone: somebody must take it from there
    scopes.interrupt(play, scope)
    activities.begin(play, place, scope.id)


def begin_cancel(play: Play, place: Place, token: Token) -> None:
    """Compensate all that was completed in a transaction."""
    scope = play.scopes[token.scope]
    play.scopes.put(scope.id, scope._replace(done=()))
    _undo(play, token, scope.done)


def go_on(play: Play, body: Scope) -> None:
    """A handler is through: the next one, else the event is done."""
    done = body.done
    while done and done[-1].inner:
        last = done[-1]
        done = (*done[:-1], *(_within(last, inner) for inner in last.inner))
    if done:
        last = done[-1]
        play.scopes.put(body.id, body._replace(done=done[:-1]))
        handler = play.places[last.node].undo
        assert handler is not None  # noqa: S101  # else it would not have been remembered
        play.note("compensating", last.node)
        if handler.loop is not None:
            play.call(handler.element.enter, handler, body.id)
        else:
            activities.begin(play, handler, body.id, own=last.locals)
        return
    play.scopes.drop(body.id)
    host = play.tokens[body.host]
    place = play.places[host.node]
    if place.trigger == ("cancel", ""):
        play.put(host._replace(child=0))
        boundary = throwing.cancelled_by(play, host.scope)
        assert boundary.token is not None  # noqa: S101  # a boundary event has a token
        waiting.break_out(play, boundary.place, boundary.token)
    else:
        activities.finish(play, place, host._replace(child=0), {})


def _undo(play: Play, token: Token, todo: tuple[Done, ...]) -> None:
    body = Scope(play.new_id(), token.node, token.scope, token.id, done=todo)
    play.scopes.put(body.id, body)
    play.put(token._replace(state=INSIDE, child=body.id))
    go_on(play, body)


def _within(outer: Done, inner: Done) -> Done:
    return inner._replace(locals={**(outer.locals or {}), **(inner.locals or {})} or None)
