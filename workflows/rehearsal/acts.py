"""What is done in a rehearsal, and what it is expected to lead to, as JSON and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple

from workflows import feel

MOST_ACTS: Final = 300
"""How many acts a play has at most."""
MOST_SEATS: Final = 999
"""How many seats of a body vote alike at most."""


class Kind(Enum):
    """What an act is.

    `START` begins the case (at the start event `node`, where one is named); `COMPLETE` has what is open at `node` done: by a
    person, a service, a message that comes, a called flow that ends; `FAIL` has it end in the error `name`; `WAIT` moves the
    clock to `until`, and what is due on the way happens at its own time; `MESSAGE` and `SIGNAL` send what is called `name`;
    `SET` changes variables from outside; `ENABLE` begins the activity `node` of an ad-hoc sub-process; `BACK` sends the flow
    back from `node` to the activity `name`; `ENTER` begins the flow that the call `node` calls, to be played inside.
    """

    START = "start"
    COMPLETE = "complete"
    FAIL = "fail"
    WAIT = "wait"
    MESSAGE = "message"
    SIGNAL = "signal"
    SET = "set"
    ENABLE = "enable"
    BACK = "back"
    ENTER = "enter"


class Votes(NamedTuple):
    """How the seats of one body voted; the sum is how many are due."""

    in_favour: int
    against: int
    abstained: int
    absent: int


class Waits(NamedTuple):
    """What is open at `node` (as :class:`Act` has it), and whom it asks: roles and people, sorted; nobody where no person does it."""

    node: str
    who: tuple[str, ...] = ()


class Thrown(NamedTuple):
    """What the case has sent: its kind (``message``, ``signal``, ``escalation``, ``error``) and its name."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Where an act led: what is open then, sorted; what was sent; the variables that the flow itself has computed."""

    open: tuple[Waits, ...] = ()
    ended: bool = False
    thrown: tuple[Thrown, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done.

    `node` is the id of an element. Inside a called flow it begins with the call: ``review/check`` is the step ``check`` of what
    ``review`` calls, ``review#1/check`` that of the second of several calls open there; ``review/`` is no step but that flow as a
    whole, to which a message, a signal or a variable is given.

    Where several are open at `node`, `nth` says which, from 0 in the order they were opened. `by` is who does it, a person or
    a role ("" for whoever is asked), with the `roles` they held when it was played. `correlation` is the key a message comes
    with. `variables` are FEEL values. `votes` (by body) are counted by the house's rule set `rule`, and what comes out goes with the
    variables. An act with `refused`, a code of :class:`.Refused`, is one that must be refused just so: the play goes on as though
    nobody had tried.
    """

    kind: Kind
    node: str = ""
    nth: int = 0
    by: str = ""
    roles: tuple[str, ...] = ()
    name: str = ""
    correlation: str | None = None
    until: datetime | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    votes: Mapping[str, Votes] = field(default_factory=dict)
    rule: str = ""
    refused: str = ""
    expect: Expected | None = None


def acts_to_json(acts: Iterable[Act]) -> list[dict[str, Any]]:
    """Plain JSON, without what is empty."""
    return [_act_to_json(act) for act in acts]


def acts_from_json(data: Any) -> tuple[Act, ...]:
    """What `acts_to_json` wrote. Raises ValueError for anything else, and for more than :data:`MOST_ACTS`."""
    if not isinstance(data, list) or len(data) > MOST_ACTS:
        raise ValueError("no acts")
    try:
        return tuple(map(_act_from_json, data))
    except (AttributeError, KeyError, TypeError) as problem:
        raise ValueError("no acts") from problem


def _act_to_json(act: Act) -> dict[str, Any]:
    found: dict[str, Any] = {
        "act": act.kind.value,
        "node": act.node,
        "nth": act.nth,
        "by": act.by,
        "roles": list(act.roles),
        "name": act.name,
        "correlation": act.correlation,
        "until": act.until.isoformat() if act.until is not None else None,
        "variables": _values(act.variables),
        "votes": {body: list(votes) for body, votes in act.votes.items()},
        "rule": act.rule,
        "refused": act.refused,
        "expect": _expected_to_json(act.expect) if act.expect is not None else None,
    }
    return {key: value for key, value in found.items() if value or (value is not None and key in _KEPT)}


#: What means something else where it is empty than where it is not there.
_KEPT: Final = frozenset({"correlation", "expect"})


def _act_from_json(data: Mapping[str, Any]) -> Act:
    until, expect = data.get("until"), data.get("expect")
    return Act(
        kind=Kind(data["act"]),
        node=_text(data.get("node", "")),
        nth=int(data.get("nth", 0)),
        by=_text(data.get("by", "")),
        roles=_texts(data.get("roles", ())),
        name=_text(data.get("name", "")),
        correlation=None if data.get("correlation") is None else _text(data["correlation"]),
        until=None if until is None else _moment(until),
        variables=_unvalues(data.get("variables", {})),
        votes={_text(body): _votes(votes) for body, votes in data.get("votes", {}).items()},
        rule=_text(data.get("rule", "")),
        refused=_text(data.get("refused", "")),
        expect=None if expect is None else _expected_from_json(expect),
    )


def _expected_to_json(expected: Expected) -> dict[str, Any]:
    found: dict[str, Any] = {
        "open": [[waits.node, list(waits.who)] for waits in expected.open],
        "ended": expected.ended,
        "thrown": [list(thrown) for thrown in expected.thrown],
        "variables": _values(expected.variables),
    }
    return {key: value for key, value in found.items() if value}


def _expected_from_json(data: Mapping[str, Any]) -> Expected:
    return Expected(
        open=tuple(Waits(_text(node), _texts(who)) for node, who in data.get("open", ())),
        ended=data.get("ended") is True,
        thrown=tuple(Thrown(_text(kind), _text(name)) for kind, name in data.get("thrown", ())),
        variables=_unvalues(data.get("variables", {})),
    )


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: feel.to_json(value) for name, value in values.items()}


def _unvalues(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_text(name): feel.from_json(value) for name, value in values.items()}


def _votes(data: Any) -> Votes:
    votes = Votes(*data)
    if any(type(count) is not int or not 0 <= count <= MOST_SEATS for count in votes):
        raise ValueError("no votes")
    return votes


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(map(_text, values))


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment
