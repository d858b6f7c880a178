"""What is thrown: messages and signals to whoever waits, errors and escalations to the nearest that catches them.

A message or signal arrives when everything that can move has moved, so it does not matter in which order the branches
of a step are played. An error or escalation is caught on the spot (BPMN 2.0 §10.5.1, §13.5.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workflows import feel

from . import activities, event_subs, scopes, waiting
from .errors import EngineError
from .events import ErrorThrown, EscalationThrown, MessageArrived, SignalArrived
from .iso import moment
from .listening import KEY_LENGTH, Listener, key_of, listeners
from .marking import OPEN, Token
from .step import NOTHING, Thrown
from .variables import seen_by, seen_in, take_in

if TYPE_CHECKING:
    from .expressions import Formula
    from .places import Place, Trigger
    from .play import Play
    from .variables import Values


# --- throwing ---------------------------------------------------------------------------------------------------------


def enter(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """A token throws a message, signal or escalation and goes on, or ends where the event does."""
    play.note("entered", place.id, 0, flow)
    kind, name = _thrown_by(place)
    brought = take_in(place.inputs, None, seen_in(play, scope)) or NOTHING
    if kind != "escalation":
        play.post(_sent(play, place, brought, seen_in(play, scope)))
    elif _escalate(play, place.id, name, scope, None, brought):
        return
    play.leave(place, scope)


def begin_send(play: Play, place: Place, token: Token) -> None:
    """A send task throws its message."""
    play.post(_sent(play, place, token.locals or NOTHING if place.inputs else NOTHING, seen_by(play, token)))
    activities.finish(play, place, token, {})


def _sent(play: Play, place: Place, brought: Values, values: Values) -> Thrown:
    """What is sent: the key, the time to live and the id of a message as ``zeebe:publishMessage`` says; without it the
    key that its receivers wait for, as it is here, where it is one here."""
    kind, name = _thrown_by(place)
    thrown = Thrown(kind, name, brought, place.id)
    if kind != "message":
        return thrown
    publication = place.publication
    if publication is None:
        key = "" if place.correlation is None else _own_key(place.correlation, values)
        return thrown._replace(correlation=key)
    return thrown._replace(
        correlation="" if publication.correlation is None else key_of(publication.correlation, values, place.id),
        key="" if publication.key is None else key_of(publication.key, values, place.id),
        until=None if publication.ttl is None else _until(play, publication.ttl.evaluate(values), place.id),
    )


def _own_key(formula: Formula, values: Values) -> str:
    """The receivers' key seen from a sender, who may know nothing of it."""
    value = formula.evaluate(values)
    key = value if isinstance(value, str) else feel.evaluate("string(value)", {"value": value})
    return key if isinstance(key, str) and value is not None and len(key) <= KEY_LENGTH else ""


def _until(play: Play, value: Any, node: str) -> datetime:
    try:
        return moment(value, play.now)
    except (ValueError, OverflowError) as problem:
        raise EngineError("bad_expression", node, value=repr(value), wanted="duration") from problem


