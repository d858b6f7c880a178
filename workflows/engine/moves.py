"""Moves by people: the flow of control is put elsewhere, or sent back (自由跳转, 驳回).

Nothing here completes anything: what is taken away is cancelled, and a scope that is left with nothing in it is closed
with the token that carries it, outwards, up to the case itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import activities, event_subs, gateways, multi, returning, scopes, timers
from .errors import EngineError
from .events import Move, SendBack
from .listening import with_keys
from .marking import INSIDE, JOIN, OPEN, Marking, Scope, Ticket, Token
from .variables import seen_in, take_in
from .ways import Map

if TYPE_CHECKING:
    from .graph import Graph
    from .listening import Stand
    from .places import Place
    from .play import Play


def move(play: Play, event: Move) -> None:
    """Take tokens away and begin elsewhere. Raises EngineError ``not_waiting`` (no such token or scope instance),
    ``no_such_node``, ``not_startable``, ``other_scope``."""
    if not play.scopes:
        raise EngineError("not_waiting")
    chosen = []
    for id_ in event.cancel:
        token = play.find(id_)
        if token is None:
            raise EngineError("not_waiting", token=id_)
        chosen.append(token)
    for scope_id in event.empty:
        scope = play.scopes.get(scope_id)
        if scope is None:
            raise EngineError("not_waiting", scope=scope_id)
        chosen += [play.tokens[member] for member in scope.members]
        if scope.multi is not None:
            chosen += [token for id_ in scope.multi.waiting() if (token := multi.of_crowds(play, id_)) is not None]
    touched = list(event.empty)
    for token in chosen:
        if play.find(token.id) is not None:  # else it went with one that carried it
            if token.scope in event.empty:
                scopes.cancel(play, token)
            else:
                _take(play, token)
            touched.append(token.scope)
    begun: dict[int, list[str]] = {}
    for node in event.before:
        scope_id = _begin(play, _startable(play, node), event.scope)
        begun.setdefault(scope_id, []).append(node)
    for node in event.after:
        place = _startable(play, node, behind=True)
        scope_id = _open(play, place, _running(play, _path(play.graph, place), event.scope))[-1]
        play.leave(place, scope_id)
        begun.setdefault(scope_id, []).append(node)
    for scope_id, nodes in begun.items():
        _fill_joins(play, scope_id, nodes)
    for scope_id in touched:
        _close(play, scope_id)


def send_back(play: Play, event: SendBack) -> None:
    """Send the flow back. Raises EngineError ``not_waiting``, ``no_such_node``, ``not_startable``, ``other_scope`` (one
    instance of a multi-instance sub-process is meant, and not said which), ``not_before`` (the step does not lead to the
    sender)."""
    sender = play.open_token(event.token)
    place = _startable(play, event.to)
    if not place.element.activity:
        raise EngineError("not_startable", place.id)
    top = carrier(play.graph, play, sender, event.to)
    around = play.scopes[top.scope]
    path = _path(play.graph, place)
    inner = path[path.index(around.node) + 1 :]
    entry = inner[0] if inner else place.id
    ways = Map(play.graph, around.node)
    if not _leads(play.graph, ways, around, entry, top) or sender.node == place.id:
        raise EngineError("not_before", place.id, sender=sender.node)
    behind = list(ways.behind(play, around, entry, top))
    ticket = None
    if event.again == "resume":
        ticket = returning.park(play, (top, *behind), sender, event.by, closed=around.closed)
    for token in (*behind, top):
        scopes.cancel(play, token)
    inmost = _open(play, place, around.id, ticket)
    last = len(inmost) == 1
    activities.start(play, place, inmost[-1], ticket=ticket if last else None, returns=ticket is not None and not last)
    if ticket is None:
        for scope_id, node in zip(inmost, [*inner, place.id], strict=True):
            _fill_joins(play, scope_id, [node])


def standing(marking: Marking, id_: int) -> Token | None:
    """The token with this id, where it waits for something from outside, alone or in a crowd."""
    token = marking.tokens.get(id_)
    if token is not None:
        return token if token.state == OPEN else None
    for body in marking.crowds:
        scope = marking.scopes[body]
        if scope.multi is not None and id_ in scope.multi.waiting():
            return Token(id_, scope.node, body, OPEN, place=id_ - scope.multi.first)
    return None


def carrier(graph: Graph, stand: Stand, token: Token, to: str) -> Token:
    """The token that `token` is, or is carried by, in the innermost scope instance around it that `to` stands in too:
    what must go where the flow goes from here to there.

    Raises EngineError ``no_such_node``."""
    if to not in graph.places:
        raise EngineError("no_such_node", to)
    path = _path(graph, graph.places[to])
    while True:
        scope = stand.scopes[token.scope]
        if not scope.parent or (scope.multi is None and scope.node in path):
            return token
        token = stand.tokens[scope.host]


def steps_back(graph: Graph, marking: Marking, token: Token) -> tuple[str, ...]:
    """The activities that `token` can be sent back to, in the order of the diagram, whether they were passed or not."""
    maps: dict[str, Map] = {}
    found = []
    for place in graph.places.values():
        if not place.element.activity or place.id == token.node or not can_begin(graph, place):
            continue
        top = carrier(graph, marking, token, place.id)
        around = marking.scopes[top.scope].node
        path = _path(graph, place)
        inner = path[path.index(around) + 1 :]
        if any(graph.places[sub].loop is not None or graph.places[sub].node.triggered_by_event for sub in inner):
            continue
        ways = maps.setdefault(around, Map(graph, around)) if around not in maps else maps[around]
        if _leads(graph, ways, marking.scopes[top.scope], inner[0] if inner else place.id, top):
            found.append(place.id)
    return tuple(found)


def can_begin(graph: Graph, place: Place, *, behind: bool = False) -> bool:
    """Whether a node can be begun by hand: not what begins with something else (boundary events, event sub-processes,
    compensation handlers, what stands behind an event-based gateway), nor before a join that counts who comes."""
    node = place.node
    if node.kind == "boundaryEvent" or node.triggered_by_event or place.after is gateways.win:
        return False
    if node.kind == "parallelGateway" and len(node.incoming) > 1 and not behind:
        return False
    outer: Place | None = place
    while outer is not None:
        if outer.node.for_compensation:
            return False
        outer = graph.places.get(outer.node.scope)
    return True


def _leads(graph: Graph, ways: Map, around: Scope, entry: str, top: Token) -> bool:
    """Whether the step lies before what sends back. An event sub-process that has taken over has everything in its scope
    before it; one that runs alongside has nothing."""
    if graph.places[top.node].node.triggered_by_event:
        return around.closed
    return ways.leads(entry, top)


# --- where -----------------------------------------------------------------------------------------------------------


def _startable(play: Play, node: str, *, behind: bool = False) -> Place:
    place = play.places.get(node)
    if place is None:
        raise EngineError("no_such_node", node)
    if not can_begin(play.graph, place, behind=behind):
        raise EngineError("not_startable", node)
    return place


def _path(graph: Graph, place: Place) -> list[str]:
    """The process and the sub-processes around a node, from the outside in."""
    path = [place.node.scope]
    while path[0] in graph.places:
        path.insert(0, graph.places[path[0]].node.scope)
    return path


def _running(play: Play, path: list[str], wanted: int) -> int:
    """The innermost scope instance on the way to a node that runs."""
    for name in reversed(path):
        found = [scope.id for scope in play.scopes.values() if scope.node == name and scope.multi is None]
        if len(found) == 1:
            return found[0]
        if wanted in found:
            return wanted
        if found:
            raise EngineError("other_scope", name, instances=len(found))
    raise EngineError("other_scope", path[-1])


def _open(play: Play, place: Place, scope_id: int, ticket: Ticket | None = None) -> list[int]:
    """Open the sub-processes between the scope instance and a node in or below it; the scope instances from that one
    inwards. The outermost that is opened carries the `ticket`."""
    around = play.scopes[scope_id]
    if around.closed:
        # Its event sub-process has taken over; it listens again now that something else goes on in it
        around = around._replace(closed=False)
        play.scopes.put(scope_id, around)
        event_subs.arm(play, around)
    path = _path(play.graph, place)
    opened = [scope_id]
    for name in path[path.index(around.node) + 1 :]:
        sub = play.places[name]
        if sub.loop is not None or sub.node.triggered_by_event:
            raise EngineError("other_scope", name)
        own = take_in(sub.inputs, None, seen_in(play, opened[-1]))
        token = Token(play.new_id(), name, opened[-1], INSIDE, locals=own, ticket=ticket)
        ticket = None
        if sub.timers:
            token = timers.arm(play, sub, token)
        if play.graph.keyed:
            token = with_keys(play, sub, token)
        play.add(token)
        play.note("entered", name, token.id)
        opened.append(scopes.open_in(play, token).id)
    return opened


def _begin(play: Play, place: Place, wanted: int) -> int:
    scope_id = _open(play, place, _running(play, _path(play.graph, place), wanted))[-1]
    if place.element.activity:
        activities.start(play, place, scope_id)
    else:
        play.send(None, place.id, scope_id)
    return scope_id


def _fill_joins(play: Play, scope_id: int, nodes: list[str]) -> None:
    """Nobody is on some branches of a fork that was jumped into: they count as arrived at the joins ahead, or these
    would wait for ever."""
    scope = play.scopes.get(scope_id)
    if scope is None:
        return
    for join, flow in list(Map(play.graph, scope.node).missing(play, scope, nodes)):
        token = Token(play.new_id(), join, scope_id, JOIN, flow)
        play.add(token)
        play.note("waiting", join, token.id, flow)


# --- taking away -----------------------------------------------------------------------------------------------------


def _take(play: Play, token: Token) -> None:
    scopes.cancel(play, token)
    if token.place >= 0:
        multi.withdraw(play, token)


def _close(play: Play, scope_id: int) -> None:
    """Close a scope instance with nothing in it, and those around it that it was the last of."""
    while True:
        scope = play.scopes.get(scope_id)
        if scope is None or _lives(play, scope):
            return
        if not scope.parent:
            scopes.end_process(play, scope)
            return
        host = play.tokens[scope.host]
        _take(play, host)
        scope_id = host.scope


def _lives(play: Play, scope: Scope) -> bool:
    return bool(scope.members) or play.busy(scope.id) or (scope.multi is not None and scope.multi.live > 0)
