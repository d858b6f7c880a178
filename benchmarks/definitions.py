"""``python -m benchmarks.definitions [--rounds N]``: taking a diagram of 500 elements in; 1,000 definitions from the database.

The diagram has nodes and sequence flows in equal parts: user tasks, exclusive gateways with conditions that lead back, parallel
gateways. The peer is SpiffWorkflow's own parser on the same file, without its optional validation: it reads and compiles, and checks
as it goes what it needs to. The 1,000 definitions have 31 elements each and stand in the product's table; *cold* a process meets each
of them the first time, *warm* it asks for all of them again. The peer reads the same rows and parses them.

The last line is for programs: ``read_ms=A check_ms=B compile_ms=C ratio_spiff=S/(A+B+C) cold_ms=D warm_us=E ratio_cold=T/D``: times
of one diagram, of one definition; ratios above 1 say how many times as long the peer takes (medians of the rounds). What no peer
does, exploring where a flow can get stuck, is a row of the table and in no ratio.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.harness import database, last_line, ratio, seconds

LARGE, MANY = 500, 1000
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' id="definitions" targetNamespace="http://sangong.cn/benchmarks"><bpmn:process id="{id}" name="{id}" isExecutable="true">'
)
_TASK = (
    '<bpmn:userTask id="{id}" name="Step {id}"><bpmn:extensionElements>'
    '<zeebe:assignmentDefinition candidateGroups="town:secretary"/></bpmn:extensionElements></bpmn:userTask>'
)
_WHEN = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">={when}</bpmn:conditionExpression>'


def diagram(elements: int, process: str) -> bytes:
    """A flow of about so many nodes and sequence flows: one block after the other of a task, two tasks side by side, and a gateway
    that may lead back to the block's beginning."""
    nodes, flows = ['<bpmn:startEvent id="start"/>'], []

    def flow(source: str, target: str, when: str = "") -> str:
        id_ = f"f{len(flows)}"
        inside = _WHEN.format(when=when) if when else ""
        flows.append(
            f'<bpmn:sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'
        )
        return id_

    before, block = "start", 0
    while len(nodes) + len(flows) < elements - 2:
        block += 1
        into, task, fork, left, right, join, more = (f"{kind}{block}" for kind in ("i", "t", "k", "l", "r", "j", "m"))
        nodes += [
            f'<bpmn:exclusiveGateway id="{into}"/>',
            *(_TASK.format(id=id_) for id_ in (task, left, right)),
            f'<bpmn:parallelGateway id="{fork}"/><bpmn:parallelGateway id="{join}"/>',
        ]
        for source, target in (
            (before, into),
            (into, task),
            (task, fork),
            (fork, left),
            (fork, right),
            (left, join),
            (right, join),
            (join, more),
        ):
            flow(source, target)
        flow(more, into, f"amount &gt; {block} and not(agreed)")
        onward = f"f{len(flows)}"
        nodes.append(f'<bpmn:exclusiveGateway id="{more}" default="{onward}"/>')
        before = more
    flow(before, "end")
    nodes.append('<bpmn:endEvent id="end"/>')
    return (_HEAD.format(id=process) + "".join(nodes + flows) + "</bpmn:process></bpmn:definitions>").encode()


def ours(xml: bytes, process: str) -> dict[str, Callable[[], object]]:
    """The parts of taking a diagram in, each to be timed by itself; `explore` looks for where it can get stuck, when published."""
    from workflows import bpmn, soundness
    from workflows.engine import Graph

    document = bpmn.read(xml)
    assert not [problem for problem in bpmn.check(document) if problem.severity == "error"]
    main = next(one for one in document.processes if one.id == process)
    return {
        "read": lambda: bpmn.read(xml),
        "check": lambda: bpmn.check(document),
        "compile": lambda: Graph.of(main),
        "explore": lambda: soundness.examine(main),
    }


def spiff(xml: bytes, process: str) -> object:
    """What SpiffWorkflow makes of it."""
    from SpiffWorkflow.bpmn.parser import BpmnParser

    parser = BpmnParser()
    parser.add_bpmn_str(xml)
    return parser.get_spec(process)


def stored(number: int) -> list[tuple[int, str, str]]:
    """So many published definitions in the database: id, hash and process of each."""
    from workflows.models import Definition, DefinitionVersion, VersionStatus

    rows = [(f"flow_{nth}", diagram(30, f"flow_{nth}")) for nth in range(number)]
    definitions = Definition.objects.bulk_create(Definition(key=key, name=key) for key, _xml in rows)
    versions = DefinitionVersion.objects.bulk_create(
        DefinitionVersion(
            definition=definition,
            number=1,
            status=VersionStatus.PUBLISHED,
            xml=xml.decode(),
            sha256=hashlib.sha256(xml).hexdigest(),
            process_id=key,
            provides=[key],
        )
        for definition, (key, xml) in zip(definitions, rows, strict=True)
    )
    return [(version.pk, version.sha256, version.process_id) for version in versions]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=9)
    options = arguments.parse_args()
    with database():
        from workflows import compiled
        from workflows.models import DefinitionVersion

        logging.getLogger("spiff").setLevel(logging.ERROR)
        xml = diagram(LARGE, "large")
        parts = ours(xml, "large")
        spiff(xml, "large")
        rows = stored(MANY)

        def all_of_ours() -> None:
            for pk, sha256, _process in rows:
                compiled.of_version(pk, sha256)

        def all_of_spiff() -> None:
            for pk, _sha256, process in rows:
                spiff(DefinitionVersion.objects.values_list("xml", flat=True).get(pk=pk).encode(), process)

        times: dict[str, list[float]] = {}

        def time(name: str, act: Callable[[], Any], share: int = 1) -> None:
            times.setdefault(name, []).append(seconds(act) / share * 1000)

        for _round in range(options.rounds):
            for name, act in parts.items():
                time(name, act)
            time("spiff", lambda: spiff(xml, "large"))
        for _round in range(max(1, options.rounds // 3)):
            compiled.forget()
            time("cold", all_of_ours, MANY)
            time("warm", all_of_ours, MANY)
            time("spiff cold", all_of_spiff, MANY)
        for name, each in times.items():
            print(f"{name:10} {min(each):9.3f} {median(each):9.3f} {max(each):9.3f} ms")
        whole = [sum(each) for each in zip(times["read"], times["check"], times["compile"], strict=True)]
        print(
            last_line(
                {
                    **{f"{name}_ms": median(times[name]) for name in ("read", "check", "compile")},
                    "ratio_spiff": ratio(times["spiff"], whole),
                    "cold_ms": median(times["cold"]),
                    "warm_us": median(times["warm"]) * 1000,
                    "ratio_cold": ratio(times["spiff cold"], times["cold"]),
                }
            )
        )


if __name__ == "__main__":
    main()
