"""Viewflow flow classes, made from stored definitions when somebody asks for them.

``workflows.flows.Joint_decision_v3`` is version 3 of the definition ``joint_decision``, compiled once per process. viewflow stores
references to flows and tasks as import paths and resolves them through this module's ``__getattr__``; that is what lets a
case that was started in one process go on in another. The classes carry identity, titles, edges and the task's state
machine; which node comes next is the engine's business alone.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

from viewflow.workflow import Activation, Flow, Node
from viewflow.workflow import fields as references
from viewflow.workflow.base import Edge
from viewflow.workflow.lock import SelectForUpdateLock
from viewflow.workflow.status import STATUS

from workflows import bpmn
from workflows.bpmn import model

_NAME = re.compile(r"^(?P<key>[A-Z][A-Za-z0-9_]*)_v(?P<number>[1-9][0-9]*)$")
_compiled: dict[str, type[Flow]] = {}
_compiling = threading.RLock()


def flow_name(key: str, number: int) -> str:
    """The class name of a version. Keys are Python words and unique without regard to case, so names are unique too."""
    return f"{key[:1].upper()}{key[1:]}_v{number}"


def node_name(element_id: str) -> str:
    """The attribute name of a BPMN element. viewflow splits references at dots, and skips names with a leading underscore."""
    return "n_" + element_id.replace("_", "__").replace(".", "_d").replace("-", "_h")


def flow_reference(key: str, number: int) -> str:
    """How viewflow's field stores a flow."""
    return f"workflows/flows.{flow_name(key, number)}"


def task_reference(key: str, number: int, element_id: str) -> str:
    """How viewflow's field stores a task of a flow."""
    return f"{flow_reference(key, number)}.{node_name(element_id)}"


class CaseActivation(Activation):
    """The states of a task, guarded by viewflow's state machine. Rows are written by :mod:`workflows.store`, in bulk."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.ASSIGNED)
    def assign(self, user: Any) -> None:
        """Somebody takes the task."""
        self.task.owner = user

    @Activation.status.transition(source=STATUS.ASSIGNED, target=STATUS.NEW)
    def unassign(self) -> None:
        """The one who took it gives it back."""
        self.task.owner = None

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED, STATUS.SCHEDULED], target=STATUS.DONE
    )
    def complete(self) -> None:
        """The work is done."""

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED, STATUS.SCHEDULED], target=STATUS.CANCELED
    )
    def cancel(self) -> None:
        """The case went on without it."""


class BpmnNode(Node):
    """A BPMN flow node as viewflow sees it: a title, a type, its edges, and the state machine of its tasks."""

    activation_class = CaseActivation

    def __init__(self, element: model.Node, targets: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.element = element
        self.task_type = element.kind
        self.task_title = element.name or element.id
        self.bpmn_element = element.kind
        self._targets = targets

    def _outgoing(self) -> Iterator[Edge]:
        nodes = self.flow_class._nodes_by_name
        for target, label in self._targets:
            yield Edge(src=self, dst=nodes[target], edge_class="next", label=label)


class StoredFlow(Flow):
    """Base of all compiled flows. The lock is a real one: viewflow's default is none."""

    lock_impl = SelectForUpdateLock(nowait=False, attempts=1)


def compile_flow(name: str, process: model.Process, title: str) -> type[Flow]:
    """A viewflow class for one version. Nothing of it decides: it is a view of the parsed diagram."""
    from workflows.models import Case, CaseTask

    attributes: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": title,
        "process_class": Case,
        "task_class": CaseTask,
        "process_title": title,
    }
    for node in process.nodes.values():
        targets = tuple((node_name(process.flows[flow].target), process.flows[flow].name) for flow in node.outgoing)
        attributes[node_name(node.id)] = BpmnNode(node, targets)
    return type(name, (StoredFlow,), attributes)


def find(key: str, number: int) -> type[Flow]:
    """The class of a version. Raises AttributeError where there is no such version."""
    found: type[Flow] = getattr(__import__(__name__, fromlist=["_"]), flow_name(key, number))
    return found


def forget() -> None:
    """Drop all compiled classes and viewflow's caches of them: for tests and runs that roll definitions back."""
    with _compiling:
        _compiled.clear()
        for cache in (
            references.import_flow_by_ref,
            references.import_task_by_ref,
            references.get_flow_ref,
            references.get_task_ref,
        ):
            cache.cache_clear()


def __getattr__(name: str) -> type[Flow]:
    match = _NAME.match(name)
    if match is None:
        raise AttributeError(name)
    with _compiling:
        if name not in _compiled:
            _compiled[name] = _load(name, match)
        return _compiled[name]


def _load(name: str, match: re.Match[str]) -> type[Flow]:
    from workflows.models import DefinitionKind, DefinitionVersion

    version = (
        DefinitionVersion.objects.filter(
            number=int(match["number"]), definition__key__iexact=match["key"], definition__kind=DefinitionKind.FLOW
        )
        .select_related("definition")
        .first()
    )
    if version is None:
        raise AttributeError(f"no stored flow is called {name}")
    document = bpmn.read(version.xml.encode())
    process = next(process for process in document.processes if process.id == version.process_id)
    return compile_flow(name, process, version.definition.name)
