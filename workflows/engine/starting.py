"""The begin of a case, and the events a token only passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import EngineError
from .events import Start
from .marking import Scope

if TYPE_CHECKING:
    from .graph import Place
    from .play import Play


def start(play: Play, event: Start) -> None:
    """Begin the case. Raises EngineError ``already_started``, ``no_start``, ``ambiguous_start``."""
    if play.next_id > 1:
        raise EngineError("already_started")
    process = play.graph.process
    root = Scope(play.new_id(), process.id)
    play.scopes.put(root.id, root)
    for node in _chosen(play, event):
        play.send(None, node, root.id)


def _chosen(play: Play, event: Start) -> tuple[str, ...]:
    graph, process = play.graph, play.graph.process
    if event.message is not None:
        node = graph.message_starts.get(event.message)
        if node is None or (event.node is not None and event.node != node):
            raise EngineError("no_start", event.node, message=event.message)
        return (node,)
    if event.node is not None:
        place = graph.places.get(event.node)
        if place is None or place.node.scope != process.id or place.node.kind != "startEvent":
            raise EngineError("no_start", event.node)
        return (event.node,)
    starts = graph.starts[process.id]
    if not starts:
        raise EngineError("no_start")
    if len(starts) > 1 and graph.places[starts[0]].node.kind == "startEvent":
        raise EngineError("ambiguous_start", starts=starts)
    return starts


def enter(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """An event a token only passes: a start, a boundary event that has happened."""
    play.note("entered", place.id, 0, flow)
    play.leave(place, scope)
