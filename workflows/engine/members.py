"""The members of a running activity of several: people add some (加签) and take some out (减签).

A task of one person becomes one of several when others are added: a body scope is put around it, as around the instances
of a multi-instance activity, and all of them must do it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from . import multi, scopes
from .errors import STEP_LIMIT, EngineError
from .events import AddInstance, RemoveInstance
from .marking import INSIDE, Multi, Scope, Token
from .variables import seen_in

if TYPE_CHECKING:
    from .places import Place
    from .play import Play


def add(play: Play, event: AddInstance) -> None:
    """Add instances. Raises EngineError ``not_waiting``, ``not_multi`` (nothing several people can do), ``bad_element``
    (the members of the collection are records, which a name does not make), ``step_limit``."""
    token = play.open_token(event.token)
    place = play.places[token.node]
    loop = place.repeats
    if loop.standard or (token.place < 0 and place.element.kind != "human") or not event.users:
        raise EngineError("not_multi", place.id, token=event.token)
    if token.place < 0:
        token = _gather(play, place, token)
    body = play.scopes[token.scope]
    state = body.multi
    if state is None or state.total + len(event.users) > STEP_LIMIT:
        raise EngineError("step_limit", place.id, limit=STEP_LIMIT)
    state = multi.with_own_items(play, state)
    body = body._replace(multi=state)
    play.scopes.put(body.id, body)
    if any(isinstance(item, dict | list) for item in state.items or ()):
        raise EngineError("bad_element", place.id)
    play.note("multiplied", place.id, body.host, detail=str(state.size + len(event.users)))
    if loop.sequential:
        _add_in_turn(play, place, body, state, token, event)
    else:
        _add_beside(play, place, body, state, token, event)


def remove(play: Play, event: RemoveInstance) -> None:
    """Remove an instance. Raises EngineError ``not_waiting``, ``not_multi``, ``last_instance``."""
    token = play.find(event.token)
    if token is None:
        raise EngineError("not_waiting", token=event.token)
    place = play.places[token.node]
    body = play.scopes[token.scope]
    state = body.multi
    if token.place < 0 or state is None or place.repeats.standard:
        raise EngineError("not_multi", place.id, token=event.token)
    if state.size == 1:
        raise EngineError("last_instance", place.id)
    scopes.cancel(play, token)
    body = multi.without_place(play, token)
    state = body.multi or state
    until = place.repeats.until
    if state.done == state.size or (until is not None and until.evaluate(seen_in(play, body.id)) is True):
        multi.end(play, place, body.id)
    else:
        multi.go_on(play, place, body.id, token.place)


def _gather(play: Play, place: Place, token: Token) -> Token:
    """Put a body scope around a task of one person. The task stays as it is; what belongs to the activity as a whole, its
    timers and boundary events and where it leads, goes to the token that carries the body."""
    host = Token(play.new_id(), place.id, token.scope, INSIDE)
    body = Scope(play.new_id(), place.id, token.scope, host.id, multi=Multi(1, started=1))
    for timer in (play.timers[id_] for id_ in token.timers):
        play.timers.put(timer.id, timer._replace(token=host.id))
    play.drop(token)
    host = host._replace(timers=token.timers, met=token.met, keys=token.keys)
    play.add(host._replace(child=body.id, ticket=token.ticket, returns=token.returns))
    play.scopes.put(body.id, body)
    one = token._replace(scope=body.id, place=0, timers=(), met=(), keys=(), ticket=None, returns=False)
    play.add(one)
    return one


def _add_in_turn(play: Play, place: Place, body: Scope, state: Multi, token: Token, event: AddInstance) -> None:
    """One after the other: the new ones are put in line before the present one, right after it, or at the end."""
    new = len(event.users)
    at = {"before": token.place, "after": token.place + 1}.get(event.where, state.total)
    people = {nth if nth < at else nth + new: who for nth, who in state.people.items()}
    people |= {at + nth: who for nth, who in enumerate(event.users) if who}
    results = state.results
    state = state._replace(
        total=state.total + new,
        items=None if state.items is None else [*state.items[:at], *map(_element, event.users), *state.items[at:]],
        results=None if results is None else [*results[:at], *[None] * new, *results[at:]],
        people=people,
    )
    if event.where == "before":
        if event.by is not None:
            state = state._replace(people={**people, at + new: event.by})
        scopes.cancel(play, token)
        state = state._replace(started=state.started - 1)
        play.scopes.put(body.id, play.scopes[body.id]._replace(multi=state))
        play.call(multi.begin_next, place, body.id)
    else:
        play.scopes.put(body.id, body._replace(multi=state))


def _add_beside(play: Play, place: Place, body: Scope, state: Multi, token: Token, event: AddInstance) -> None:
    """Side by side: the new ones begin now; or one by one, and then the present one begins again; or one by one when it
    is done."""
    new = list(range(state.total, state.total + len(event.users)))
    here = token.place
    if event.where == "before":
        scopes.cancel(play, token)
        body = play.scopes[body.id]
        state = body.multi or state
        state = state._replace(started=state.started - 1)
    line = {"before": [*new, here], "after": [here, *new]}.get(event.where, [])
    then = dict(state.then)
    later = then.pop(here, ()) if event.where == "after" else ()
    then |= {one: (next_,) for one, next_ in pairwise(line)}
    if later:
        then[new[-1]] = later
    people = {**state.people, **{nth: who for nth, who in zip(new, event.users, strict=True) if who}}
    if event.where == "before" and event.by is not None:
        people[here] = event.by
    state = state._replace(
        total=state.total + len(new),
        items=None if state.items is None else [*state.items, *map(_element, event.users)],
        results=None if state.results is None else [*state.results, *[None] * len(new)],
        people=people,
        then=then,
    )
    play.scopes.put(body.id, body._replace(multi=state))
    for nth in {"before": new[:1], "after": []}.get(event.where, new):
        if body.id in play.scopes:
            multi.begin_at(play, place, body.id, nth)


def _element(user: str) -> str | None:
    return user or None
