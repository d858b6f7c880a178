"""Where a case stands: its tokens, the scopes they live in, and the timers that are set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from workflows import feel

from .shelf import Shelf

OPEN = "open"  # waits for something from outside
JOIN = "join"  # waits at a joining gateway for its siblings
INSIDE = "inside"  # its sub-process or its multi-instance body runs

Joins = Mapping[str, tuple[int, ...]]
Keys = tuple[tuple[str, str], ...]
"""The correlation keys of messages that are waited for: the message's name and the key."""


class Token(NamedTuple):
    """One stay of the flow of control at one node; moving on ends it, so an id never names two stays.

    `scope` is the scope instance it lives in; `flow` the sequence flow it came by (kept at joins only); `child` the
    scope instance it carries (INSIDE only, else 0); `place` its place among the instances of a multi-instance activity,
    from 0, or -1; `locals` the variables only this stay sees; `timers` the timers that end with it; `met` the
    non-interrupting conditional boundary events whose condition holds now, which fire again once it has not held;
    `keys` the correlation keys of the messages that it, or its boundary events, wait for.
    """

    id: int
    node: str
    scope: int
    state: str
    flow: str | None = None
    child: int = 0
    place: int = -1
    locals: Mapping[str, Any] | None = None
    timers: tuple[int, ...] = ()
    met: tuple[str, ...] = ()
    keys: Keys = ()


class Multi(NamedTuple):
    """How far a multi-instance activity is: `started` and `done` of `total` instances.

    `items` is the collection and `results` what the instances brought, both as JSON values (of a thousand one is read
    per step, so they stay as they are stored). Instances that do nothing but wait are not tokens of their own but a
    crowd: the instance at `place` has the id ``first + place`` and waits while that bit of `live` is set. `first` is 0
    without a crowd.
    """

    total: int
    started: int = 0
    done: int = 0
    items: list[Any] | None = None
    results: list[Any] | None = None
    first: int = 0
    live: int = 0

    def waiting(self) -> Iterator[int]:
        """The ids of those of the crowd that still wait."""
        return (self.first + place for place in range(self.total) if self.live >> place & 1)


class Done(NamedTuple):
    """A completed activity that can be compensated (BPMN 2.0 §10.7): `locals` are the variables it saw alone; `inner`
    what was completed in it, where it is a sub-process without a handler of its own."""

    node: str
    locals: Mapping[str, Any] | None = None
    inner: tuple[Done, ...] = ()


class Scope(NamedTuple):
    """One running process, sub-process or multi-instance body (then `multi` is set).

    The events behind an event-based gateway, and the handlers a compensation runs, stand in a scope of their own too.
    `node` is the id of the process, activity, gateway or event, `parent` the scope instance outside (0 for the process)
    and `host` the token there that carries this one. `members` are the live tokens directly inside; `joins` those of
    them that wait at a gateway, oldest first. The waiting crowd of a multi-instance body is in `multi`, not in
    `members`. `closed` is whether an event sub-process has interrupted it, so that none can begin any more; `done` what
    was completed in it and can be compensated, or, in the scope of a compensation, what still is to be, oldest first;
    `met` and `keys` are what :class:`Token` has, for event sub-processes.
    """

    id: int
    node: str
    parent: int = 0
    host: int = 0
    members: tuple[int, ...] = ()
    joins: Joins = {}
    multi: Multi | None = None
    closed: bool = False
    done: tuple[Done, ...] = ()
    met: tuple[str, ...] = ()
    keys: Keys = ()


class Timer(NamedTuple):
    """A timer of the token `token`, or of the scope instance of that id whose event sub-process it starts; `node` is the
    event. A cycle has its period (ISO 8601 or cron) and how many firings are left after this one (-1: without end)."""

    id: int
    node: str
    token: int
    due: datetime
    period: str | None = None
    left: int = 0


