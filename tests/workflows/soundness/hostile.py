"""Files nobody would draw, made to be expensive: each is checked in a process of its own with limits it cannot pass.

Run as a program it reads a file, says what is found as one line of JSON, and ends.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="d" targetNamespace="t">'
)
MEGABYTES = 1_024
SECONDS = 60


def file(body: str) -> bytes:
    return f'{HEAD}<process id="p" isExecutable="true">{body}</process></definitions>'.encode()


def flow(number: int, source: str, target: str, condition: str = "") -> str:
    inside = f"<conditionExpression>={condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def chain(length: int) -> bytes:
    nodes = "".join(f'<task id="n{n}"/>' for n in range(length))
    flows = "".join(flow(n, f"n{n - 1}" if n else "s", f"n{n}") for n in range(length))
    return file(f'<startEvent id="s"/>{nodes}{flows}<endEvent id="e"/>{flow(length, f"n{length - 1}", "e")}')


def fan(gate: str, join: str, ways: int, condition: str = "") -> bytes:
    tasks = "".join(f'<userTask id="t{n}" name="t"/>' for n in range(ways))
    flows = "".join(
        flow(2 * n, "g", f"t{n}", condition.format(n=n)) + flow(2 * n + 1, f"t{n}", "j") for n in range(ways)
    )
    gates = f'<{gate} id="g"/><{join} id="j"/>'
    ends = flow(2 * ways, "s", "g") + flow(2 * ways + 1, "j", "e")
    return file(f'<startEvent id="s"/>{gates}{tasks}<endEvent id="e"/>{flows}{ends}')


def ladder(gate: str, rungs: int) -> bytes:
    """Gateways that all join and split, each two steps from the next."""
    gates = "".join(f'<{gate} id="g{n}"/>' for n in range(rungs))
    flows = "".join(
        flow(2 * n, f"g{n}", f"g{min(n + 1, rungs - 1)}", "a") + flow(2 * n + 1, f"g{n}", f"g{max(n - 1, 0)}", "b")
        for n in range(rungs)
    )
    return file(f'<startEvent id="s"/>{gates}{flows}{flow(2 * rungs, "s", "g0")}')


def nested(depth: int) -> bytes:
    opened = "".join(
        f'<subProcess id="u{n}"><startEvent id="s{n}"/>{flow(n, f"s{n}", f"u{n + 1}")}' for n in range(depth)
    )
    return file(f'<startEvent id="s"/>{flow(depth, "s", "u0")}{opened}<task id="u{depth}"/>{"</subProcess>" * depth}')


def events(count: int) -> bytes:
    edges = "".join(
        f'<boundaryEvent id="b{n}" attachedToRef="t" cancelActivity="false"><messageEventDefinition messageRef="m"/>'
        "</boundaryEvent>"
        for n in range(count)
    )
    subs = "".join(
        f'<subProcess id="x{n}" triggeredByEvent="true"><startEvent id="y{n}"><messageEventDefinition messageRef="m"/>'
        "</startEvent></subProcess>"
        for n in range(count)
    )
    body = f'<startEvent id="s"/><userTask id="t" name="t"/>{flow(1, "s", "t")}{edges}{subs}'
    return file(body).replace(b"</definitions>", b'<message id="m" name="m"/></definitions>')


def bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "lol">' for n in range(12))
    return f'<?xml version="1.0"?><!DOCTYPE d [{entities}]><d>&e11;</d>'.encode()


FILES: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    # what is refused as it is read
    "an entity bomb": (bomb, {"doctype"}),
    "an external entity": (lambda: b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', {"doctype"}),
    "an external DTD": (lambda: b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd"><d/>', {"doctype"}),
    "100,000 elements": (lambda: file("<task/>" * 100_000), {"too_many_elements"}),
    "100,000 comments": (lambda: file("<!---->" * 100_000), {"too_many_elements"}),
    "10,000 deep": (lambda: file("<subProcess>" * 10_000 + "</subProcess>" * 10_000), {"too_deep"}),
    "5 MB": (lambda: file(" " * 5_000_000), {"too_large"}),
    "zero bytes": (lambda: file('<task id="a\x00b"/>'), {"not_xml"}),
    "four million zero bytes": (lambda: b"\x00" * 4_000_000, {"not_xml"}),
    "UTF-16 that calls itself UTF-8": (
        lambda: '<?xml version="1.0" encoding="UTF-8"?><d/>'.encode("utf-16-le"), {"not_xml"},
    ),
    "Latin-1 that calls itself UTF-8": (
        lambda: '<?xml version="1.0" encoding="UTF-8"?><d a="é"/>'.encode("latin-1"), {"bad_encoding"},
    ),
    "UTF-7": (lambda: b'<?xml version="1.0" encoding="UTF-7"?>+ADw-d/+AD4-', {"bad_encoding"}),
    "half a surrogate": (lambda: b"\xff\xfe<\x00\x00\xd8", {"bad_encoding"}),
    # what is read, and has errors
    "an attribute of four million characters": (
        lambda: file(f'<task id="a" name="{"n" * 3_900_000}"/>'), {"name_too_long"},
    ),
    "an id of four million characters": (lambda: file(f'<task id="{"n" * 3_900_000}"/>'), {"id_too_long"}),
    "300,000 attributes": (
        lambda: file("<task " + " ".join(f'a{n}=""' for n in range(300_000)) + "/>"), {"too_many_attributes"},
    ),
    "one id 19,000 times": (lambda: file('<task id="a"/>' * 19_000), {"duplicate_id"}),
    "19,000 flows between nothing and nothing": (
        lambda: file("".join(flow(n, "x", "y") for n in range(19_000))), {"dangling_reference"},
    ),
    "19,000 flows from one node to itself": (
        lambda: file('<startEvent id="s"/><task id="t"/>' + "".join(flow(n, "t", "t") for n in range(19_000))), set(),
    ),
    "3,900 inclusive joins": (lambda: ladder("inclusiveGateway", 3_900), {"too_many_joins"}),
    # what could be published, if it were not for the exploring
    "a chain of 9,900": (lambda: chain(9_900), set()),
    "a fork of 6,000": (lambda: fan("parallelGateway", "parallelGateway", 6_000), set()),
    "a fork of 40: 2^40 markings": (lambda: fan("parallelGateway", "parallelGateway", 40), {"not_all_explored"}),
    "an inclusive choice of 4,900": (
        lambda: fan("inclusiveGateway", "inclusiveGateway", 4_900, "x{n}"), {"too_many_joins"},
    ),
    "an inclusive choice of 40": (
        lambda: fan("inclusiveGateway", "inclusiveGateway", 40, "x{n}"), {"not_all_explored"},
    ),
    "a choice of 4,900": (lambda: fan("exclusiveGateway", "exclusiveGateway", 4_900, "x{n}"), set()),
    # Found or given up: two seconds are about what it takes.
    "a choice of 4,900 into a parallel join": (
        lambda: fan("exclusiveGateway", "parallelGateway", 4_900, "x{n}"), set(),
    ),
    "a ladder of 3,900 choices": (lambda: ladder("exclusiveGateway", 3_900), set()),
    "sub-processes 190 deep": (lambda: nested(190), set()),
    "2,000 events on a task and 2,000 beside it": (lambda: events(2_000), set()),
}  # fmt: skip


def peak() -> int:
    """The most memory this program has had, in MB. `getrusage` would count what its parent had when it forked."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    from workflows import soundness
    from workflows.engine import EngineError, Graph

    xml = sys.stdin.buffer.read()
    began = time.process_time()
    document, problems = soundness.inspect(xml)
    for process in document.processes if document is not None else ():
        if not any(problem.severity == "error" for problem in problems):
            try:
                Graph.of(process)
            except EngineError as problem:
                print(problem, file=sys.stderr)
    answer = {
        "codes": sorted({problem.code for problem in problems}),
        "errors": sorted({problem.code for problem in problems if problem.severity == "error"}),
        "seconds": round(time.process_time() - began, 2),
        "megabytes": peak(),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