def enter_error(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """An error end event. Raises EngineError ``uncaught_error`` where no event around catches it: a flow that has an
    error nobody thought of must not go on as if nothing were."""
    play.note("entered", place.id, 0, flow)
    brought = take_in(place.inputs, None, seen_in(play, scope)) or NOTHING
    _fail(play, place.id, _thrown_by(place)[1], scope, None, brought)


def enter_link(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """A token goes on at the catching link event of the same name."""
    play.note("entered", place.id, 0, flow)
    if place.link is not None:
        play.send(None, place.link, scope)


def fail(play: Play, event: ErrorThrown) -> None:
    """An open activity has failed. Raises EngineError ``not_waiting``, ``uncaught_error``."""
    token = play.open_token(event.token)
    _fail(play, token.node, event.code, token.scope, token, event.variables)


def escalate(play: Play, event: EscalationThrown) -> None:
    """An open activity escalates. Raises EngineError ``not_waiting``."""
    token = play.open_token(event.token)
    _escalate(play, token.node, event.code, token.scope, token, event.variables)


def _thrown_by(place: Place) -> Trigger:
    if place.trigger is None:
        raise EngineError("broken_reference", place.id)
    return place.trigger


def _escalate(play: Play, node: str, code: str, scope: int, token: Token | None, brought: Mapping[str, Any]) -> bool:
    """Throw an escalation; whether what caught it interrupted the thrower."""
    play.note("thrown", node, detail=code)
    caught = _caught_by(play, "escalation", code, scope, token)
    if caught is None:
        play.thrown.append(Thrown("escalation", code, brought, node))
        return False
    _happen(play, caught, code, brought)
    return caught.place.interrupts


def _fail(play: Play, node: str, code: str, scope: int, token: Token | None, brought: Mapping[str, Any]) -> None:
    play.note("thrown", node, detail=code)
    caught = _caught_by(play, "error", code, scope, token)
    if caught is None:
        if not play.called:
            raise EngineError("uncaught_error", node, error=code)
        play.thrown.append(Thrown("error", code, brought, node))
        scopes.end_process(play, next(iter(play.scopes.values())))
        return
    _happen(play, caught, code, brought)


def _happen(play: Play, caught: Listener, code: str, brought: Mapping[str, Any]) -> None:
    play.note("caught", caught.place.id, caught.id, detail=code)
    if caught.token is None:
        event_subs.trigger(play, caught.place, caught.id, brought)
    else:
        waiting.break_out(play, caught.place, caught.token, brought)


def _caught_by(play: Play, kind: str, code: str, scope_id: int, token: Token | None) -> Listener | None:
    """The nearest that catches: an event sub-process of the scope before a boundary event of it, outwards from the
    scope instance; the very code before one that catches all. What an event sub-process throws it does not catch."""
    below = token
    while True:
        if below is not None and below.place < 0:
            boundary = _fitting(play.places[below.node].catches, kind, code)
            if boundary is not None:
                return Listener(below.id, boundary, below)
        scope = play.scopes[scope_id]
        inside = below.node if below is not None else None
        starts = (event.start for event in event_subs.listening(play, scope) if event.sub.id != inside)
        start = _fitting(starts, kind, code)
        if start is not None:
            return Listener(scope.id, start, None)
        if not scope.parent:
            return None
        below = play.tokens[scope.host]
        scope_id = below.scope


def _fitting(events: Iterable[Place], kind: str, code: str) -> Place | None:
    every: Place | None = None
    for event in events:
        if event.trigger == (kind, code):
            return event
        if event.trigger == (kind, ""):
            every = every or event
    return every


def cancelled_by(play: Play, scope_id: int) -> Listener:
    """The cancel boundary event of the transaction whose scope instance this is. Raises EngineError
    ``uncaught_error``."""
    scope = play.scopes[scope_id]
    host = play.tokens[scope.host]
    while host.place >= 0:
        host = play.tokens[play.scopes[host.scope].host]
    boundary = _fitting(play.places[host.node].catches, "cancel", "")
    if boundary is None:
        raise EngineError("uncaught_error", host.node, event="cancel")
    return Listener(host.id, boundary, host)


# --- arriving ---------------------------------------------------------------------------------------------------------


def receive(play: Play, event: MessageArrived) -> None:
    """A message goes to what has waited longest for it: a receive task, a catch event, an activity with a boundary
    event or a scope with an event sub-process for it. Raises EngineError ``not_waiting`` where nothing waits for it."""
    listener = _eldest(play, ("message", event.name), event.correlation)
    if listener is None:
        raise EngineError("not_waiting", message=event.name)
    _hear(play, listener, event.name, event.variables)


def hear(play: Play, event: SignalArrived) -> None:
    """A signal reaches all that wait for it."""
    _broadcast(play, event.name, event.variables)


def deliver(play: Play, thrown: Thrown) -> None:
    """A message or signal of the case's own arrives in it, where something waits for it."""
    play.note("thrown", thrown.node, detail=thrown.name)
    if thrown.kind == "signal":
        caught = _broadcast(play, thrown.name, thrown.variables)
    else:
        listener = _eldest(play, ("message", thrown.name), thrown.correlation)
        caught = listener is not None
        if listener is not None:
            _hear(play, listener, thrown.name, thrown.variables)
    play.thrown.append(thrown._replace(caught=caught))


def _broadcast(play: Play, name: str, brought: Mapping[str, Any]) -> bool:
    """Tell all listeners of now, oldest first; what one of them interrupts does not hear it any more."""
    found = sorted(_waiting_for(play, ("signal", name)), key=lambda listener: listener.id)
    heard = False
    for listener in found:
        token = listener.token
        if token is None:
            scope = play.scopes.get(listener.id)
            if scope is None or scope.closed:
                continue
        elif token.id not in play.tokens:
            continue
        else:
            listener = listener._replace(token=play.tokens[token.id])
        _hear(play, listener, name, brought)
        heard = True
    return heard


def _hear(play: Play, listener: Listener, name: str, brought: Mapping[str, Any]) -> None:
    place, token = listener.place, listener.token
    play.note("received", place.id, listener.id, detail=name)
    if token is None:
        event_subs.trigger(play, place, listener.id, brought)
    elif token.node == place.id:
        play.completed.append(token.id)
        activities.finish(play, place, token, brought)
    else:
        waiting.break_out(play, place, token, brought)


def _waiting_for(play: Play, wanted: Trigger) -> Iterator[Listener]:
    return (listener for listener in listeners(play.graph, play) if listener.place.trigger == wanted)


def _eldest(play: Play, wanted: Trigger, correlation: str | None) -> Listener | None:
    fitting = (listener for listener in _waiting_for(play, wanted) if listener.takes(correlation))
    found = min(fitting, key=lambda listener: listener.id, default=None)
    for body in play.crowds:
        scope = play.scopes[body]
        multi, place = scope.multi, play.places[scope.node]
        if multi is not None and multi.live and place.trigger == wanted and place.element.kind == wanted[0]:
            eldest = multi.first + (multi.live & -multi.live).bit_length() - 1
            if found is None or eldest < found.id:
                found = Listener(eldest, place, play.open_token(eldest))
            break  # crowds stand in the order they came
    return found


# --- conditions -------------------------------------------------------------------------------------------------------


def check_conditions(play: Play) -> bool:
    """Let the oldest conditional event whose condition has come to hold happen; whether there was one.

    A condition that a waiting token, an activity or a scope begins with may hold at once. What does not interrupt
    happens again only after its condition has not held for a step (BPMN 2.0 Table 10.84).
    """
    for token in play.tokens.values():
        place = play.places[token.node]
        if place.condition is not None and token.state == OPEN:
            if place.condition.evaluate(seen_in(play, token.scope)) is True:
                play.note("met", place.id, token.id)
                play.completed.append(token.id)
                activities.finish(play, place, token, {})
                return True
        elif place.catches and token.place < 0:
            for boundary in place.catches:
                met, now = _comes_to_hold(play, boundary, token.scope, token.met)
                if met != token.met:
                    token = token._replace(met=met)
                    play.put(token)
                if now:
                    play.note("met", boundary.id, token.id)
                    waiting.break_out(play, boundary, token)
                    return True
    for scope in play.scopes.values():
        for _sub, start in event_subs.listening(play, scope):
            met, now = _comes_to_hold(play, start, scope.id, scope.met)
            if met != scope.met:
                scope = scope._replace(met=met)
                play.scopes.put(scope.id, scope)
            if now:
                play.note("met", start.id, scope.id)
                event_subs.trigger(play, start, scope.id)
                return True
    return False


def _comes_to_hold(play: Play, event: Place, scope: int, met: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    if event.condition is None:
        return met, False
    holds = event.condition.evaluate(seen_in(play, scope)) is True
    if holds and event.id not in met:
        return (*met, event.id), True
    return met if holds else tuple(id_ for id_ in met if id_ != event.id), False
