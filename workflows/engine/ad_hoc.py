"""Ad-hoc sub-processes (BPMN 2.0 §13.3.5): people choose which of its activities to begin, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from . import activities, scopes, texts
from .errors import EngineError
from .events import Enable
from .marking import Marking, Scope, Token
from .variables import seen_in

if TYPE_CHECKING:
    from .graph import Graph
    from .places import Place
    from .play import Play


class Choice(NamedTuple):
    """An activity that can begin: `node`, in the ad-hoc sub-process that the token `host` carries."""

    node: str
    host: int


class Asked(NamedTuple):
    """Whom a diagram asks to do an activity."""

    assignee: str | None = None
    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


def asked(graph: Graph, node: str, variables: Mapping[str, Any]) -> Asked:
    """Whom the activity `node` would ask if it began now, by the root variables of its case."""
    assigned = graph.places[node].assigned
    if assigned is None:
        return Asked()
    return Asked(
        texts.one(assigned.assignee.evaluate(variables)) if assigned.assignee is not None else None,
        texts.several(assigned.groups.evaluate(variables)) if assigned.groups is not None else (),
        texts.several(assigned.users.evaluate(variables)) if assigned.users is not None else (),
    )


def begin(play: Play, place: Place, token: Token) -> None:
    """Begin an ad-hoc sub-process: nothing in it runs until it is enabled."""
    if not play.graph.starts[place.id]:
        activities.finish(play, place, token, {})
        return
    scopes.open_in(play, token)


def enable(play: Play, event: Enable) -> None:
    """Begin an activity. Raises EngineError ``not_enabled``."""
    for scope in play.scopes.values():
        place = play.places.get(scope.node)
        if (
            place is not None
            and event.node in _choices(play.graph, scope)
            and event.host in (0, scope.host)
            and not (_in_turn(place) and scope.members)
        ):
            play.send(None, event.node, scope.id)
            return
    raise EngineError("not_enabled", event.node)


def choices(graph: Graph, marking: Marking) -> tuple[Choice, ...]:
    """The activities that :class:`Enable` can begin now, oldest sub-process first."""
    return tuple(
        Choice(node, scope.host)
        for scope in marking.scopes.values()
        for node in _choices(graph, scope)
        if not (scope.members and _in_turn(graph.places[scope.node]))
    )


def one_done(play: Play, scope_id: int) -> int:
    """An activity in it is done: an ad-hoc sub-process ends when its completion condition holds, cancelling what still
    runs unless it is to wait for that."""
    scope = play.scopes[scope_id]
    place = play.places[scope.node]
    if place.until is not None and (place.node.ad_hoc is None or place.node.ad_hoc.cancel_remaining):
        look(play, scope)
    return scope_id


def look(play: Play, scope: Scope) -> None:
    """End an ad-hoc sub-process whose completion condition holds; one without condition, in which nothing runs any
    more, ends as well."""
    until = play.places[scope.node].until
    if until is None or until.evaluate(seen_in(play, scope.id)) is True:
        scopes.end(play, scope)


def _choices(graph: Graph, scope: Scope) -> tuple[str, ...]:
    if scope.node not in graph.ad_hoc or scope.multi is not None or scope.closed:
        return ()
    return graph.starts[scope.node]


def _in_turn(place: Place) -> bool:
    return place.node.ad_hoc is not None and place.node.ad_hoc.sequential
