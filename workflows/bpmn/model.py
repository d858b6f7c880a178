"""What a BPMN 2.0 diagram says, as frozen values.

The reader (:mod:`workflows.bpmn.reader`) makes these from XML, the checker and the engine only read them. Nothing here
knows of a database or of Django. Expressions are FEEL source text without the leading ``=``; ``camunda:``,
``flowable:`` and ``activiti:`` spellings have been converted by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .deadline.model import Deadline, Reminder
from .form.model import FormField

NO_TEXTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """A sequence flow (BPMN 2.0 §8.3.13); `condition` is FEEL, None where the flow is unconditional."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event (or a receive task) waits for or throws.

    `kind` is the BPMN name without its suffix: ``timer``, ``message``, ``terminate``, ``signal``, ``error``, …
    `name` is the resolved name of the message, signal, error or escalation. For a timer `timer_kind` is ``date``,
    ``duration`` or ``cycle`` and `expression` is FEEL yielding it (an ISO 8601 literal is read as a FEEL string); for
    a ``conditional`` event `expression` is the FEEL condition. `code` is the error or escalation code, `activity` the
    activity a compensation asks for, `reference` the id the definition refers to, resolved or not; `correlation` is the
    FEEL that gives the key a receiver of the message waits for (``zeebe:subscription``).
    """

    kind: str
    name: str | None = None
    timer_kind: str | None = None
    expression: str | None = None
    line: int = 0
    code: str | None = None
    activity: str | None = None
    reference: str | None = None
    correlation: str | None = None


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """Multi-instance characteristics (BPMN 2.0 §13.3.7): by `cardinality` or over a `collection`, both FEEL."""

    sequential: bool
    cardinality: str | None = None
    collection: str | None = None
    element_variable: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    completion_condition: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """A standard loop (BPMN 2.0 §13.3.6): repeats while `condition` (FEEL) holds, at most
    `maximum` times."""

    condition: str | None = None
    test_before: bool = False
    maximum: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who does a human task, as FEEL sources; a plain text in the diagram arrives here as a FEEL string literal."""

    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    due: str | None = None
    priority: str | None = None
    follow_up: str | None = None


@dataclass(frozen=True, slots=True)
class IoMapping:
    """One input or output mapping: `source` is FEEL, `target` the variable that takes its value."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a business rule task does with the decision it asks (its id is the node's `called`): the variable that takes the
    result ("" for none), and how the result is made into its value (``singleEntry``, ``singleResult``, ``collectEntries``,
    ``resultList`` of Camunda 7; "" as it is)."""

    variable: str = ""
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class AdHoc:
    """How an ad-hoc sub-process runs (BPMN 2.0 §13.3.5): one activity at a time or several, until the condition (FEEL)
    holds, cancelling then what still runs or waiting for it."""

    sequential: bool = False
    completion_condition: str | None = None
    cancel_remaining: bool = True


