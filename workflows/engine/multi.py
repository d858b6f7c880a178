"""Multi-instance activities, parallel and sequential (BPMN 2.0 §13.3.7), and standard loops (§13.3.6).

The token that came waits as the host of a body scope, in which the instances live. Boundary events and timers belong to
the host, so there is one deadline for the whole committee. Instances of a parallel activity that only wait are a crowd
(see :class:`workflows.engine.marking.Multi`): a step of a thousand voters costs what one of seven does.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from workflows import feel

from . import activities, returning, scopes, timers, waiting
from .errors import STEP_LIMIT, EngineError
from .listening import with_keys
from .marking import INSIDE, MANY, OPEN, Multi, Scope, Ticket, Token
from .variables import Gathered, Values, hand_up, seen_by, seen_in

if TYPE_CHECKING:
    from .places import Loop, Place
    from .play import Play


def enter(
    play: Play, place: Place, scope: int, flow: str | None, *, ticket: Ticket | None = None, returns: bool = False
) -> None:
    """A token comes to a multi-instance activity or loop. How many instances there will be is settled now, unless people
    add to them. `ticket` and `returns` are what :class:`Token` has."""
    loop = _loop(place)
    items: list[Any] | str | None
    items, total = _extent(loop, place, seen_in(play, scope))
    if loop.standard and loop.test_before and not _goes_on(loop, seen_in(play, scope)):
        total = 0
    if total > STEP_LIMIT:
        raise EngineError("step_limit", place.id, limit=STEP_LIMIT)
    id_ = play.new_id()
    play.note("entered", place.id, id_, flow)
    play.note("multiplied", place.id, id_, detail=str(total))
    if not total:
        if loop.results is not None:
            hand_up(play, scope, loop.results, [])
        returning.go_on(play, place, Token(id_, place.id, scope, INSIDE, ticket=ticket, returns=returns))
        return
    host = Token(id_, place.id, scope, INSIDE, ticket=ticket, returns=returns)
    if place.timers:
        host = timers.arm(play, place, host)
    if play.graph.keyed:
        host = with_keys(play, place, host)
    crowd = not loop.sequential and (
        place.element.begin is waiting.begin and not place.inputs and place.correlation is None
    )
    lent = loop.collection_variable if crowd and total >= MANY else None
    if lent is not None and _is_the_cases(play, scope, lent):
        items = lent
    multi = Multi(total, items=items, results=None if loop.results is None else [None] * total)
    body = Scope(play.new_id(), place.id, scope, id_, multi=multi)
    play.add(host._replace(child=body.id))
    play.scopes.put(body.id, body)
    if loop.sequential:
        play.call(begin_next, place, body.id)
        return
    play.count(place, total)
    if crowd:
        _begin_crowd(play, place, body, multi)
    else:
        _begin_all(play, place, body, multi)


def begin_next(play: Play, place: Place, body_id: int, flow: str | None) -> None:
    """Begin the next instance of a sequential activity."""
    begin_at(play, place, body_id, _multi(play.scopes[body_id]).started)


def begin_at(play: Play, place: Place, body_id: int, nth: int) -> None:
    """Begin the instance at the place `nth`."""
    body = play.scopes[body_id]
    multi = _multi(body)
    play.scopes.put(body_id, body._replace(multi=multi._replace(started=multi.started + 1)))
    _begin_one(play, place, body, nth)


def _begin_all(play: Play, place: Place, body: Scope, multi: Multi) -> None:
    play.scopes.put(body.id, body._replace(multi=multi._replace(started=multi.total)))
    for nth in range(multi.total):
        if body.id not in play.scopes:  # instances that need nobody may have met the completion condition
            return
        _begin_one(play, place, body, nth)


def _begin_one(play: Play, place: Place, body: Scope, nth: int) -> None:
    multi = _multi(body)
    activities.begin(
        play, place, body.id, nth=nth, own=_locals(play, place, multi, nth), assignee=multi.people.get(nth)
    )


def _locals(play: Play, place: Place, multi: Multi, nth: int) -> dict[str, Any] | None:
    """What only the instance sees: `loopCounter` from 1, as in Camunda 8, its element, and its result until it has
    one. In a sequential activity who comes after a removed instance takes its number."""
    loop = place.loop
    if loop is None:
        return None
    before = (multi.gone & ((1 << nth) - 1)).bit_count() if loop.sequential else 0
    own: dict[str, Any] = {"loopCounter": nth + 1 - before}
    if loop.result_variable is not None:
        own[loop.result_variable] = None
    if loop.element is not None and multi.items is not None:
        own[loop.element] = _item(play, multi.items, nth)
    return own


# --- the collection -------------------------------------------------------------------------------------------------


def _is_the_cases(play: Play, scope_id: int, name: str) -> bool:
    """Whether `name`, read in the scope instance, is a variable of the case, and of nothing in between."""
    scope = play.scopes[scope_id]
    while scope.parent:
        own = play.tokens[scope.host].locals
        if scope.multi is not None or (own is not None and name in own):
            return False
        scope = play.scopes[scope.parent]
    return name in play.variables


def _item(play: Play, items: list[Any] | str, nth: int) -> Any:
    if not isinstance(items, str):
        return feel.from_json(items[nth])
    if isinstance(play.variables, feel.Kept):
        return play.variables.item(items, nth)
    return feel.from_json(feel.to_json(play.variables[items][nth]))


def with_own_items(play: Play, multi: Multi) -> Multi:
    """The same with a collection of its own, where it was the case's variable."""
    if not isinstance(multi.items, str):
        return multi
    return multi._replace(items=[feel.to_json(item) for item in play.variables[multi.items]])


