"""What a case listens to: the messages and signals that something in it waits for, and the keys they must come with.

A message may name a correlation key (``zeebe:subscription``). It is evaluated once, when the wait begins, and is kept
with the token or scope that waits; what becomes of the variables afterwards does not change it. Where the key is null
there is nothing to tell the case from others by: no message from outside is for it, only one that names the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

from workflows import feel

from .errors import EngineError
from .marking import OPEN, Keys, Marking, Scope, Token
from .variables import seen_by, seen_in

if TYPE_CHECKING:
    from .expressions import Formula
    from .graph import EventStart, Graph
    from .places import Place
    from .play import Play
    from .shelf import Shelf
    from .variables import Values

KEY_LENGTH = 300
"""The longest correlation key, in characters."""
_HEARD = frozenset({"message", "signal"})


class Stand(Protocol):
    """A marking, or one in the making."""

    @property
    def tokens(self) -> Shelf[Token]: ...

    @property
    def scopes(self) -> Shelf[Scope]: ...


class Listener(NamedTuple):
    """Something that waits for an event: a token at `place`, a token with the boundary event `place`, or (then `token`
    is None) the scope instance `id` with an event sub-process that `place` starts."""

    id: int
    place: Place
    token: Token | None
    keys: Keys = ()

    def takes(self, correlation: str | None) -> bool:
        """Whether a message that comes with `correlation` is for it; None is for whoever waits."""
        if correlation is None or self.place.correlation is None or self.place.trigger is None:
            return True
        return dict(self.keys).get(self.place.trigger[1]) == correlation


class Subscription(NamedTuple):
    """A ``message`` or ``signal`` of this name that a case takes from outside; a message only with this key, where
    `correlation` is one."""

    kind: str
    name: str
    correlation: str | None = None


def listens(graph: Graph, marking: Marking) -> tuple[Subscription, ...]:
    """All that a case would take if it were sent now, each once, sorted. Receive tasks without a message have no name
    that others could call, and are left out."""
    if not graph.listens:
        return ()
    found: set[Subscription] = set()
    for listener in listeners(graph, marking):
        kind, name = listener.place.trigger or ("", "")
        key = dict(listener.keys).get(name) if listener.place.correlation is not None else None
        if kind == "message" and listener.place.correlation is not None and key is None:
            continue
        if kind == "signal" or listener.place.message is not None:
            found.add(Subscription(kind, name, key))
    for body in marking.crowds:
        scope = marking.scopes[body]
        place = graph.places[scope.node]
        if (
            scope.multi is not None
            and scope.multi.live
            and place.element.kind == "message"
            and place.message is not None
        ):
            found.add(Subscription("message", place.message))
    return tuple(sorted(found, key=lambda one: (one.kind, one.name, one.correlation or "")))


def listeners(graph: Graph, stand: Stand) -> Iterator[Listener]:
    """Whatever waits for a message or signal, crowds aside."""
    for token in stand.tokens.values():
        place = graph.places[token.node]
        if token.state == OPEN and place.element.kind in _HEARD and place.trigger is not None:
            yield Listener(token.id, place, token, token.keys)
        elif place.catches and token.place < 0:
            for boundary in place.catches:
                if boundary.trigger is not None and boundary.trigger[0] in _HEARD:
                    yield Listener(token.id, boundary, token, token.keys)
    if graph.events:
        for scope in stand.scopes.values():
            for _sub, start in event_starts(graph, scope):
                if start.trigger is not None and start.trigger[0] in _HEARD:
                    yield Listener(scope.id, start, None, scope.keys)


def event_starts(graph: Graph, scope: Scope) -> tuple[EventStart, ...]:
    """The event sub-processes that can begin in this scope instance now."""
    # The body of a multi-instance sub-process has its node, but only the instances in it listen
    return () if scope.closed or scope.multi is not None else graph.events.get(scope.node, ())


def with_keys(play: Play, place: Place, token: Token) -> Token:
    """The token that begins at `place`, with the keys that it and the boundary events of `place` wait for."""
    keys = _keys(waits_of(place, token), seen_by(play, token))
    return token._replace(keys=keys) if keys else token


def waits_of(place: Place, token: Token) -> tuple[Place, ...]:
    """What `token` at `place` may wait for with a key: the place itself, and its boundary events."""
    hosts = place.loop is not None and token.place < 0  # then its instances wait, not it
    waits = (place,) if place.element.kind == "message" and not hosts else ()
    return (*waits, *(place.catches if token.place < 0 else ()))


def scope_with_keys(play: Play, scope: Scope) -> Scope:
    """The scope instance that begins, with the keys that its event sub-processes wait for."""
    keys = _keys((start for _sub, start in event_starts(play.graph, scope)), seen_in(play, scope.id))
    return scope._replace(keys=keys) if keys else scope


def _keys(places: Iterable[Place], values: Values) -> Keys:
    return tuple(
        (place.trigger[1], key_of(place.correlation, values, place.id))
        for place in places
        if place.correlation is not None
        and place.trigger is not None
        and place.correlation.evaluate(values) is not None
    )


def key_of(formula: Formula, values: Values, node: str) -> str:
    """A correlation key as text. Raises EngineError ``bad_expression`` where it is neither text nor number, or too
    long: what waits for no certain key would take a stranger's message or none."""
    value = formula.evaluate(values)
    key = value if isinstance(value, str) else feel.evaluate("string(value)", {"value": value})
    if isinstance(value, bool | list | dict | None) or not isinstance(key, str) or not key or len(key) > KEY_LENGTH:
        raise EngineError("bad_expression", node, value=repr(value), wanted="key")
    return key
