"""From a document and the states of its nodes to a `Drawing`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from .. import profile
from ..messages import word
from ..model import Bounds, Document, Edge, Lane, Node, SequenceFlow, Shape
from .glyphs import EVENTS, GATEWAYS, foot_markers, mark, number
from .model import STATES, Drawing, DrawnNode, Heat, Mark
from .text import width, wrapped

NAME: Final = 15.0
NOTE: Final = 13.0
LINE: Final = 20.0
NOTE_LINE: Final = 17.0
LETTER: Final = 17.0
HEAD: Final = 26.0
MARGIN: Final = Bounds(8, 6, 8, 6)
ARROW: Final = 8.0
PHONE: Final = 372.0
LEAST: Final = 760.0
AROUND: Final = 84.0
TOKEN: Final = 14.0


def draw(
    document: Document,
    *,
    states: Mapping[str, str] | None = None,
    tokens: Sequence[str] = (),
    heat: Mapping[str, Heat] | None = None,
    crop_to: Sequence[str] | None = None,
    way: Sequence[str] = (),
    spot: str | None = None,
    marker_id: str,
) -> Drawing:
    """The document's first plane, drawn.

    `states` gives ``past``, ``now`` or ``later`` by node id, and ``past`` by the id of a flow that was taken; where it
    names no flow, one that runs forward between past nodes counts as taken. Nodes it leaves out are ``later``; without
    any states nothing is marked. `tokens` are numbered in their order. `heat` marks nodes by id. `crop_to` names the
    nodes a narrow screen shows. `way` are the ids of nodes and flows of a path, in order: they stand out, and the nodes
    are numbered. `spot` is the node the path is about. `marker_id` must be unique in the page: it names the arrow head.
    """
    known = {key: value for key, value in (states or {}).items() if value in STATES}
    layout = _Layout(document, known, heat or {}, way, spot)
    return layout.drawing(tokens or layout.nodes_of_way(), crop_to, marker_id)


class _Layout:
    def __init__(
        self,
        document: Document,
        states: dict[str, str],
        heat: Mapping[str, Heat],
        way: Sequence[str],
        spot: str | None,
    ) -> None:
        plane = document.planes[0] if document.planes else ""
        self._document = document
        self._shapes = {key: shape for key, shape in document.shapes.items() if shape.plane == plane}
        self._edges = {key: edge for key, edge in document.edges.items() if edge.plane == plane}
        self._states = states
        self._heat = heat
        self._flows = {key: flow for process in document.processes for key, flow in process.flows.items()}
        self._nodes = {key: node for process in document.processes for key, node in process.nodes.items()}
        self._way = dict.fromkeys(way)
        while spot in self._nodes and spot not in self._shapes:  # inside something that is drawn collapsed
            spot = self._nodes[spot].scope
        self._spot = spot
        self._filled = {node.scope for node in self._nodes.values() if node.id in self._shapes}
        self._flows_told = any(key in self._flows for key in states)

    def nodes_of_way(self) -> list[str]:
        """The drawn nodes of the path, each once, in the order they are come to."""
        return [key for key in self._way if key in self._nodes and key in self._shapes]

    def drawing(self, tokens: Sequence[str], crop_to: Sequence[str] | None, marker_id: str) -> Drawing:
        whole = self._whole()
        told: dict[str, list[str]] = {state: [] for state in STATES}
        for node in self._in_reading_order():
            if node.kind in profile.ACTIVITIES and self._states:
                told[self._state(node.id)].append(node.name or word(node.kind))
        return Drawing(
            view_box=self._crop(whole, crop_to),
            lanes=tuple(self._lanes()),
            edges=tuple(self._connections(marker_id)),
            notes=tuple(self._notes()),
            frames=self._drawn(self._frames()),
            nodes=self._drawn(self._symbols()),
            badges=(*self._loads(), *self._tokens(tokens)),
            past=tuple(told["past"]),
            now=tuple(told["now"]),
            later=tuple(told["later"]),
            marker_id=marker_id,
        )

    # what is where

    def _whole(self) -> Bounds:
        boxes = [shape.bounds for key, shape in self._shapes.items() if key in self._nodes]
        boxes += [self._shapes[lane.id].bounds for lane in self._drawn_lanes()]
        boxes += [self._shapes[pool].bounds for pool in self._drawn_pools()]
        boxes += [self._shapes[key].bounds for key in self._document.texts if key in self._shapes]
        boxes += [shape.label for key, shape in self._shapes.items() if shape.label and key in self._nodes]
        for key, edge in self._edges.items():
            boxes += [Bounds(x, y, 0, 0) for x, y in edge.points]
            if edge.label and self._document.names.get(key):
                boxes.append(edge.label)
        if not boxes:
            return Bounds(0, 0, 1, 1)
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        right = max(box.x + box.width for box in boxes)
        bottom = max(box.y + box.height for box in boxes)
        # A drawing fills the page's width; a small one keeps air at its sides instead of growing huge.
        air = max(0.0, (LEAST - (right - left)) / 2)
        left, right = left - air, right + air
        return Bounds(
            left - MARGIN.x, top - MARGIN.y, right - left + MARGIN.x + MARGIN.width,
            bottom - top + MARGIN.y + MARGIN.height,
        )  # fmt: skip

    def _crop(self, whole: Bounds, crop_to: Sequence[str] | None) -> Bounds:
        boxes = [self._shapes[key].bounds for key in crop_to or () if key in self._shapes]
        if not boxes or whole.width <= PHONE:
            return whole
        left, right = min(box.x for box in boxes), max(box.x + box.width for box in boxes)
        wide = min(max(PHONE, right - left + 2 * AROUND), whole.width)
        x = min(max((left + right - wide) / 2, whole.x), whole.x + whole.width - wide)
        return self._rows(Bounds(x, whole.y, wide, whole.height))

    def _rows(self, cut: Bounds) -> Bounds:
        """`cut` without the empty rows above and below what it shows."""
        left, right = cut.x, cut.x + cut.width
        heights: list[float] = []
        for node in self._nodes:
            shape = self._shapes.get(node)
            if shape is not None and shape.bounds.x < right and shape.bounds.x + shape.bounds.width > left:
                heights += (shape.bounds.y, shape.bounds.y + shape.bounds.height)
        for edge in self._edges.values():
            for (x1, y1), (x2, y2) in itertools.pairwise(edge.points):
                if min(x1, x2) < right and max(x1, x2) > left:
                    heights += (y1, y2)
        top = max(cut.y, min(heights) - TOKEN - 6)
        bottom = min(cut.y + cut.height, max(heights) + TOKEN + 6)
        return Bounds(cut.x, top, cut.width, bottom - top)

    def _in_reading_order(self) -> list[Node]:
        drawn = [node for node in self._nodes.values() if node.id in self._shapes]
        return sorted(drawn, key=lambda node: (self._shapes[node.id].bounds.x, self._shapes[node.id].bounds.y))

    def _frames(self) -> list[Node]:
        """Opened sub-processes, the outer ones first: they lie under the flows inside them."""
        frames = [node for node in self._nodes.values() if node.id in self._filled and node.id in self._shapes]
        return sorted(
            frames, key=lambda node: -self._shapes[node.id].bounds.width * self._shapes[node.id].bounds.height
        )

    def _symbols(self) -> list[Node]:
        """Everything else, boundary events above what they sit on."""
        drawn = [node for node in self._nodes.values() if node.id in self._shapes and node.id not in self._filled]
        return sorted(drawn, key=lambda node: node.kind == "boundaryEvent")

    def _drawn(self, nodes: list[Node]) -> tuple[DrawnNode, ...]:
        return tuple(
            DrawnNode(node.id, self._css(node.id), tuple(self._symbol(node, self._shapes[node.id]))) for node in nodes
        )

    def _state(self, identifier: str) -> str:
        return self._states.get(identifier, "later") if self._states else ""

    def _css(self, identifier: str) -> str:
        hot = self._heat.get(identifier)
        heat = f"h{min(max(hot.level, 1), 5)}" if hot else ""
        way = "way" if identifier in self._way else ""
        return " ".join(filter(None, (self._state(identifier), heat, way, "spot" if identifier == self._spot else "")))

    # pools and lanes

    def _drawn_pools(self) -> list[str]:
        pools = [pool for pool in self._document.participants if pool.id in self._shapes]
        lanes = any(process.lanes for process in self._document.processes)
        # One pool around its lanes says nothing the page's title does not say.
        return [] if len(pools) == 1 and lanes else [pool.id for pool in pools]

    def _drawn_lanes(self) -> list[Lane]:
        return [
            lane for process in self._document.processes for lane in process.lanes.values() if lane.id in self._shapes
        ]

    def _lanes(self) -> Iterator[Mark]:
        for pool in self._drawn_pools():
            yield from self._strip(self._shapes[pool], self._document.names.get(pool, ""))
        for lane in self._drawn_lanes():
            yield from self._strip(self._shapes[lane.id], lane.name)

    def _strip(self, shape: Shape, name: str) -> Iterator[Mark]:
        box = shape.bounds
        yield mark("rect", "lane", x=box.x, y=box.y, width=box.width, height=box.height)
        if not name:
            return
        across = HEAD if shape.horizontal else box.width
        down = box.height if shape.horizontal else HEAD
        yield mark("rect", "lanehd", x=box.x, y=box.y, width=across, height=down)
        x, y = box.x + across / 2, box.y + down / 2
        letters = [letter for letter in name if not letter.isspace()]
        if not shape.horizontal:
            yield mark("text", "lanetx", wrapped(name, box.width - 8, NOTE, 1)[0], x=x, y=y)
        elif width(name, 1) < len(name) or len(letters) * LETTER > box.height - 4:
            words = wrapped(name, box.height - 8, NOTE, 1)[0]
            turned = f"rotate(-90 {number(x)} {number(y)})"
            yield mark("text", "lanetx", words, x=x, y=y, transform=turned)
        else:
            top = y - (len(letters) - 1) * LETTER / 2
            for index, letter in enumerate(letters):
                yield mark("text", "lanetx", letter, x=x, y=top + index * LETTER)

    # flows

    def _connections(self, marker_id: str) -> Iterator[Mark]:
        taken: list[Mark] = []
        for key, edge in self._edges.items():
            flow = self._flows.get(key)
            if flow is None:
                if key not in self._document.texts:
                    yield mark("path", "edge dash", d=_way(edge.points, 0))
                continue
            past, way = self._taken(flow, edge), key in self._way
            css = "edge way" if way else "edge past" if past else "edge"
            drawn = mark(
                "path", css, d=_way(edge.points, ARROW - 1),
                marker_end=f"url(#{marker_id})",
            )  # fmt: skip
            if past or way:
                taken.append(drawn)
            else:
                yield drawn
        # Dark edges lie over pale ones where they share a line.
        yield from taken

    def _taken(self, flow: SequenceFlow, edge: Edge) -> bool:
        if self._flows_told:
            return self._states.get(flow.id) == "past"
        forward = edge.points[-1][0] >= edge.points[0][0]
        return forward and self._states.get(flow.source) == "past" and self._states.get(flow.target) in {"past", "now"}

    # words beside symbols

    def _notes(self) -> Iterator[Mark]:
        for key, edge in self._edges.items():
            flow = self._flows.get(key)
            if flow is not None and flow.name:
                yield from _note(flow.name, edge.label or _beside(edge))
        for node in self._nodes.values():
            shape = self._shapes.get(node.id)
            if shape is None or not node.name or node.kind in profile.ACTIVITIES:
                continue
            box = shape.bounds
            room = max(90.0, width(node.name, NOTE) if width(node.name, NOTE) < 120 else 90.0)
            below = Bounds(box.x + box.width / 2 - room / 2, box.y + box.height + 4, room, NOTE_LINE)
            yield from _note(node.name, shape.label or below)
        for key, words in self._document.texts.items():
            if key in self._shapes:
                box = self._shapes[key].bounds
                bracket = f"M{number(box.x + 10)} {number(box.y)}H{number(box.x)}V{number(box.y + box.height)}h10"
                yield mark("path", "edge", d=bracket)
                yield from _note(words, box)

    # nodes

    def _symbol(self, node: Node, shape: Shape) -> Iterator[Mark]:
        box = shape.bounds
        x, y = box.x + box.width / 2, box.y + box.height / 2
        if node.kind in profile.GATEWAYS:
            a, b = box.width / 2, box.height / 2
            corners = ((x, y - b), (x + a, y), (x, y + b), (x - a, y))
            path = "L".join(f"{number(px)} {number(py)}" for px, py in corners)
            yield mark("path", "node", d=f"M{path}z")
            yield from GATEWAYS[node.kind](x, y, min(a, b))
        elif node.kind in profile.EVENT_KINDS:
            yield from self._event(node, x, y, min(box.width, box.height) / 2)
        else:
            yield from self._activity(node, shape)

    def _event(self, node: Node, x: float, y: float, r: float) -> Iterator[Mark]:
        css = "node end" if node.kind == "endEvent" else "node"
        dashes = {} if node.interrupting else {"stroke_dasharray": "4 3"}
        yield mark("circle", css, cx=x, cy=y, r=r, **dashes)
        if node.kind in {"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}:
            yield mark("circle", "node", cx=x, cy=y, r=r - 3, **dashes)
            r -= 2
        if node.event is not None and node.event.kind in EVENTS:
            yield from EVENTS[node.event.kind](x, y, r)

    def _activity(self, node: Node, shape: Shape) -> Iterator[Mark]:
        box = shape.bounds
        sub = node.kind in profile.SUB_PROCESSES
        held = (
            any(other.scope == node.id and other.id in self._shapes for other in self._nodes.values()) if sub else False
        )
        dashes = {"stroke_dasharray": "6 4"} if node.triggered_by_event else {}
        css = "node call" if node.kind == "callActivity" else "node"
        yield mark("rect", css, x=box.x, y=box.y, width=box.width, height=box.height, rx=8.0, **dashes)
        feet = _feet(node, collapsed=sub and not held)
        hot = self._heat.get(node.id)
        x = box.x + box.width / 2
        if held:
            for line in wrapped(node.name, box.width - 24, NAME, 1):
                yield mark("text", "", line, x=x, y=box.y + 16)
        else:
            room = box.height - (16 if feet else 0)
            lines = wrapped(node.name, box.width - 10, NAME, max(1, int((room - 4) // 15) - (1 if hot else 0)))
            rows = [*lines, *((hot.figure,) if hot else ())]
            step = min(LINE, (room - 4) / max(1, len(rows)))
            top = box.y + room / 2 - (len(rows) - 1) * step / 2
            for index, row in enumerate(rows):
                figure = hot is not None and index == len(rows) - 1
                yield mark("text", "days" if figure else "", row, x=x, y=top + index * step)
        yield from foot_markers(feet, x, box.y + box.height - 10)
        if self._state(node.id) == "past" and not held:
            yield from _tick(box.x + box.width - 2, box.y + 2)

    # badges

    def _loads(self) -> Iterator[Mark]:
        for key, hot in self._heat.items():
            shape = self._shapes.get(key)
            if shape is None or hot.load is None:
                continue
            x, y, text = shape.bounds.x + shape.bounds.width - 2, shape.bounds.y - 1, str(hot.load)
            wide = max(30.0, width(text, NOTE) + 16)
            yield mark("rect", "load", x=x - wide / 2, y=y - 11, width=wide, height=22.0, rx=11.0)
            yield mark("text", "loadtx", text, x=x, y=y + 0.5)

    def _tokens(self, tokens: Sequence[str]) -> Iterator[Mark]:
        for index, key in enumerate(tokens, 1):
            shape = self._shapes.get(key)
            if shape is not None:
                x, y = shape.bounds.x, shape.bounds.y
                yield mark("circle", "token", cx=x, cy=y, r=TOKEN)
                yield mark("text", "tokentx", str(index), x=x, y=y + 0.5)


def _feet(node: Node, *, collapsed: bool) -> tuple[str, ...]:
    feet = []
    if node.loop is not None:
        feet.append("sequential" if node.loop.sequential else "parallel")
    if node.standard_loop is not None:
        feet.append("loop")
    if node.for_compensation:
        feet.append("compensation")
    if collapsed:
        feet.append("collapsed")
    return tuple(feet)


def _tick(x: float, y: float) -> Iterator[Mark]:
    yield mark("circle", "node", cx=x, cy=y, r=9.0)
    yield mark("path", "tick", d=f"M{number(x - 4)} {number(y)}l3 3l5.5-6")


def _way(points: Sequence[tuple[float, float]], short: float) -> str:
    """The path through `points`, its last piece shortened by `short` so that the arrow head ends at the symbol."""
    *before, (x1, y1), (x2, y2) = points
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    if short and length > 0:
        keep = max(length - short, min(1.0, length)) / length
        x2, y2 = x1 + (x2 - x1) * keep, y1 + (y2 - y1) * keep
    way = [*before, (x1, y1), (x2, y2)]
    x, y = way[0]
    words = [f"M{number(x)} {number(y)}"]
    for nx, ny in way[1:]:
        if abs(ny - y) < 0.05:
            words.append(f"H{number(nx)}")
        elif abs(nx - x) < 0.05:
            words.append(f"V{number(ny)}")
        else:
            words.append(f"L{number(nx)} {number(ny)}")
        x, y = nx, ny
    return "".join(words)


def _beside(edge: Edge) -> Bounds:
    """A place for the label of an edge that names none: above the middle of its longest piece."""
    pairs = list(itertools.pairwise(edge.points))
    (x1, y1), (x2, y2) = max(pairs, key=lambda pair: abs(pair[1][0] - pair[0][0]) + abs(pair[1][1] - pair[0][1]))
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    return (
        Bounds(x - 45, y - 19, 90, NOTE_LINE) if abs(x2 - x1) >= abs(y2 - y1) else Bounds(x + 4, y - 9, 90, NOTE_LINE)
    )


def _note(words: str, box: Bounds) -> Iterator[Mark]:
    # Tools measure labels with other fonts than ours; a label may be wider than its box says.
    rows = wrapped(words, max(box.width + 14, 40), NOTE, 3)
    middle = box.y + box.height / 2
    top = middle - (len(rows) - 1) * NOTE_LINE / 2
    for index, row in enumerate(rows):
        yield mark("text", "note", row, x=box.x + box.width / 2, y=top + index * NOTE_LINE)
