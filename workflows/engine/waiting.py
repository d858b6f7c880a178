"""Whatever waits for somebody outside: people, jobs, messages."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from . import activities, scopes, texts
from .errors import EngineError
from .events import Complete
from .iso import deadline
from .marking import OPEN, Token
from .step import NOTHING, Opened
from .variables import bring_in, seen_by

if TYPE_CHECKING:
    from .expressions import Formula
    from .places import Assigned, Place
    from .play import Play


def begin(play: Play, place: Place, token: Token) -> None:
    """Open one instance of a waiting activity."""
    play.put(token._replace(state=OPEN))
    announce(play, place, token)


def announce(play: Play, place: Place, token: Token) -> None:
    """Tell the world that `token` waits for it."""
    assigned = place.assigned
    details: dict[str, Any] = {} if assigned is None else _assignment(play, place, token, assigned)
    if token.assignee is not None:
        details |= {"assignee": token.assignee, "candidate_users": (token.assignee,), "candidate_groups": ()}
    if place.called is not None:
        details |= _call(play, place, token, place.called)
    elif place.element.kind == "signal" and place.trigger is not None:
        details["signal"] = place.trigger[1]
    play.opened.append(
        Opened(
            token=token.id,
            node=place.id,
            kind=place.element.kind,
            locals=token.locals or NOTHING,
            lane=place.lane,
            job_type=place.node.job_type,
            message=place.message,
            **details,
        )
    )
    play.note("opened", place.id, token.id)


def complete(play: Play, event: Complete) -> None:
    """An open activity is done. Raises EngineError ``not_waiting``; a timer ends by firing and a condition by holding
    only."""
    token = play.open_token(event.token)
    place = play.places[token.node]
    if place.element.kind in {"timer", "condition"}:
        raise EngineError("not_waiting", place.id, token=event.token)
    play.completed.append(token.id)
    brought = event.variables
    if place.called is not None and not place.node.returns_all and not place.outputs:
        brought = NOTHING
    activities.finish(play, place, token, brought)


def break_out(play: Play, boundary: Place, token: Token, brought: Any = NOTHING) -> None:
    """A boundary event of the activity at `token` has happened: interrupting, it takes the activity's place."""
    if boundary.interrupts:
        scopes.cancel(play, token)
    bring_in(play, boundary, token.scope, brought)
    play.send(None, boundary.id, token.scope)


def _call(play: Play, place: Place, token: Token, called: Formula) -> dict[str, Any]:
    name = texts.one(called.evaluate(seen_by(play, token)))
    if name is None:
        raise EngineError("bad_expression", place.id, wanted="process")
    given = dict(seen_by(play, token)) if place.node.passes_all else dict(token.locals or NOTHING)
    return {"called": name, "binding": place.node.binding, "variables": given}


def _assignment(play: Play, place: Place, token: Token, assigned: Assigned) -> dict[str, Any]:
    values = seen_by(play, token)
    found: dict[str, Any] = {}
    if assigned.assignee is not None:
        found["assignee"] = texts.one(assigned.assignee.evaluate(values))
    if assigned.groups is not None:
        found["candidate_groups"] = texts.several(assigned.groups.evaluate(values))
    if assigned.users is not None:
        found["candidate_users"] = texts.several(assigned.users.evaluate(values))
    if assigned.due is not None:
        found["due"] = _due(assigned.due.evaluate(values), play.now, place.id)
    if assigned.priority is not None:
        found["priority"] = _number(assigned.priority.evaluate(values), place.id)
    return found


def _due(value: Any, now: datetime, node: str) -> datetime | date | None:
    if value is None:
        return None
    try:
        return deadline(value, now)
    except (ValueError, OverflowError) as problem:
        raise EngineError("bad_expression", node, value=repr(value)) from problem


def _number(value: Any, node: str) -> int | None:
    if value is None:
        return None
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError) as problem:
        raise EngineError("bad_expression", node, value=repr(value)) from problem
