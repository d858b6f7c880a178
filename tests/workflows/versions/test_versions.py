"""Two versions beside each other: what differs, and which node goes on as which."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from tests.workflows.engine.build import process
from tests.workflows.engine.test_properties import diagrams
from workflows.bpmn.model import Lane, Process
from workflows.engine import Graph
from workflows.versions import Detail, diff, propose

OLD = """
    start begin -> draft
    user draft candidate_groups="town" -> choose
    xor choose -> [x>1] sign, [else] done
    user sign -> done
    end done
"""


def named(drawn: Process, **names: str) -> Process:
    """The process with these names on its nodes."""
    nodes = {id_: replace(node, name=names.get(id_, node.name)) for id_, node in drawn.nodes.items()}
    return replace(drawn, nodes=nodes)


def test_what_is_added_and_removed_is_told_with_its_flows() -> None:
    new = OLD.replace("user sign -> done", "user sign -> seal\n    user seal -> done").replace("choose", "decide")
    found = diff(process(OLD), process(new))
    assert [change.element for change in found.of("added") if change.sort == "node"] == ["decide", "seal"]
    assert [change.element for change in found.of("removed") if change.sort == "node"] == ["choose"]
    assert found.elements["seal"] == "added"
    flow = next(change for change in found.changes if change.sort == "flow" and change.kind == "added")
    assert (flow.source, flow.target) == ("seal", "done")


def test_a_change_names_the_attribute_with_before_and_after() -> None:
    new = process(OLD.replace('"town"', '"zone"').replace("x>1", "x>2"), sign={"properties": {"stage": "sign"}})
    changes = {change.element: change.details for change in diff(process(OLD), new).of("changed")}
    assert changes["draft"] == (Detail("assignment.candidate_groups", '"town"', '"zone"'),)
    assert changes["f3"] == (Detail("condition", "x>1", "x>2"),)
    assert changes["sign"] == (Detail("properties.stage", "", "sign"),)


def test_another_name_alone_is_a_renaming_and_another_sub_process_a_move() -> None:
    old = process(OLD)
    found = diff(named(old, draft="起草"), named(old, draft="拟稿"))
    (change,) = found.changes
    assert (change.kind, change.name, change.details) == ("renamed", "拟稿", (Detail("name", "起草", "拟稿"),))
    flat = "start begin -> a\nuser a -> s\nsub s -> done\n  start b -> e\n  end e\nend done"
    deep = "start begin -> s\nsub s -> done\n  start b -> a\n  user a -> e\n  end e\nend done"
    assert [change.element for change in diff(process(flat), process(deep)).of("moved")] == ["a"]


def test_lanes_and_their_roles_are_compared_and_lines_are_not() -> None:
    old, new = process(OLD), process(OLD)
    lane = Lane("l", "镇", ("draft",), role="town:secretary", line=3)
    old, new = replace(old, lanes={"l": lane}), replace(new, lanes={"l": replace(lane, role="town:chair", line=9)})
    (change,) = diff(old, new).changes
    assert (change.sort, change.details) == ("lane", (Detail("role", "town:secretary", "town:chair"),))
    assert diff(old, replace(old, line=7)).changes == ()


@settings(max_examples=50, deadline=None)
@given(diagrams())
def test_a_version_does_not_differ_from_itself_and_maps_to_itself(drawn: Process) -> None:
    assert diff(drawn, drawn).changes == ()
    proposal = propose(Graph.of(drawn), Graph.of(drawn))
    assert proposal.mapping == {node: node for node in drawn.nodes}
    assert proposal.unmapped == {}


def test_the_same_name_and_kind_goes_on_where_the_id_is_another() -> None:
    old = named(process(OLD), sign="签发")
    new = named(process(OLD.replace("sign", "approve")), approve="签发")
    assert propose(Graph.of(old), Graph.of(new)).mapping["sign"] == "approve"


def test_what_cannot_be_proposed_has_its_reason() -> None:
    old = named(process(OLD), sign="签发", draft="起草")
    two = OLD.replace("user sign -> done", "user one -> done\n    user two -> done").replace("[x>1] sign", "[x>1] one")
    new = named(process(two.replace("user draft", "service draft")), one="签发", two="签发")
    proposal = propose(Graph.of(old), Graph.of(new))
    assert proposal.unmapped == {"draft": "kind_changed", "sign": "ambiguous"}
    assert propose(Graph.of(process(OLD)), Graph.of(process("start begin -> done\nend done"))).unmapped == {
        "draft": "gone",
        "choose": "gone",
        "sign": "gone",
    }


def test_a_step_in_another_scope_and_an_event_on_another_activity_are_not_proposed() -> None:
    old = """
        start begin -> a
        user a -> s
        boundary late on=a after=PT1H -> s
        sub s -> done
            start b -> c
            user c -> e
            end e
        end done
    """
    new = """
        start begin -> s
        sub s -> x
            start b -> a
            user a -> e
            end e
        user x -> c
        boundary late on=x after=PT1H -> c
        user c -> done
        end done
    """
    unmapped = propose(Graph.of(process(old)), Graph.of(process(new))).unmapped
    assert unmapped == {"a": "scope_changed", "late": "host_changed", "c": "scope_changed"}
