"""Whatever waits for somebody outside: people, jobs, messages."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from . import activities, scopes
from .errors import EngineError
from .events import Complete, MessageArrived
from .iso import deadline
from .marking import OPEN, Token
from .step import NOTHING, Opened
from .variables import bring_in, seen_by

if TYPE_CHECKING:
    from .graph import Assigned, Place
    from .play import Play


def begin(play: Play, place: Place, token: Token) -> None:
    """Open one instance of a waiting activity."""
    play.put(token._replace(state=OPEN))
    announce(play, place, token)


def announce(play: Play, place: Place, token: Token) -> None:
    """Tell the world that `token` waits for it."""
    assigned = place.assigned
    if assigned is None:
        assignment: dict[str, Any] = {}
    else:
        assignment = _assignment(play, place, token, assigned)
    play.opened.append(
        Opened(
            token=token.id,
            node=place.id,
            kind=place.element.kind,
            locals=token.locals or NOTHING,
            lane=place.lane,
            job_type=place.node.job_type,
            message=place.message,
            **assignment,
        )
    )
    play.note("opened", place.id, token.id)


def complete(play: Play, event: Complete) -> None:
    """An open activity is done. Raises EngineError ``not_waiting``; a timer ends by firing only."""
    token = play.open_token(event.token)
    place = play.places[token.node]
    if place.element.kind == "timer":
        raise EngineError("not_waiting", place.id, token=event.token)
    play.completed.append(token.id)
    activities.finish(play, place, token, event.variables)


def receive(play: Play, event: MessageArrived) -> None:
    """A message goes to what has waited longest for it: a receive task, a catch event, or an activity with a boundary
    event for it. Raises EngineError ``not_waiting`` where nothing waits for it."""
    token = _oldest_receiver(play, event.name)
    place = play.places[token.node]
    if token.state == OPEN and place.message == event.name:
        play.note("received", place.id, token.id, detail=event.name)
        play.completed.append(token.id)
        activities.finish(play, place, token, event.variables)
    else:
        boundary = place.messages[event.name]
        play.note("received", boundary.id, token.id, detail=event.name)
        break_out(play, boundary, token, event.variables)


def _oldest_receiver(play: Play, name: str) -> Token:
    found: Token | None = None
    for token in play.tokens.values():
        place = play.places[token.node]
        if (place.message == name and token.state == OPEN) or (name in place.messages and token.place < 0):
            found = token
            break
    for body in play.crowds:
        scope = play.scopes[body]
        multi = scope.multi
        if multi is not None and multi.live and play.places[scope.node].message == name:
            eldest = multi.first + (multi.live & -multi.live).bit_length() - 1
            if found is None or eldest < found.id:
                found = play.open_token(eldest)
            break  # crowds stand in the order they came
    if found is None:
        raise EngineError("not_waiting", message=name)
    return found


def break_out(play: Play, boundary: Place, token: Token, brought: Any = NOTHING) -> None:
    """A boundary event of the activity at `token` has happened: interrupting, it takes the activity's place."""
    if boundary.node.interrupting:
        scopes.cancel(play, token)
    bring_in(play, boundary, token.scope, brought)
    play.send(None, boundary.id, token.scope)


def _assignment(play: Play, place: Place, token: Token, assigned: Assigned) -> dict[str, Any]:
    values = seen_by(play, token)
    found: dict[str, Any] = {}
    if assigned.assignee is not None:
        found["assignee"] = _text(assigned.assignee.evaluate(values))
    if assigned.groups is not None:
        found["candidate_groups"] = _texts(assigned.groups.evaluate(values))
    if assigned.users is not None:
        found["candidate_users"] = _texts(assigned.users.evaluate(values))
    if assigned.due is not None:
        found["due"] = _due(assigned.due.evaluate(values), play.now, place.id)
    if assigned.priority is not None:
        found["priority"] = _number(assigned.priority.evaluate(values), place.id)
    return found


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _texts(value: Any) -> tuple[str, ...]:
    """A list, or one text with commas, as `candidateGroups` has it."""
    if value is None:
        return ()
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(text for part in parts if part is not None and (text := str(part).strip()))


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
