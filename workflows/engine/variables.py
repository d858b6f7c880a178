"""Which variables a place sees, and where a value that comes out of an activity goes (as Camunda 8 has it)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from workflows import feel

if TYPE_CHECKING:
    from .marking import Multi, Token
    from .places import Mapped, Place
    from .play import Play

Values = Mapping[str, Any]


class Layers(Mapping[str, Any]):
    """Several mappings seen as one, the first that has a name deciding."""

    __slots__ = ("_layers",)

    def __init__(self, *layers: Values) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> Any:
        for layer in self._layers:
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in layer for layer in self._layers)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for layer in self._layers for name in layer))

    def __len__(self) -> int:
        return len(set().union(*self._layers))


class Gathered(Mapping[str, Any]):
    """The results of a multi-instance activity so far, under their name; only put together for who asks."""

    __slots__ = ("_multi", "_name")

    def __init__(self, name: str, multi: Multi) -> None:
        self._name = name
        self._multi = multi

    def __getitem__(self, name: str) -> Any:
        if name != self._name:
            raise KeyError(name)
        gone = self._multi.gone
        kept = enumerate(self._multi.results or ())
        return [feel.from_json(value) for place, value in kept if not gone >> place & 1]

    def __contains__(self, name: object) -> bool:
        return name == self._name

    def __iter__(self) -> Iterator[str]:
        return iter((self._name,))

    def __len__(self) -> int:
        return 1


def writable(values: Values) -> MutableMapping[str, Any]:
    """A copy to write to."""
    return values.copy() if isinstance(values, feel.Kept) else dict(values)


def counters(multi: Multi) -> dict[str, Any]:
    """What a multi-instance body counts, under BPMN's names (§13.3.7) and under Camunda 8's."""
    return {
        "nrOfInstances": multi.size,
        "nrOfCompletedInstances": multi.done,
        "nrOfActiveInstances": multi.active,
        "numberOfInstances": multi.size,
        "numberOfCompletedInstances": multi.done,
        "numberOfActiveInstances": multi.active,
        "numberOfTerminatedInstances": 0,
    }


def seen_in(play: Play, scope_id: int) -> Values:
    """What an expression in the scope instance sees: its locals, those of the scopes around it, the case's
    variables."""
    scope = play.scopes[scope_id]
    if not scope.parent:
        return play.root()
    layers: list[Values] = []
    while scope.parent:
        host = play.tokens[scope.host]
        loop = play.places[scope.node].loop if scope.multi is not None else None
        if scope.multi is not None and loop is not None and not loop.standard:
            layers.append(counters(scope.multi))
            if loop.results is not None:
                layers.append(Gathered(loop.results, scope.multi))
        if host.locals:
            layers.append(host.locals)
        scope = play.scopes[scope.parent]
    layers.append(play.root())
    return Layers(*layers)


def seen_by(play: Play, token: Token) -> Values:
    """What an expression of the activity at `token` sees."""
    around = seen_in(play, token.scope)
    return Layers(token.locals, around) if token.locals else around


def take_in(inputs: tuple[Mapped, ...], own: Values | None, around: Values) -> Values | None:
    """The activity's locals after its input mappings; a mapping sees what those before it made."""
    if not inputs:
        return own
    values = dict(own or ())
    view = Layers(values, around)
    for mapping in inputs:
        _assign(values, mapping.target, mapping.source.evaluate(view), view)
    return values


def bring_out(play: Play, token: Token, outputs: tuple[Mapped, ...], brought: Values) -> Token:
    """Take what a completed activity `brought` out of it.

    With output mappings only what they make leaves it. Without, each variable goes to the nearest scope that has it as
    its own, the activity itself first, else to the case. Returns the token with its locals as they are now.
    """
    if not outputs:
        own = token.locals
        if not own:
            for name, value in brought.items():
                hand_up(play, token.scope, name, value)
            return token
        kept: dict[str, Any] = {}
        for name, value in brought.items():
            if name in own:
                kept[name] = value
            else:
                hand_up(play, token.scope, name, value)
        return token._replace(locals={**own, **kept}) if kept else token
    made: dict[str, Any] = {}
    own = {**(token.locals or {}), **brought}
    view = Layers(made, own, seen_in(play, token.scope))
    for mapping in outputs:
        _assign(made, mapping.target, mapping.source.evaluate(view), view)
    for name, value in made.items():
        hand_up(play, token.scope, name, value)
    return token._replace(locals=own)


def bring_in(play: Play, place: Place, scope_id: int, brought: Values) -> None:
    """Take what an event `brought` into its scope, through its output mappings where it has some."""
    if not place.outputs:
        for name, value in brought.items():
            hand_up(play, scope_id, name, value)
        return
    made: dict[str, Any] = {}
    view = Layers(made, brought, seen_in(play, scope_id))
    for mapping in place.outputs:
        _assign(made, mapping.target, mapping.source.evaluate(view), view)
    for name, value in made.items():
        hand_up(play, scope_id, name, value)


def hand_up(play: Play, scope_id: int, name: str, value: Any) -> None:
    """Set the variable where it lives: in the innermost scope from `scope_id` outwards that has it, else in the
    case."""
    scope = play.scopes[scope_id]
    while scope.parent:
        host = play.tokens[scope.host]
        if host.locals is not None and name in host.locals:
            play.put(host._replace(locals={**host.locals, name: value}))
            return
        scope = play.scopes[scope.parent]
    play.write(name, value)


def _assign(values: dict[str, Any], target: str, value: Any, view: Values) -> None:
    """Set `target`; ``a.b`` sets the entry b of the context a, keeping a's other entries."""
    name, *path = target.split(".")
    if not path:
        values[name] = value
        return
    before = view.get(name)
    root = dict(before) if isinstance(before, Mapping) else {}
    inner = root
    for step in path[:-1]:
        next_ = inner.get(step)
        inner[step] = dict(next_) if isinstance(next_, Mapping) else {}
        inner = inner[step]
    inner[path[-1]] = value
    values[name] = root
