"""Multi-instance activities, parallel and sequential (BPMN 2.0 §13.3.7)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import activities, scopes, timers
from .errors import EngineError
from .marking import INSIDE, Multi, Scope, Token
from .shelf import Shelf
from .variables import Values, gathered, hand_up, seen_by, seen_in

if TYPE_CHECKING:
    from .graph import Loop, Place
    from .play import Play


def enter(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """A token comes to a multi-instance activity. How many instances there will be is settled now, once."""
    loop = _loop(place)
    around = seen_in(play, scope)
    items, total = _extent(loop, place, around)
    id_ = play.new_id()
    play.note("entered", place.id, id_, flow)
    play.note("multiplied", place.id, id_, detail=str(total))
    if not total:
        if loop.results is not None:
            hand_up(play, scope, loop.results, [])
        play.leave(place, scope)
        return
    host = Token(id_, place.id, scope, INSIDE)
    if place.timers:
        host = timers.arm(play, place, host)
    body = Scope(
        play.new_id(),
        place.id,
        scope,
        id_,
        multi=Multi(total, 0, 0, items, None if loop.results is None else Shelf()),
    )
    play.add(host._replace(child=body.id))
    play.scopes.put(body.id, body)
    if loop.sequential:
        play.call(begin_next, place, body.id)
    else:
        play.count(total)
        _begin_all(play, place, body.id)


def _begin_all(play: Play, place: Place, body_id: int) -> None:
    body = play.scopes[body_id]
    multi = body.multi
    assert multi is not None  # noqa: S101  # a body scope has it
    play.scopes.put(body_id, body._replace(multi=multi._replace(started=multi.total)))
    for index in range(multi.total):
        if body_id not in play.scopes:  # instances that need nobody may have met the completion condition
            return
        _begin_one(play, place, body_id, index)


def begin_next(play: Play, place: Place, body_id: int, flow: str | None) -> None:
    """Begin the next instance of a sequential activity."""
    body = play.scopes[body_id]
    multi = body.multi
    assert multi is not None  # noqa: S101
    play.scopes.put(body_id, body._replace(multi=multi._replace(started=multi.started + 1)))
    _begin_one(play, place, body_id, multi.started)


def _begin_one(play: Play, place: Place, body_id: int, index: int) -> None:
    loop = _loop(place)
    multi = play.scopes[body_id].multi
    assert multi is not None  # noqa: S101
    own: dict[str, Any] = {"loopCounter": index + 1}
    if loop.element is not None and multi.items is not None:
        own[loop.element] = multi.items[index]
    if loop.result_variable is not None:
        own.setdefault(loop.result_variable, None)
    activities.begin(play, place, body_id, index=index, own=own)


def instance_done(play: Play, place: Place, token: Token) -> None:
    """One instance is done: keep its result, and see whether the whole activity is."""
    loop = _loop(place)
    body = play.scopes[token.scope]
    multi = body.multi
    assert multi is not None  # noqa: S101
    if loop.result is not None and multi.results is not None:
        results = multi.results.fork()
        value = loop.result.evaluate(seen_by(play, token))
        if value is not None:
            results.put(token.index + 1, value)
        multi = multi._replace(results=results)
    multi = multi._replace(done=multi.done + 1)
    play.scopes.put(body.id, body._replace(multi=multi))
    if multi.done == multi.total or (loop.until is not None and loop.until.evaluate(seen_by(play, token)) is True):
        _end(play, place, body.id)
    elif loop.sequential:
        play.call(begin_next, place, body.id)


def _end(play: Play, place: Place, body_id: int) -> None:
    body = play.scopes[body_id]
    scopes.cancel_members(play, body)
    play.scopes.drop(body.id)
    host = play.tokens[body.host]
    loop = _loop(place)
    if loop.results is not None and body.multi is not None:
        hand_up(play, host.scope, loop.results, gathered(body.multi))
    timers.disarm(play, host)
    play.drop(host)
    play.note("completed", place.id, host.id)
    play.leave(place, host.scope)


def _extent(loop: Loop, place: Place, around: Values) -> tuple[tuple[Any, ...] | None, int]:
    """The collection and the number of instances. Raises EngineError ``bad_expression`` where they are none."""
    if loop.collection is not None:
        items = loop.collection.evaluate(around)
        if not isinstance(items, list | tuple):
            raise EngineError("bad_expression", place.id, value=repr(items), wanted="list")
        return tuple(items), len(items)
    count = loop.cardinality.evaluate(around) if loop.cardinality is not None else None
    if isinstance(count, bool) or not isinstance(count, int | Decimal) or count < 0 or count != int(count):
        raise EngineError("bad_expression", place.id, value=repr(count), wanted="whole number")
    return None, int(count)


def _loop(place: Place) -> Loop:
    loop = place.loop
    assert loop is not None  # noqa: S101  # only multi-instance activities get here
    return loop
