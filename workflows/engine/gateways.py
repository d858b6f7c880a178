"""Gateways, and the conditions on the flows out of them and out of activities (BPMN 2.0 §13.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import scopes
from .errors import EngineError
from .marking import INSIDE, JOIN, Scope, Token
from .variables import seen_in

if TYPE_CHECKING:
    from .places import Exit, Place
    from .play import Play


def enter_exclusive(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """The first flow in document order whose condition holds, else the default (§13.4.2). Tokens are never merged."""
    play.note("entered", place.id, 0, flow)
    values = seen_in(play, scope)
    for way in place.exits:
        if way.condition is None or way.condition.evaluate(values) is True:
            play.send(way.flow, way.target, scope)
            return
    if place.default is not None:
        play.send(place.default.flow, place.default.target, scope)
    elif place.exits:
        raise EngineError("no_outgoing_flow", place.id)


def leave_by_conditions(play: Play, place: Place, scope: int) -> None:
    """Every flow whose condition holds or that has none; the default only where there is no such flow (§13.3.1,
    §13.4.3)."""
    values = seen_in(play, scope)
    ways: list[Exit] = [way for way in place.exits if way.condition is None or way.condition.evaluate(values) is True]
    if not ways:
        if place.default is None:
            raise EngineError("no_outgoing_flow", place.id)
        ways.append(place.default)
    for way in ways:
        play.send(way.flow, way.target, scope)


def enter_parallel(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """Fires when every incoming flow has a token and takes one from each; a second one on a flow stays (§13.4.1)."""
    play.note("entered", place.id, 0, flow)
    if len(place.incoming) < 2:
        play.leave(place, scope)
        return
    _wait(play, place, scope, flow)
    instance = play.scopes[scope]
    waiting = instance.joins[place.id]
    if len(waiting) < len(place.incoming):
        return
    oldest = _oldest_by_flow(play, waiting)
    if len(oldest) == len(place.incoming):
        _join(play, place, scope, oldest)


def enter_event_based(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """Waits for all the events behind it (§13.4.4); they stand in a scope of their own until the first happens."""
    play.note("entered", place.id, 0, flow)
    if not place.exits:
        return
    token = Token(play.new_id(), place.id, scope, INSIDE)
    body = Scope(play.new_id(), place.id, scope, token.id)
    play.add(token._replace(child=body.id))
    play.scopes.put(body.id, body)
    for way in place.exits:
        play.send(way.flow, way.target, body.id)


def win(play: Play, body: int) -> int:
    """An event behind an event-based gateway has happened: the others are withdrawn. Returns the scope it goes on
    in."""
    gate = play.tokens[play.scopes[body].host]
    scopes.cancel(play, gate)
    return gate.scope


def enter_inclusive(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """Joins only when everything that can move has moved: then :func:`fire_inclusive` looks who can still come."""
    play.note("entered", place.id, 0, flow)
    if len(place.incoming) < 2:
        play.leave(place, scope)
    else:
        _wait(play, place, scope, flow)


def fire_inclusive(play: Play, scope: Scope) -> bool:
    """Fire the first inclusive join of the scope instance that may; whether one did.

    It may when no token elsewhere in the scope can reach one of its empty incoming flows, unless the same token can
    also reach one that has a token; ways through the gateway itself do not count (§13.4.3).
    """
    for gate in play.graph.joins.get(scope.node, ()):
        waiting = scope.joins.get(gate)
        if not waiting:
            continue
        place = play.places[gate]
        oldest = _oldest_by_flow(play, waiting)
        filled = sum(1 << index for index, flow in enumerate(place.incoming) if flow in oldest)
        reach = play.graph.reach[gate]
        for node in _standing(play, scope):
            ways = reach[node]
            if node != gate and ways and not ways & filled:
                break
        else:
            _join(play, place, scope.id, oldest)
            return True
    return False


def _standing(play: Play, scope: Scope) -> Iterator[str]:
    """The nodes of the tokens in the scope instance, and of those that were sent back and will come again."""
    for member in scope.members:
        token = play.tokens[member]
        yield token.node
        if token.ticket is not None:
            yield from (parked.node for parked in token.ticket.tokens if not parked.scope)


def _wait(play: Play, place: Place, scope: int, flow: str | None) -> None:
    token = Token(play.new_id(), place.id, scope, JOIN, flow)
    play.add(token)
    play.note("waiting", place.id, token.id, flow)


def _oldest_by_flow(play: Play, waiting: tuple[int, ...]) -> dict[str | None, Token]:
    oldest: dict[str | None, Token] = {}
    for id_ in waiting:
        token = play.tokens[id_]
        oldest.setdefault(token.flow, token)
    return oldest


def _join(play: Play, place: Place, scope: int, taken: dict[str | None, Token]) -> None:
    for token in taken.values():
        play.drop(token)
    play.note("joined", place.id, detail=str(len(taken)))
    play.leave(place, scope)
