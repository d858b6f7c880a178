"""Random diagrams, randomly played: what must hold of every play."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.engine.build import MONDAY, Play, process
from workflows.bpmn.model import Process
from workflows.engine import (
    Complete,
    EngineError,
    Event,
    Graph,
    Marking,
    SignalArrived,
    TimerFired,
    VariablesSet,
    advance,
)

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


def check(case: Play) -> None:
    """What must hold of a marking: it and what was told to the world say the same."""
    tokens, scopes = case.marking.tokens, case.marking.scopes
    open_ = dict(case.marking.open_tokens())
    for scope in scopes.values():
        multi = scope.multi
        if multi is not None and multi.first:
            assert multi.active == multi.live.bit_count() + len(scope.members)
        assert set(scope.members) == {token.id for token in tokens.values() if token.scope == scope.id}
        assert scope.parent == 0 or tokens[scope.host].child == scope.id
    assert open_ == {token: opened.node for token, opened in case.open.items()}
    assert {timer.id for timer in case.marking.timers.values()} == set(case.timers)
    of_tokens = {timer for token in tokens.values() for timer in token.timers}
    of_scopes = {timer.id for timer in case.marking.timers.values() if timer.token in scopes}
    assert not of_tokens & of_scopes
    assert of_tokens | of_scopes == set(case.timers)
    assert bool(scopes) != case.ended
    assert not (case.ended and (tokens or case.timers))
    assert case.step.ended == case.ended


def check_escalations(case: Play) -> None:
    """An escalation is caught once, or by nobody and then told to the world."""
    nodes = case.graph.process.nodes
    kinds = Counter(
        note.kind
        for note in case.step.trace
        if (event := nodes[note.node].event if note.node in nodes else None) is not None and event.kind == "escalation"
        if note.kind in {"thrown", "caught"}
    )
    assert kinds["thrown"] == kinds["caught"] + sum(thrown.kind == "escalation" for thrown in case.step.thrown)


def completable(case: Play) -> list[int]:
    return [token for token, opened in sorted(case.open.items()) if opened.kind not in {"timer", "condition"}]


def play_one(case: Play, data: st.DataObject) -> None:
    """Play a random event, and check that the step depends on nothing but its arguments."""
    choices: list[Event] = list(map(Complete, completable(case)))
    others = [SignalArrived("bell"), VariablesSet({"pick": 1}), *map(TimerFired, sorted(case.timers))]
    event = data.draw(st.sampled_from([*choices, *others]))
    if isinstance(event, Complete):
        event = Complete(event.token, {"pick": data.draw(st.integers(0, 2))})
    before, variables = case.marking, case.variables
    saved = json.dumps(before.to_json())
    try:
        case.send(event)
    except EngineError:
        assert json.dumps(before.to_json()) == saved, "nothing is half done"
        raise
    again = advance(case.graph, Marking.from_json(json.loads(saved)), event, now=case.now, variables=variables)
    assert again == case.step, "a step after saving and loading is the same step"
    assert json.dumps(before.to_json()) == saved, "the marking before stays as it was"
    check_escalations(case)
    closed = {*case.step.completed, *case.step.cancelled}
    assert len(closed) == len(case.step.completed) + len(case.step.cancelled), "nothing closes twice"
    check(case)


@settings(max_examples=150, deadline=None)
@given(diagrams(), st.data())
def test_a_random_play_keeps_its_tokens_and_ends(drawn: Process, data: st.DataObject) -> None:
    case = Play(Graph.of(drawn)).start()
    check(case)
    for _ in range(60):
        if not case.ended:
            play_one(case, data)
    while not case.ended:  # the rest without loops: a block-structured diagram always comes to its end
        waiting = completable(case)
        case.send(Complete(waiting[0], {"pick": 0}) if waiting else TimerFired(min(case.timers)))
    check(case)
    with pytest.raises(EngineError, match="ended"):
        advance(case.graph, case.marking, Complete(1), now=MONDAY, variables={})


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


@settings(max_examples=100, deadline=None)
@given(wild_diagrams(), st.data())
def test_no_diagram_brings_the_marking_out_of_step(drawn: Process, data: st.DataObject) -> None:
    case = Play(Graph.of(drawn))
    try:
        case.start()
        check(case)
        for _ in range(15):
            if case.open and len(case.open) < 30:
                play_one(case, data)
                check_inclusive_joins(case)
    except EngineError as problem:
        assert problem.code in {"step_limit", "no_outgoing_flow", "uncaught_error"}  # right for some diagrams


def check_inclusive_joins(case: Play) -> None:
    """No inclusive join that waits could fire by the words of the standard (§13.4.3), read flow by flow."""
    drawn, tokens = case.graph.process, case.marking.tokens
    for gate in (node for node in drawn.nodes.values() if node.kind == "inclusiveGateway" and len(node.incoming) > 1):
        filled = {token.flow for token in tokens.values() if token.node == gate.id}
        held_up = False
        for token in tokens.values():
            if token.node != gate.id:
                found = _flows_ahead(drawn, token.node, gate.id)
                held_up |= bool(found - filled) and not found & filled
        assert held_up or not filled


def _flows_ahead(drawn: Process, node: str, gate: str) -> set[str | None]:
    """The incoming flows of `gate` a token at `node` can come by without visiting the gateway."""
    boundaries = [other for other in drawn.nodes.values() if other.attached_to == node]
    ahead = [flow for start in (drawn.nodes[node], *boundaries) for flow in start.outgoing]
    seen: set[str] = set()
    while ahead:
        flow = drawn.flows[ahead.pop()]
        if flow.id in seen:
            continue
        seen.add(flow.id)
        if flow.target != gate:
            ahead += drawn.nodes[flow.target].outgoing
            ahead += [
                way for other in drawn.nodes.values() if other.attached_to == flow.target for way in other.outgoing
            ]
    return {flow for flow in seen if drawn.flows[flow].target == gate}