def before_write(play: Play, name: str) -> None:
    """The case's variable `name` is about to change: crowds whose collection it is keep the one they began with."""
    for body in play.crowds:
        scope = play.scopes[body]
        multi = _multi(scope)
        if multi.items == name:
            play.scopes.put(body, scope._replace(multi=with_own_items(play, multi)))


# --- instances that only wait -----------------------------------------------------------------------------------------


def _begin_crowd(play: Play, place: Place, body: Scope, multi: Multi) -> None:
    multi = multi._replace(started=multi.total, live=(1 << multi.total) - 1)
    gather(play, place, body._replace(multi=multi))


def gather(play: Play, place: Place, body: Scope) -> None:
    """Have those whose bit is set in `live` wait as a crowd."""
    multi = _multi(body)._replace(first=play.next_id)
    play.next_id += multi.total
    body = body._replace(multi=multi)
    play.scopes.put(body.id, body)
    play.crowds = (*play.crowds, body.id)
    for id_ in multi.waiting():
        waiting.announce(play, place, _of_crowd(play, body, multi, id_ - multi.first))


def of_crowds(play: Play, id_: int) -> Token | None:
    """The token with this id, where it waits in a crowd."""
    for body in play.crowds:
        scope = play.scopes[body]
        multi = _multi(scope)
        nth = id_ - multi.first
        if 0 <= nth < multi.total and multi.live >> nth & 1:
            return _of_crowd(play, scope, multi, nth)
    return None


def in_crowd(scope: Scope, token: Token) -> bool:
    """Whether the token is one of the crowd of its scope."""
    multi = scope.multi
    if multi is None or not multi.first or token.id != multi.first + token.place:
        return False
    return multi.live >> token.place & 1 == 1


def without(scope: Scope, token: Token) -> Scope:
    """The scope after the token has left its crowd."""
    multi = _multi(scope)
    return scope._replace(multi=multi._replace(live=multi.live & ~(1 << token.place)))


def cancel_crowd(play: Play, scope: Scope) -> None:
    """Cancel who still waits in the crowd of a body scope that is going to be dropped."""
    multi = _multi(scope)
    for id_ in multi.waiting():
        play.cancelled.append(id_)
        play.note("cancelled", scope.node, id_)
    play.crowds = tuple(body for body in play.crowds if body != scope.id)


def _of_crowd(play: Play, scope: Scope, multi: Multi, nth: int) -> Token:
    own = _locals(play, play.places[scope.node], multi, nth)
    return Token(multi.first + nth, scope.node, scope.id, OPEN, place=nth, locals=own, assignee=multi.people.get(nth))


# --- the end ---------------------------------------------------------------------------------------------------------