class Marking:
    """Where a case stands, frozen: :func:`workflows.engine.advance` answers with a new one. ``Marking()`` is before the
    start."""

    __slots__ = ("crowds", "ended", "next_id", "scopes", "timers", "tokens")

    tokens: Shelf[Token]
    scopes: Shelf[Scope]
    timers: Shelf[Timer]
    crowds: tuple[int, ...]  # the scope instances that have a crowd, oldest first
    next_id: int
    ended: bool

    def __init__(
        self,
        tokens: Shelf[Token] | None = None,
        scopes: Shelf[Scope] | None = None,
        timers: Shelf[Timer] | None = None,
        crowds: tuple[int, ...] = (),
        next_id: int = 1,
        ended: bool = False,
    ) -> None:
        put = object.__setattr__
        put(self, "tokens", tokens if tokens is not None else Shelf())
        put(self, "scopes", scopes if scopes is not None else Shelf())
        put(self, "timers", timers if timers is not None else Shelf())
        put(self, "crowds", crowds)
        put(self, "next_id", next_id)
        put(self, "ended", ended)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a marking is frozen: {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Marking) and self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]  # compared by content, never a key

    def __repr__(self) -> str:
        return f"Marking({self.to_json()!r})"

    def open_tokens(self) -> Iterator[tuple[int, str]]:
        """Id and node of every token that waits for something from outside: the open tasks, messages and timers."""
        for token in self.tokens.values():
            if token.state == OPEN:
                yield token.id, token.node
        for body in self.crowds:
            scope = self.scopes[body]
            if scope.multi is not None:
                for id_ in scope.multi.waiting():
                    yield id_, scope.node

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, compact: node and flow ids stand once in ``names``, everything else is short lists that name them
        by place, with empty tails left out."""
        names: dict[str, int] = {}

        def place(name: str | None) -> int | None:
            return None if name is None else names.setdefault(name, len(names))

        tokens = [_trim(_token_row(token, place)) for token in self.tokens.values()]
        scopes = [_trim(_scope_row(scope, place)) for scope in self.scopes.values()]
        timers = [
            _trim([t.id, place(t.node), t.token, t.due.isoformat(), t.period, t.left]) for t in self.timers.values()
        ]
        parts = {"names": list(names), "tokens": tokens, "scopes": scopes, "timers": timers}
        data: dict[str, Any] = {"next": self.next_id, **{key: part for key, part in parts.items() if part}}
        if self.ended:
            data["ended"] = True
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Marking:
        """The marking that :meth:`to_json` wrote; an empty mapping is a case before its start."""
        names: list[str] = data.get("names", [])

        def name(place: int | None) -> str | None:
            return None if place is None else names[place]

        tokens: Shelf[Token] = Shelf()
        members: dict[int, list[int]] = {}
        joins: dict[int, dict[str, tuple[int, ...]]] = {}
        for row in data.get("tokens", ()):
            id_, node, scope, state, flow, child, index, locals_, timers_, met, keys = _fill(row, _TOKEN)
            token = Token(
                id_,
                names[node],
                scope,
                _STATES[state],
                name(flow),
                child,
                index - 1,
                _unvalues(locals_),
                tuple(timers_),
                tuple(names[place] for place in met),
                _pairs(keys),
            )
            tokens.put(id_, token)
            members.setdefault(scope, []).append(id_)
            if token.state == JOIN:
                waiting = joins.setdefault(scope, {})
                waiting[token.node] = (*waiting.get(token.node, ()), id_)
        scopes: Shelf[Scope] = Shelf()
        crowds: list[int] = []
        for row in data.get("scopes", ()):
            id_, node, parent, host, multi_row, closed, done, met, keys = _fill(row, _SCOPE)
            multi = _unmulti(multi_row)
            kept = (bool(closed), _undone(done, names), tuple(names[place] for place in met), _pairs(keys))
            inside = tuple(members.get(id_, ()))
            scopes.put(id_, Scope(id_, names[node], parent, host, inside, joins.get(id_, {}), multi, *kept))
            if multi is not None and multi.first:
                crowds.append(id_)
        timers: Shelf[Timer] = Shelf()
        for row in data.get("timers", ()):
            id_, node, of, due, period, left = _fill(row, _TIMER)
            timers.put(id_, Timer(id_, names[node], of, datetime.fromisoformat(due), period, left))
        return cls(tokens, scopes, timers, tuple(crowds), data.get("next", 1), data.get("ended", False))


_STATES = (OPEN, JOIN, INSIDE)
_EMPTY: list[Any] = []
_TOKEN = (0, 0, 0, 0, None, 0, 0, None, _EMPTY, _EMPTY, _EMPTY)
_SCOPE = (0, 0, 0, 0, None, 0, _EMPTY, _EMPTY, _EMPTY)
_DONE = (0, None, _EMPTY)
_MULTI = (0, 0, 0, None, None, 0, None)
_TIMER = (0, 0, 0, "", None, 0)


_Namer = Callable[["str | None"], "int | None"]


def _token_row(token: Token, place: _Namer) -> list[Any]:
    way = (token.child, token.place + 1)
    state = _STATES.index(token.state)
    kept = (_values(token.locals), list(token.timers), [place(node) for node in token.met], list(map(list, token.keys)))
    return [token.id, place(token.node), token.scope, state, place(token.flow), *way, *kept]


def _scope_row(scope: Scope, place: _Namer) -> list[Any]:
    done, met = [_done(done, place) for done in scope.done], [place(node) for node in scope.met]
    kept = (int(scope.closed), done, met, list(map(list, scope.keys)))
    return [scope.id, place(scope.node), scope.parent, scope.host, _multi(scope.multi), *kept]


def _pairs(rows: list[list[str]]) -> Keys:
    return tuple((name, key) for name, key in rows)


def _done(done: Done, place: _Namer) -> list[Any]:
    return _trim([place(done.node), _values(done.locals), [_done(inner, place) for inner in done.inner]])


def _undone(rows: list[Any], names: list[str]) -> tuple[Done, ...]:
    filled = (_fill(row, _DONE) for row in rows)
    return tuple(Done(names[node], _unvalues(own), _undone(inner, names)) for node, own, inner in filled)


def _trim(row: list[Any]) -> list[Any]:
    while row and (row[-1] is None or row[-1] == 0 or row[-1] == _EMPTY):
        row.pop()
    return row


def _fill(row: list[Any], empty: tuple[Any, ...]) -> list[Any]:
    return [*row, *empty[len(row) :]]


def _values(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else {key: feel.to_json(value) for key, value in values.items()}


def _unvalues(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else {key: feel.from_json(value) for key, value in values.items()}


def _multi(multi: Multi | None) -> list[Any] | None:
    return None if multi is None else _trim([*multi[:-1], f"{multi.live:x}" if multi.live else None])


def _unmulti(row: list[Any] | None) -> Multi | None:
    if row is None:
        return None
    total, started, done, items, results, first, live = _fill(row, _MULTI)
    return Multi(total, started, done, items, results, first, int(live, 16) if live else 0)