@dataclass(frozen=True, slots=True)
class Publication:
    """How a message is sent (``zeebe:publishMessage``), all FEEL: the `correlation` key it comes with, the `key` under
    which it is sent once, and the time it is kept for a receiver."""

    correlation: str | None = None
    key: str | None = None
    ttl: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. `kind` is its BPMN tag (``userTask``, ``exclusiveGateway``, ``boundaryEvent``, ``subProcess`` …).

    `scope` is the id of the process or sub-process that directly holds it. `incoming` and `outgoing` are sequence-flow
    ids in document order. `properties` are our own, Zeebe's and Camunda's free extension properties. `event` is the
    first event definition, `more_events` the others of an event with several. `called` is the process a call activity
    names, or the decision a business rule task asks (FEEL after ``=``), `decision` what becomes of its result,
    `compensates_with` the activity that undoes, on a compensation boundary event. `script` is the FEEL a script task
    evaluates and the variable that takes its value. Of a call activity, `binding` says which
    version is called (``latest``, ``deployment``, ``version:3``, ``versionTag:2026``), `passes_all` and `returns_all`
    whether all variables go into the called case and come back from it. `publication` is how what throws a message
    sends it. `fields` are what a user task asks of the person who does it, in order. `deadline` is when
    it is due in working days (in any other way: the assignment's `due`), `reminders` when whoever has it is reminded.
    """

    id: str
    kind: str
    scope: str
    name: str = ""
    line: int = 0
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str | None = None
    event: EventDefinition | None = None
    attached_to: str | None = None
    interrupting: bool = True
    triggered_by_event: bool = False
    loop: MultiInstance | None = None
    assignment: Assignment | None = None
    form: str | None = None
    job_type: str | None = None
    inputs: tuple[IoMapping, ...] = ()
    outputs: tuple[IoMapping, ...] = ()
    properties: Mapping[str, str] = field(default_factory=lambda: NO_TEXTS)
    lane: str | None = None
    documentation: str = ""
    more_events: tuple[EventDefinition, ...] = ()
    standard_loop: StandardLoop | None = None
    called: str | None = None
    for_compensation: bool = False
    compensates_with: str | None = None
    instantiates: bool = False
    script: IoMapping | None = None
    ad_hoc: AdHoc | None = None
    binding: str = "latest"
    passes_all: bool = True
    returns_all: bool = True
    decision: Decision | None = None
    publication: Publication | None = None
    fields: tuple[FormField, ...] = ()
    deadline: Deadline | None = None
    reminders: tuple[Reminder, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane (BPMN 2.0 §10.8): `role` names the group whose holders do its tasks, None where the lane only draws."""

    id: str
    name: str
    nodes: tuple[str, ...]
    role: str | None = None
    parent: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process with everything inside it, sub-processes included (their content is told by `scope`).

    `version_tag` is what its authors call this version of it.
    """

    id: str
    name: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, SequenceFlow]
    lanes: Mapping[str, Lane]
    executable: bool = True
    line: int = 0
    version_tag: str | None = None

    def role_of(self, lane: str | None) -> str | None:
        """The role a lane names, looking outwards from the innermost; None where no lane around names one."""
        while lane is not None:
            found = self.lanes.get(lane)
            if found is None:
                return None
            if found.role:
                return found.role
            lane = found.parent
        return None


def main_process(processes: tuple[Process, ...], process_id: str | None = None) -> Process | None:
    """The process a file is about: the one asked for; else its first executable one; else, in a file of a tool that only draws and
    marks none, its first with a start."""
    if process_id is not None:
        return next((process for process in processes if process.id == process_id), None)
    executable = [process for process in processes if process.executable]
    begun = [one for one in processes if any(node.kind == "startEvent" for node in one.nodes.values())]
    return next(iter((*executable, *begun, *processes)), None)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle of the diagram, in its own units (pixels at 100 %)."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a flow node, lane, participant or text is drawn; `label` is the place of its words where the file says so.

    `plane` is the element whose plane it lies on: a file may draw each collapsed sub-process on a plane of its own.
    """

    element: str
    bounds: Bounds
    label: Bounds | None = None
    horizontal: bool = True
    expanded: bool = True
    plane: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """How a sequence flow, association or message flow is drawn: its way points, and the place of its label."""

    element: str
    points: tuple[tuple[float, float], ...]
    label: Bounds | None = None
    plane: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """A pool of the collaboration; `process` is None where it is collapsed, a partner we only draw."""

    id: str
    name: str
    process: str | None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Expression:
    """Where a FEEL source stands in the file, for the checker: `element` holds it, `what` says which part it is."""

    source: str
    element: str
    what: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """A BPMN file: its processes in document order, and its drawing (empty where the file has none).

    `names` gives the name of every named element by its id, `texts` the words of text annotations. `problems` are what
    the reader met on the way (unsupported elements, dangling references, expressions it could not convert); the
    checker adds its own. `expressions` lists every FEEL source of the file.
    """

    processes: tuple[Process, ...]
    shapes: Mapping[str, Shape]
    edges: Mapping[str, Edge]
    names: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=lambda: NO_TEXTS)
    participants: tuple[Participant, ...] = ()
    expressions: tuple[Expression, ...] = ()
    problems: tuple[Problem, ...] = ()
    planes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the checker has to say: `severity` is ``error`` (refused) or ``warning`` (runs, but look).

    `code` is stable (``unsupported_element``); `params` fill the sentence of that code, `element` and `line` say where.
    `path` are the elements by which a case comes there, in order, where the flow was played to find it.
    """

    code: str
    severity: str
    element: str | None
    line: int
    params: Mapping[str, str] = field(default_factory=lambda: NO_TEXTS)
    path: tuple[str, ...] = ()

    def text(self, language: str = "zh-hans") -> str:
        """The sentence for people, in ``zh-hans`` or ``en``."""
        from workflows.bpmn.messages import sentence

        return sentence(self, language)