def instance_done(play: Play, place: Place, token: Token) -> None:
    """One instance is done: keep its result, and see whether the whole activity is."""
    loop = place.repeats
    body = play.scopes[token.scope]
    multi = _multi(body)
    multi = multi._replace(done=multi.done + 1)
    if loop.result is not None and multi.results is not None:
        results = multi.results.copy()
        results[token.place] = feel.to_json(loop.result.evaluate(seen_by(play, token)))
        multi = multi._replace(results=results)
    play.scopes.put(body.id, body._replace(multi=multi))
    if multi.done == multi.size or _is_through(play, loop, token):
        end(play, place, body.id)
    else:
        go_on(play, place, body.id, token.place)


def go_on(play: Play, place: Place, body_id: int, nth: int) -> None:
    """The instance at the place `nth` is through: begin what comes after it."""
    body = play.scopes[body_id]
    multi = _multi(body)
    if place.repeats.sequential:
        if multi.started != multi.total:
            play.call(begin_next, place, body_id)
        return
    after = multi.then.get(nth, ())
    if after:
        left = {before: places for before, places in multi.then.items() if before != nth}
        play.scopes.put(body_id, body._replace(multi=multi._replace(then=left)))
        for next_ in after:
            if body_id in play.scopes:  # an instance that needs nobody may have been the last one
                begin_at(play, place, body_id, next_)


def _is_through(play: Play, loop: Loop, token: Token) -> bool:
    """Whether no further instance is wanted, by what the one at `token` sees."""
    if loop.standard:
        return not _goes_on(loop, seen_by(play, token))
    return loop.until is not None and loop.until.evaluate(seen_by(play, token)) is True


def _goes_on(loop: Loop, values: Values) -> bool:
    """Whether a standard loop goes round again (BPMN 2.0 §13.3.6); one without condition does, up to its maximum."""
    return loop.again is None or loop.again.evaluate(values) is True


def without_place(play: Play, token: Token) -> Scope:
    """The body scope after the instance at `token` was taken out of it by hand; it does not count any more."""
    body = play.scopes[token.scope]
    multi = _multi(body)
    body = body._replace(multi=multi._replace(gone=multi.gone | 1 << token.place))
    play.scopes.put(body.id, body)
    return body


def withdraw(play: Play, token: Token) -> None:
    """The instance at `token` was taken elsewhere: those that wait for its end begin. That may not end the activity,
    for what it stood for goes on elsewhere."""
    body = without_place(play, token)
    go_on(play, play.places[token.node], body.id, token.place)


def end(play: Play, place: Place, body_id: int) -> None:
    """The whole activity is done; instances that still run are cancelled."""
    body = play.scopes[body_id]
    scopes.cancel_members(play, body)
    play.scopes.drop(body.id)
    host = play.tokens[body.host]
    if body.done:
        around = play.scopes[host.scope]
        # A task that people have given several signers is one task all the same, and undone once
        done = body.done if place.loop is not None else body.done[-1:]
        play.scopes.put(around.id, around._replace(done=(*around.done, *done)))
    loop = place.repeats
    if loop.results is not None:
        hand_up(play, host.scope, loop.results, Gathered(loop.results, _multi(body))[loop.results])
    timers.disarm(play, host)
    play.drop(host)
    play.note("completed", place.id, host.id)
    returning.go_on(play, place, host)


def _extent(loop: Loop, place: Place, around: Values) -> tuple[list[Any] | None, int]:
    """The collection and the number of instances, -1 for a loop without maximum.

    Raises EngineError ``bad_expression`` where they are none."""
    if loop.standard and loop.maximum is None:
        return None, -1
    if loop.collection is not None:
        items = loop.collection.evaluate(around)
        if not isinstance(items, list | tuple):
            raise EngineError("bad_expression", place.id, value=repr(items), wanted="list")
        return [feel.to_json(item) for item in items], len(items)
    number = loop.maximum if loop.standard else loop.cardinality
    count = number.evaluate(around) if number is not None else None
    if isinstance(count, bool) or not isinstance(count, int | Decimal) or count < 0 or count != int(count):
        raise EngineError("bad_expression", place.id, value=repr(count), wanted="whole number")
    return None, int(count)


def _loop(place: Place) -> Loop:
    loop = place.loop
    assert loop is not None  # noqa: S101  # only multi-instance activities get here
    return loop


def _multi(body: Scope) -> Multi:
    multi = body.multi
    assert multi is not None  # noqa: S101  # only body scopes get here
    return multi
