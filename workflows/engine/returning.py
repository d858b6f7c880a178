"""What was sent back comes again: the ticket that the step sent back to carries (see :class:`workflows.engine.SendBack`).

A ticket lives and dies with its token. It comes again when that step is done; where the step is left otherwise, by a
boundary event, by a jump, or with everything around it, there is nothing to come back to.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from . import event_subs, multi, scopes, timers
from .listening import with_keys
from .marking import INSIDE, JOIN, Scope, Ticket, Token

if TYPE_CHECKING:
    from .places import Place
    from .play import Play


def park(play: Play, tops: Iterable[Token], sender: Token, by: str | None, *, closed: bool) -> Ticket:
    """The tokens `tops` of one scope instance with everything in them; the `sender`'s task will be for `by`."""
    tokens: list[Token] = []
    kept: list[Scope] = []
    ahead = list(tops)
    around = ahead[0].scope
    while ahead:
        token = ahead.pop()
        assignee = by or token.assignee if token.id == sender.id else token.assignee
        kept_scope = 0 if token.scope == around else token.scope
        tokens.append(token._replace(scope=kept_scope, timers=(), keys=(), assignee=assignee))
        if not token.child:
            continue
        scope = play.scopes[token.child]
        body = scope.multi
        if body is not None and by is not None and multi.in_crowd(scope, sender) and sender.scope == scope.id:
            body = body._replace(people={**body.people, sender.place: by})
        kept.append(scope._replace(members=(), joins={}, multi=body, keys=()))
        ahead += [play.tokens[member] for member in scope.members]
    return Ticket(tuple(sorted(tokens, key=_id)), tuple(sorted(kept, key=_id)), closed)


def _id(one: Token | Scope) -> int:
    return one.id


def go_on(play: Play, place: Place, token: Token) -> None:
    """The activity at `token`, which has left its scope, is through: on along its flows, or straight back."""
    if token.ticket is None and not token.returns:
        play.leave(place, token.scope)
    else:
        go_back(play, place, token)


def go_back(play: Play, place: Place, token: Token) -> None:
    """The step sent back to is done: what sent it back comes again. Scopes that were opened for the step are closed."""
    top = token
    while top.ticket is None:
        scope = play.scopes[top.scope]
        if not scope.parent:
            play.leave(place, token.scope)
            return
        top = play.tokens[scope.host]
    if top is not token:
        scopes.cancel(play, top)
    around = play.scopes[top.scope]
    if top.ticket.closed and not around.closed:
        event_subs.disarm(play, around)
        play.scopes.put(around.id, around._replace(closed=True))
    inside: dict[int, list[Token]] = {}
    for parked in top.ticket.tokens:
        inside.setdefault(parked.scope, []).append(parked)
    bodies = {scope.host: scope for scope in top.ticket.scopes}
    for parked in inside[0]:
        _put_back(play, parked, top.scope, bodies, inside)


def _put_back(
    play: Play, parked: Token, scope_id: int, bodies: dict[int, Scope], inside: dict[int, list[Token]]
) -> None:
    place = play.places[parked.node]
    play.count(place)
    if parked.state == JOIN:
        play.call(place.element.enter, place, scope_id, parked.flow)
        return
    token = parked._replace(id=play.new_id(), scope=scope_id, state=INSIDE, child=0)
    if place.timers and token.place < 0:
        token = timers.arm(play, place, token)
    if play.graph.keyed:
        token = with_keys(play, place, token)
    play.add(token)
    play.note("entered", place.id, token.id)
    old = bodies.get(parked.id)
    if old is None:
        begin = place.element.begin
        assert begin is not None  # noqa: S101  # only activities and catch events stay without a scope
        begin(play, place, token)
        return
    body = old._replace(id=play.new_id(), parent=scope_id, host=token.id)
    play.put(token._replace(child=body.id))
    play.scopes.put(body.id, body)
    event_subs.arm(play, body)
    if body.multi is not None and body.multi.first:
        multi.gather(play, place, body)
    for member in inside.get(old.id, ()):
        _put_back(play, member, body.id, bodies, inside)
