"""What all activities have in common: the multi-instance fork in the road, locals, boundary events, the way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import compensation, multi, returning, timers
from .listening import with_keys
from .marking import INSIDE, Ticket, Token
from .variables import bring_out, seen_by, seen_in, take_in

if TYPE_CHECKING:
    from .places import Place
    from .play import Play


def enter(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """A token comes to an activity."""
    start(play, place, scope, flow=flow)


def start(
    play: Play,
    place: Place,
    scope: int,
    *,
    flow: str | None = None,
    ticket: Ticket | None = None,
    returns: bool = False,
) -> None:
    """Begin an activity with all its instances; what was sent back to it has a `ticket` (see :class:`Token`)."""
    if place.loop is not None:
        multi.enter(play, place, scope, flow, ticket=ticket, returns=returns)
    else:
        begin(play, place, scope, flow=flow, ticket=ticket, returns=returns)


def enter_catch(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """A token comes to an intermediate event that waits."""
    begin(play, place, scope, flow=flow)


def begin(
    play: Play,
    place: Place,
    scope: int,
    *,
    flow: str | None = None,
    nth: int = -1,
    own: Mapping[str, Any] | None = None,
    around: Mapping[str, Any] | None = None,
    assignee: str | None = None,
    ticket: Ticket | None = None,
    returns: bool = False,
) -> None:
    """Begin the activity, or the instance `nth` of it with the locals `own`; `around` is what its scope sees. The rest
    is what :class:`Token` has."""
    id_ = play.new_id()
    if place.inputs:
        own = take_in(place.inputs, own, around if around is not None else seen_in(play, scope))
    token = Token(id_, place.id, scope, INSIDE, None, 0, nth, own, (), (), (), assignee, ticket, returns)
    if place.timers and nth < 0:
        token = timers.arm(play, place, token)
    if play.graph.keyed:
        token = with_keys(play, place, token)
    play.add(token)
    play.note("entered", place.id, id_, flow)
    start = place.element.begin
    assert start is not None  # noqa: S101  # only activities get here
    start(play, place, token)


def begin_and_finish(play: Play, place: Place, token: Token) -> None:
    """A task that asks for nothing is done at once."""
    finish(play, place, token, {})


def begin_script(play: Play, place: Place, token: Token) -> None:
    """A script task computes its value."""
    script = place.script
    assert script is not None  # noqa: S101  # the table lets no other get here
    value = script.source.evaluate(seen_by(play, token))
    finish(play, place, token, {script.target: value} if script.target else {})


def finish(play: Play, place: Place, token: Token, brought: Mapping[str, Any]) -> None:
    """The activity at `token` is done and `brought` these variables: out they go, and the token goes on."""
    if brought or place.outputs:
        token = bring_out(play, token, place.outputs, brought)
    if place.undo is not None:
        compensation.remember(play, token)
    timers.disarm(play, token)
    play.drop(token)
    play.note("completed", place.id, token.id)
    if token.place >= 0:
        multi.instance_done(play, place, token)
    elif token.ticket is None and not token.returns:
        play.leave(place, token.scope)
    else:
        returning.go_back(play, place, token)
