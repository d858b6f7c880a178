"""Where a case stands: its tokens, the scopes they live in, and the timers that are set."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from workflows import feel

from .shelf import Shelf

OPEN = "open"  # waits for something from outside
JOIN = "join"  # waits at a joining gateway for its siblings
INSIDE = "inside"  # its sub-process or its multi-instance body runs

# From so many instances on, what belongs to each of them is worth writing short: the marking is written at every step.
MANY = 16

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

    `assignee` is the person it is for where somebody settled that by hand; the diagram is then not asked. `ticket` is
    what was sent back and comes again when this stay is over; `returns` is whether this stay ends the one around it
    that has the ticket.
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
    assignee: str | None = None
    ticket: Ticket | None = None
    returns: bool = False


class Ticket(NamedTuple):
    """What was sent back, kept as it stood: its tokens, those inside their scopes, and these scopes, with the ids they
    had, those outside of all of them in scope 0. None of it runs; when it is put back it gets ids of its own. `closed` is
    what the scope around it was.
    """

    tokens: tuple[Token, ...]
    scopes: tuple[Scope, ...] = ()
    closed: bool = False


class Multi(NamedTuple):
    """How far a multi-instance activity is: `started` and `done` of `total` instances.

    `items` is the collection and `results` what the instances brought, both as JSON values (of a thousand one is read
    per step, so they stay as they are stored); a crowd's `items` can be the name of the case's variable that it is, for
    as long as nothing writes to that. Instances that do nothing but wait are not tokens of their own but a
    crowd: the instance at `place` has the id ``first + place`` and waits while that bit of `live` is set. `first` is 0
    without a crowd.

    People can add and remove instances while it runs. `total` counts the places there are; those whose bit of `gone` is
    set were removed. `people` says for whom a place is, where somebody settled that by hand; `then` which places begin
    when the instance at a place is through.
    """

    total: int
    started: int = 0
    done: int = 0
    items: list[Any] | str | None = None
    results: list[Any] | None = None
    first: int = 0
    live: int = 0
    gone: int = 0
    people: Mapping[int, str] = {}
    then: Mapping[int, tuple[int, ...]] = {}

    @property
    def size(self) -> int:
        """How many instances there are: `nrOfInstances`."""
        return self.total - self.gone.bit_count()

    @property
    def active(self) -> int:
        """How many instances have begun and are not done: `nrOfActiveInstances`."""
        return self.started - self.done - self.gone.bit_count()

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
        tokens: Shelf[Token] = Shelf()
        members: dict[int, list[int]] = {}
        joins: dict[int, dict[str, tuple[int, ...]]] = {}
        for row in data.get("tokens", ()):
            token = _untoken(row, names)
            id_ = token.id
            tokens.put(id_, token)
            members.setdefault(token.scope, []).append(id_)
            if token.state == JOIN:
                waiting = joins.setdefault(token.scope, {})
                waiting[token.node] = (*waiting.get(token.node, ()), id_)
        scopes: Shelf[Scope] = Shelf()
        crowds: list[int] = []
        for row in data.get("scopes", ()):
            scope = _unscope(row, names)
            id_ = scope.id
            scopes.put(id_, scope._replace(members=tuple(members.get(id_, ())), joins=joins.get(id_, {})))
            if scope.multi is not None and scope.multi.first:
                crowds.append(id_)
        timers: Shelf[Timer] = Shelf()
        for row in data.get("timers", ()):
            id_, node, of, due, period, left = _fill(row, _TIMER)
            timers.put(id_, Timer(id_, names[node], of, datetime.fromisoformat(due), period, left))
        return cls(tokens, scopes, timers, tuple(crowds), data.get("next", 1), data.get("ended", False))


_STATES = (OPEN, JOIN, INSIDE)
_EMPTY: list[Any] = []
_TOKEN = (0, 0, 0, 0, None, 0, 0, None, _EMPTY, _EMPTY, _EMPTY, None, None, 0)
_SCOPE = (0, 0, 0, 0, None, 0, _EMPTY, _EMPTY, _EMPTY)
_DONE = (0, None, _EMPTY)
_TICKET = (_EMPTY, _EMPTY, 0)
_MULTI = (0, 0, 0, None, None, 0, None, None, _EMPTY, _EMPTY)
_TIMER = (0, 0, 0, "", None, 0)


_Namer = Callable[["str | None"], "int | None"]


def _token_row(token: Token, place: _Namer) -> list[Any]:
    way = (token.child, token.place + 1)
    state = _STATES.index(token.state)
    kept = (_values(token.locals), list(token.timers), [place(node) for node in token.met], list(map(list, token.keys)))
    by_hand = (token.assignee, _ticket_row(token.ticket, place), int(token.returns))
    return [token.id, place(token.node), token.scope, state, place(token.flow), *way, *kept, *by_hand]


def _untoken(row: list[Any], names: list[str]) -> Token:
    id_, node, scope, state, flow, child, index, locals_, timers_, met, keys, *by_hand = _fill(row, _TOKEN)
    assignee, ticket, returns = by_hand
    return Token(
        id_,
        names[node],
        scope,
        _STATES[state],
        None if flow is None else names[flow],
        child,
        index - 1,
        _unvalues(locals_),
        tuple(timers_),
        tuple(names[place] for place in met),
        _pairs(keys),
        assignee,
        None if ticket is None else _unticket(ticket, names),
        bool(returns),
    )


def _ticket_row(ticket: Ticket | None, place: _Namer) -> list[Any] | None:
    if ticket is None:
        return None
    tokens = [_trim(_token_row(token, place)) for token in ticket.tokens]
    return _trim([tokens, [_trim(_scope_row(scope, place)) for scope in ticket.scopes], int(ticket.closed)])


def _unticket(row: list[Any], names: list[str]) -> Ticket:
    tokens, scopes, closed = _fill(row, _TICKET)
    held = tuple(_untoken(token, names) for token in tokens)
    return Ticket(held, tuple(_unscope(scope, names) for scope in scopes), bool(closed))


def _scope_row(scope: Scope, place: _Namer) -> list[Any]:
    done, met = [_done(done, place) for done in scope.done], [place(node) for node in scope.met]
    kept = (int(scope.closed), done, met, list(map(list, scope.keys)))
    return [scope.id, place(scope.node), scope.parent, scope.host, _multi(scope.multi), *kept]


def _pairs(rows: list[list[str]]) -> Keys:
    return tuple((name, key) for name, key in rows)


def _unscope(row: list[Any], names: list[str]) -> Scope:
    id_, node, parent, host, multi, closed, done, met, keys = _fill(row, _SCOPE)
    kept = (bool(closed), _undone(done, names), tuple(names[place] for place in met), _pairs(keys))
    return Scope(id_, names[node], parent, host, (), {}, _unmulti(multi), *kept)


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
    if multi is None:
        return None
    bits = (f"{mask:x}" if mask else None for mask in (multi.live, multi.gone))
    by_hand = (sorted(multi.people.items()), sorted(multi.then.items()))
    rows = ([list(pair) for pair in pairs] for pairs in by_hand)
    results = _pack(multi.results)
    return _trim([multi.total, multi.started, multi.done, multi.items, results, multi.first, *bits, *rows])


def _unmulti(row: list[Any] | None) -> Multi | None:
    if row is None:
        return None
    total, started, done, items, results, first, live, gone, people, then = _fill(row, _MULTI)
    waits, removed = (int(mask, 16) if mask else 0 for mask in (live, gone))
    after = {place: tuple(places) for place, places in then}
    return Multi(total, started, done, items, _unpack(results), first, waits, removed, dict(people), after)


# A thousand results that are one of a few values, as votes are, take a character each: the marking is written at every vote.
_LETTERS = string.digits + string.ascii_letters


def _pack(results: list[Any] | None) -> list[Any] | dict[str, Any] | None:
    """Many results of few values as these values and a text with the letter of each; else as they are."""
    if results is None or len(results) < MANY:
        return results
    kinds = set(map(type, results))
    # 1, 1.0 and true are equal, and yet not the same.
    if kinds & {list, dict} or len(kinds & {bool, int, float}) > 1:
        return results
    values = list(dict.fromkeys(results))
    if len(values) > len(_LETTERS):
        return results
    letters = dict(zip(values, _LETTERS, strict=False))
    return {"of": values, "is": "".join(map(letters.__getitem__, results))}


def _unpack(results: list[Any] | dict[str, Any] | None) -> list[Any] | None:
    if not isinstance(results, dict):
        return results
    values = dict(zip(_LETTERS, results["of"], strict=False))
    return list(map(values.__getitem__, results["is"]))
