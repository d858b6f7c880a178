"""The begin of a case, and the events a token only passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import event_subs
from .errors import EngineError
from .events import Start, VariablesSet
from .marking import Scope

if TYPE_CHECKING:
    from .places import Place
    from .play import Play


def start(play: Play, event: Start) -> None:
    """Begin the case. Raises EngineError ``already_started``, ``no_start``, ``ambiguous_start``."""
    if play.next_id > 1:
        raise EngineError("already_started")
    process = play.graph.process
    root = Scope(play.new_id(), process.id)
    play.scopes.put(root.id, root)
    event_subs.arm(play, root)
    for node in _chosen(play, event):
        play.send(None, node, root.id)


def _chosen(play: Play, event: Start) -> tuple[str, ...]:
    graph, process = play.graph, play.graph.process
    for name, named in ((event.message, graph.message_starts), (event.signal, graph.signal_starts)):
        if name is not None:
            node = named.get(name)
            if node is None or (event.node is not None and event.node != node):
                raise EngineError("no_start", event.node, name=name)
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


def set_variables(play: Play, event: VariablesSet) -> None:
    """Set variables of the case. Raises EngineError ``not_waiting`` before its start."""
    if not play.scopes:
        raise EngineError("not_waiting")
    for name, value in event.variables.items():
        play.write(name, value)


def enter(play: Play, place: Place, scope: int, flow: str | None) -> None:
    """An event a token only passes: a start, a boundary event that has happened, the end of a link."""
    play.note("entered", place.id, 0, flow)
    play.leave(place, scope)
