"""Random diagrams, to be played and to be judged.

``diagrams`` draws nested blocks, so that every split has its join and every play can end; ``wild_diagrams`` joins nodes
at random: deadlocks, tokens without end, joins on cycles and events that start each other included; ``plain_diagrams``
does so with the elements every checker knows. ``to_xml`` writes what those are made of as a BPMN file.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import quoteattr

from hypothesis import strategies as st

from tests.workflows.engine.build import process
from workflows.bpmn.model import Process

Line = str
Block = Callable[["Drawing", str], tuple[str, list[Line]]]


class Drawing:
    """Names for the nodes of a diagram that is being drawn."""

    def __init__(self) -> None:
        self.nodes = 0

    def name(self, prefix: str) -> str:
        self.nodes += 1
        return f"{prefix}{self.nodes}"


# A block is drawn towards the node that follows it, and answers with the node it begins at and its lines.


def _task(kind: str, options: str) -> Block:
    def draw(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
        name = drawing.name("t")
        return name, [f"{kind} {name} {options} -> {after}"]

    return draw


def _timed(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
    task, timer, other, merge = (drawing.name(prefix) for prefix in ("t", "late", "t", "merge"))
    return task, [
        f"user {task} -> {merge}",
        f"boundary {timer} on={task} after=PT1H -> {other}",
        f"user {other} -> {merge}",
        f"xor {merge} -> {after}",  # one way out, or a parallel join after it would wait for both
    ]


def _reminded(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
    task, timer, other, gone = (drawing.name(prefix) for prefix in ("t", "late", "t", "gone"))
    return task, [
        f"user {task} -> {after}",
        f"boundary {timer} beside={task} every=R2/PT1H -> {other}",
        f"user {other} -> {gone}",
        f"end {gone}",
    ]


def _noted(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
    task, met, other, gone = (drawing.name(prefix) for prefix in ("t", "met", "t", "gone"))
    return task, [
        f"user {task} -> {after}",
        f"boundary {met} beside={task} when=pick=1 -> {other}",
        f"user {other} -> {gone}",
        f"end {gone}",
    ]


def _choice(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
    gate, merge, late, word, rung = (drawing.name(prefix) for prefix in ("g", "merge", "late", "word", "rung"))
    return gate, [
        f"events {gate} -> {late}, {word}, {rung}",
        f"catch {late} after=PT1H -> {merge}",
        f"receive {word} message=m -> {merge}",
        f"catch {rung} signal=bell -> {merge}",
        f"xor {merge} -> {after}",
    ]


def _undone(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
    task, edge, undo, throw = (drawing.name(prefix) for prefix in ("t", "edge", "undo", "throw"))
    return task, [
        f"user {task} times=2 -> {throw}",
        f"boundary {edge} on={task} by={undo}",
        f"user {undo} undo",
        f"throw {throw} compensate={task} -> {after}",
    ]


def _sequence(blocks: list[Block]) -> Block:
    def draw(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
        lines: list[Line] = []
        for block in reversed(blocks):
            after, drawn = block(drawing, after)
            lines += drawn
        return after, lines

    return draw


def _branches(gate: str, blocks: list[Block]) -> Block:
    def draw(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
        split, join = drawing.name("split"), drawing.name("join")
        lines = [f"{gate} {join} -> {after}"]
        ways = []
        for place, block in enumerate(blocks):
            first, drawn = block(drawing, join)
            lines += drawn
            last = place == len(blocks) - 1
            ways.append(first if gate == "and" else f"[else] {first}" if last else f"[pick={place}] {first}")
        return split, [*lines, f"{gate} {split} -> {', '.join(ways)}"]

    return draw


def _sub_process(options: str, body: Block) -> Block:
    def draw(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
        name, start, end = drawing.name("sub"), drawing.name("s"), drawing.name("e")
        first, lines = body(drawing, end)
        inside = [f"start {start} -> {first}", *lines, f"end {end}"]
        return name, [f"sub {name} {options} -> {after}", *("  " + line for line in inside)]

    return draw


def _guarded(event: str, body: Block) -> Block:
    """A sub-process that may end with an error or escalation, or be told so by a sub-process inside it."""

    def draw(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
        names = (drawing.name(prefix) for prefix in ("sub", "s", "choose", "e", "bad", "edge", "merge", "t", "gone"))
        name, start, choose, end, bad, edge, merge, other, gone = names
        first, lines = body(drawing, choose)
        inside = [
            f"start {start} -> {first}",
            *lines,
            f"xor {choose} -> [pick=1] {bad}, [else] {end}",
            f"end {bad} {event}=CODE",
            f"end {end}",
        ]
        way = f"on={name}" if event == "error" else f"beside={name}"
        return name, [
            f"sub {name} -> {merge}",
            *("  " + line for line in inside),
            f"boundary {edge} {way} {event}=CODE -> {other}",
            f"user {other} -> {merge if event == 'error' else gone}",
            f"end {gone}",
            f"xor {merge} -> {after}",
        ]

    return draw


def _listening(event: str, body: Block) -> Block:
    def draw(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
        names = (drawing.name(prefix) for prefix in ("sub", "s", "e", "event", "q", "t", "gone"))
        name, start, end, sub, heard, task, gone = names
        first, lines = body(drawing, end)
        inside = [
            *(f"start {start} -> {first}", *lines, f"end {end}", f"event_sub {sub}"),
            *(f"  start {heard} {event} -> {task}", f"  user {task} -> {gone}", f"  end {gone}"),
        ]
        return name, [f"sub {name} -> {after}", *("  " + line for line in inside)]

    return draw


def _cancelled(body: Block) -> Block:
    def draw(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
        names = (drawing.name(prefix) for prefix in ("deal", "s", "t", "edge", "undo", "choose", "e", "bad", "c", "m"))
        name, start, task, edge, undo, choose, end, bad, cancelled, merge = names
        first, lines = body(drawing, choose)
        inside = [
            *(f"start {start} -> {task}", f"user {task} -> {first}", *lines),
            *(f"boundary {edge} on={task} by={undo}", f"user {undo} undo"),
            *(f"xor {choose} -> [pick=1] {bad}, [else] {end}", f"end {bad} cancel", f"end {end}"),
        ]
        return name, [
            *(f"transaction {name} -> {merge}", *("  " + line for line in inside)),
            *(f"boundary {cancelled} on={name} cancel -> {merge}", f"xor {merge} -> {after}"),
        ]

    return draw


def _loop(body: Block) -> Block:
    def draw(drawing: Drawing, after: str) -> tuple[str, list[Line]]:
        merge, check = drawing.name("merge"), drawing.name("check")
        first, lines = body(drawing, check)
        return merge, [f"xor {merge} -> {first}", *lines, f"xor {check} -> [pick=2] {merge}, [else] {after}"]

    return draw


LISTENED = ["after=PT2H", "every=R2/PT2H aside", "escalation=CODE aside", "signal=bell aside", "when=pick=2"]
BLOCKS: st.SearchStrategy[Block] = st.recursive(
    st.one_of(
        st.builds(_task, st.sampled_from(["user", "manual", "service", "task", "receive"]), st.just("")),
        st.builds(_task, st.just("user"), st.sampled_from(["times=3", "times_in_turn=2", "times=0"])),
        st.builds(_task, st.just("user"), st.sampled_from(["again=pick=2", "again=pick=2 first most=2"])),
        st.builds(_task, st.just("script"), st.just("computes=pick:1")),
        st.builds(_task, st.just("throw"), st.sampled_from(["signal=bell", "message=m", "escalation=CODE"])),
        st.builds(_task, st.just("catch"), st.just("after=PT1H")),
        st.sampled_from([_timed, _reminded, _noted, _choice, _undone]),
    ),
    lambda inner: st.one_of(
        st.builds(_sequence, st.lists(inner, min_size=1, max_size=3)),
        st.builds(_branches, st.sampled_from(["and", "or", "xor"]), st.lists(inner, min_size=2, max_size=3)),
        st.builds(_sub_process, st.sampled_from(["", "times=2", "times_in_turn=2"]), inner),
        st.builds(_guarded, st.sampled_from(["error", "escalation"]), inner),
        st.builds(_listening, st.sampled_from(LISTENED), inner),
        st.builds(_cancelled, inner),
        # what is repeated must wait somewhere, or the loop has no wait state
        st.builds(lambda block: _loop(_sequence([_task("user", ""), block])), inner),
    ),
    max_leaves=8,
)


@st.composite
def diagrams(draw: st.DrawFn) -> Process:
    """A process of nested blocks: every split has its join, so every play can end."""
    first, lines = draw(BLOCKS)(Drawing(), "done")
    return process("\n".join([f"start begin -> {first}", *lines, "end done"]))


WILD = {
    "user": [""],
    "receive": ["", "message=m"],
    "catch": ["signal=bell", "when=pick=1", "after=PT1H"],
    "throw": ["signal=bell", "message=m", "escalation=CODE", "compensate="],
    "xor": [""],
    "and": [""],
    "or": [""],
    "end": ["", "signal=bell", "error=CODE", "escalation=CODE", "compensate="],
}
WILD_STARTS = ["signal=bell", "message=m", "when=pick=2", "after=PT2H", "error=CODE", "escalation=CODE"]


@st.composite
def wild_diagrams(draw: st.DrawFn) -> Process:
    """Nodes joined at random: deadlocks, tokens without end, joins on cycles and events that start each other
    included."""
    size = draw(st.integers(2, 7))
    kinds = draw(st.lists(st.sampled_from(["user", *WILD]), min_size=size, max_size=size))
    names = [f"n{place}" for place in range(size)]
    lines = ["start begin -> n0"]
    for name, kind in zip(names, kinds, strict=True):
        ways = [] if kind == "end" else draw(st.lists(st.sampled_from(names), max_size=3))
        conditional = kind in {"xor", "or"} and len(ways) > 1
        drawn = [f"[pick={place}] {way}" if conditional and place else way for place, way in enumerate(reversed(ways))]
        lines.append(f"{kind} {name} {draw(st.sampled_from(WILD[kind]))} -> {', '.join(drawn)}")
    if "user" in kinds:
        host = names[kinds.index("user")]
        if draw(st.booleans()):
            lines.append(f"boundary late on={host} after=PT1H -> {draw(st.sampled_from(names))}")
        if draw(st.booleans()):
            lines.append(f"boundary heard beside={host} signal=bell -> {draw(st.sampled_from(names))}")
        if draw(st.booleans()):
            lines += [f"boundary edge on={host} by=undo", "user undo undo"]
    for place, start in enumerate(draw(st.lists(st.sampled_from(WILD_STARTS), max_size=2, unique=True))):
        aside = draw(st.sampled_from(["", "aside"]))
        lines += [f"event_sub e{place}", f"    start q{place} {start} {aside} -> u{place}", f"    user u{place}"]
    return process("\n".join(lines))


@st.composite
def inclusive_diagrams(draw: st.DrawFn) -> Process:
    """Inclusive gateways that split, join and stand on cycles, among tasks and forks, joined at random."""
    size = draw(st.integers(3, 8))
    kinds = draw(
        st.lists(st.sampled_from(["user", "user", "or", "or", "or", "and", "xor"]), min_size=size, max_size=size)
    )
    names = [f"n{place}" for place in range(size)]
    lines = ["start begin -> n0", "end done"]
    for name, kind in zip(names, kinds, strict=True):
        most = 1 if kind == "user" else 3
        ways = draw(st.lists(st.sampled_from([*names, "done"]), min_size=1, max_size=most, unique=True))
        if kind in {"xor", "or"}:
            ways = [*(f"[pick={place}] {way}" for place, way in enumerate(ways[:-1])), f"[else] {ways[-1]}"]
        lines.append(f"{kind} {name} -> {', '.join(ways)}")
    return process("\n".join(lines))


PLAIN = ["task", "xor", "xor", "and", "and", "and", "throw", "end"]


@st.composite
def plain_diagrams(draw: st.DrawFn, *, padded: bool = False, terminate: bool = True) -> Process:
    """Tasks, exclusive and parallel gateways, links and ends, joined at random.

    An exclusive gateway may go any of its ways. `padded` puts a task on every flow, so that a token on a flow can always
    be seen to wait; `terminate` allows ends that end everything.
    """
    size = draw(st.integers(2, 6))
    kinds = draw(st.lists(st.sampled_from([*PLAIN, "terminate"] if terminate else PLAIN), min_size=size, max_size=size))
    kinds[-1] = "end"
    names = [f"n{place}" for place in range(size)]
    lines: list[Line] = []
    pads: list[str] = []

    def way(target: str) -> str:
        if not padded:
            return target
        pads.append(f"pad{len(pads)}")
        lines.append(f"task {pads[-1]} -> {target}")
        return pads[-1]

    linked = draw(st.booleans())
    begin = way("n0")
    for name, kind in zip(names, kinds, strict=True):
        if kind in {"end", "terminate"}:
            lines.append(f"{kind} {name}")
            continue
        most = 1 if kind in {"task", "throw"} else 3
        ways = [way(target) for target in draw(st.lists(st.sampled_from(names), min_size=1, max_size=most))]
        if kind == "throw" and linked:
            lines.append(f"throw {name} link=there")
            continue
        if kind == "xor":
            ways = [*(f"[p{place}] {target}" for place, target in enumerate(ways[:-1])), ways[-1]]
        lines.append(f"{kind} {name} -> {', '.join(ways)}")
    if linked and "throw" in kinds:
        lines.append(f"catch arrived link=there -> {way(draw(st.sampled_from(names)))}")
    return process("\n".join([f"start begin -> {begin}", *lines]))


def to_xml(drawn: Process) -> str:
    """The process as a BPMN file; what is left out of it (expressions of activities, say) matters to no checker."""
    lines = []
    for node in drawn.nodes.values():
        inside = "".join(f"<bpmn:incoming>{flow}</bpmn:incoming>" for flow in node.incoming)
        inside += "".join(f"<bpmn:outgoing>{flow}</bpmn:outgoing>" for flow in node.outgoing)
        if node.event is not None:
            name = "" if node.event.name is None else f" name={quoteattr(node.event.name)}"
            inside += f"<bpmn:{node.event.kind}EventDefinition{name}/>"
        default = "" if node.default is None else f' default="{node.default}"'
        lines.append(f'<bpmn:{node.kind} id="{node.id}"{default}>{inside}</bpmn:{node.kind}>')
    for flow in drawn.flows.values():
        ends = f'id="{flow.id}" sourceRef="{flow.source}" targetRef="{flow.target}"'
        condition = (
            "" if flow.condition is None else f"<bpmn:conditionExpression>={flow.condition}</bpmn:conditionExpression>"
        )
        lines.append(f"<bpmn:sequenceFlow {ends}>{condition}</bpmn:sequenceFlow>")
    body = "\n".join(lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions id="d" targetNamespace="http://sangong.cn/tests" '
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">\n'
        f'<bpmn:process id="{drawn.id}" isExecutable="true">\n{body}\n</bpmn:process>\n</bpmn:definitions>'
    )
